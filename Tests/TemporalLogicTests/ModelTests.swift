import Testing

@testable import TemporalLogic

struct `A model` {
    /// The values of a formula without past at the positions of a lasso, by fixpoints.
    private func values(_ term: Term, _ letters: [UInt64], loop: Int) -> [Bool] {
        func next(_ i: Int) -> Int { i + 1 < letters.count ? i + 1 : loop }
        func until(_ a: [Bool], _ b: [Bool]) -> [Bool] {
            var result = b
            for _ in 0..<letters.count {
                for i in letters.indices.reversed() {
                    result[i] = b[i] || a[i] && result[next(i)]
                }
            }
            return result
        }
        func not(_ a: [Bool]) -> [Bool] { a.map { !$0 } }
        func both(_ a: [Bool], _ b: [Bool]) -> [Bool] { zip(a, b).map { $0 && $1 } }
        func value(_ term: Term) -> [Bool] {
            switch term {
            case .constant(let constant): return letters.map { _ in constant }
            case .atom(let index): return letters.map { $0 >> UInt64(index) & 1 == 1 }
            case .not(let a): return not(value(a))
            case .and(let terms): return terms.map(value).reduce(letters.map { _ in true }, both)
            case .or(let terms):
                return not(terms.map { not(value($0)) }.reduce(letters.map { _ in true }, both))
            case .implies(let a, let b): return not(both(value(a), not(value(b))))
            case .equivalent(let a, let b): return zip(value(a), value(b)).map { $0 == $1 }
            case .unary(let symbol, _, let a):
                let inner = value(a)
                switch symbol {
                case .next, .weakNext: return inner.indices.map { inner[next($0)] }
                case .finally: return until(letters.map { _ in true }, inner)
                default: return not(until(letters.map { _ in true }, not(inner)))
                }
            case .binary(let symbol, _, let a, let b):
                let left = value(a)
                let right = value(b)
                switch symbol {
                case .until: return until(left, right)
                case .release: return not(until(not(left), not(right)))
                case .strongRelease: return until(right, both(left, right))
                default: return not(until(not(right), both(not(left), not(right))))
                }
            }
        }
        return value(term)
    }

    @Test func `that is one endless word satisfies what the word satisfies`() {
        for seed in 0..<1500 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed)), bounds: .none, hasPast: false)
            let formula = source.formula(depth: 1 + seed % 4)
            let letters = source.trace(length: 1 + source.random.below(6)).states
            let loop = source.random.below(letters.count)
            let model = TransitionModel(
                initial: [0], labels: letters,
                successors: letters.indices.map { [$0 + 1 < letters.count ? $0 + 1 : loop] })
            #expect(
                model.satisfies(formula) == values(formula.root, letters, loop: loop)[0],
                "seed \(seed): \(formula) \(letters) \(loop)")
        }
    }

    @Test func `that branches satisfies what all its paths satisfy`() throws {
        let model = TransitionModel(
            initial: [0], labels: [1, 2, 4], successors: [[1, 2], [0], [2]])
        for (text, expected) in [
            ("p", true), ("G(p -> X(q | r))", true), ("G F p", false), ("F r", false),
            ("G F p | F G r", true), ("G(r -> G r)", true), ("G(r -> O p)", true),
            ("G(q -> Y p)", true), ("G(p -> !O q)", false),
        ] {
            let wrapped = "(p & q & r & false) | (\(text))"
            let formula = try Formula(parsing: wrapped)
            #expect(model.satisfies(formula) == expected, "\(text)")
        }
        #expect(model.satisfies(try Formula(parsing: "F[<=3ms] p")) == nil)
    }

    @Test func `is checked for computation trees`() throws {
        let labels: [UInt64] = [1, 2, 4]
        let successors = [[1, 2], [0], [2]]
        for (text, expected) in [
            ("p", [true, false, false]), ("EX r", [true, false, true]),
            ("AX(q | r)", [true, false, true]), ("EF r", [true, true, true]),
            ("AF r", [false, false, true]), ("EG !r", [true, true, false]),
            ("AG EF r", [true, true, true]), ("A[!r U q]", [false, true, false]),
            ("E[!r U q]", [true, true, false]), ("AG(r -> AG r)", [true, true, true]),
            ("A((p | q) U r)", [false, false, true]), ("E[(p | q) U r]", [true, true, true]),
        ] {
            let names = try BranchingFormula(parsing: "p & q & r & true").propositions
            #expect(names == ["p", "q", "r"])
            let plain = try BranchingFormula(parsing: "(p & q & r & false) | (\(text))")
            #expect(plain.states(labels: labels, successors: successors) == expected, "\(text)")
        }
        #expect(throws: FormulaError(column: 3, message: "an operand is expected here")) {
            try BranchingFormula(parsing: "AG")
        }
        #expect(throws: FormulaError.self) { try BranchingFormula(parsing: "A[p U q") }
        #expect(throws: FormulaError.self) {
            try BranchingFormula(parsing: String(repeating: "EX ", count: 10_000) + "p")
        }
    }
}

struct `A controller` {
    private func synthesis(
        _ inputs: [String], _ outputs: [String], _ assumptions: [String], _ guarantees: [String]
    ) throws -> Controller {
        try Synthesis(
            inputs: inputs, outputs: outputs,
            assumptions: assumptions.map { try Formula(parsing: $0) },
            guarantees: guarantees.map { try Formula(parsing: $0) }
        ).controller()
    }

    @Test func `of two clients grants each request and never both at once`() throws {
        let guarantees = ["G !(g1 & g2)", "G(r1 -> F g1)", "G(r2 -> F g2)", "G(g1 -> O r1)"]
        let controller = try synthesis(["r1", "r2"], ["g1", "g2"], [], guarantees)
        var monitors = try guarantees.map { Monitor(try Formula(parsing: $0)) }
        let names = controller.inputs + controller.outputs
        var random = TestRandom(seed: 1)
        var state = 0
        for step in 0..<500 {
            let input = step < 450 ? random.below(4) : 0
            let move = controller.machine[state][input]
            let letter = UInt64(input) | move.outputs << 2
            state = move.next
            for index in monitors.indices {
                var own: UInt64 = 0
                for (bit, name) in monitors[index].formula.propositions.enumerated() {
                    let place = names.firstIndex(of: name) ?? 0
                    own |= (letter >> UInt64(place) & 1) << UInt64(bit)
                }
                monitors[index].observe(own, at: Double(step))
                #expect(monitors[index].verdict != .false)
            }
        }
        for monitor in monitors { #expect(monitor.verdictAtEnd) }
    }

    @Test func `may lean on its assumptions`() throws {
        let guarantees = ["G(done -> ready)", "G F done"]
        #expect(throws: Synthesis.Failure.unrealizable) {
            try synthesis(["ready"], ["done"], [], guarantees)
        }
        _ = try synthesis(["ready"], ["done"], ["G F ready"], guarantees)
        _ = try synthesis(["a", "b"], ["x"], ["G F a", "G F b"], ["G F(x & a)", "G F(!x & b)"])
        #expect(throws: Synthesis.Failure.unrealizable) {
            try synthesis(["a", "b"], ["x"], ["G F a"], ["G F(x & a)", "G F(!x & b)"])
        }
    }

    @Test func `keeps bounded responses and cannot foresee`() throws {
        _ = try synthesis(["req"], ["ack"], [], ["G(req -> F[<=2] ack)", "G(ack -> X !ack)"])
        #expect(throws: Synthesis.Failure.unrealizable) {
            try synthesis(["in"], ["out"], [], ["G(out <-> X in)"])
        }
        _ = try synthesis(["in"], ["out"], [], ["G(X out <-> in)"])
        _ = try synthesis(["in"], ["out"], ["G !in"], ["G(out <-> X in)"])
    }

    @Test func `is refused for formulas outside the class`() throws {
        #expect(
            throws: Synthesis.Failure.unsupported(
                formula: 0, reason: "neither safety, nor G F p, nor G(p -> F q)")
        ) {
            try synthesis(["a"], ["b"], [], ["F G b"])
        }
        #expect(
            throws: Synthesis.Failure.unsupported(formula: 1, reason: "c is no input or output")
        ) {
            try synthesis(["a"], ["b"], ["G a"], ["G c"])
        }
    }
}
