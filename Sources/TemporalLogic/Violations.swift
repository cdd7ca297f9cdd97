/// Where a recorded trace violates a formula.
package enum Violations {
    /// For `G p` (in any nesting of conjunctions) the positions at which `p` is false whatever
    /// follows; for another formula position 0 when it is false there for ever. In order, once
    /// each. Linear in the trace for every conjunct.
    package static func positions(
        of formula: Formula, states: [UInt64], milliseconds: [Double]
    ) -> [Int] {
        var found: [Int] = []
        for term in formula.root.conjuncts {
            var body = term
            var isEverywhere = false
            if case .unary(.globally, nil, let inner) = term {
                body = inner
                isEverywhere = true
            }
            var monitor = PointwiseMonitor(Formula(root: body, atoms: formula.atoms))
            for (place, state) in states.enumerated() {
                for answer in monitor.observe(state, at: milliseconds[place])
                where !answer.holds && (isEverywhere || answer.position == 0) {
                    found.append(answer.position)
                }
            }
        }
        found.sort()
        var result: [Int] = []
        for position in found where result.last != position { result.append(position) }
        return result
    }
}
