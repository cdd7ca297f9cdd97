/// The elementary formulas of a set of formulas, and their progression through one state.
///
/// A formula is a Boolean function (a decision diagram) of elementary ones: atoms, next, until,
/// previous, since; all other operators are written with these. Variables below `atomCount` stand
/// for the atoms of the state being read, the others for elementary formulas at a position not
/// yet read. The past is kept in registers: the value of a past formula at the position before, as
/// a function of the future (a constant when its arguments do not look ahead), so that past over
/// future needs no rewriting. Source: Bacchus, Kabanza, "Planning for Temporally Extended Goals"
/// (1998), for progression; the registers are the past's fixpoint equations read forwards.
struct ElementaryFormulas: Sendable {
    typealias Function = DecisionDiagram.Function

    enum Kind: Sendable, Hashable {
        case atom(Int)
        case next(Function)
        case until(Function, Function)
        /// The last number is the register.
        case previous(Function, Int)
        case since(Function, Function, Int)
    }

    var diagram = DecisionDiagram()
    let atomCount: Int
    private(set) var kinds: [Kind] = []
    private(set) var registerCount = 0
    private var variables: [Kind: Int32] = [:]

    init(atomCount: Int) { self.atomCount = atomCount }

    func kind(of variable: Int32) -> Kind { kinds[Int(variable) - atomCount] }

    private mutating func variable(_ kind: Kind) -> Function {
        if let known = variables[kind] { return diagram.variable(known) }
        let variable = Int32(atomCount + kinds.count)
        kinds.append(kind)
        variables[kind] = variable
        return diagram.variable(variable)
    }

    private mutating func until(_ a: Function, _ b: Function) -> Function {
        if b == DecisionDiagram.yes || b == DecisionDiagram.no { return b }
        if a == DecisionDiagram.no { return b }
        return variable(.until(a, b))
    }

    private mutating func next(_ a: Function) -> Function { variable(.next(a)) }

    /// Numbers the register by its operands: one for every distinct past formula.
    private mutating func previous(_ a: Function) -> Function {
        if a == DecisionDiagram.no { return a }
        for (index, kind) in kinds.enumerated() {
            if case .previous(a, _) = kind { return diagram.variable(Int32(atomCount + index)) }
        }
        registerCount += 1
        return variable(.previous(a, registerCount - 1))
    }

    private mutating func since(_ a: Function, _ b: Function) -> Function {
        if b == DecisionDiagram.yes || b == DecisionDiagram.no { return b }
        if a == DecisionDiagram.no { return b }
        for (index, kind) in kinds.enumerated() {
            if case .since(a, b, _) = kind { return diagram.variable(Int32(atomCount + index)) }
        }
        registerCount += 1
        return variable(.since(a, b, registerCount - 1))
    }

    /// The Boolean function of a formula.
    mutating func function(of term: Term) -> Function {
        switch term {
        case .constant(let value): return value ? DecisionDiagram.yes : DecisionDiagram.no
        case .atom(let index): return variable(.atom(index))
        case .not(let a): return diagram.not(function(of: a))
        case .and(let terms):
            return terms.reduce(DecisionDiagram.yes) { diagram.and($0, function(of: $1)) }
        case .or(let terms):
            return terms.reduce(DecisionDiagram.no) { diagram.or($0, function(of: $1)) }
        case .implies(let a, let b):
            let left = function(of: a)
            return diagram.choice(left, function(of: b), DecisionDiagram.yes)
        case .equivalent(let a, let b):
            let left = function(of: a)
            let right = function(of: b)
            return diagram.choice(left, right, diagram.not(right))
        case .unary(let symbol, let bound, let a): return unary(symbol, bound, function(of: a))
        case .binary(let symbol, let bound, let a, let b):
            let left = function(of: a)
            return binary(symbol, bound, left, function(of: b))
        }
    }

    private mutating func unary(
        _ symbol: UnaryOperator, _ bound: Interval?, _ a: Function
    ) -> Function {
        let yes = DecisionDiagram.yes
        switch symbol {
        case .next: return reaches(bound) ? next(a) : DecisionDiagram.no
        case .weakNext:
            return reaches(bound) ? diagram.not(next(diagram.not(a))) : yes
        case .finally: return until(bound, yes, a)
        case .globally: return diagram.not(until(bound, yes, diagram.not(a)))
        case .previous: return reaches(bound) ? previous(a) : DecisionDiagram.no
        case .once: return since(bound, yes, a)
        case .historically: return diagram.not(since(bound, yes, diagram.not(a)))
        }
    }

    private mutating func binary(
        _ symbol: BinaryOperator, _ bound: Interval?, _ a: Function, _ b: Function
    ) -> Function {
        switch symbol {
        case .until: return until(bound, a, b)
        case .since: return since(bound, a, b)
        case .strongRelease: return until(bound, b, diagram.and(a, b))
        case .release:
            return diagram.not(until(bound, diagram.not(a), diagram.not(b)))
        case .weakUntil:
            let neither = diagram.not(diagram.or(a, b))
            return diagram.not(until(bound, diagram.not(b), neither))
        }
    }

    /// Whether the neighbouring event is within a bound in events.
    private func reaches(_ bound: Interval?) -> Bool { bound?.contains(1) ?? true }

    /// Until with a bound in events, unfolded into one next per event.
    private mutating func until(_ bound: Interval?, _ a: Function, _ b: Function) -> Function {
        guard let bound else { return until(a, b) }
        var result = bound.upper == nil ? until(a, b) : b
        for _ in 0..<max((bound.upper ?? bound.lower) - bound.lower, 0) {
            result = diagram.or(b, diagram.and(a, next(result)))
        }
        for _ in 0..<bound.lower { result = diagram.and(a, next(result)) }
        return result
    }

    private mutating func since(_ bound: Interval?, _ a: Function, _ b: Function) -> Function {
        guard let bound else { return since(a, b) }
        var result = bound.upper == nil ? since(a, b) : b
        for _ in 0..<max((bound.upper ?? bound.lower) - bound.lower, 0) {
            result = diagram.or(b, diagram.and(a, previous(result)))
        }
        for _ in 0..<bound.lower { result = diagram.and(a, previous(result)) }
        return result
    }

    /// Forgets all functions but `roots` and the operands of elementary formulas.
    mutating func keep(_ roots: inout [Function]) {
        var all = roots
        for kind in kinds {
            switch kind {
            case .atom: break
            case .next(let a), .previous(let a, _): all.append(a)
            case .until(let a, let b), .since(let a, let b, _): all += [a, b]
            }
        }
        diagram.keep(&all)
        var place = roots.count
        func renumbered() -> Function {
            place += 1
            return all[place - 1]
        }
        for index in kinds.indices {
            switch kinds[index] {
            case .atom: break
            case .next: kinds[index] = .next(renumbered())
            case .previous(_, let register): kinds[index] = .previous(renumbered(), register)
            case .until: kinds[index] = .until(renumbered(), renumbered())
            case .since(_, _, let register):
                kinds[index] = .since(renumbered(), renumbered(), register)
            }
        }
        variables.removeAll(keepingCapacity: true)
        for (index, kind) in kinds.enumerated() { variables[kind] = Int32(atomCount + index) }
        roots = Array(all[..<roots.count])
    }
}
