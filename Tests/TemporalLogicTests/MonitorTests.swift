import Testing

@testable import TemporalLogic

struct `A monitor` {
    private func run(_ text: String, _ letters: [String]) throws -> Monitor {
        let formula = try Formula(parsing: text)
        var monitor = Monitor(formula)
        for (index, names) in letters.enumerated() {
            monitor.observe(formula.propositions.state(names), at: Double(index))
        }
        return monitor
    }

    @Test func `agrees with the definitions on untimed formulas with past`() {
        for seed in 0..<1000 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed)), bounds: .none, hasPast: true)
            let formula = source.formula(depth: 1 + seed % 4)
            let trace = source.trace(length: 8)
            var monitor = Monitor(formula)
            for (index, state) in trace.states.enumerated() {
                let verdict = monitor.observe(state, at: 0)
                let value = TraceEvaluation(
                    states: Array(trace.states[...index]), times: Array(trace.times[...index])
                ).values(of: formula.root)[0]
                #expect(monitor.verdictAtEnd == value.holds, "seed \(seed): \(formula)")
                if value.isFinal {
                    #expect(verdict == (value.holds ? .true : .false), "\(formula)")
                }
            }
        }
    }

    @Test func `never takes a final verdict back`() {
        for seed in 0..<600 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed)), bounds: .none, hasPast: true)
            let formula = source.formula(depth: 3)
            let trace = source.trace(length: 12)
            var monitor = Monitor(formula)
            var final: Verdict?
            for (index, state) in trace.states.enumerated() {
                let verdict = monitor.observe(state, at: 0)
                if let final { #expect(verdict == final) }
                if verdict.isFinal && final == nil {
                    final = verdict
                    #expect(monitor.decidedAt == index)
                }
            }
        }
    }

    @Test func `answers bounded responses as the network does`() throws {
        let formulas = [
            "G(p -> F[<=3] q)", "G(p -> F[2ns,5ns] q)", "G(p -> G[<=4ns] !q)", "G(p & !r -> F q)",
            "G(p -> (q U[1ns,6ns] r))", "G(p -> (q R[<=2] r))", "G((p | r) -> F[<=9] (q & !p))",
            "G(p -> G[3,5] (q | r))", "G(p & O[<=3ns] r -> F[<=2ns] q)", "G(p -> O[1ns,7ns] q)",
            "G(!p | Y[<=2ns] q | F[1ns,5ns] r)", "G(true -> F[<=4ns] p)",
        ]
        for text in formulas {
            let formula = try Formula(parsing: text)
            let places = RandomFormulas.atoms.map { formula.atoms.firstIndex(of: $0) }
            for seed in 0..<400 {
                var source = RandomFormulas(
                    random: TestRandom(seed: UInt64(seed)), bounds: .none, hasPast: false)
                let trace = source.trace(length: 25)
                guard var response = ResponseMonitor(formula.root, atomCount: formula.atoms.count)
                else {
                    Issue.record(Comment(rawValue: text))
                    return
                }
                var network = OriginMonitor(terms: [formula.root])
                for (index, drawn) in trace.states.enumerated() {
                    var state: UInt64 = 0
                    for (bit, place) in places.enumerated() where drawn >> UInt64(bit) & 1 == 1 {
                        if let place { state |= 1 << UInt64(place) }
                    }
                    let verdict = response.observe(state, at: trace.times[index])
                    network.observe(state, at: trace.times[index])
                    let value = network.value(0)
                    #expect(
                        verdict == Verdict(holds: value.holds, isFinal: value.isFinal),
                        "seed \(seed): \(text) after \(index)")
                    if value.isFinal {
                        #expect(response.witness == network.witness, "seed \(seed): \(text)")
                        break
                    }
                }
            }
        }
    }

    @Test func `splits a conjunction among its engines without a difference`() {
        for seed in 0..<1200 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed)), bounds: .mixed, hasPast: true)
            let body = Term.implies(source.term(depth: 1), source.term(depth: 2))
            let other = Term.implies(source.term(depth: 0), source.term(depth: 1))
            let root = Term.and([
                .unary(.globally, nil, .and([body, other])), source.term(depth: 2),
            ])
            let formula = Formula(root: root, atoms: RandomFormulas.atoms)
            let trace = source.trace(length: 12)
            var monitor = Monitor(formula)
            for (index, state) in trace.states.enumerated() {
                let verdict = monitor.observe(state, at: Double(trace.times[index]) / 1e6)
                let value = TraceEvaluation(
                    states: Array(trace.states[...index]), times: Array(trace.times[...index])
                ).values(of: root)[0]
                #expect(verdict == monitor.verdict)
                if value.isFinal {
                    #expect(verdict == (value.holds ? .true : .false), "\(formula)")
                }
                if verdict.isFinal { break }
                #expect(monitor.verdictAtEnd == value.holds, "seed \(seed): \(formula)")
            }
        }
    }

    @Test func `gives independent conjuncts the verdict of the whole`() throws {
        for seed in 0..<600 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed)), bounds: .none, hasPast: true)
            let first = source.term(depth: 2)
            let second = source.term(depth: 2).renamed([8, 9, 10])
            let root = Term.and([first, second])
            let atoms = (0..<11).map {
                Atom(text: Array("a\($0)".utf8), proposition: .name("a\($0)"))
            }
            var monitor = Monitor(Formula(root: root, atoms: atoms))
            guard var whole = AutomatonMonitor(terms: [root], atomCount: 11) else { continue }
            for _ in 0..<12 {
                let state = UInt64(source.random.below(2048))
                let verdict = monitor.observe(state, at: 0)
                #expect(verdict == whole.observe(state), "seed \(seed): \(monitor.formula)")
                #expect(monitor.verdictAtEnd == whole.holdsAtEnd)
                #expect(monitor.decidedAt == whole.decidedAt)
            }
        }
    }

    @Test func `shows a violation by the events that cause it`() throws {
        let monitor = try run("G(a -> X b)", ["", "ab", "b", "", "a", "c", "b"])
        #expect(monitor.verdict == .false)
        #expect(monitor.decidedAt == 5)
        #expect(monitor.witness == [4, 5])
        #expect(
            monitor.explanation
                == "False for ever since event 5: decided at events 4 (a) and 5 (none of the propositions)."
        )
    }

    @Test func `shows what is still open`() throws {
        let monitor = try run("G(a -> F b)", ["a", "b", "", "a", "", "a"])
        #expect(monitor.verdict == .presumablyFalse)
        #expect(monitor.witness == [3])
    }

    @Test func `gives a witness that decides by itself and of which nothing can be left out`() {
        for seed in 0..<500 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed)), bounds: .none, hasPast: true)
            let formula = source.formula(depth: 3)
            let trace = source.trace(length: 16)
            var monitor = Monitor(formula)
            for state in trace.states { monitor.observe(state, at: 0) }
            guard monitor.verdict.isFinal else { continue }
            let witness = monitor.witness
            func verdict(_ positions: [Int]) -> Verdict {
                var again = Monitor(formula)
                for position in positions { again.observe(trace.states[position], at: 0) }
                return again.verdict
            }
            #expect(verdict(witness) == monitor.verdict, "\(formula)")
            for left in witness.indices where witness.count > 1 {
                var shorter = witness
                shorter.remove(at: left)
                #expect(verdict(shorter) != monitor.verdict, "\(formula) \(witness)")
            }
        }
    }

    @Test func `knows a property that held because nothing happened`() throws {
        #expect(try run("G(a -> F b)", ["", "b", ""]).isVacuous)
        #expect(try !run("G(a -> F b)", ["", "a", "b"]).isVacuous)
        #expect(try run("G(a -> F[<=9ms] b)", ["", "b", ""]).isVacuous)
        #expect(try !run("G(a -> F[<=9ms] b)", ["", "a", "b"]).isVacuous)
        #expect(try !run("G !a", ["", ""]).isVacuous)
        #expect(try run("G(a -> F[<=9ms] b) & G(c -> b)", ["", "b", ""]).isVacuous)
    }

    @Test func `takes a formula that is too intricate for an automaton`() throws {
        let first = (0..<30).map { "a\($0)" }.joined(separator: " | ")
        let pairs = (0..<30).map { "a\($0) & b\($0)" }.joined(separator: " | ")
        let formula = try Formula(parsing: "F((\(first)) & (\(pairs)))")
        var monitor = Monitor(formula)
        #expect(monitor.observe(1, at: 0) == .presumablyFalse)
        #expect(monitor.observe(1 | 1 << 31, at: 1) == .presumablyFalse)
        #expect(monitor.observe(2 | 1 << 31, at: 2) == .true)
        #expect(monitor.decidedAt == 2)
    }

    @Test func `has a verdict before anything happens`() throws {
        #expect(try run("G !a", []).verdict == .presumablyTrue)
        #expect(try run("G(a -> F[<=5ms] b)", []).verdict == .presumablyTrue)
        #expect(try run("G(a -> F[<=5ms] b)", []).isVacuous)
        #expect(try run("F a", []).verdict == .presumablyFalse)
        #expect(try run("a | !a", []).verdict == .true)
        #expect(try run("F a & G F[<=3ms] b", []).verdictAtEnd == false)
        #expect(try run("a W b", []).verdictAtEnd)
    }

    @Test func `takes any time and rounds to nanoseconds`() throws {
        #expect(Monitor.nanoseconds(0.0000005) == 1)
        #expect(Monitor.nanoseconds(-1.5e-6) == -2)
        #expect(Monitor.nanoseconds(4_503_599_627.370497) == 4_503_599_627_370_497)
        #expect(Monitor.nanoseconds(.nan) == 0)
        for text in ["G(a -> F[<=5ms] b)", "G(a -> F[<=5ms] b | G[2ms,9ms] a)", "O[<=3ms] a"] {
            var monitor = Monitor(try Formula(parsing: text))
            for time in [-1e300, -.infinity, 3, .nan, 1e300, .infinity, -5, 7e18] {
                monitor.observe(1, at: time)
            }
        }
    }

    @Test func `follows intricate states letter by letter`() throws {
        let left = (0..<10).map { "G F p\($0)" }.joined(separator: " & ")
        let right = (0..<10).map { "G F q\($0)" }.joined(separator: " & ")
        let formula = try Formula(parsing: "(\(left)) -> (\(right))")
        var monitor = Monitor(formula)
        var random = TestRandom(seed: 2)
        var states: [UInt64] = []
        for _ in 0..<25 {
            states.append(random.below(3) == 0 ? (1 << 20) - 1 : random.next() | random.next())
            monitor.observe(states[states.count - 1], at: 0)
            let value = TraceEvaluation(states: states, times: states.map { _ in 0 })
                .values(of: formula.root)[0]
            #expect(monitor.verdictAtEnd == value.holds)
        }
        #expect(!monitor.isExact)
    }

    @Test func `forgets states rather than grow without bound`() {
        for seed in 0..<800 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed)), bounds: .none, hasPast: true)
            let formula = source.formula(depth: 3)
            let trace = source.trace(length: 20)
            guard var roomy = AutomatonMonitor(terms: [formula.root], atomCount: 3),
                var tight = AutomatonMonitor(
                    terms: [formula.root], atomCount: 3, stateLimit: 2)
            else {
                Issue.record("a small formula is refused")
                return
            }
            for state in trace.states {
                #expect(roomy.observe(state) == tight.observe(state), "seed \(seed): \(formula)")
                #expect(roomy.holdsAtEnd == tight.holdsAtEnd)
                #expect(tight.stateCount <= 2)
            }
        }
    }
}
