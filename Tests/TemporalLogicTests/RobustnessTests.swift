import Testing

@testable import TemporalLogic

struct `The robustness` {
    /// A value or an infinity, as the reference values write it.
    private struct Margin: Decodable {
        let value: Double

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                value = text.hasPrefix("-") ? -.infinity : .infinity
            } else {
                value = try container.decode(Double.self)
            }
        }
    }

    private struct Case: Decodable {
        let id: Int
        let formula: String
        let x: [Double]
        let y: [Double]
        let robustness: [Margin]
        let valid_until: Int
    }

    @Test(.enabled(if: ReferenceValues.isPresent, "the reference values are absent"))
    func `agrees with the reference`() throws {
        for item in try ReferenceValues.cases("stl_robustness.json", of: Case.self) {
            let formula = try Formula(parsing: item.formula)
            let margins = formula.atomMeanings.map { meaning -> [Double] in
                guard case .comparison(let field, _, _) = meaning else { return [] }
                return (field == "x" ? item.x : item.y).map { meaning.margin(of: $0) ?? .nan }
            }
            let found = Robustness(formula).values(
                margins: margins, milliseconds: item.x.indices.map { Double($0) })
            for index in 0..<min(item.valid_until, found.count) {
                let expected = item.robustness[index].value
                #expect(
                    found[index] == expected || abs(found[index] - expected) < 1e-9,
                    "case \(item.id): \(item.formula) at \(index)")
            }
        }
    }

    @Test func `has the sign of the verdict`() {
        for seed in 0..<500 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed)), bounds: .mixed, hasPast: true)
            let formula = source.formula(depth: 3)
            let trace = source.trace(length: 12)
            let margins = (0..<3).map { bit in
                trace.states.map { $0 >> UInt64(bit) & 1 == 1 ? 1.0 : -1.0 }
            }
            let found = Robustness(formula).values(
                margins: margins, milliseconds: trace.times.map { Double($0) / 1e6 })
            let expected = TraceEvaluation(states: trace.states, times: trace.times)
                .values(of: formula.root)
            #expect(found.map { $0 > 0 } == expected.map { $0.holds }, "\(formula)")
        }
    }
}
