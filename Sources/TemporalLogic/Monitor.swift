/// A monitor of one formula, fed one state at a time.
///
/// A formula without bounds in time runs as an automaton with exact verdicts over all
/// continuations; one with bounds in time runs as a metric network, which is as early as the
/// verdicts of its subformulas allow.
package struct Monitor: Sendable {
    package let formula: Formula
    /// The only engine of a formula without bounds in time whose conjuncts share propositions.
    private var automaton: AutomatonMonitor?
    /// Otherwise the groups of conjuncts without bounds in time; groups share no proposition, so
    /// the verdict of their conjunction is the conjunction of their verdicts.
    private var components: [MonitorComponent] = []
    /// The timed conjuncts that have the shape of a response.
    private var responses: [ResponseMonitor] = []
    /// The other timed conjuncts and those too intricate for an automaton, together.
    private var network: OriginMonitor?
    /// Whether `automaton` is there; to look at it would copy it.
    private let isWhole: Bool
    private let hasStrengthening: Bool
    private var compositeCount = 0
    private var compositeDecision: Int?
    private var compositeVerdict = Verdict.presumablyFalse

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
        let groups = ConjunctGroup.packed(ConjunctGroup.groups(untimed))
        let isOne = groups.count == 1 || formula.atoms.count <= Automaton.denseAtoms
        if isOne && !untimed.isEmpty && responses.isEmpty && timed.isEmpty {
            let terms = Term.joined(untimed, conjunction: true).withStrengthening
            automaton = AutomatonMonitor(terms: terms, atomCount: formula.atoms.count)
            if automaton == nil { timed += untimed }
        } else {
            let whole = ConjunctGroup(terms: untimed)
            for group in isOne && !untimed.isEmpty ? [whole] : groups {
                if let component = MonitorComponent(group) {
                    components.append(component)
                } else {
                    timed += group.terms
                }
            }
        }
        if !timed.isEmpty {
            network = OriginMonitor(terms: Term.joined(timed, conjunction: true).withStrengthening)
        }
        isWhole = automaton != nil
    }

    /// Whether one automaton does for a formula: it is untimed, and small or not to be divided.
    static func needsOneAutomaton(_ formula: Formula) -> Bool {
        guard let events = formula.root.unfoldedEvents, events <= longestUnfolding else {
            return false
        }
        return formula.atoms.count <= Automaton.denseAtoms
            || ConjunctGroup.groups(formula.root.conjuncts).count == 1
    }

    static func nanoseconds(_ milliseconds: Double) -> Int64 {
        Nanoseconds.nearest(milliseconds * 1_000_000)
    }

    /// Takes the next state: bit `i` says that proposition `i` holds; time never runs backwards.
    @discardableResult
    package mutating func observe(_ holds: UInt64, at milliseconds: Double) -> Verdict {
        if isWhole, let verdict = automaton?.observe(holds) { return verdict }
        return observeParts(holds, Self.nanoseconds(milliseconds))
    }

    /// The number of states observed.
    package var count: Int { automaton?.position ?? compositeCount }

    private mutating func observeParts(_ holds: UInt64, _ time: Int64) -> Verdict {
        var together = MonitorComponent.Verdicts()
        for index in components.indices { components[index].observe(holds, &together) }
        compositeCount += 1
        if compositeDecision != nil { return compositeVerdict }
        var result = untimedVerdict(together)
        for index in responses.indices {
            result = result.and(responses[index].observe(holds, at: time))
        }
        if let other = network?.observe(holds, at: time) { result = result.and(other) }
        if result.isFinal { compositeDecision = compositeCount - 1 }
        compositeVerdict = result
        return result
    }

    /// The verdict of the components: final truth only when all are; what holds if the trace ends
    /// is asked of each, since an endless and an ended trace may differ.
    private func untimedVerdict(_ together: MonitorComponent.Verdicts) -> Verdict {
        if components.isEmpty { return .true }
        if together.isFalse { return .false }
        if together.isTrue && responses.isEmpty && network == nil { return .true }
        // With other parts open a true component counts by what it says of the ended trace.
        return Verdict(holds: together.holds, isFinal: together.isTrue && together.holds)
    }

    /// Before the first state it is that of a trace where nothing happens, unless the formula
    /// has no alternative.
    package var verdict: Verdict {
        if count == 0 {
            if let known = automaton?.verdict, known.isFinal { return known }
            return Verdict(holds: formula.root.holdsOfNothing, isFinal: false)
        }
        return automaton?.verdict ?? compositeVerdict
    }

    /// Whether the formula holds on the trace as if it ended here (LTLf).
    package var verdictAtEnd: Bool {
        if count == 0 { return formula.root.holdsOfNothing }
        if let known = automaton?.holdsAtEnd { return known }
        return components.allSatisfy { $0.monitor.holdsAtEnd }
            && responses.allSatisfy { $0.verdict.holds } && network?.verdict.holds ?? true
    }

    /// The position at which the verdict became `true` or `false` for ever.
    package var decidedAt: Int? {
        if let known = automaton?.decidedAt { return known }
        return compositeDecision
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
        if let known = automaton?.witness { return known }
        for component in components {
            let isRelevant =
                wanted == .false
                ? component.monitor.verdict == .false
                    && component.monitor.decidedAt == compositeDecision
                : !wanted.isFailure || !component.monitor.holdsAtEnd
            guard isRelevant else { continue }
            if wanted == .false && !steps.isEmpty { break }
            steps += component.monitor.witness.map { step in
                WitnessStep(position: step.position, letter: step.letter.map(component.state))
            }
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
        var copy = self
        return copy.checkVacuity()
    }

    /// `isVacuous`, and mutating only so that a monitor within an array is asked in place: a copy
    /// of its nearly thousand bytes costs more than the answer.
    package mutating func checkVacuity() -> Bool {
        guard hasStrengthening else { return false }
        if isWhole, let known = automaton?.checkVacuity() { return known }
        if count == 0 { return verdict.holds }
        guard compositeVerdict.holds else { return false }
        for index in components.indices {
            guard components[index].monitor.checkVacuity() ?? true else { return false }
        }
        for index in responses.indices where !responses[index].isVacuous { return false }
        return network?.isVacuousAtEnd ?? true
    }

    /// Whether the verdicts over all continuations are exact: `false` for timed formulas, which
    /// may be decided later than logic allows when subformulas contradict each other, and when
    /// the search for a contradiction was given up.
    package var isExact: Bool {
        if let known = automaton?.isExact { return known }
        return responses.isEmpty && network == nil && components.allSatisfy { $0.monitor.isExact }
    }

    /// What bounds the memory of this monitor, in words.
    package var memoryBound: String {
        var parts: [String] = []
        let sizes = automaton == nil ? components.map { $0.atoms.count } : [formula.atoms.count]
        for letters in sizes {
            let limit = Automaton.maximumStates
            parts.append(
                letters <= Automaton.denseAtoms
                    ? "at most \(limit) states of \(1 << letters) transitions"
                    : "at most \(limit) states and \(Automaton.maximumSteps(letters)) transitions")
        }
        if !responses.isEmpty || network != nil {
            parts.append(
                formula.root.horizon.map { "the events within \($0)" }
                    ?? "the events since the oldest open obligation")
        }
        return parts.isEmpty ? "nothing" : parts.dropFirst().reduce(parts[0]) { $0 + "; " + $1 }
    }

    /// The verdict and its reason in one sentence.
    package var explanation: String {
        Explanation(
            formula: formula, verdict: verdict, decidedAt: decidedAt, steps: witnessSteps,
            isVacuous: isVacuous
        ).sentence
    }
}
