/// A recursive-descent parser of computation tree logic.
struct BranchingParser {
    typealias Term = BranchingFormula.Term

    /// Reads atoms and keeps them.
    private var names: FormulaParser
    private var depth = 0
    /// Bounded, since chains of `&` and `|` nest as well.
    private var chained = 0
    private static let maximumChained = 1000

    var atoms: [Atom] { names.atoms }

    init(_ text: String) { names = FormulaParser(Array(text.utf8), unit: .events) }

    mutating func formula() throws(FormulaError) -> Term {
        let term = try equivalence()
        names.scanner.skipSpaces()
        guard names.scanner.isAtEnd else {
            throw names.scanner.error("an operator or the end is expected")
        }
        return term
    }

    private func or(_ a: Term, _ b: Term) -> Term { .not(.and(.not(a), .not(b))) }

    private mutating func take(_ symbols: StaticString...) -> Bool {
        names.scanner.skipSpaces()
        for symbol in symbols where names.scanner.take(symbol) { return true }
        return false
    }

    private mutating func enter() throws(FormulaError) {
        depth += 1
        guard depth <= FormulaParser.maximumDepth else {
            throw names.scanner.error(
                "the formula is nested more than \(FormulaParser.maximumDepth) deep")
        }
    }

    private mutating func chain() throws(FormulaError) {
        chained += 1
        guard chained <= Self.maximumChained else {
            throw names.scanner.error(
                "the formula joins more than \(Self.maximumChained) operands")
        }
    }

    private mutating func equivalence() throws(FormulaError) -> Term {
        try enter()
        defer { depth -= 1 }
        let left = try implication()
        guard take("<->", "<=>", "↔") else { return left }
        let right = try equivalence()
        return .and(or(.not(left), right), or(.not(right), left))
    }

    private mutating func implication() throws(FormulaError) -> Term {
        try enter()
        defer { depth -= 1 }
        let left = try disjunction()
        guard take("->", "=>", "→") else { return left }
        return or(.not(left), try implication())
    }

    private mutating func disjunction() throws(FormulaError) -> Term {
        var left = try conjunction()
        while take("||", "|", "∨") {
            try chain()
            left = or(left, try conjunction())
        }
        return left
    }

    private mutating func conjunction() throws(FormulaError) -> Term {
        var left = try unary()
        while take("&&", "&", "∧") {
            try chain()
            left = .and(left, try unary())
        }
        return left
    }

    private mutating func unary() throws(FormulaError) -> Term {
        try enter()
        defer { depth -= 1 }
        if take("!", "¬") { return .not(try unary()) }
        if take("EX") { return .next(try unary()) }
        if take("EF") { return .until(.constant(true), try unary()) }
        if take("EG") { return .globally(try unary()) }
        if take("AX") { return .not(.next(.not(try unary()))) }
        if take("AF") { return .not(.globally(.not(try unary()))) }
        if take("AG") { return .not(.until(.constant(true), .not(try unary()))) }
        if take("E") { return try until(isUniversal: false) }
        if take("A") { return try until(isUniversal: true) }
        return try primary()
    }

    /// `[p U q]` after a path quantifier.
    private mutating func until(isUniversal: Bool) throws(FormulaError) -> Term {
        let isSquare = take("[")
        guard isSquare || take("(") else {
            throw names.scanner.error("X, F, G or [p U q] is expected after the path quantifier")
        }
        let left = try equivalence()
        guard take("U") else { throw names.scanner.error("'U' is expected") }
        let right = try equivalence()
        guard isSquare ? take("]") : take(")") else {
            throw names.scanner.error("the bracket is not closed")
        }
        guard isUniversal else { return .until(left, right) }
        // Against it speak a path without the right side and one that loses the left side first.
        let never = Term.globally(.not(right))
        let lost = Term.until(.not(right), .and(.not(left), .not(right)))
        return .and(.not(never), .not(lost))
    }

    private mutating func primary() throws(FormulaError) -> Term {
        names.scanner.skipSpaces()
        if take("(") {
            let inner = try equivalence()
            guard take(")") else { throw names.scanner.error("a ')' is expected") }
            return inner
        }
        if names.scanner.takeWord("true") { return .constant(true) }
        if names.scanner.takeWord("false") { return .constant(false) }
        let start = names.scanner.position
        let name: [UInt8]
        if names.scanner.current == 0x22 {
            name = try names.scanner.quoted()
        } else {
            name = names.scanner.peekWord()
            names.scanner.position += name.count
        }
        guard !name.isEmpty else { throw names.scanner.error("an operand is expected here") }
        guard case .atom(let index) = try names.atom(named: name, at: start) else {
            throw names.scanner.error("an atom is expected here", at: start)
        }
        return .atom(index)
    }
}
