extension MetricNetwork {
    /// Evaluates until over open operands on its whole window: what is sure, what is possible and
    /// what holds if the trace ends here. Linear in the window.
    mutating func sweepUntil(_ number: Int, _ position: Int) {
        let node = nodes[number]
        append(number, position, .pendingNo)
        let from = max(oldestOpen[number], values[number].first)
        var sure = SinceQueue(bound: node.bound)
        var possible = SinceQueue(bound: node.bound)
        var atEnd = SinceQueue(bound: node.bound)
        let last = reading(node.bound, position)
        /// Whether the left side may hold from here to the end of what was seen.
        var reachesEnd = true
        for place in stride(from: position, through: from, by: -1) {
            let left = value(node.left, at: place)
            let right = value(node.right, at: place)
            // Distances are what counts, so the clock is read backwards.
            let clock = -reading(node.bound, place)
            reachesEnd = reachesEnd && left.isPossible
            let isSure = sure.step(left: left == .yes, right: right == .yes, clock: clock)
            var isPossible = possible.step(
                left: left.isPossible, right: right.isPossible, clock: clock)
            let holds = atEnd.step(left: left.holds, right: right.holds, clock: clock)
            if reachesEnd && !isClosed(node.bound, distance: last + clock) { isPossible = true }
            set(
                number, place,
                isSure ? .yes : !isPossible ? .no : TruthValue(holds: holds, isFinal: false))
        }
    }

    /// Evaluates since over open operands: positions whose operands are final enter the queue for
    /// good, the others are evaluated on copies of it. Linear in the open window.
    mutating func sweepSince(_ number: Int, _ position: Int) {
        let node = nodes[number]
        append(number, position, .pendingNo)
        var place = oldestOpen[number]
        while place <= position {
            let left = value(node.left, at: place)
            let right = value(node.right, at: place)
            guard left.isFinal && right.isFinal else { break }
            let holds = queues[number].step(
                left: left.holds, right: right.holds, clock: reading(node.bound, place))
            set(number, place, holds ? .yes : .no)
            place += 1
        }
        oldestOpen[number] = place
        guard place <= position else { return }
        var sure = queues[number]
        var possible = queues[number]
        var atEnd = queues[number]
        while place <= position {
            let left = value(node.left, at: place)
            let right = value(node.right, at: place)
            let clock = reading(node.bound, place)
            let isSure = sure.step(left: left == .yes, right: right == .yes, clock: clock)
            let isPossible = possible.step(
                left: left.isPossible, right: right.isPossible, clock: clock)
            let holds = atEnd.step(left: left.holds, right: right.holds, clock: clock)
            set(
                number, place,
                isSure ? .yes : !isPossible ? .no : TruthValue(holds: holds, isFinal: false))
            place += 1
        }
    }

    private func reading(_ bound: Interval?, _ position: Int) -> Int64 {
        bound?.unit == .nanoseconds ? times[position] : Int64(position)
    }

    private func isClosed(_ bound: Interval?, distance: Int64) -> Bool {
        guard let bound, let upper = bound.upper else { return false }
        return bound.unit == .events ? distance >= upper : distance > upper
    }
}
