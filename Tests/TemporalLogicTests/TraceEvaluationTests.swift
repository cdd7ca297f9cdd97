import Testing

@testable import TemporalLogic

struct `The definitions, evaluated plainly,` {
    @Test(.enabled(if: ReferenceValues.isPresent, "the reference values are absent"))
    func `give the finite-trace verdict of every prefix`() throws {
        for item in try ReferenceValues.cases("ltl.json", of: ReferenceValues.Linear.self) {
            let formula = try Formula(parsing: item.formula)
            let states = item.trace.map { formula.propositions.state($0) }
            var found = ""
            for count in 1...states.count {
                let trace = TraceEvaluation(
                    states: Array(states[..<count]), times: (0..<count).map { Int64($0) })
                found += trace.values(of: formula.root)[0].holds ? "T" : "F"
            }
            #expect(found == item.ltlf_prefix, "case \(item.id): \(item.formula)")
        }
    }

    @Test(.enabled(if: ReferenceValues.isPresent, "the reference values are absent"))
    func `give the past's verdict at every event`() throws {
        let file = "mtl_past_discrete.json"
        for item in try ReferenceValues.cases(file, of: ReferenceValues.PastDiscrete.self) {
            let formula = try Formula(parsing: item.formula)
            let states = item.trace.map { formula.propositions.state($0) }
            let trace = TraceEvaluation(
                states: states, times: states.indices.map { Int64($0) })
            let values = trace.values(of: formula.root)
            #expect(values.allSatisfy { $0.isFinal })
            let found = values.map { $0.holds ? "1" : "0" }.joined()
            #expect(found == item.verdict, "case \(item.id): \(item.formula)")
        }
    }

    @Test(.enabled(if: ReferenceValues.isPresent, "the reference values are absent"))
    func `give the earliest and the closed verdict of timed traces`() throws {
        let file = "mtl_timestamped.json"
        for item in try ReferenceValues.cases(file, of: ReferenceValues.Timestamped.self) {
            let formula = try Formula(parsing: item.formula, boundsIn: .milliseconds)
            let trace = TraceEvaluation(
                states: item.trace.map { formula.propositions.state($0.names) },
                times: item.trace.map { Int64($0.time) * 1_000_000 })
            let values = trace.values(of: formula.root)
            let early = values.map { $0.isFinal ? $0.holds ? "1" : "0" : "?" }.joined()
            #expect(early == item.own3, "case \(item.id): \(item.formula)")
            for (value, expected) in zip(values, item.verdict_closed) where expected != "?" {
                #expect(value.holds == (expected == "1"), "case \(item.id): \(item.formula)")
            }
        }
    }
}
