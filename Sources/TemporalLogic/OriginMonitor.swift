/// The verdict of a metric formula at the first position, over a metric network.
///
/// The operators above the first temporal ones are evaluated at position zero only: an eventually
/// there needs two counters, not a window, so `G` over a bounded formula keeps what the bounded
/// formula keeps and nothing more.
struct OriginMonitor: Sendable {
    /// What is evaluated at position zero; operands come before.
    enum Part: Sendable {
        case constant(Bool)
        /// A node's value at position zero.
        case latched(node: Int, output: Int)
        case not(Int)
        case and(Int, Int)
        case or(Int, Int)
        case equivalent(Int, Int)
        case eventually(node: Int, bound: Interval?)
        case until(left: Int, right: Int, outputs: [Int], bound: Interval?)
    }

    /// The counters of one part.
    private struct Progress: Sendable {
        var value = TruthValue.pendingNo
        /// Open positions within the bound.
        var open = 0
        /// Those of them that hold if the trace ends.
        var openHolding = 0
        /// The first position that is not yet settled (until).
        var cursor = 0
        /// The position whose value settled the part.
        var blame: Int?
    }

    private var network = MetricNetwork()
    private var parts: [Part] = []
    private var progress: [Progress] = []
    private var start: Int64 = 0
    private var letters = Window<UInt64>(filler: 0)
    private(set) var decidedAt: Int?
    private let roots: [Int]

    init(terms: [Term]) {
        var network = MetricNetwork()
        var parts: [Part] = []
        var roots: [Int] = []
        for term in terms { roots.append(Self.part(of: term, &network, &parts)) }
        self.network = network
        self.parts = parts
        self.roots = roots
        progress = parts.map { _ in Progress() }
    }

    /// The number of positions seen.
    private(set) var position = 0

    /// The truth values and clock readings held now.
    var storedCount: Int { network.storedCount }

    func value(_ root: Int) -> TruthValue { progress[roots[root]].value }

    var verdict: Verdict { Verdict(holds: value(0).holds, isFinal: value(0).isFinal) }

    /// Whether the last root, the strengthening if there is one, holds too.
    var isVacuousAtEnd: Bool { value(roots.count - 1).holds }

    private static func part(
        of term: Term, _ network: inout MetricNetwork, _ parts: inout [Part]
    ) -> Int {
        func add(_ part: Part) -> Int {
            parts.append(part)
            return parts.count - 1
        }
        func both(_ a: Term, _ b: Term) -> (Int, Int) {
            let left = part(of: a, &network, &parts)
            return (left, part(of: b, &network, &parts))
        }
        func fold(_ terms: [Term], _ make: (Int, Int) -> Part) -> Int {
            var result = part(of: terms[0], &network, &parts)
            for term in terms.dropFirst() {
                result = add(make(result, part(of: term, &network, &parts)))
            }
            return result
        }
        func until(_ bound: Interval?, _ left: Int, _ right: Int) -> Int {
            let outputs = [
                network.addOutput(left, from: 0), network.addOutput(right, from: 0),
            ]
            return add(.until(left: left, right: right, outputs: outputs, bound: bound))
        }
        func eventually(_ bound: Interval?, _ node: Int) -> Int {
            _ = network.addOutput(node)
            return add(.eventually(node: node, bound: bound))
        }
        switch term {
        case .constant(let value): return add(.constant(value))
        case .not(let a): return add(.not(part(of: a, &network, &parts)))
        case .and(let terms): return fold(terms) { .and($0, $1) }
        case .or(let terms): return fold(terms) { .or($0, $1) }
        case .implies(let a, let b):
            let (left, right) = both(a, b)
            return add(.or(add(.not(left)), right))
        case .equivalent(let a, let b):
            let (left, right) = both(a, b)
            return add(.equivalent(left, right))
        case .unary(.finally, let bound, let a): return eventually(bound, network.node(for: a))
        case .unary(.globally, let bound, let a):
            let node = network.negation(network.node(for: a))
            return add(.not(eventually(bound, node)))
        case .binary(.until, let bound, let a, let b):
            let left = network.node(for: a)
            return until(bound, left, network.node(for: b))
        case .binary(.release, let bound, let a, let b):
            let left = network.negation(network.node(for: a))
            return add(.not(until(bound, left, network.negation(network.node(for: b)))))
        case .binary(.weakUntil, let bound, let a, let b):
            return part(of: .binary(.release, bound, b, .or([a, b])), &network, &parts)
        case .binary(.strongRelease, let bound, let a, let b):
            return part(of: .binary(.until, bound, b, .and([a, b])), &network, &parts)
        case .atom, .unary, .binary:
            let node = network.node(for: term)
            return add(.latched(node: node, output: network.addOutput(node, from: 0)))
        }
    }

    @discardableResult
    mutating func observe(_ state: UInt64, at time: Int64) -> Verdict {
        defer { position += 1 }
        if decidedAt != nil { return verdict }
        if position == 0 { start = time }
        network.observe(state, at: time)
        letters.append(state)
        for index in parts.indices where !progress[index].value.isFinal {
            update(index, position)
        }
        if decidedAt == nil {
            if value(0).isFinal {
                decidedAt = position
            } else if position & 63 == 63 {
                letters.drop(before: network.times.first)
            }
        }
        return verdict
    }

    private func distance(_ bound: Interval?, _ position: Int) -> Int64 {
        bound?.unit == .nanoseconds ? network.times[position] - start : Int64(position)
    }

    private func isClosed(_ bound: Interval?, _ position: Int) -> Bool {
        guard let bound, let upper = bound.upper else { return false }
        let seen = distance(bound, position)
        return bound.unit == .events ? seen >= upper : seen > upper
    }

    private mutating func update(_ index: Int, _ position: Int) {
        switch parts[index] {
        case .constant(let value): progress[index].value = TruthValue(holds: value, isFinal: true)
        case .latched(let node, let output):
            progress[index].value = network.value(node, at: 0)
            if progress[index].value.isFinal {
                network.outputs[output].from = .max
                progress[index].blame = 0
            }
        case .not(let a):
            progress[index].value = progress[a].value.negated
            progress[index].blame = progress[a].blame
        case .and(let a, let b):
            let value = progress[a].value & progress[b].value
            combine(index, a, b, value, decisive: .no)
        case .or(let a, let b):
            let value = progress[a].value | progress[b].value
            combine(index, a, b, value, decisive: .yes)
        case .equivalent(let a, let b):
            let value = progress[a].value.isEquivalent(to: progress[b].value)
            combine(index, a, b, value, decisive: value)
        case .eventually(let node, let bound): count(index, node, bound, position)
        case .until(let left, let right, let outputs, let bound):
            scan(index, left, right, outputs, bound, position)
        }
    }

    private mutating func combine(
        _ index: Int, _ a: Int, _ b: Int, _ value: TruthValue, decisive: TruthValue
    ) {
        progress[index].value = value
        if value == decisive && progress[a].value == decisive {
            progress[index].blame = progress[a].blame
        } else {
            progress[index].blame = progress[b].blame ?? progress[a].blame
        }
    }

    /// Eventually at position zero: counts the open positions within the bound.
    private mutating func count(
        _ index: Int, _ node: Int, _ bound: Interval?, _ position: Int
    ) {
        if network.nodes[node].isImmediate {
            let isWithin = bound?.contains(distance(bound, position)) ?? true
            if isWithin && network.present[node] {
                progress[index].value = .yes
                progress[index].blame = position
                return
            }
        } else {
            for change in network.changes[node] { countChange(index, change, bound) }
        }
        if progress[index].value == .yes { return }
        if progress[index].open == 0 && isClosed(bound, position) {
            progress[index].value = .no
            progress[index].blame = position
        } else {
            progress[index].value = TruthValue(
                holds: progress[index].openHolding > 0, isFinal: false)
        }
    }

    private mutating func countChange(
        _ index: Int, _ change: MetricNetwork.Change, _ bound: Interval?
    ) {
        if let bound, !bound.contains(distance(bound, change.position)) { return }
        if change.before != .absent {
            progress[index].open -= 1
            if change.before.holds { progress[index].openHolding -= 1 }
        }
        if change.after == .yes {
            if progress[index].value == .yes { return }
            progress[index].value = .yes
            progress[index].blame = change.position
        } else if !change.after.isFinal {
            progress[index].open += 1
            if change.after.holds { progress[index].openHolding += 1 }
        }
    }

    /// Until at position zero: the settled front is passed once, the open rest read again.
    private mutating func scan(
        _ index: Int, _ left: Int, _ right: Int, _ outputs: [Int], _ bound: Interval?,
        _ position: Int
    ) {
        func isWithin(_ place: Int) -> Bool { bound?.contains(distance(bound, place)) ?? true }
        var cursor = progress[index].cursor
        while cursor <= position, network.value(left, at: cursor) == .yes,
            !isWithin(cursor) || network.value(right, at: cursor) == .no
        {
            cursor += 1
        }
        progress[index].cursor = cursor
        var result = TruthValue.no
        var path = TruthValue.yes
        var decisive = position
        for place in cursor..<max(cursor, position + 1) {
            if isWithin(place) { result = result | path & network.value(right, at: place) }
            path = path & network.value(left, at: place)
            if result == .yes || path == .no {
                decisive = place
                break
            }
        }
        if !isClosed(bound, position) { result = result | path & .pendingNo }
        progress[index].value = result
        if result.isFinal { progress[index].blame = decisive }
        for output in outputs { network.outputs[output].from = result.isFinal ? .max : cursor }
    }

    /// The position whose value settled the formula, and where that became known.
    var witness: [WitnessStep] {
        guard let decidedAt else { return [] }
        var positions = [decidedAt]
        if let blame = progress[roots[0]].blame, blame < decidedAt {
            positions.insert(blame, at: 0)
        }
        return positions.map { position in
            let isKept = position >= letters.first && position < letters.end
            return WitnessStep(position: position, letter: isKept ? letters[position] : nil)
        }
    }
}
