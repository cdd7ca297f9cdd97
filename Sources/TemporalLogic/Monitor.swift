/// A monitor of one formula, fed one state at a time.
///
/// A formula without bounds in time runs as an automaton with exact verdicts over all
/// continuations; one with bounds in time runs as a metric network, which is as early as the
/// verdicts of its subformulas allow.
package struct Monitor: Sendable {
    package let formula: Formula
    /// The conjuncts without bounds in time, together.
    private var automaton: AutomatonMonitor?
    /// The timed conjuncts that have the shape of a response.
    private var responses: [ResponseMonitor] = []
    /// The other timed conjuncts, together.
    private var network: OriginMonitor?
    private let hasStrengthening: Bool
    /// Whether there is a timed conjunct.
    private let isTimed: Bool
    private var timedCount = 0
    private var timedDecision: Int?
    private var timedVerdict = Verdict.presumablyFalse

    /// Bounds in events are unfolded into the automaton when they add up to at most this.
    static let longestUnfolding = 8

    package init(_ formula: Formula) {
        self.formula = formula
        hasStrengthening = formula.root.strengthened != nil
        var untimed: [Term] = []
        var timed: [Term] = []
        for term in formula.root.conjuncts {
            if let events = term.unfoldedEvents, events <= Self.longestUnfolding {
                untimed.append(term)
            } else if let monitor = ResponseMonitor(term, atomCount: formula.atoms.count) {
                responses.append(monitor)
            } else {
                timed.append(term)
            }
        }
        isTimed = !responses.isEmpty || !timed.isEmpty
        if !untimed.isEmpty {
            let terms = Self.withStrengthening(.joined(untimed, conjunction: true))
            automaton = AutomatonMonitor(terms: terms, atomCount: formula.atoms.count)
        }
        if !timed.isEmpty {
            network = OriginMonitor(
                terms: Self.withStrengthening(.joined(timed, conjunction: true)))
        }
    }

    private static func withStrengthening(_ term: Term) -> [Term] {
        term.strengthened.map { [term, $0] } ?? [term]
    }

    static func nanoseconds(_ milliseconds: Double) -> Int64 {
        Int64((milliseconds * 1_000_000).rounded())
    }

    /// Takes the next state: bit `i` says that proposition `i` holds; time never runs backwards.
    @discardableResult
    package mutating func observe(_ holds: UInt64, at milliseconds: Double) -> Verdict {
        let untimed = automaton?.observe(holds)
        if let untimed, !isTimed { return untimed }
        return observeTimed(holds, Self.nanoseconds(milliseconds), untimed)
    }

    /// The number of states observed.
    package var count: Int { isTimed ? timedCount : automaton?.position ?? 0 }

    private mutating func observeTimed(
        _ holds: UInt64, _ time: Int64, _ untimed: Verdict?
    ) -> Verdict {
        timedCount += 1
        if timedDecision != nil { return timedVerdict }
        var result = untimed ?? .true
        for index in responses.indices {
            result = result.and(responses[index].observe(holds, at: time))
        }
        if let other = network?.observe(holds, at: time) { result = result.and(other) }
        if result.isFinal { timedDecision = timedCount - 1 }
        timedVerdict = result
        return result
    }

    package var verdict: Verdict {
        if let automaton, !isTimed || timedCount == 0 { return automaton.verdict }
        return timedVerdict
    }

    /// Whether the formula holds on the trace as if it ended here (LTLf).
    package var verdictAtEnd: Bool {
        if let automaton, !automaton.holdsAtEnd { return false }
        return responses.allSatisfy { $0.verdict.holds } && network?.verdict.holds ?? true
    }

    /// The position at which the verdict became `true` or `false` for ever.
    package var decidedAt: Int? {
        if !isTimed { return automaton?.decidedAt }
        return timedDecision
    }

    /// Positions of events that show why the verdict is what it is, in order.
    ///
    /// For an untimed formula the events at these positions alone, in this order, lead to the
    /// verdict, and none of them can be left out. For a timed one they are the position whose
    /// value decided and the position at which it became known.
    package var witness: [Int] { witnessSteps.map { $0.position } }

    /// The witness with the states observed there: of the conjunct that fails, else of all.
    var witnessSteps: [WitnessStep] {
        let wanted = verdict
        var steps: [WitnessStep] = []
        if let automaton, !wanted.isFailure || automaton.verdict == wanted {
            steps += automaton.witness
        }
        for response in responses where !wanted.isFailure || response.verdict == wanted {
            if wanted == .false && !steps.isEmpty { break }
            steps += response.witness
        }
        if let network, !wanted.isFailure || network.verdict == wanted {
            if wanted != .false || steps.isEmpty { steps += network.witness }
        }
        var result: [WitnessStep] = []
        for step in steps.sorted(by: { $0.position < $1.position })
        where result.last?.position != step.position {
            result.append(step)
        }
        return result
    }

    /// Whether the formula holds only because nothing happened that it speaks of: it would hold
    /// as well if the consequents of its implications were false.
    package var isVacuous: Bool {
        guard hasStrengthening, verdict.holds else { return false }
        return automaton?.isVacuousAtEnd ?? true && responses.allSatisfy { $0.isVacuous }
            && network?.isVacuousAtEnd ?? true
    }

    /// Whether the verdicts over all continuations are exact: `false` for timed formulas, which
    /// may be decided later than logic allows when subformulas contradict each other, and when
    /// the search for a contradiction was given up.
    package var isExact: Bool { !isTimed && automaton?.isExact ?? true }

    /// What bounds the memory of this monitor, in words.
    package var memoryBound: String {
        var parts: [String] = []
        if automaton != nil {
            let letters = formula.atoms.count
            let cells = letters <= Automaton.denseAtoms ? 1 << letters : 1
            parts.append("at most \(Automaton.maximumStates) states of \(cells) transitions")
        }
        if isTimed {
            parts.append(
                formula.root.horizon.map { "the events within \($0)" }
                    ?? "the events since the oldest open obligation")
        }
        return parts.count == 2 ? parts[0] + "; " + parts[1] : parts.first ?? "nothing"
    }

    /// The verdict and its reason in one sentence.
    package var explanation: String {
        Explanation(
            formula: formula, verdict: verdict, decidedAt: decidedAt, steps: witnessSteps,
            isVacuous: isVacuous
        ).sentence
    }
}
