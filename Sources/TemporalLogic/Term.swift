/// The tree of a formula; an atom is an index into the formula's atoms.
indirect enum Term: Sendable, Hashable {
    case constant(Bool)
    case atom(Int)
    case not(Term)
    case and([Term])
    case or([Term])
    case implies(Term, Term)
    case equivalent(Term, Term)
    case unary(UnaryOperator, Interval?, Term)
    case binary(BinaryOperator, Interval?, Term, Term)
}

/// Temporal operators with one argument.
enum UnaryOperator: UInt8, Sendable, Hashable {
    case next, weakNext, finally, globally
    case previous, once, historically

    /// The operator's ASCII letter.
    var letter: String {
        switch self {
        case .next: "X"
        case .weakNext: "N"
        case .finally: "F"
        case .globally: "G"
        case .previous: "Y"
        case .once: "O"
        case .historically: "H"
        }
    }
}

/// Temporal operators with two arguments.
enum BinaryOperator: UInt8, Sendable, Hashable {
    case until, release, weakUntil, strongRelease
    case since

    /// The operator's ASCII letter.
    var letter: String {
        switch self {
        case .until: "U"
        case .release: "R"
        case .weakUntil: "W"
        case .strongRelease: "M"
        case .since: "S"
        }
    }
}

extension Term {
    /// A conjunction or disjunction with its operands of the same kind folded in.
    static func joined(_ terms: [Term], conjunction: Bool) -> Term {
        if terms.count == 1 { return terms[0] }
        var operands: [Term] = []
        for term in terms {
            switch (term, conjunction) {
            case (.and(let inner), true), (.or(let inner), false): operands += inner
            default: operands.append(term)
            }
        }
        return conjunction ? .and(operands) : .or(operands)
    }

    /// Terms whose conjunction is equivalent; globally and implication distribute.
    var conjuncts: [Term] {
        switch self {
        case .and(let terms): return terms.flatMap { $0.conjuncts }
        case .unary(.globally, let bound, let a):
            return a.conjuncts.map { .unary(.globally, bound, $0) }
        case .implies(let a, let b): return b.conjuncts.map { .implies(a, $0) }
        default: return [self]
        }
    }

    /// The atoms that occur, one bit each.
    var atomSet: UInt64 {
        switch self {
        case .constant: 0
        case .atom(let index): 1 << UInt64(index)
        case .not(let a), .unary(_, _, let a): a.atomSet
        case .and(let terms), .or(let terms): terms.reduce(0) { $0 | $1.atomSet }
        case .implies(let a, let b), .equivalent(let a, let b), .binary(_, _, let a, let b):
            a.atomSet | b.atomSet
        }
    }

    /// Whether it holds of a trace without any position: nothing happens, so every "all" holds.
    var holdsOfNothing: Bool {
        switch self {
        case .constant(let value): value
        case .atom: false
        case .not(let a): !a.holdsOfNothing
        case .and(let terms): terms.allSatisfy { $0.holdsOfNothing }
        case .or(let terms): terms.contains { $0.holdsOfNothing }
        case .implies(let a, let b): !a.holdsOfNothing || b.holdsOfNothing
        case .equivalent(let a, let b): a.holdsOfNothing == b.holdsOfNothing
        case .unary(let symbol, _, _):
            symbol == .weakNext || symbol == .globally || symbol == .historically
        case .binary(let symbol, _, _, _): symbol == .release || symbol == .weakUntil
        }
    }
}
