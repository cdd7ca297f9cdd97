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

    /// Whether an operator of the tree carries a metric bound.
    var isMetric: Bool {
        switch self {
        case .constant, .atom: false
        case .not(let a): a.isMetric
        case .and(let terms), .or(let terms): terms.contains { $0.isMetric }
        case .implies(let a, let b), .equivalent(let a, let b): a.isMetric || b.isMetric
        case .unary(_, let bound, let a): bound != nil || a.isMetric
        case .binary(_, let bound, let a, let b): bound != nil || a.isMetric || b.isMetric
        }
    }
}
