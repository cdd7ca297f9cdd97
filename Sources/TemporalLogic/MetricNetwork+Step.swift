extension MetricNetwork {
    /// Takes the next state; afterwards `changes` tells what became known.
    mutating func observe(_ state: UInt64, at time: Int64) {
        let position = times.end
        times.append(time)
        for number in nodes.indices {
            if nodes[number].isImmediate {
                stepImmediate(number, state, position)
            } else {
                changes[number].removeAll(keepingCapacity: true)
                stepOpen(number, position)
                advanceOldestOpen(number)
            }
        }
        if position & 63 == 63 { trim() }
    }

    private func clock(_ bound: Interval?, _ position: Int) -> Int64 {
        bound?.unit == .nanoseconds ? times[position] : Int64(position)
    }

    private func isWithin(_ bound: Interval?, _ from: Int, _ to: Int) -> Bool {
        bound?.contains(clock(bound, to) - clock(bound, from)) ?? true
    }

    private mutating func stepImmediate(_ number: Int, _ state: UInt64, _ position: Int) {
        let node = nodes[number]
        let value: Bool
        switch node.kind {
        case .constant(let constant): value = constant
        case .atom(let index): value = state >> UInt64(index) & 1 == 1
        case .not: value = !present[node.left]
        case .and: value = present[node.left] && present[node.right]
        case .or: value = present[node.left] || present[node.right]
        case .equivalent: value = present[node.left] == present[node.right]
        case .previous:
            value = position > 0 && before[number] && isWithin(node.bound, position - 1, position)
            before[number] = present[node.left]
        case .since:
            value = queues[number].step(
                left: present[node.left], right: present[node.right],
                clock: clock(node.bound, position))
        case .next, .until: value = false
        }
        present[number] = value
        if isKept[number] {
            values[number].append(TruthValue(holds: value, isFinal: true).bits)
        }
    }

    private mutating func stepOpen(_ number: Int, _ position: Int) {
        let node = nodes[number]
        switch node.kind {
        case .until:
            if nodes[node.left].isImmediate && nodes[node.right].isImmediate {
                stepPromptUntil(number, position)
            } else {
                sweepUntil(number, position)
            }
        case .since: sweepSince(number, position)
        case .next:
            recompute(number, after: node.left, shift: -1, position)
        case .previous:
            recompute(number, after: node.left, shift: 1, position)
        default:
            recompute(number, after: node.left, shift: 0, position)
            if node.kind != .not { recompute(number, after: node.right, shift: 0, position) }
        }
        if values[number].end == position {
            append(number, position, pointwise(number, position))
        }
    }

    /// Computes a node again wherever an operand changed.
    private mutating func recompute(_ number: Int, after operand: Int, shift: Int, _ position: Int)
    {
        if shift == -1 && position > 0 {
            set(number, position - 1, pointwise(number, position - 1))
        }
        guard !nodes[operand].isImmediate else { return }
        for index in changes[operand].indices {
            let place = changes[operand][index].position + shift
            if place >= values[number].first && place < values[number].end {
                set(number, place, pointwise(number, place))
            }
        }
    }

    mutating func append(_ number: Int, _ position: Int, _ value: TruthValue) {
        values[number].append(value.bits)
        changes[number].append(Change(position: position, before: .absent, after: value))
    }

    /// Gives an open position a new value; a final one stays.
    mutating func set(_ number: Int, _ position: Int, _ value: TruthValue) {
        guard position >= values[number].first else { return }
        let old = values[number][position]
        guard old != value.bits, old & 2 == 0 else { return }
        values[number][position] = value.bits
        changes[number].append(
            Change(position: position, before: TruthValue(bits: old), after: value))
    }

    /// A Boolean or one-step node's value from its operands.
    private func pointwise(_ number: Int, _ position: Int) -> TruthValue {
        let node = nodes[number]
        switch node.kind {
        case .not: return value(node.left, at: position).negated
        case .and: return value(node.left, at: position) & value(node.right, at: position)
        case .or: return value(node.left, at: position) | value(node.right, at: position)
        case .equivalent:
            return value(node.left, at: position).isEquivalent(
                to: value(node.right, at: position))
        case .next(let isWeak):
            guard position + 1 < times.end else { return isWeak ? .pendingYes : .pendingNo }
            guard isWithin(node.bound, position, position + 1) else { return isWeak ? .yes : .no }
            return value(node.left, at: position + 1)
        case .previous:
            guard position > 0, isWithin(node.bound, position - 1, position) else { return .no }
            return value(node.left, at: position - 1)
        case .constant, .atom, .until, .since: return .pendingNo
        }
    }

    /// Until over immediate operands: open positions are a run that only loses its front.
    private mutating func stepPromptUntil(_ number: Int, _ position: Int) {
        let node = nodes[number]
        append(number, position, .pendingNo)
        let now = clock(node.bound, position)
        let lower = node.bound?.lower ?? 0
        let upper = node.bound?.upper ?? .max
        var open = max(oldestOpen[number], values[number].first)
        while open < position && now - clock(node.bound, open) > upper {
            set(number, open, .no)
            open += 1
        }
        if present[node.right] {
            while open <= position && now - clock(node.bound, open) >= lower {
                set(number, open, .yes)
                open += 1
            }
        }
        if !present[node.left] {
            while open <= position {
                set(number, open, .no)
                open += 1
            }
        }
        if node.bound?.unit == .events {
            while open <= position && now - Int64(open) >= upper {
                set(number, open, .no)
                open += 1
            }
        }
        oldestOpen[number] = open
    }

    private mutating func advanceOldestOpen(_ number: Int) {
        if nodes[number].kind == .since { return }
        var open = max(oldestOpen[number], values[number].first)
        while open < values[number].end && values[number][open] & 2 != 0 { open += 1 }
        oldestOpen[number] = open
    }

    private func isOpen(_ node: Int) -> Bool { !nodes[node].isImmediate }

    /// Forgets the values that no node and no reader needs any more.
    private mutating func trim() {
        for number in nodes.indices { neededFrom[number] = times.end }
        for output in outputs {
            let from = output.from ?? (isOpen(output.node) ? oldestOpen[output.node] : times.end)
            neededFrom[output.node] = min(neededFrom[output.node], from)
        }
        var timesFrom = times.end - 1
        for number in nodes.indices.reversed() where !nodes[number].isImmediate {
            let node = nodes[number]
            var from = max(oldestOpen[number], node.kind == .since ? 0 : neededFrom[number])
            if node.kind == .previous { from -= 1 }
            from = max(from, 0)
            timesFrom = min(timesFrom, from)
            neededFrom[node.left] = min(neededFrom[node.left], from)
            switch node.kind {
            case .not, .next, .previous: break
            default: neededFrom[node.right] = min(neededFrom[node.right], from)
            }
        }
        for number in nodes.indices where isKept[number] {
            values[number].drop(before: neededFrom[number])
        }
        times.drop(before: timesFrom)
    }
}
