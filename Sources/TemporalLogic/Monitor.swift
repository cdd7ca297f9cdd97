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
    private var components: [Component] = []
    /// The timed conjuncts that have the shape of a response.
    private var responses: [ResponseMonitor] = []
    /// The other timed conjuncts and those too intricate for an automaton, together.
    private var network: OriginMonitor?
    private let hasStrengthening: Bool
    private var compositeCount = 0
    private var compositeDecision: Int?
    private var compositeVerdict = Verdict.presumablyFalse

    /// An automaton over some of the propositions.
    private struct Component: Sendable {
        var monitor: AutomatonMonitor
        /// The number in the formula of each of its propositions.
        var atoms: [Int]

        func letter(_ holds: UInt64) -> UInt64 {
            var letter: UInt64 = 0
            for (bit, atom) in atoms.enumerated() {
                letter |= (holds >> UInt64(atom) & 1) << UInt64(bit)
            }
            return letter
        }

        /// The formula's state in which the component's letter holds and nothing else.
        func state(_ letter: UInt64) -> UInt64 {
            var state: UInt64 = 0
            for (bit, atom) in atoms.enumerated() {
                state |= (letter >> UInt64(bit) & 1) << UInt64(atom)
            }
            return state
        }
    }

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
        let groups = Self.groups(untimed)
        let isWhole = groups.count == 1 || formula.atoms.count <= Automaton.denseAtoms
        if isWhole && !untimed.isEmpty && responses.isEmpty && timed.isEmpty {
            let terms = Self.withStrengthening(.joined(untimed, conjunction: true))
            automaton = AutomatonMonitor(terms: terms, atomCount: formula.atoms.count)
            if automaton == nil { timed += untimed }
        } else {
            let whole = (untimed, untimed.reduce(0) { $0 | $1.atomSet })
            for group in isWhole && !untimed.isEmpty ? [whole] : groups {
                if let component = Self.component(group) {
                    components.append(component)
                } else {
                    timed += group.terms
                }
            }
        }
        if !timed.isEmpty {
            network = OriginMonitor(
                terms: Self.withStrengthening(.joined(timed, conjunction: true)))
        }
    }

    /// Whether one automaton does for a formula: it is untimed, and small or not to be divided.
    static func needsOneAutomaton(_ formula: Formula) -> Bool {
        guard let events = formula.root.unfoldedEvents, events <= longestUnfolding else {
            return false
        }
        return formula.atoms.count <= Automaton.denseAtoms
            || groups(formula.root.conjuncts).count == 1
    }

    private static func component(_ group: (terms: [Term], atoms: UInt64)) -> Component? {
        let atoms = (0..<64).filter { group.atoms >> UInt64($0) & 1 == 1 }
        var numbers = [Int](repeating: 0, count: 64)
        for (number, atom) in atoms.enumerated() { numbers[atom] = number }
        let term = Term.joined(group.terms, conjunction: true).renamed(numbers)
        return AutomatonMonitor(terms: withStrengthening(term), atomCount: atoms.count)
            .map { Component(monitor: $0, atoms: atoms) }
    }

    /// The terms grouped so that different groups share no proposition.
    private static func groups(_ terms: [Term]) -> [(terms: [Term], atoms: UInt64)] {
        var groups: [(terms: [Term], atoms: UInt64)] = []
        for term in terms {
            var merged = (terms: [term], atoms: term.atomSet)
            var others: [(terms: [Term], atoms: UInt64)] = []
            for group in groups {
                if group.atoms & merged.atoms == 0 {
                    others.append(group)
                } else {
                    merged = (group.terms + merged.terms, group.atoms | merged.atoms)
                }
            }
            groups = others + [merged]
        }
        return groups
    }

    private static func withStrengthening(_ term: Term) -> [Term] {
        term.strengthened.map { [term, $0] } ?? [term]
    }

    static func nanoseconds(_ milliseconds: Double) -> Int64 {
        Nanoseconds.nearest(milliseconds * 1_000_000)
    }

    /// Takes the next state: bit `i` says that proposition `i` holds; time never runs backwards.
    @discardableResult
    package mutating func observe(_ holds: UInt64, at milliseconds: Double) -> Verdict {
        if let verdict = automaton?.observe(holds) { return verdict }
        return observeParts(holds, Self.nanoseconds(milliseconds))
    }

    /// The number of states observed.
    package var count: Int { automaton?.position ?? compositeCount }

    private mutating func observeParts(_ holds: UInt64, _ time: Int64) -> Verdict {
        if !components.isEmpty { observeComponents(holds) }
        compositeCount += 1
        if compositeDecision != nil { return compositeVerdict }
        var result = components.isEmpty ? Verdict.true : untimedVerdict
        for index in responses.indices {
            result = result.and(responses[index].observe(holds, at: time))
        }
        if let other = network?.observe(holds, at: time) { result = result.and(other) }
        if result.isFinal { compositeDecision = compositeCount - 1 }
        compositeVerdict = result
        return result
    }

    private mutating func observeComponents(_ holds: UInt64) {
        for index in components.indices {
            _ = components[index].monitor.observe(components[index].letter(holds))
        }
    }

    /// The verdict of the components: final truth only when all are; what holds if the trace ends
    /// is asked of each, since an endless and an ended trace may differ.
    private var untimedVerdict: Verdict {
        var isTrue = true
        var holds = true
        for component in components {
            let verdict = component.monitor.verdict
            if verdict == .false { return .false }
            isTrue = isTrue && verdict == .true
            holds = holds && component.monitor.holdsAtEnd
        }
        if isTrue && responses.isEmpty && network == nil { return .true }
        // With other parts open a true component counts by what it says of the ended trace.
        return isTrue && holds ? .true : Verdict(holds: holds, isFinal: false)
    }

    /// Before the first state it is that of a trace where nothing happens, unless the formula
    /// has no alternative.
    package var verdict: Verdict {
        if count == 0 {
            if let automaton, automaton.verdict.isFinal { return automaton.verdict }
            return Verdict(holds: formula.root.holdsOfNothing, isFinal: false)
        }
        return automaton?.verdict ?? compositeVerdict
    }

    /// Whether the formula holds on the trace as if it ended here (LTLf).
    package var verdictAtEnd: Bool {
        if count == 0 { return formula.root.holdsOfNothing }
        if let automaton { return automaton.holdsAtEnd }
        return components.allSatisfy { $0.monitor.holdsAtEnd }
            && responses.allSatisfy { $0.verdict.holds } && network?.verdict.holds ?? true
    }

    /// The position at which the verdict became `true` or `false` for ever.
    package var decidedAt: Int? {
        if let automaton { return automaton.decidedAt }
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
        if let automaton { return automaton.witness }
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
        guard hasStrengthening, verdict.holds else { return false }
        if count == 0 { return true }
        if let automaton { return automaton.isVacuousAtEnd }
        return components.allSatisfy { $0.monitor.isVacuousAtEnd }
            && responses.allSatisfy { $0.isVacuous } && network?.isVacuousAtEnd ?? true
    }

    /// Whether the verdicts over all continuations are exact: `false` for timed formulas, which
    /// may be decided later than logic allows when subformulas contradict each other, and when
    /// the search for a contradiction was given up.
    package var isExact: Bool {
        if let automaton { return automaton.isExact }
        return responses.isEmpty && network == nil && components.allSatisfy { $0.monitor.isExact }
    }

    /// What bounds the memory of this monitor, in words.
    package var memoryBound: String {
        var parts: [String] = []
        let sizes = automaton == nil ? components.map { $0.atoms.count } : [formula.atoms.count]
        for letters in sizes {
            let cells = letters <= Automaton.denseAtoms ? 1 << letters : 1
            parts.append("at most \(Automaton.maximumStates) states of \(cells) transitions")
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
