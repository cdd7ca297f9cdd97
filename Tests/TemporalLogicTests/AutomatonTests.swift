import Testing

@testable import TemporalLogic

struct `The automaton` {
    @Test(.enabled(if: ReferenceValues.isPresent, "the reference values are absent"))
    func `gives the finite, three-valued and four-valued verdicts of every prefix`() throws {
        for item in try ReferenceValues.cases("ltl.json", of: ReferenceValues.Linear.self) {
            let formula = try Formula(parsing: item.formula)
            let made = AutomatonMonitor(
                terms: [formula.root], atomCount: formula.atoms.count)
            var monitor = try #require(made)
            var finite = ""
            var three = ""
            var four = ""
            for names in item.trace {
                let verdict = monitor.observe(formula.propositions.state(names))
                finite += monitor.holdsAtEnd ? "T" : "F"
                switch verdict {
                case .true: (three, four) = (three + "T", four + "T")
                case .false: (three, four) = (three + "F", four + "F")
                case .presumablyTrue: (three, four) = (three + "?", four + "t")
                case .presumablyFalse: (three, four) = (three + "?", four + "f")
                }
            }
            #expect(finite == item.ltlf_prefix, "case \(item.id): \(item.formula)")
            #expect(three == item.ltl3_prefix, "case \(item.id): \(item.formula)")
            #expect(four == item.rv4_prefix, "case \(item.id): \(item.formula)")
            #expect(monitor.isExact)
        }
    }
}
