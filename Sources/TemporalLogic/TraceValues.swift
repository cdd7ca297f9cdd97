/// The truth values of a network's nodes at every position of a recorded trace, in linear time.
///
/// The operators are read in the direction in which they need one pass: since forwards, until
/// backwards, each three times over (what is sure, what is possible, what holds at the end).
struct TraceValues: Sendable {
    private let network: MetricNetwork
    private let states: [UInt64]
    private let times: [Int64]
    /// For each node its value at each position.
    private var values: [[TruthValue]] = []

    init(_ network: MetricNetwork, states: [UInt64], times: [Int64]) {
        self.network = network
        self.states = states
        self.times = times
        for node in network.nodes { values.append(evaluate(node)) }
    }

    func value(_ node: Int, at position: Int) -> TruthValue { values[node][position] }

    private func evaluate(_ node: MetricNetwork.Node) -> [TruthValue] {
        switch node.kind {
        case .constant(let value): return states.map { _ in value ? .yes : .no }
        case .atom(let index):
            return states.map { $0 >> UInt64(index) & 1 == 1 ? .yes : .no }
        case .not: return values[node.left].map { $0.negated }
        case .and: return states.indices.map { values[node.left][$0] & values[node.right][$0] }
        case .or: return states.indices.map { values[node.left][$0] | values[node.right][$0] }
        case .equivalent:
            return states.indices.map {
                values[node.left][$0].isEquivalent(to: values[node.right][$0])
            }
        case .next(let isWeak): return next(node, isWeak)
        case .previous:
            return states.indices.map { position in
                guard position > 0, isWithin(node.bound, position - 1, position) else {
                    return .no
                }
                return values[node.left][position - 1]
            }
        case .until: return reach(node, isFuture: true)
        case .since: return reach(node, isFuture: false)
        }
    }

    private func reading(_ bound: Interval?, _ position: Int) -> Int64 {
        bound?.unit == .nanoseconds ? times[position] : Int64(position)
    }

    private func isWithin(_ bound: Interval?, _ from: Int, _ to: Int) -> Bool {
        bound?.contains(reading(bound, to) - reading(bound, from)) ?? true
    }

    private func next(_ node: MetricNetwork.Node, _ isWeak: Bool) -> [TruthValue] {
        states.indices.map { position in
            guard position + 1 < states.count else { return isWeak ? .pendingYes : .pendingNo }
            guard isWithin(node.bound, position, position + 1) else { return isWeak ? .yes : .no }
            return values[node.left][position + 1]
        }
    }

    private func reach(_ node: MetricNetwork.Node, isFuture: Bool) -> [TruthValue] {
        var result = [TruthValue](repeating: .pendingNo, count: states.count)
        guard let last = states.indices.last else { return result }
        var sure = SinceQueue(bound: node.bound)
        var possible = SinceQueue(bound: node.bound)
        var atEnd = SinceQueue(bound: node.bound)
        let end = reading(node.bound, last)
        var reachesEnd = isFuture
        for step in states.indices {
            let place = isFuture ? last - step : step
            let left = values[node.left][place]
            let right = values[node.right][place]
            // Distances are what counts, so an until reads the clock backwards.
            let clock = reading(node.bound, place) * (isFuture ? -1 : 1)
            reachesEnd = reachesEnd && left.isPossible
            let isSure = sure.step(left: left == .yes, right: right == .yes, clock: clock)
            var isPossible = possible.step(
                left: left.isPossible, right: right.isPossible, clock: clock)
            let holds = atEnd.step(left: left.holds, right: right.holds, clock: clock)
            if reachesEnd && !isClosed(node.bound, distance: end + clock) { isPossible = true }
            result[place] =
                isSure ? .yes : !isPossible ? .no : TruthValue(holds: holds, isFinal: false)
        }
        return result
    }

    private func isClosed(_ bound: Interval?, distance: Int64) -> Bool {
        guard let bound, let upper = bound.upper else { return false }
        return bound.unit == .events ? distance >= upper : distance > upper
    }
}
