/// A recursive-descent parser of formulas; an operator is one capital letter, a symbol or a word.
struct FormulaParser {
    var scanner: FormulaScanner
    let unit: Formula.BoundUnit
    /// The atoms met so far, in order of first appearance.
    var atoms: [Atom] = []
    /// Named terms that stand for themselves when a word matches; empty outside a property file.
    var macros: [Macro] = []
    /// Quantities that a word stands for in bounds and comparisons; empty outside a property file.
    var parameters: [Parameter] = []
    /// The present nesting; bounded so that no text can exhaust the stack.
    private var depth = 0

    /// A name bound to the text of a formula.
    struct Macro {
        let name: [UInt8]
        let text: [UInt8]
    }

    /// Macros expanded so far; bounded so that no file can double its way to any size.
    private var expansions = 0

    static let maximumDepth = 200
    static let maximumExpansions = 2000

    init(_ bytes: [UInt8], unit: Formula.BoundUnit) {
        scanner = FormulaScanner(bytes)
        self.unit = unit
    }

    /// A whole formula, to the end of the text.
    mutating func formula() throws(FormulaError) -> Term {
        let term = try equivalence()
        scanner.skipSpaces()
        guard scanner.isAtEnd else {
            throw scanner.error("an operator or the end is expected")
        }
        return term
    }

    private mutating func enter() throws(FormulaError) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw scanner.error("the formula is nested more than \(Self.maximumDepth) deep")
        }
    }

    private mutating func equivalence() throws(FormulaError) -> Term {
        try enter()
        defer { depth -= 1 }
        let left = try implication()
        scanner.skipSpaces()
        guard
            scanner.take("<->") || scanner.take("<=>") || scanner.take("↔") || scanner.take("⇔")
                || scanner.take("⟺") || scanner.take("⟷") || scanner.takeWord("iff")
                || scanner.takeWord("equiv", isCapital: true)
        else { return left }
        return .equivalent(left, try equivalence())
    }

    private mutating func implication() throws(FormulaError) -> Term {
        try enter()
        defer { depth -= 1 }
        let left = try disjunction()
        scanner.skipSpaces()
        guard
            scanner.take("->") || scanner.take("=>") || scanner.take("→") || scanner.take("⇒")
                || scanner.take("⟹") || scanner.take("⟶") || scanner.takeWord("implies")
        else { return left }
        return .implies(left, try implication())
    }

    private mutating func disjunction() throws(FormulaError) -> Term {
        var terms = [try conjunction()]
        while true {
            scanner.skipSpaces()
            guard
                scanner.take("||") || scanner.take("|") || scanner.take("∨")
                    || scanner.takeWord("or")
            else { return .joined(terms, conjunction: false) }
            terms.append(try conjunction())
        }
    }

    private mutating func conjunction() throws(FormulaError) -> Term {
        var terms = [try binary()]
        while true {
            scanner.skipSpaces()
            guard
                scanner.take("&&") || scanner.take("&") || scanner.take("∧")
                    || scanner.takeWord("and")
            else { return .joined(terms, conjunction: true) }
            terms.append(try binary())
        }
    }

    private mutating func binary() throws(FormulaError) -> Term {
        try enter()
        defer { depth -= 1 }
        let left = try unary()
        scanner.skipSpaces()
        guard let symbol = takeBinaryOperator() else { return left }
        let bound = try interval()
        return .binary(symbol, bound, left, try binary())
    }

    private mutating func takeBinaryOperator() -> BinaryOperator? {
        // Words come first: UNTIL is not U with something behind it.
        if scanner.takeWord("until") { return .until }
        if scanner.takeWord("release") { return .release }
        if scanner.takeWord("since") { return .since }
        if scanner.take("U") || scanner.take("𝒰") { return .until }
        if scanner.take("R") || scanner.take("ℛ") { return .release }
        if scanner.take("W") || scanner.take("𝒲") { return .weakUntil }
        if scanner.take("M") || scanner.take("ℳ") { return .strongRelease }
        if scanner.take("S") || scanner.take("𝒮") { return .since }
        return nil
    }

    private mutating func unary() throws(FormulaError) -> Term {
        try enter()
        defer { depth -= 1 }
        scanner.skipSpaces()
        if scanner.take("!") || scanner.take("¬") || scanner.takeWord("not") {
            return .not(try unary())
        }
        if let symbol = takeUnaryWord() ?? takeUnarySymbol() {
            let bound = try interval()
            return .unary(symbol, bound, try unary())
        }
        return try primary()
    }

    /// Words come before letters: ONCE is not O with something behind it.
    private mutating func takeUnaryWord() -> UnaryOperator? {
        if scanner.takeWord("next") { return .next }
        if scanner.takeWord("eventually") { return .finally }
        if scanner.takeWord("always") { return .globally }
        if scanner.takeWord("previous") || scanner.takeWord("prev") || scanner.takeWord("pre") {
            return .previous
        }
        if scanner.takeWord("once") { return .once }
        if scanner.takeWord("historically") || scanner.takeWord("past_always", isCapital: true) {
            return .historically
        }
        return nil
    }

    private mutating func takeUnarySymbol() -> UnaryOperator? {
        if scanner.take("WX") || scanner.take("N") { return .weakNext }
        if scanner.take("X[!]") || scanner.take("X") || scanner.take("○") || scanner.take("◯") {
            return .next
        }
        if scanner.take("F") || scanner.take("◇") || scanner.take("♢") || scanner.take("⋄")
            || scanner.take("◊")
        {
            return .finally
        }
        if scanner.take("G") || scanner.take("□") || scanner.take("◻") { return .globally }
        if scanner.take("Y") || scanner.take("●") || scanner.take("⊖") { return .previous }
        if scanner.take("O") || scanner.take("P") || scanner.take("◆") { return .once }
        if scanner.take("H") || scanner.take("■") { return .historically }
        return nil
    }

    private mutating func primary() throws(FormulaError) -> Term {
        scanner.skipSpaces()
        let start = scanner.position
        if scanner.take("(") {
            let inner = try equivalence()
            scanner.skipSpaces()
            guard scanner.take(")") else {
                let place = scanner.column(of: start)
                throw scanner.error("a ')' is expected for the '(' at column \(place)")
            }
            return inner
        }
        if scanner.takeWord("true") || scanner.take("⊤") { return .constant(true) }
        if scanner.takeWord("false") || scanner.take("⊥") { return .constant(false) }
        if let value = takeDigitConstant() { return .constant(value) }
        if scanner.current == 0x22 || scanner.current == 0x27 {
            let name = try scanner.quoted()
            guard !name.isEmpty else { throw scanner.error("a name is empty", at: start) }
            return try atom(named: name, at: start)
        }
        if scanner.take("{") { return try braced(at: start) }
        let end = scanner.endOfWord()
        guard end > start else { throw unexpected() }
        let word = Array(scanner.bytes[start..<end])
        guard !Self.isReserved(word) else {
            throw scanner.error(
                "an operand is expected, not an operator; quote it to name an event")
        }
        scanner.position = end
        if let macro = macros.last(where: { $0.name == word }) {
            return try expansion(of: macro, at: start)
        }
        // Some tools write a proposition as a predicate without arguments.
        if scanner.take("()") { return try proposition(named: word, at: start) }
        return try atom(named: word, at: start)
    }

    /// Some tools write 1 and 0 for true and false.
    private mutating func takeDigitConstant() -> Bool? {
        let digit = scanner.current
        guard digit == 0x30 || digit == 0x31 else { return nil }
        let next = scanner.position + 1
        guard next == scanner.bytes.count || !FormulaScanner.isName(scanner.bytes[next]) else {
            return nil
        }
        scanner.position = next
        return digit == 0x31
    }

    /// A proposition in braces, as some tools write it.
    private mutating func braced(at start: Int) throws(FormulaError) -> Term {
        scanner.skipSpaces()
        let name = scanner.peekWord()
        guard !name.isEmpty else { throw scanner.error("a proposition's name is expected") }
        scanner.position += name.count
        scanner.skipSpaces()
        guard scanner.take("}") else {
            throw scanner.error("a '}' is expected after the proposition's name")
        }
        return try proposition(named: name, at: start)
    }

    /// The term a macro stands for, read with the macros defined before it.
    private mutating func expansion(of macro: Macro, at start: Int) throws(FormulaError) -> Term {
        try enter()
        defer { depth -= 1 }
        expansions += 1
        guard expansions <= Self.maximumExpansions else {
            throw scanner.error("macros are used more than \(Self.maximumExpansions) times")
        }
        let outer = scanner
        let outerMacros = macros
        if let index = macros.lastIndex(where: { $0.name == macro.name }) {
            macros.removeSubrange(index...)
        }
        scanner = FormulaScanner(macro.text)
        defer {
            scanner = outer
            macros = outerMacros
        }
        do {
            return try formula()
        } catch {
            throw outer.error("in its definition: \(error.message)", at: start)
        }
    }

    private func unexpected() -> FormulaError {
        if scanner.isAtEnd { return scanner.error("the formula ends where an operand is expected") }
        if FormulaScanner.isUpper(scanner.current) {
            return scanner.error(
                "this capital letter is no prefix operator; names begin in lower case or in quotes")
        }
        return scanner.error("an operand is expected here")
    }

    /// Whether a bare word is an operator or a constant.
    static func isReserved(_ word: [UInt8]) -> Bool {
        for keyword in reserved where word.elementsEqual(keyword.utf8) { return true }
        return false
    }

    static let reserved = [
        "true", "false", "not", "and", "or", "implies", "iff", "until", "release", "since", "next",
        "eventually", "always", "previous", "prev", "pre", "once", "historically",
    ]
}
