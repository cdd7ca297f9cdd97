/// Monitors many formulas over one stream.
///
/// Equal formulas run once, and formulas that differ in the names of their propositions only walk
/// the same automaton. An event costs what the propositions it changes touch: an automaton whose
/// last step was a loop takes the same step while its propositions stay, so it is not visited.
package struct PropertySet: Sendable {
    /// Where a formula's monitor is.
    private enum Place: Sendable {
        case run(Int)
        case monitor(Int)
    }

    /// A walk through a shared automaton.
    private struct Walker: Sendable {
        var run = AutomatonRun()
        var automaton: Int
        /// The global number of each of its propositions.
        var propositions: [Int]
        var isSteady = false
        var formulas: [Int] = []
    }

    /// A monitor of its own, for formulas with timed conjuncts.
    private struct Single: Sendable {
        var monitor: Monitor
        var propositions: [Int]
        var formulas: [Int] = []
    }

    package let formulas: [Formula]
    /// The printed propositions of all formulas; bit `i % 64` of word `i / 64` is the `i`th.
    package private(set) var propositions: [String] = []
    private var places: [Place] = []
    private var automata: [Automaton] = []
    private var walkers: [Walker] = []
    private var singles: [Single] = []
    /// The walkers that read each proposition.
    private var readers: [[Int]] = []
    private var state: [UInt64] = []
    private var restless: [Int] = []
    /// The number of states observed.
    package private(set) var count = 0

    package init(_ formulas: [Formula]) {
        self.formulas = formulas
        var numbers: [[UInt8]: Int] = [:]
        var automatonNumbers: [Term: Int] = [:]
        var known: [Formula: Place] = [:]
        for (index, formula) in formulas.enumerated() {
            if let place = known[formula] {
                join(index, place)
                continue
            }
            var mapping: [Int] = []
            for atom in formula.atoms {
                let number = numbers[atom.text] ?? numbers.count
                if number == propositions.count {
                    numbers[atom.text] = number
                    propositions.append(String(decoding: atom.text, as: UTF8.self))
                    readers.append([])
                }
                mapping.append(number)
            }
            let place = add(formula, mapping, &automatonNumbers)
            known[formula] = place
            join(index, place)
        }
        state = [UInt64](repeating: 0, count: (propositions.count + 63) / 64)
        restless = Array(walkers.indices)
    }

    private mutating func join(_ formula: Int, _ place: Place) {
        places.append(place)
        switch place {
        case .run(let walker): walkers[walker].formulas.append(formula)
        case .monitor(let single): singles[single].formulas.append(formula)
        }
    }

    private mutating func add(
        _ formula: Formula, _ mapping: [Int], _ automatonNumbers: inout [Term: Int]
    ) -> Place {
        guard let number = automaton(for: formula, &automatonNumbers) else {
            singles.append(Single(monitor: Monitor(formula), propositions: mapping))
            return .monitor(singles.count - 1)
        }
        for proposition in mapping { readers[proposition].append(walkers.count) }
        walkers.append(Walker(automaton: number, propositions: mapping))
        return .run(walkers.count - 1)
    }

    /// The automaton of an untimed formula, new if no formula has the same tree.
    private mutating func automaton(
        for formula: Formula, _ numbers: inout [Term: Int]
    ) -> Int? {
        if let known = numbers[formula.root] { return known }
        let terms = formula.root.strengthened.map { [formula.root, $0] } ?? [formula.root]
        guard Monitor.needsOneAutomaton(formula),
            let automaton = Automaton(
                terms: terms, atomCount: formula.atoms.count, forgetsByItself: false)
        else { return nil }
        numbers[formula.root] = automata.count
        automata.append(automaton)
        return automata.count - 1
    }

    /// The automata that the formulas share.
    package var automatonCount: Int { automata.count }

    /// The states of all automata.
    package var stateCount: Int { automata.reduce(0) { $0 + $1.stateCount } }

    /// Takes the next state, one bit per proposition, and yields the formulas whose verdicts
    /// changed, in ascending order.
    package mutating func observe(_ holds: [UInt64], at milliseconds: Double) -> [Int] {
        precondition(holds.count >= state.count)
        var changed: [Int] = []
        for word in state.indices {
            var difference = state[word] ^ holds[word]
            state[word] = holds[word]
            while difference != 0 {
                let proposition = word * 64 + difference.trailingZeroBitCount
                difference &= difference - 1
                guard proposition < readers.count else { break }
                for walker in readers[proposition] where walkers[walker].isSteady {
                    walkers[walker].isSteady = false
                    restless.append(walker)
                }
            }
        }
        visitRestless(&changed)
        for index in singles.indices {
            let before = singles[index].monitor.verdict
            let letter = letter(singles[index].propositions)
            let after = singles[index].monitor.observe(letter, at: milliseconds)
            if before != after || count == 0 { changed += singles[index].formulas }
        }
        count += 1
        for index in automata.indices where automata[index].isFull { forgetStates(index) }
        changed.sort()
        return changed
    }

    private func letter(_ propositions: [Int]) -> UInt64 {
        var letter: UInt64 = 0
        for (bit, proposition) in propositions.enumerated() {
            letter |= (state[proposition >> 6] >> UInt64(proposition & 63) & 1) << UInt64(bit)
        }
        return letter
    }

    /// Steps the walkers whose state or letter may change; those that loop leave the list.
    private mutating func visitRestless(_ changed: inout [Int]) {
        var kept = 0
        for index in restless.indices {
            let walker = restless[index]
            let automaton = walkers[walker].automaton
            let letter = letter(walkers[walker].propositions)
            let state = walkers[walker].run.state
            let before = walkers[walker].run.entry
            walkers[walker].run.position = count
            let after = walkers[walker].run.observe(letter, in: &automata[automaton])
            if !before.isPresent || before.verdict != after {
                changed += walkers[walker].formulas
            }
            walkers[walker].isSteady = walkers[walker].run.state == state
            if !walkers[walker].isSteady {
                restless[kept] = walker
                kept += 1
            }
        }
        restless.removeSubrange(kept...)
    }

    private mutating func forgetStates(_ automaton: Int) {
        let users = walkers.indices.filter { walkers[$0].automaton == automaton }
        var states = users.map { walkers[$0].run.state }
        automata[automaton].forget(allBut: &states)
        for (index, user) in users.enumerated() { walkers[user].run.state = states[index] }
    }

    package func verdict(of formula: Int) -> Verdict {
        switch places[formula] {
        case .run(let index):
            let verdict = walkers[index].run.verdict(in: automata[walkers[index].automaton])
            if count > 0 || verdict.isFinal { return verdict }
            return Verdict(holds: formulas[formula].root.holdsOfNothing, isFinal: false)
        case .monitor(let index): return singles[index].monitor.verdict
        }
    }

    /// Whether the formula holds if the trace ends here.
    package func verdictAtEnd(of formula: Int) -> Bool {
        switch places[formula] {
        case .run(let index):
            count == 0 ? formulas[formula].root.holdsOfNothing : walkers[index].run.entry.holds
        case .monitor(let index): singles[index].monitor.verdictAtEnd
        }
    }

    package func decidedAt(of formula: Int) -> Int? {
        switch places[formula] {
        case .run(let index):
            walkers[index].run.decision(in: automata[walkers[index].automaton])
        case .monitor(let index): singles[index].monitor.decidedAt
        }
    }

    package func isVacuous(_ formula: Int) -> Bool {
        switch places[formula] {
        case .run(let index):
            verdict(of: formula).holds && automata[walkers[index].automaton].hasStrengthening
                && (count == 0 || walkers[index].run.entry.isVacuous)
        case .monitor(let index): singles[index].monitor.isVacuous
        }
    }

    /// Positions of events that show why the verdict is what it is.
    package func witness(of formula: Int) -> [Int] {
        switch places[formula] {
        case .run(let index):
            walkers[index].run.witness(in: automata[walkers[index].automaton]).map { $0.position }
        case .monitor(let index): singles[index].monitor.witness
        }
    }

    /// The verdict and its reason in one sentence.
    package func explanation(of formula: Int) -> String {
        switch places[formula] {
        case .run(let index):
            Explanation(
                formula: formulas[formula], verdict: verdict(of: formula),
                decidedAt: decidedAt(of: formula),
                steps: walkers[index].run.witness(in: automata[walkers[index].automaton]),
                isVacuous: isVacuous(formula)
            ).sentence
        case .monitor(let index): singles[index].monitor.explanation
        }
    }
}
