/// Reduced ordered binary decision diagrams, hash-consed: equal functions have equal numbers.
///
/// Canonical form is what makes progression finite: two formulas that agree as Boolean functions
/// of their elementary parts are one state. Source: Bryant, "Graph-Based Algorithms for Boolean
/// Function Manipulation" (1986). Every operation is linear in the product of its arguments.
struct DecisionDiagram: Sendable {
    typealias Function = Int32

    static let no: Function = 0
    static let yes: Function = 1

    /// A decision on a variable; smaller variables are nearer the root.
    struct Decision: Sendable, Hashable {
        var variable: Int32
        var low: Function
        var high: Function
    }

    private struct Triple: Hashable {
        var condition: Function
        var high: Function
        var low: Function
    }

    private(set) var decisions: [Decision] = [
        Decision(variable: .max, low: 0, high: 0), Decision(variable: .max, low: 1, high: 1),
    ]
    private var numbers: [Decision: Function] = [:]
    private var memo: [Triple: Function] = [:]

    /// The number of stored decisions.
    var count: Int { decisions.count }

    /// Beyond so many decisions the operations give up; what they yield then means nothing.
    var limit = Int.max
    var isExhausted: Bool { decisions.count > limit }

    subscript(function: Function) -> Decision { decisions[Int(function)] }

    mutating func decision(_ variable: Int32, low: Function, high: Function) -> Function {
        if low == high { return low }
        let key = Decision(variable: variable, low: low, high: high)
        if let number = numbers[key] { return number }
        let number = Function(decisions.count)
        decisions.append(key)
        numbers[key] = number
        return number
    }

    mutating func variable(_ variable: Int32) -> Function {
        decision(variable, low: Self.no, high: Self.yes)
    }

    /// `condition ? high : low`.
    mutating func choice(_ condition: Function, _ high: Function, _ low: Function) -> Function {
        if condition == Self.yes || high == low { return high }
        if condition == Self.no { return low }
        if high == Self.yes && low == Self.no { return condition }
        if isExhausted { return Self.no }
        let key = Triple(condition: condition, high: high, low: low)
        if let known = memo[key] { return known }
        let top = min(self[condition].variable, self[high].variable, self[low].variable)
        let whenFalse = choice(
            cofactor(condition, top, false), cofactor(high, top, false), cofactor(low, top, false))
        let whenTrue = choice(
            cofactor(condition, top, true), cofactor(high, top, true), cofactor(low, top, true))
        // What was cut short must not be remembered.
        if isExhausted { return Self.no }
        let result = decision(top, low: whenFalse, high: whenTrue)
        memo[key] = result
        return result
    }

    mutating func not(_ a: Function) -> Function { choice(a, Self.no, Self.yes) }
    mutating func and(_ a: Function, _ b: Function) -> Function { choice(a, b, Self.no) }
    mutating func or(_ a: Function, _ b: Function) -> Function { choice(a, Self.yes, b) }

    /// The function with `variable`, at or above its root, fixed.
    func cofactor(_ function: Function, _ variable: Int32, _ value: Bool) -> Function {
        let decision = self[function]
        guard decision.variable == variable else { return function }
        return value ? decision.high : decision.low
    }

    /// The function with the first `count` variables, which come first on every path, fixed by the
    /// bits of `letter`.
    func restricted(_ function: Function, _ letter: UInt64, _ count: Int) -> Function {
        var function = function
        while true {
            let decision = self[function]
            guard decision.variable < count else { return function }
            let holds = letter >> UInt64(decision.variable) & 1 == 1
            function = holds ? decision.high : decision.low
        }
    }

    /// Forgets everything but what `roots` reach and renumbers them.
    mutating func keep(_ roots: inout [Function]) {
        var isReached = [Bool](repeating: false, count: decisions.count)
        isReached[0] = true
        isReached[1] = true
        for root in roots { isReached[Int(root)] = true }
        for number in stride(from: decisions.count - 1, through: 2, by: -1) where isReached[number]
        {
            isReached[Int(decisions[number].low)] = true
            isReached[Int(decisions[number].high)] = true
        }
        var fresh = DecisionDiagram()
        fresh.limit = limit
        var renumbered = [Function](repeating: 0, count: decisions.count)
        renumbered[1] = 1
        for number in decisions.indices.dropFirst(2) where isReached[number] {
            let old = decisions[number]
            renumbered[number] = fresh.decision(
                old.variable, low: renumbered[Int(old.low)], high: renumbered[Int(old.high)])
        }
        for index in roots.indices { roots[index] = renumbered[Int(roots[index])] }
        self = fresh
    }
}
