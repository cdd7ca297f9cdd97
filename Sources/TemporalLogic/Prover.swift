/// Finds the smallest proof of a formula's verdict at a position of a recorded trace.
///
/// Truth values come from one pass per operator; the proof is a shortest one by dynamic
/// programming over subformulas and positions, computed where it is needed only. A window costs
/// its length for each position whose proof is wanted.
package struct Prover: Sendable {
    /// A subformula with the numbers of its operands.
    private struct Node: Sendable {
        var term: Term
        var operands: [Int]
        /// Its number in the network.
        var value: Int
    }

    /// How the smallest proof concludes.
    private struct Choice: Sendable {
        /// The number of rules used; 0 before it is known.
        var size = 0
        /// The number of the operand that settles it alone, the position of what is reached or of
        /// the barrier, or whether there is a neighbour; `none` where it has no such.
        var detail = none

        static let none = -1
    }

    /// An operator with a window: some position serves, or none does.
    private struct Reach {
        var left: Int?
        var right: Int
        /// The truth value that operands need for a position to serve.
        var wanted: Bool
        /// Whether a position that serves makes the formula true.
        var makesTrue: Bool
        var bound: Interval?
        var step: Int
    }

    private let formula: Formula
    private let times: [Int64]
    /// Whether no event follows the trace, so that what is open is settled by its end.
    private let isComplete: Bool
    private let nodes: [Node]
    private let values: TraceValues
    /// For each node and page of positions the number of its page of choices, or none.
    private var pages: [Int]
    private var choices: [Choice] = []
    private let pagesOfNode: Int
    private let texts: [String]

    private static let pageBits = 6

    /// A trace of states with their times, which never decrease.
    package init(
        _ formula: Formula, states: [UInt64], milliseconds: [Double], isComplete: Bool
    ) {
        precondition(states.count == milliseconds.count)
        self.formula = formula
        self.isComplete = isComplete
        times = milliseconds.map { Monitor.nanoseconds($0) }
        var network = MetricNetwork()
        var nodes: [Node] = []
        _ = Self.add(formula.root.withoutWeakOperators, &nodes, &network)
        self.nodes = nodes
        let printer = FormulaPrinter(atoms: formula.atoms)
        texts = nodes.map { printer.text($0.term) }
        pagesOfNode = (states.count >> Self.pageBits) + 1
        pages = [Int](repeating: Choice.none, count: nodes.count * pagesOfNode)
        values = TraceValues(network, states: states, times: times)
    }

    /// The smallest proof of the verdict at `position`; absent when it is open, or no position.
    package mutating func proof(at position: Int) -> Proof? {
        guard times.indices.contains(position), value(nodes.count - 1, position) != nil else {
            return nil
        }
        _ = choice(nodes.count - 1, position)
        return proof(nodes.count - 1, position)
    }

    private static func add(
        _ term: Term, _ nodes: inout [Node], _ network: inout MetricNetwork
    ) -> Int {
        var operands: [Int] = []
        switch term {
        case .constant, .atom: break
        case .not(let a), .unary(_, _, let a): operands = [add(a, &nodes, &network)]
        case .and(let terms), .or(let terms):
            for term in terms { operands.append(add(term, &nodes, &network)) }
        case .implies(let a, let b), .equivalent(let a, let b), .binary(_, _, let a, let b):
            let left = add(a, &nodes, &network)
            operands = [left, add(b, &nodes, &network)]
        }
        nodes.append(Node(term: term, operands: operands, value: network.node(for: term)))
        return nodes.count - 1
    }

    private func value(_ node: Int, _ position: Int) -> Bool? {
        let value = values.value(nodes[node].value, at: position)
        return value.isFinal || isComplete ? value.holds : nil
    }

    private func proof(_ node: Int, _ position: Int) -> Proof? {
        let page = pages[node * pagesOfNode + position >> Self.pageBits]
        guard page >= 0, let holds = value(node, position) else { return nil }
        let choice = choices[page << Self.pageBits | position & (1 << Self.pageBits - 1)]
        if choice.size == 0 { return nil }
        let (rule, parts) = conclusion(choice, node, position, holds)
        return Proof(
            formula: texts[node], term: nodes[node].term, position: position, holds: holds,
            rule: rule, parts: parts)
    }

    /// The rule that a choice stands for, with the proofs of its parts.
    private func conclusion(
        _ choice: Choice, _ node: Int, _ position: Int, _ holds: Bool
    ) -> (Proof.Rule, [Proof]) {
        let operands = nodes[node].operands
        switch nodes[node].term {
        case .constant, .atom: return (.observed, [])
        case .not, .equivalent, .and, .or, .implies:
            if choice.detail == Choice.none {
                return (.operands, operands.compactMap { proof($0, position) })
            }
            return (.operands, proofs(operands[choice.detail], position))
        case .unary(.next, _, _), .unary(.weakNext, _, _), .unary(.previous, _, _):
            if choice.detail == Choice.none { return (.noNeighbour, []) }
            return (.neighbour, proofs(operands[0], choice.detail))
        case .unary, .binary:
            let reach = reach(node)
            if reach.makesTrue != holds { return blocked(reach, position, choice.detail) }
            if choice.detail == Choice.none { return (.noNeighbour, []) }
            var parts = proofs(reach.right, choice.detail)
            if let left = reach.left {
                for way in stride(from: position, to: choice.detail, by: reach.step) {
                    parts += proofs(left, way)
                }
            }
            return (.reached(target: choice.detail), parts)
        }
    }

    private func proofs(_ node: Int, _ position: Int) -> [Proof] {
        proof(node, position).map { [$0] } ?? []
    }

    /// Why no position up to the barrier serves, and why it is one; without one, the whole window.
    private func blocked(
        _ reach: Reach, _ position: Int, _ barrier: Int
    ) -> (Proof.Rule, [Proof]) {
        var parts: [Proof] = []
        var place = position
        while times.indices.contains(place), !isBeyond(reach.bound, position, place) {
            if isWithin(reach.bound, position, place) { parts += proofs(reach.right, place) }
            if place == barrier {
                if let left = reach.left { parts += proofs(left, place) }
                break
            }
            place += reach.step
        }
        return (.blocked(barrier: barrier == Choice.none ? nil : barrier), parts)
    }

    /// The size of the smallest proof at a position whose value is known.
    private mutating func choice(_ node: Int, _ position: Int) -> Int {
        let slot = node * pagesOfNode + position >> Self.pageBits
        if pages[slot] < 0 {
            pages[slot] = choices.count >> Self.pageBits
            choices.append(contentsOf: repeatElement(Choice(), count: 1 << Self.pageBits))
        }
        let place = pages[slot] << Self.pageBits | position & (1 << Self.pageBits - 1)
        if choices[place].size > 0 { return choices[place].size }
        let result = smallest(node, position, value(node, position) ?? false)
        choices[place] = result
        return result.size
    }

    private mutating func smallest(_ node: Int, _ position: Int, _ holds: Bool) -> Choice {
        let operands = nodes[node].operands
        switch nodes[node].term {
        case .constant, .atom: return Choice(size: 1)
        case .not: return all(operands, position)
        case .equivalent: return all(operands, position)
        case .and: return holds ? all(operands, position) : one(operands, position) { _ in false }
        case .or: return holds ? one(operands, position) { _ in true } : all(operands, position)
        case .implies:
            return holds ? one(operands, position) { $0 == 1 } : all(operands, position)
        case .unary(.next, let bound, _), .unary(.weakNext, let bound, _):
            return neighbour(operands[0], position, 1, bound)
        case .unary(.previous, let bound, _): return neighbour(operands[0], position, -1, bound)
        case .unary, .binary:
            let reach = reach(node)
            return reach.makesTrue == holds
                ? reached(reach, position) : blocked(reach, position)
        }
    }

    private func reach(_ node: Int) -> Reach {
        let operands = nodes[node].operands
        switch nodes[node].term {
        case .unary(let symbol, let bound, _):
            let isSome = symbol == .finally || symbol == .once
            let isFuture = symbol == .finally || symbol == .globally
            return Reach(
                left: nil, right: operands[0], wanted: isSome, makesTrue: isSome, bound: bound,
                step: isFuture ? 1 : -1)
        case .binary(let symbol, let bound, _, _):
            let isSome = symbol != .release
            return Reach(
                left: operands[0], right: operands[1], wanted: isSome, makesTrue: isSome,
                bound: bound, step: symbol == .since ? -1 : 1)
        default: preconditionFailure("only operators with a window reach")
        }
    }

    private mutating func all(_ operands: [Int], _ position: Int) -> Choice {
        var size = 1
        for operand in operands { size += choice(operand, position) }
        return Choice(size: size)
    }

    /// The cheapest operand with the truth value that settles it alone.
    private mutating func one(
        _ operands: [Int], _ position: Int, _ wanted: (Int) -> Bool
    ) -> Choice {
        var best = Choice(size: .max)
        for (index, operand) in operands.enumerated()
        where value(operand, position) == wanted(index) {
            let size = choice(operand, position) + 1
            if size < best.size { best = Choice(size: size, detail: index) }
            if size == 2 { break }
        }
        return best
    }

    private mutating func neighbour(
        _ operand: Int, _ position: Int, _ step: Int, _ bound: Interval?
    ) -> Choice {
        let other = position + step
        guard times.indices.contains(other), isWithin(bound, position, other) else {
            return Choice(size: 1)
        }
        return Choice(size: choice(operand, other) + 1, detail: other)
    }

    private func distance(_ bound: Interval?, _ from: Int, _ to: Int) -> Int64 {
        abs(bound?.unit == .nanoseconds ? times[to] - times[from] : Int64(to - from))
    }

    private func isWithin(_ bound: Interval?, _ from: Int, _ to: Int) -> Bool {
        bound?.contains(distance(bound, from, to)) ?? true
    }

    private func isBeyond(_ bound: Interval?, _ from: Int, _ to: Int) -> Bool {
        guard let upper = bound?.upper else { return false }
        return distance(bound, from, to) > upper
    }

    /// A position that serves with the way to it, as cheap as possible.
    private mutating func reached(_ reach: Reach, _ position: Int) -> Choice {
        var best = Choice(size: .max)
        var way = 1
        var place = position
        // A proof has at least one rule, so a longer way cannot win.
        while times.indices.contains(place), !isBeyond(reach.bound, position, place),
            way + 1 < best.size
        {
            if isWithin(reach.bound, position, place), value(reach.right, place) == reach.wanted {
                let size = way + choice(reach.right, place)
                if size < best.size { best = Choice(size: size, detail: place) }
            }
            if let left = reach.left {
                guard value(left, place) == reach.wanted else { break }
                way += choice(left, place)
            }
            place += reach.step
        }
        return best
    }

    /// Why no position serves: a barrier on the way, or the whole window.
    private mutating func blocked(_ reach: Reach, _ position: Int) -> Choice {
        var best = Choice(size: .max)
        var size = 1
        var place = position
        var isWhole = true
        while times.indices.contains(place), !isBeyond(reach.bound, position, place) {
            if isWithin(reach.bound, position, place) {
                guard value(reach.right, place) == !reach.wanted else {
                    isWhole = false
                    break
                }
                size += choice(reach.right, place)
            }
            if let left = reach.left, value(left, place) == !reach.wanted {
                let total = size + choice(left, place)
                if total < best.size { best = Choice(size: total, detail: place) }
            }
            if size >= best.size { isWhole = false }
            guard isWhole else { break }
            place += reach.step
        }
        if isWhole && size < best.size && isOver(reach, position) { best = Choice(size: size) }
        return best
    }

    /// Whether every position of the window was seen.
    private func isOver(_ reach: Reach, _ position: Int) -> Bool {
        if reach.step < 0 || isComplete { return true }
        guard let bound = reach.bound, let upper = bound.upper else { return false }
        let seen = distance(bound, position, times.count - 1)
        return bound.unit == .events ? seen >= upper : seen > upper
    }
}

extension Term {
    /// Weak until and strong release written with release and until.
    fileprivate var withoutWeakOperators: Term {
        switch self {
        case .constant, .atom: self
        case .not(let a): .not(a.withoutWeakOperators)
        case .and(let terms): .and(terms.map { $0.withoutWeakOperators })
        case .or(let terms): .or(terms.map { $0.withoutWeakOperators })
        case .implies(let a, let b): .implies(a.withoutWeakOperators, b.withoutWeakOperators)
        case .equivalent(let a, let b):
            .equivalent(a.withoutWeakOperators, b.withoutWeakOperators)
        case .unary(let symbol, let bound, let a): .unary(symbol, bound, a.withoutWeakOperators)
        case .binary(.weakUntil, let bound, let a, let b):
            .binary(
                .release, bound, b.withoutWeakOperators,
                .or([a.withoutWeakOperators, b.withoutWeakOperators]))
        case .binary(.strongRelease, let bound, let a, let b):
            .binary(
                .until, bound, b.withoutWeakOperators,
                .and([a.withoutWeakOperators, b.withoutWeakOperators]))
        case .binary(let symbol, let bound, let a, let b):
            .binary(symbol, bound, a.withoutWeakOperators, b.withoutWeakOperators)
        }
    }
}
