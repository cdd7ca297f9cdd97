/// Decides whether some infinite continuation satisfies a function, given the past's registers.
///
/// With a model, only its paths are continuations: a node then also has the model's state.
/// Nodes are conjunctions of signed elementary formulas with registers; an until may be fulfilled
/// or put off at each step, and a continuation exists if a reachable strongly connected component
/// puts off no until for ever (a transition-based generalised Büchi condition). Results are kept
/// for every node explored. Sources: Couvreur, "On-the-fly Verification of Linear Temporal Logic"
/// (1999); Tarjan (1972). Worst case exponential in the formula; the budget bounds it.
struct Satisfiability: Sendable {
    typealias Function = DecisionDiagram.Function

    struct Edge {
        var target: Int
        /// Untils that the step puts off, by bit.
        var postponed: UInt64
    }

    private struct Frame {
        var node: Int
        var edges: [Edge]
        var next = 0
    }

    /// The most nodes kept; beyond it the answer is "unknown".
    let budget: Int
    private var numbers: [[Function]: Int] = [:]
    private var nodes: [[Function]] = []
    private var answers: [Bool?] = []
    /// The bit of each until that was ever put off.
    private var bits: [Int32: UInt64] = [:]
    /// Set when a limit was met: what is unanswered stays unknown.
    private(set) var isExhausted = false

    /// The edges and conjunctions made so far.
    private var work = 0

    private static let maximumWork = 32
    private static let maximumDecisions = 1 << 16
    private static let maximumWays = 512
    private static let maximumCubes = 2048

    /// The model whose paths are the continuations; all words when absent.
    private let model: TransitionModel?

    init(budget: Int, model: TransitionModel? = nil) {
        self.budget = budget
        self.model = model
    }

    /// Whether an infinite continuation satisfies `function`; absent when the budget is spent.
    mutating func isSatisfiable(
        _ function: Function, registers: [Function], from modelState: Int? = nil,
        in formulas: inout ElementaryFormulas
    ) -> Bool? {
        if function == DecisionDiagram.no { return false }
        if isExhausted { return nil }
        formulas.diagram.limit = formulas.diagram.count + Self.maximumDecisions
        defer { formulas.diagram.limit = .max }
        var isUnknown = false
        let demands = cubes(of: function, in: &formulas)
        if isExhausted { return nil }
        for cube in demands {
            let node = number([cube] + registers + (modelState.map { [Function($0)] } ?? []))
            guard let answer = answers[node] ?? explore(node, in: &formulas) else {
                isUnknown = true
                continue
            }
            if answer { return true }
        }
        return isUnknown ? nil : false
    }

    private mutating func number(_ key: [Function]) -> Int {
        if let known = numbers[key] { return known }
        numbers[key] = nodes.count
        nodes.append(key)
        answers.append(nil)
        return nodes.count - 1
    }

    /// The paths to truth of a function without atoms of the present, each as a conjunction.
    private mutating func cubes(
        of function: Function, in formulas: inout ElementaryFormulas
    ) -> [Function] {
        if function == DecisionDiagram.no || isExhausted { return [] }
        if function == DecisionDiagram.yes { return [function] }
        let decision = formulas.diagram[function]
        var result: [Function] = []
        for cube in cubes(of: decision.high, in: &formulas) {
            result.append(
                formulas.diagram.decision(
                    decision.variable, low: DecisionDiagram.no, high: cube))
        }
        for cube in cubes(of: decision.low, in: &formulas) {
            result.append(
                formulas.diagram.decision(
                    decision.variable, low: cube, high: DecisionDiagram.no))
        }
        work += result.count
        if result.count > Self.maximumCubes { isExhausted = true }
        return result
    }

    private mutating func bit(of until: Int32) -> UInt64 {
        if let known = bits[until] { return known }
        guard bits.count < 64 else {
            isExhausted = true
            return 0
        }
        let bit = UInt64(1) << UInt64(bits.count)
        bits[until] = bit
        return bit
    }

    /// The steps out of a node: every way to fulfil or put off its untils and to split on atoms.
    private mutating func edges(
        of node: Int, in formulas: inout ElementaryFormulas
    ) -> [Edge] {
        let key = nodes[node]
        let registerEnd = key.count - (model == nil ? 0 : 1)
        var step = Progression(registers: Array(key[1..<registerEnd]))
        var ways: [(demand: Function, postponed: UInt64)] = [(DecisionDiagram.yes, 0)]
        var cube = key[0]
        while cube > DecisionDiagram.yes {
            let decision = formulas.diagram[cube]
            let isPositive = decision.low == DecisionDiagram.no
            cube = isPositive ? decision.high : decision.low
            if isPositive, case .until(let a, let b) = formulas.kind(of: decision.variable) {
                let done = step.progress(b, in: &formulas)
                let stays = step.progress(a, in: &formulas)
                let again = formulas.diagram.and(
                    stays, formulas.diagram.variable(decision.variable))
                let bit = bit(of: decision.variable)
                ways = ways.flatMap { way in
                    [
                        (formulas.diagram.and(way.demand, done), way.postponed),
                        (formulas.diagram.and(way.demand, again), way.postponed | bit),
                    ]
                }
            } else {
                var demand = step.progress(variable: decision.variable, in: &formulas)
                if !isPositive { demand = formulas.diagram.not(demand) }
                ways = ways.map { (formulas.diagram.and($0.demand, demand), $0.postponed) }
            }
            ways.removeAll { $0.demand == DecisionDiagram.no }
            if ways.count > Self.maximumWays { isExhausted = true }
            if isExhausted { return [] }
        }
        let registers = step.registersAfter(in: &formulas)
        var result: [Edge] = []
        for way in ways {
            let functions = [way.demand] + registers
            if let model {
                for step in model.steps[Int(key[registerEnd])] {
                    let reached = functions.map {
                        formulas.diagram.restricted($0, step.letter, formulas.atomCount)
                    }
                    append(reached, [Function(step.target)], way.postponed, &result, &formulas)
                }
            } else {
                split(functions, in: &formulas) { reached, solver, formulas in
                    solver.append(reached, [], way.postponed, &result, &formulas)
                }
            }
        }
        return result
    }

    /// Adds the edges to every conjunction of a demand.
    private mutating func append(
        _ reached: [Function], _ modelState: [Function], _ postponed: UInt64,
        _ edges: inout [Edge], _ formulas: inout ElementaryFormulas
    ) {
        for cube in cubes(of: reached[0], in: &formulas) {
            let target = number([cube] + reached.dropFirst() + modelState)
            edges.append(Edge(target: target, postponed: postponed))
        }
    }

    /// Decides the atoms of the present that `functions` depend on, in every way that leaves the
    /// first one satisfiable as a function.
    private mutating func split(
        _ functions: [Function], in formulas: inout ElementaryFormulas,
        _ body: ([Function], inout Satisfiability, inout ElementaryFormulas) -> Void
    ) {
        if functions[0] == DecisionDiagram.no || isExhausted { return }
        work += 1
        if work > Self.maximumWork * budget { isExhausted = true }
        let top = functions.reduce(Int32.max) { min($0, formulas.diagram[$1].variable) }
        guard top < formulas.atomCount else { return body(functions, &self, &formulas) }
        for value in [true, false] {
            split(
                functions.map { formulas.diagram.cofactor($0, top, value) }, in: &formulas, body)
        }
    }

    /// Tarjan's search from `root`; components are answered as they close.
    private mutating func explore(
        _ root: Int, in formulas: inout ElementaryFormulas
    ) -> Bool? {
        var search = ComponentSearch()
        search.open(root)
        var frames = [Frame(node: root, edges: edges(of: root, in: &formulas))]
        while let last = frames.indices.last {
            if nodes.count > budget || work > Self.maximumWork * budget
                || formulas.diagram.isExhausted
            {
                isExhausted = true
            }
            if isExhausted { return nil }
            guard frames[last].next < frames[last].edges.count else {
                let closed = frames.removeLast()
                if let parent = frames.indices.last {
                    search.lower(frames[parent].node, to: search.low[closed.node] ?? 0)
                }
                close(closed.node, &search)
                if answers[root] == nil, let parent = frames.indices.last,
                    answers[closed.node] == true
                {
                    search.reachesAccepted.insert(frames[parent].node)
                }
                continue
            }
            let edge = frames[last].edges[frames[last].next]
            let node = frames[last].node
            frames[last].next += 1
            if let answer = answers[edge.target] {
                if answer { search.reachesAccepted.insert(node) }
            } else if let index = search.index[edge.target] {
                search.lower(node, to: index)
                search.inner.append((node, edge))
            } else {
                search.inner.append((node, edge))
                search.open(edge.target)
                frames.append(
                    Frame(node: edge.target, edges: edges(of: edge.target, in: &formulas)))
            }
        }
        return answers[root] ?? false
    }

    /// Closes the component whose root is `node`, if it is one, and answers its nodes.
    private mutating func close(_ node: Int, _ search: inout ComponentSearch) {
        guard search.low[node] == search.index[node] else { return }
        var members: Set<Int> = []
        while let member = search.stack.popLast() {
            members.insert(member)
            if member == node { break }
        }
        var common = UInt64.max
        var hasEdge = false
        search.inner.removeAll { source, edge in
            guard members.contains(source) else { return false }
            if members.contains(edge.target) {
                common &= edge.postponed
                hasEdge = true
            }
            return true
        }
        let accepts =
            (hasEdge && common == 0)
            || members.contains { search.reachesAccepted.contains($0) }
        for member in members { answers[member] = accepts }
    }
}

/// The bookkeeping of Tarjan's search.
struct ComponentSearch {
    var index: [Int: Int] = [:]
    var low: [Int: Int] = [:]
    var stack: [Int] = []
    /// Edges between nodes that were open when the edge was met.
    var inner: [(Int, Satisfiability.Edge)] = []
    /// Nodes with an edge into an accepted component.
    var reachesAccepted: Set<Int> = []

    mutating func open(_ node: Int) {
        low[node] = index.count
        index[node] = index.count
        stack.append(node)
    }

    mutating func lower(_ node: Int, to value: Int) {
        if value < low[node, default: value] { low[node] = value }
    }
}
