/// Where a recorded trace violates a formula.
package enum Violations {
    /// For `G p` (in any nesting of conjunctions) the positions at which `p` is false whatever
    /// follows; for another formula position 0 when it is false there for ever. In order, once
    /// each. Linear in the trace for every conjunct.
    package static func positions(
        of formula: Formula, states: [UInt64], milliseconds: [Double]
    ) -> [Int] {
        let times = milliseconds.map { Monitor.nanoseconds($0) }
        var found: [Int] = []
        for term in formula.root.conjuncts {
            var body = term
            var isEverywhere = false
            if case .unary(.globally, nil, let inner) = term {
                body = inner
                isEverywhere = true
            }
            var network = MetricNetwork()
            let root = network.node(for: body)
            let values = TraceValues(network, states: states, times: times)
            for position in isEverywhere ? states.indices : states.indices.prefix(1)
            where values.value(root, at: position) == .no {
                found.append(position)
            }
        }
        found.sort()
        var result: [Int] = []
        for position in found where result.last != position { result.append(position) }
        return result
    }
}
