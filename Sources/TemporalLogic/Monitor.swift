/// A monitor of one formula, fed one state at a time.
///
/// A formula without bounds in time runs as an automaton with exact verdicts over all
/// continuations; one with bounds in time runs as a metric network, which is as early as the
/// verdicts of its subformulas allow.
package struct Monitor: Sendable {
    package let formula: Formula
    /// Exactly one of the three is present.
    private var automaton: AutomatonMonitor?
    private var response: ResponseMonitor?
    private var network: OriginMonitor?
    private let hasStrengthening: Bool

    /// Bounds in events are unfolded into the automaton when they add up to at most this.
    static let longestUnfolding = 8

    package init(_ formula: Formula) {
        self.formula = formula
        var terms = [formula.root]
        if let strengthened = formula.root.strengthened { terms.append(strengthened) }
        hasStrengthening = terms.count > 1
        if let events = formula.root.unfoldedEvents, events <= Self.longestUnfolding {
            automaton = AutomatonMonitor(terms: terms, atomCount: formula.atoms.count)
        } else if let monitor = ResponseMonitor(formula.root) {
            response = monitor
        } else {
            network = OriginMonitor(terms: terms)
        }
    }

    static func nanoseconds(_ milliseconds: Double) -> Int64 {
        Int64((milliseconds * 1_000_000).rounded())
    }

    /// Takes the next state: bit `i` says that proposition `i` holds; time never runs backwards.
    @discardableResult
    package mutating func observe(_ holds: UInt64, at milliseconds: Double) -> Verdict {
        if let verdict = automaton?.observe(holds) { return verdict }
        let time = Self.nanoseconds(milliseconds)
        if let verdict = response?.observe(holds, at: time) { return verdict }
        network?.observe(holds, at: time)
        return verdict
    }

    package var verdict: Verdict {
        if let automaton { return automaton.verdict }
        if let response { return response.verdict }
        guard let value = network?.value(0) else { return .presumablyFalse }
        return Verdict(holds: value.holds, isFinal: value.isFinal)
    }

    /// Whether the formula holds on the trace as if it ended here (LTLf).
    package var verdictAtEnd: Bool { automaton.map { $0.holdsAtEnd } ?? verdict.holds }

    /// The number of states observed.
    package var count: Int {
        automaton?.position ?? response?.position ?? network?.position ?? 0
    }

    /// The position at which the verdict became `true` or `false` for ever.
    package var decidedAt: Int? {
        if let automaton { return automaton.decidedAt }
        return response.map { $0.decidedAt } ?? network?.decidedAt
    }

    /// Positions of events that show why the verdict is what it is, in order.
    ///
    /// For an untimed formula the events at these positions alone, in this order, lead to the
    /// verdict, and none of them can be left out. For a timed one they are the position whose
    /// value decided and the position at which it became known.
    package var witness: [Int] { witnessSteps.map { $0.position } }

    /// The witness with the states observed there.
    private var witnessSteps: [WitnessStep] {
        if let automaton {
            let account = automaton.minimalAccount()
            if account.isEmpty, let last = automaton.decidedAt {
                return [WitnessStep(position: last, letter: nil)]
            }
            return account.map { WitnessStep(position: $0.position, letter: $0.letter) }
        }
        return response.map { $0.witness } ?? network?.witness ?? []
    }

    /// Whether the formula holds only because nothing happened that it speaks of: it would hold
    /// as well if the consequents of its implications were false.
    package var isVacuous: Bool {
        guard hasStrengthening, verdict.holds else { return false }
        if let automaton { return automaton.isVacuousAtEnd }
        if let response { return response.isVacuous }
        return network?.value(1).holds ?? false
    }

    /// Whether the verdicts over all continuations are exact: `false` for timed formulas, which
    /// may be decided later than logic allows when subformulas contradict each other, and when
    /// the search for a contradiction was given up.
    package var isExact: Bool { automaton?.isExact ?? false }

    /// What bounds the memory of this monitor, in words.
    package var memoryBound: String {
        if automaton != nil {
            let letters = formula.atoms.count
            let cells = letters <= Automaton.denseAtoms ? 1 << letters : 1
            return "at most \(Automaton.maximumStates) states of \(cells) transitions"
        }
        return formula.root.horizon.map { "the events within \($0)" }
            ?? "the events since the oldest open obligation"
    }

    /// The verdict and its reason in one sentence.
    package var explanation: String {
        Explanation(
            formula: formula, verdict: verdict, decidedAt: decidedAt, steps: witnessSteps,
            isVacuous: isVacuous
        ).sentence
    }
}
