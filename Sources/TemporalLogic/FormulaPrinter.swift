/// Prints terms so that the parser gives them back.
struct FormulaPrinter {
    let atoms: [Atom]

    /// How tightly a printed term binds; the parser's levels.
    private enum Level: Int { case equivalence, implication, or, and, binary, unary }

    func text(_ term: Term) -> String { text(term, at: .equivalence) }

    private func text(_ term: Term, at level: Level) -> String {
        let own = Self.level(of: term)
        let printed = bare(term)
        return own.rawValue < level.rawValue ? "(" + printed + ")" : printed
    }

    private func bare(_ term: Term) -> String {
        switch term {
        case .constant(let value): return value ? "true" : "false"
        case .atom(let index): return String(decoding: atoms[index].text, as: UTF8.self)
        case .not(let a): return "!" + operand(a)
        case .and(let terms): return joined(terms, " & ", .binary)
        case .or(let terms): return joined(terms, " | ", .and)
        case .implies(let a, let b):
            return text(a, at: .or) + " -> " + text(b, at: .implication)
        case .equivalent(let a, let b):
            return text(a, at: .implication) + " <-> " + text(b, at: .equivalence)
        case .unary(let symbol, let bound, let a):
            return symbol.letter + bracket(bound) + (isAtomic(a) ? " " : "") + operand(a)
        case .binary(let symbol, let bound, let a, let b):
            return text(a, at: .unary) + " " + symbol.letter + bracket(bound) + " "
                + text(b, at: .binary)
        }
    }

    /// A unary operator's operand; a comparison is set in parentheses so that it reads as one thing.
    private func operand(_ term: Term) -> String {
        if case .atom(let index) = term, case .comparison = atoms[index].proposition {
            return "(" + bare(term) + ")"
        }
        return text(term, at: .unary)
    }

    private func isAtomic(_ term: Term) -> Bool {
        switch term {
        case .constant: return true
        case .atom(let index):
            if case .comparison = atoms[index].proposition { return false }
            return true
        case .unary, .not: return true
        default: return false
        }
    }

    private func joined(_ terms: [Term], _ separator: String, _ level: Level) -> String {
        var result = ""
        for (position, term) in terms.enumerated() {
            if position > 0 { result += separator }
            result += text(term, at: level)
        }
        return result
    }

    private static func level(of term: Term) -> Level {
        switch term {
        case .constant, .atom, .not, .unary: .unary
        case .and: .and
        case .or: .or
        case .implies: .implication
        case .equivalent: .equivalence
        case .binary: .binary
        }
    }

    private func bracket(_ bound: Interval?) -> String {
        guard let bound else { return "" }
        let lower = Self.quantity(bound.lower, bound.unit)
        guard let upper = bound.upper else { return "[" + lower + ",inf]" }
        let last = Self.quantity(upper, bound.unit)
        return bound.lower == 0 ? "[<=" + last + "]" : "[" + lower + "," + last + "]"
    }

    /// A distance with the largest unit that divides it.
    static func quantity(_ value: Int64, _ unit: Interval.Unit) -> String {
        if unit == .events { return String(value) }
        for (name, size) in FormulaScanner.timeUnits.reversed() where name != "m" {
            if value % size == 0 && (value != 0 || name == "ms") {
                return String(value / size) + name
            }
        }
        return String(value) + "ns"
    }
}
