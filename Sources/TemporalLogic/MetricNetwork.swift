/// Evaluates metric formulas at every position of a timed stream, each as early as it is settled.
///
/// One node per distinct subformula, operands before operators. A node whose value is known with
/// the event itself ("immediate": no future operator below) keeps only its present value; every
/// other node keeps a window of truth values from its oldest open position on and passes changes
/// up. Until over immediate operands costs amortised constant time; other future and past nodes
/// over open values are swept over their window. Sources: Ulus, "Online Monitoring of Metric
/// Temporal Logic using Sequential Networks" (2019); Basin, Bhatt, Traytel, "Almost Event-Rate
/// Independent Monitoring of Metric Temporal Logic" (2017).
struct MetricNetwork: Sendable {
    enum Kind: Sendable, Hashable {
        case constant(Bool)
        case atom(Int)
        case not, and, or, equivalent
        case next(isWeak: Bool)
        case until
        case previous
        case since
    }

    struct Node: Sendable, Hashable {
        var kind: Kind
        var left = 0
        var right = 0
        var bound: Interval?
        var isImmediate = true
    }

    /// A position whose value changed, with the values before and after.
    struct Change: Sendable {
        var position: Int
        var before: TruthValue
        var after: TruthValue
    }

    /// A node that the owner reads, and the first position it reads; by default the oldest open.
    struct Output: Sendable {
        var node: Int
        var from: Int?
    }

    var nodes: [Node] = []
    private var numbers: [Node: Int] = [:]
    /// Immediate nodes: the value at the present event.
    var present: [Bool] = []
    /// Immediate nodes: the value at the event before.
    var before: [Bool] = []
    /// The windows of open nodes and of immediate nodes that an open node reads.
    var values: [Window<UInt8>] = []
    var isKept: [Bool] = []
    var changes: [[Change]] = []
    /// The first position that may not be final; for since, the first not yet in the queue.
    var oldestOpen: [Int] = []
    var queues: [SinceQueue] = []
    /// Positions before this one are read by nobody.
    var neededFrom: [Int] = []
    var times = Window<Int64>(filler: 0)
    var outputs: [Output] = []

    init() {}

    /// The node of a formula, made when there is none yet; must precede the first event.
    mutating func node(for term: Term) -> Int {
        switch term {
        case .constant(let value): return intern(Node(kind: .constant(value)))
        case .atom(let index): return intern(Node(kind: .atom(index)))
        case .not(let a): return negation(node(for: a))
        case .and(let terms): return fold(terms, .and)
        case .or(let terms): return fold(terms, .or)
        case .implies(let a, let b):
            let left = negation(node(for: a))
            return pair(.or, left, node(for: b))
        case .equivalent(let a, let b):
            let left = node(for: a)
            return pair(.equivalent, left, node(for: b))
        case .unary(let symbol, let bound, let a): return unary(symbol, bound, node(for: a))
        case .binary(let symbol, let bound, let a, let b):
            let left = node(for: a)
            return binary(symbol, bound, left, node(for: b))
        }
    }

    private mutating func unary(_ symbol: UnaryOperator, _ bound: Interval?, _ a: Int) -> Int {
        let always = intern(Node(kind: .constant(true)))
        switch symbol {
        case .next: return intern(Node(kind: .next(isWeak: false), left: a, bound: bound))
        case .weakNext: return intern(Node(kind: .next(isWeak: true), left: a, bound: bound))
        case .finally: return pair(.until, always, a, bound)
        case .globally: return negation(pair(.until, always, negation(a), bound))
        case .previous: return intern(Node(kind: .previous, left: a, bound: bound))
        case .once: return pair(.since, always, a, bound)
        case .historically: return negation(pair(.since, always, negation(a), bound))
        }
    }

    private mutating func binary(
        _ symbol: BinaryOperator, _ bound: Interval?, _ a: Int, _ b: Int
    ) -> Int {
        switch symbol {
        case .until: return pair(.until, a, b, bound)
        case .since: return pair(.since, a, b, bound)
        case .strongRelease: return pair(.until, b, pair(.and, a, b), bound)
        case .release: return negation(pair(.until, negation(a), negation(b), bound))
        case .weakUntil:
            let neither = pair(.and, negation(a), negation(b))
            return negation(pair(.until, negation(b), neither, bound))
        }
    }

    mutating func negation(_ a: Int) -> Int {
        switch nodes[a].kind {
        case .not: return nodes[a].left
        case .constant(let value): return intern(Node(kind: .constant(!value)))
        default: return intern(Node(kind: .not, left: a))
        }
    }

    private mutating func fold(_ terms: [Term], _ kind: Kind) -> Int {
        var result = node(for: terms[0])
        for term in terms.dropFirst() { result = pair(kind, result, node(for: term)) }
        return result
    }

    mutating func pair(_ kind: Kind, _ a: Int, _ b: Int, _ bound: Interval? = nil) -> Int {
        intern(Node(kind: kind, left: a, right: b, bound: bound))
    }

    private mutating func intern(_ wanted: Node) -> Int {
        var node = wanted
        switch node.kind {
        case .constant, .atom: node.isImmediate = true
        case .next, .until: node.isImmediate = false
        case .not, .previous: node.isImmediate = nodes[node.left].isImmediate
        case .and, .or, .equivalent, .since:
            node.isImmediate = nodes[node.left].isImmediate && nodes[node.right].isImmediate
        }
        if let known = numbers[node] { return known }
        let number = nodes.count
        numbers[node] = number
        nodes.append(node)
        present.append(false)
        before.append(false)
        values.append(Window(filler: 0))
        isKept.append(!node.isImmediate)
        changes.append([])
        oldestOpen.append(0)
        neededFrom.append(0)
        queues.append(SinceQueue(bound: node.bound))
        if !node.isImmediate { keepOperands(of: node) }
        return number
    }

    /// Makes an open node's immediate operands keep their values, unless it reads the present only.
    private mutating func keepOperands(of node: Node) {
        switch node.kind {
        case .until where nodes[node.left].isImmediate && nodes[node.right].isImmediate: break
        case .constant, .atom: break
        case .not, .next, .previous: isKept[node.left] = true
        case .and, .or, .equivalent, .until, .since:
            isKept[node.left] = true
            isKept[node.right] = true
        }
    }

    /// Makes a node's values and changes readable; yields the number of the output.
    mutating func addOutput(_ node: Int, from: Int? = nil) -> Int {
        isKept[node] = true
        outputs.append(Output(node: node, from: from))
        return outputs.count - 1
    }

    /// The positions seen.
    var count: Int { times.end }

    /// The number of truth values and clock readings held.
    var storedCount: Int {
        var sum = times.count
        for node in nodes.indices { sum += values[node].count + queues[node].count }
        return sum
    }

    func value(_ node: Int, at position: Int) -> TruthValue {
        TruthValue(bits: values[node][position])
    }
}
