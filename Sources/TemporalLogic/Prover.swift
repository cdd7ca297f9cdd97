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
    /// For each node a lower bound on its proofs when it is false and when it is true.
    private let minima: [(no: Int, yes: Int)]
    /// The positions that may still be looked at; below 0 the search was given up.
    private var effort: Int

    private static let pageBits = 6
    /// Sizes are counted up to this, so that nested windows cannot overflow them.
    private static let countedUpTo = 1 << 60
    /// The positions looked at before a proof counts as too long.
    package static let usualEffort = 5_000_000

    /// A trace of states with their times, which never decrease, and the number of positions that
    /// may be looked at before the search is given up.
    package init(
        _ formula: Formula, states: [UInt64], milliseconds: [Double], isComplete: Bool,
        effort: Int = .max
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
        minima = Self.minima(nodes)
        self.effort = effort
    }

    /// Whether the search was given up.
    package var isExhausted: Bool { effort < 0 }

    /// The smallest proof of the verdict at `position`; absent when it is open, no position, larger
    /// than wanted, or when the search was given up.
    package mutating func proof(at position: Int, upTo largest: Int = .max) -> Proof? {
        guard let size = proofSize(at: position), size <= largest else { return nil }
        return proof(nodes.count - 1, position)
    }

    /// The number of rules of the smallest proof, which is not built for that.
    package mutating func proofSize(at position: Int) -> Int? {
        guard times.indices.contains(position), value(nodes.count - 1, position) != nil else {
            return nil
        }
        let size = choice(nodes.count - 1, position)
        return effort < 0 ? nil : size
    }

    /// The positions at which the smallest proof reads a proposition, in order: what happens at the
    /// others does not matter for the verdict. Absent when there is no such proof, or when it is
    /// too long for the effort.
    package mutating func witness(at position: Int) -> [Int]? {
        guard let size = proofSize(at: position), size <= effort else { return nil }
        effort -= size
        var isRead = [Bool](repeating: false, count: times.count)
        read(nodes.count - 1, position, &isRead)
        return isRead.indices.filter { isRead[$0] }
    }

    private func read(_ node: Int, _ position: Int, _ isRead: inout [Bool]) {
        if case .atom = nodes[node].term { isRead[position] = true }
        for part in parts(node, position).parts { read(part.node, part.position, &isRead) }
    }

    /// A proof of a node at a position.
    private typealias Part = (node: Int, position: Int)

    /// By induction over the operands, as if every window had the one position that it must have.
    private static func minima(_ nodes: [Node]) -> [(no: Int, yes: Int)] {
        var minima: [(no: Int, yes: Int)] = []
        for node in nodes {
            let parts = node.operands.map { minima[$0] }
            let no = parts.map { $0.no }
            let yes = parts.map { $0.yes }
            switch node.term {
            case .constant, .atom: minima.append((1, 1))
            case .not: minima.append((yes[0] + 1, no[0] + 1))
            case .and: minima.append(((no.min() ?? 0) + 1, yes.reduce(1, +)))
            case .or: minima.append((no.reduce(1, +), (yes.min() ?? 0) + 1))
            case .implies: minima.append((yes[0] + no[1] + 1, min(no[0], yes[1]) + 1))
            case .equivalent:
                minima.append(
                    (
                        min(yes[0] + no[1], no[0] + yes[1]) + 1,
                        min(yes[0] + yes[1], no[0] + no[1]) + 1
                    ))
            case .unary(.finally, _, _), .unary(.once, _, _): minima.append((1, yes[0] + 1))
            case .unary(.globally, _, _), .unary(.historically, _, _):
                minima.append((no[0] + 1, 1))
            case .unary: minima.append((1, 1))
            case .binary(.release, _, _, _): minima.append((no[1] + 1, 1))
            case .binary: minima.append((1, yes[1] + 1))
            }
        }
        return minima
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
        guard let holds = value(node, position) else { return nil }
        let (rule, parts) = parts(node, position)
        return Proof(
            formula: texts[node], term: nodes[node].term, position: position, holds: holds,
            rule: rule, parts: parts.compactMap { proof($0.node, $0.position) })
    }

    /// The rule that the choice for a proved position stands for, with what it rests on.
    private func parts(_ node: Int, _ position: Int) -> (rule: Proof.Rule, parts: [Part]) {
        let page = pages[node * pagesOfNode + position >> Self.pageBits]
        let choice = choices[page << Self.pageBits | position & (1 << Self.pageBits - 1)]
        let operands = nodes[node].operands
        switch nodes[node].term {
        case .constant, .atom: return (.observed, [])
        case .not, .equivalent, .and, .or, .implies:
            if choice.detail == Choice.none {
                return (.operands, operands.map { ($0, position) })
            }
            return (.operands, [(operands[choice.detail], position)])
        case .unary(.next, _, _), .unary(.weakNext, _, _), .unary(.previous, _, _):
            if choice.detail == Choice.none { return (.noNeighbour, []) }
            return (.neighbour, [(operands[0], choice.detail)])
        case .unary, .binary:
            let reach = reach(node)
            if reach.makesTrue != value(node, position) {
                return blocked(reach, position, choice.detail)
            }
            if choice.detail == Choice.none { return (.noNeighbour, []) }
            var parts: [Part] = [(reach.right, choice.detail)]
            if let left = reach.left {
                for way in stride(from: position, to: choice.detail, by: reach.step) {
                    parts.append((left, way))
                }
            }
            return (.reached(target: choice.detail), parts)
        }
    }

    /// Why no position up to the barrier serves, and why it is one; without one, the whole window.
    private func blocked(
        _ reach: Reach, _ position: Int, _ barrier: Int
    ) -> (rule: Proof.Rule, parts: [Part]) {
        var parts: [Part] = []
        var place = position
        while times.indices.contains(place), !isBeyond(reach.bound, position, place) {
            if isWithin(reach.bound, position, place) { parts.append((reach.right, place)) }
            if place == barrier {
                if let left = reach.left { parts.append((left, place)) }
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
        var result = smallest(node, position, value(node, position) ?? false)
        if effort < 0 { return 1 }
        result.size = min(result.size, Self.countedUpTo)
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
        for operand in operands {
            size = min(size + choice(operand, position), Self.countedUpTo)
        }
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

    /// Counts one more position looked at; false once there were too many.
    private mutating func spend() -> Bool {
        effort -= 1
        return effort >= 0
    }

    /// A position that serves with the way to it, as cheap as possible.
    private mutating func reached(_ reach: Reach, _ position: Int) -> Choice {
        var best = Choice(size: .max)
        var way = 1
        var place = position
        let minimum = reach.wanted ? minima[reach.right].yes : minima[reach.right].no
        // A longer way cannot win.
        while times.indices.contains(place), !isBeyond(reach.bound, position, place),
            way + minimum < best.size, spend()
        {
            if isWithin(reach.bound, position, place), value(reach.right, place) == reach.wanted {
                let size = way + choice(reach.right, place)
                if size < best.size { best = Choice(size: size, detail: place) }
            }
            if let left = reach.left {
                guard value(left, place) == reach.wanted else { break }
                way = min(way + choice(left, place), Self.countedUpTo)
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
        while times.indices.contains(place), !isBeyond(reach.bound, position, place), spend() {
            if isWithin(reach.bound, position, place) {
                guard value(reach.right, place) == !reach.wanted else {
                    isWhole = false
                    break
                }
                size = min(size + choice(reach.right, place), Self.countedUpTo)
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
