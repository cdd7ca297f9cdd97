import Testing

@testable import TemporalLogic

struct `A set of properties` {
    @Test func `gives each the verdicts that it has alone`() {
        for seed in 0..<60 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed)), bounds: seed % 3 == 0 ? .mixed : .none,
                hasPast: true)
            var formulas: [Formula] = []
            for index in 0..<20 {
                let formula = source.formula(depth: 1 + index % 3)
                let names = (0..<3).map { Array("x\((index * 7 + $0) % 9)".utf8) }
                formulas.append(
                    Formula(
                        root: formula.root,
                        atoms: names.map {
                            Atom(text: $0, proposition: .name(String(decoding: $0, as: UTF8.self)))
                        }))
            }
            var set = PropertySet(formulas)
            var alone = formulas.map { Monitor($0) }
            var state: UInt64 = 0
            for step in 0..<40 {
                state ^= 1 << UInt64(source.random.below(12))
                let before = formulas.indices.map { set.verdict(of: $0) }
                let changed = set.observe([state], at: Double(step))
                for (index, formula) in formulas.enumerated() {
                    var letter: UInt64 = 0
                    for (bit, name) in formula.propositions.enumerated() {
                        let place = set.propositions.firstIndex(of: name) ?? 0
                        letter |= (state >> UInt64(place) & 1) << UInt64(bit)
                    }
                    let verdict = alone[index].observe(letter, at: Double(step))
                    #expect(set.verdict(of: index) == verdict, "seed \(seed): \(formula)")
                    #expect(set.verdictAtEnd(of: index) == alone[index].verdictAtEnd)
                    #expect(set.decidedAt(of: index) == alone[index].decidedAt)
                    #expect(set.witness(of: index) == alone[index].witness, "\(formula)")
                    #expect(set.isVacuous(index) == alone[index].isVacuous)
                    if step > 0 { #expect(changed.contains(index) == (verdict != before[index])) }
                }
            }
        }
    }

    @Test func `shares automata between formulas that differ in names`() throws {
        let formulas = try (0..<2000).map {
            try Formula(parsing: "G(call\($0) -> (!end\($0) U answer\($0)))")
        }
        var set = PropertySet(formulas + formulas)
        #expect(set.automatonCount == 1)
        var state = [UInt64](repeating: 0, count: (set.propositions.count + 63) / 64)
        _ = set.observe(state, at: 0)
        let place = try #require(set.propositions.firstIndex(of: "call77"))
        state[place / 64] |= 1 << UInt64(place % 64)
        #expect(set.observe(state, at: 1) == [77, 2077])
        #expect(set.verdict(of: 2077) == .presumablyFalse)
        #expect(set.stateCount < 10)
    }
}
