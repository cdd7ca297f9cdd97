package import TemporalLogic

/// What a formula says about the part of a session that is kept: for previews and details.
package struct PropertyExamination: Sendable {
    /// What the verdict would be now.
    package var verdict: Verdict
    package var isVacuous: Bool
    package var explanation: String
    /// The events at which what must always hold does not, for a formula `G …`; else where the
    /// formula was decided false. In order, all of them.
    package var violations: [UInt64]
    /// The events looked at, and whether they are the session from its beginning.
    package var eventCount: Int
    package var isWhole: Bool
    /// Events whose text a comparison wanted and the log no longer has.
    package var withoutText: Int
    package var memoryBound: String
    /// Why, as a tree; its positions count from the first event kept. Absent while undecided, or
    /// when it would be larger than anybody reads.
    package var proof: Proof?
    /// The sequence numbers of the events kept, by their position in the proof.
    package var sequences: [UInt64]
    /// The events that a final verdict rests on.
    package var witness: [UInt64]

    package init(
        verdict: Verdict, isVacuous: Bool, explanation: String, violations: [UInt64],
        eventCount: Int, isWhole: Bool, withoutText: Int, memoryBound: String, proof: Proof?,
        sequences: [UInt64], witness: [UInt64]
    ) {
        self.verdict = verdict
        self.isVacuous = isVacuous
        self.explanation = explanation
        self.violations = violations
        self.eventCount = eventCount
        self.isWhole = isWhole
        self.withoutText = withoutText
        self.memoryBound = memoryBound
        self.proof = proof
        self.sequences = sequences
        self.witness = witness
    }
}

/// What the properties of a session saw: one state for each event of the wire.
package struct PropertyStates: Sendable {
    /// The sequence number and the time of each state.
    package var sequences: [UInt64]
    package var milliseconds: [Double]
    /// For each property, in order, the bits of its atoms; empty for one that is not judged.
    package var states: [[UInt64]]

    package init(sequences: [UInt64], milliseconds: [Double], states: [[UInt64]]) {
        self.sequences = sequences
        self.milliseconds = milliseconds
        self.states = states
    }
}

extension PropertyTrace {
    /// Nobody reads a larger one.
    private static let largestProof = 20_000

    /// Judges a formula on the events kept: one pass of a monitor, one pointwise, and with a proof
    /// one per operator. Costs at most `limit` events each.
    func examine(
        _ formula: Formula, names: EventNames, log: EventLog, withProof: Bool
    ) -> PropertyExamination {
        var reader = AtomReader(formula)
        let (bits, times, withoutText) = states(&reader, names: names, log: log)
        var monitor = Monitor(formula)
        for (place, letter) in bits.enumerated() { monitor.observe(letter, at: times[place]) }
        let sequences = steps.map(\.sequence)
        let violations = Violations.positions(of: formula, states: bits, milliseconds: times)
        var proof: Proof?
        if withProof, monitor.verdict.isFinal {
            var prover = Prover(
                formula, states: bits, milliseconds: times, isComplete: false,
                effort: Prover.usualEffort)
            proof = prover.proof(at: 0, upTo: Self.largestProof)
        }
        let numbering = { Int(clamping: sequences[$0]) }
        var explanation = monitor.explanation(numbering: numbering)
        let witness = TraceWitness(monitor, states: bits, milliseconds: times)
        if let witness {
            explanation = monitor.explanation(
                witness: witness.positions, isProof: witness.isProof, states: bits,
                numbering: numbering)
        }
        return PropertyExamination(
            verdict: monitor.verdict, isVacuous: monitor.isVacuous,
            explanation: explanation,
            violations: violations.map { sequences[$0] }, eventCount: bits.count,
            isWhole: isWhole, withoutText: withoutText, memoryBound: monitor.memoryBound,
            proof: proof, sequences: sequences,
            witness: (witness?.positions ?? []).map { sequences[$0] })
    }
}
