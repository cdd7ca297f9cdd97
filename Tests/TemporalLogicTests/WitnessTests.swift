import Testing

@testable import TemporalLogic

struct WitnessTests {
    private func monitor(_ formula: Formula, _ states: [UInt64], _ times: [Double]) -> Monitor {
        var monitor = Monitor(formula)
        for (place, state) in states.enumerated() { monitor.observe(state, at: times[place]) }
        return monitor
    }

    @Test(arguments: [
        ("X a", [0, 1], [1]), ("a U b", [1, 1, 2], [0, 1, 2]), ("b R a", [1, 3], [0, 1]),
        ("F(b & H a)", [1, 1, 3], [0, 1, 2]), ("F(b & Y a)", [1, 2], [0, 1]),
        ("G[2,inf] a", [0, 0, 1, 0], [3]), ("a W b", [1, 2, 0], [0, 1]),
        ("b M a", [3, 0], [0]), ("G(a -> X b)", [0, 1, 0], [1, 2]), ("a | true", [0], []),
    ])
    func `is what the smallest proof reads`(
        text: String, states: [UInt64], expected: [Int]
    ) throws {
        // The letters are numbered as they stand in the formula.
        let formula = try Formula(parsing: text)
        let isSwapped = formula.atoms.first.map { String(decoding: $0.text, as: UTF8.self) } == "b"
        let states = isSwapped ? states.map { $0 >> 1 & 1 | ($0 & 1) << 1 } : states
        let times = states.indices.map { Double($0) }
        let witness = try #require(
            TraceWitness(monitor(formula, states, times), states: states, milliseconds: times))
        #expect(witness.positions == expected, "\(text)")
        #expect(witness.isProof)
    }

    @Test(arguments: 0..<40)
    func `decides whatever happens at the other positions`(seed: UInt64) throws {
        var random = TestRandom(seed: seed &+ 977)
        for _ in 0..<40 {
            let text = formula(3, &random)
            let formula = try Formula(parsing: text)
            let count = 1 + Int(random.next() % 5)
            let states = (0..<count).map { _ in random.next() & 3 }
            var clock = 0.0
            let times = (0..<count).map { _ -> Double in
                clock += Double(random.next() % 3)
                return clock
            }
            let decided = monitor(formula, states, times)
            guard
                let witness = TraceWitness(decided, states: states, milliseconds: times)
            else { continue }
            let free = states.indices.filter { !witness.positions.contains($0) }
            for letters in 0..<(1 << (2 * free.count)) {
                var other = states
                for (index, place) in free.enumerated() {
                    other[place] = UInt64(letters >> (2 * index) & 3)
                }
                let verdict = monitor(formula, other, times).verdict
                if verdict != decided.verdict {
                    Issue.record("\(text) on \(states) at \(times): \(witness) but \(other)")
                    break
                }
            }
        }
    }

    @Test func `of a long trace is found, or all events up to the deciding one`() throws {
        let count = 20_000
        var states = [UInt64](repeating: 1, count: count)
        states[count - 5000] = 2
        let times = states.indices.map { Double($0) }
        let formula = try Formula(parsing: "G(a -> G[<=3000] !b)")
        let witness = try #require(
            TraceWitness(monitor(formula, states, times), states: states, milliseconds: times))
        #expect(witness.positions == [12_000, 15_000])
        #expect(witness.isProof)
        let violations = Violations.positions(of: formula, states: states, milliseconds: times)
        #expect(violations == Array(12_000..<15_000))
        var prover = Prover(
            formula, states: states, milliseconds: times, isComplete: true, effort: 1000)
        #expect(prover.witness(at: 0) == nil)
        #expect(prover.proof(at: 0) == nil)
        #expect(prover.isExhausted)
    }

    private func formula(_ depth: Int, _ random: inout TestRandom) -> String {
        if depth == 0 || random.next() % 6 == 0 { return random.next() % 2 == 0 ? "a" : "b" }
        let bounds = ["", "", "[0,2]", "[1,3]", "[<=2ms]", "[1ms,inf]"]
        let bound = bounds[Int(random.next() % 6)]
        let unary = ["!", "X", "N", "Y", "F", "G", "O", "H"]
        let binary = ["&", "|", "->", "<->", "U", "R", "W", "M", "S"]
        let left = "(" + formula(depth - 1, &random) + ")"
        let choice = Int(random.next() % 17)
        if choice < 8 { return unary[choice] + (choice < 4 ? "" : bound) + left }
        let right = "(" + formula(depth - 1, &random) + ")"
        return left + " " + binary[choice - 8] + (choice < 12 ? "" : bound) + " " + right
    }
}
