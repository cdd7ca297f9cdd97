extension FormulaParser {
    /// The atom of a name that was just read: a comparison when a comparison sign follows.
    mutating func atom(named name: [UInt8], at start: Int) throws(FormulaError) -> Term {
        scanner.skipSpaces()
        let atom: Atom
        if let comparison = takeComparison() {
            scanner.skipSpaces()
            let (literal, printed) = try literal()
            let field = String(decoding: name, as: UTF8.self)
            let sign = Array((" " + comparison.rawValue + " ").utf8)
            atom = Atom(
                text: Self.printed(name) + sign + printed,
                proposition: .comparison(field: field, comparison, literal))
        } else {
            atom = Atom(
                text: Self.printed(name),
                proposition: .name(String(decoding: name, as: UTF8.self)))
        }
        return try term(of: atom, at: start)
    }

    /// The atom of a name that is no field of a comparison.
    mutating func proposition(named name: [UInt8], at start: Int) throws(FormulaError) -> Term {
        let meaning = Proposition.name(String(decoding: name, as: UTF8.self))
        return try term(of: Atom(text: Self.printed(name), proposition: meaning), at: start)
    }

    private mutating func term(of atom: Atom, at start: Int) throws(FormulaError) -> Term {
        if let index = atoms.firstIndex(of: atom) { return .atom(index) }
        guard atoms.count < Formula.maximumPropositions else {
            throw scanner.error(
                "a formula may have at most \(Formula.maximumPropositions) propositions", at: start)
        }
        atoms.append(atom)
        return .atom(atoms.count - 1)
    }

    private mutating func takeComparison() -> Comparison? {
        if scanner.sees("=>") || scanner.sees("<->") || scanner.sees("<=>") { return nil }
        if scanner.take("!=") || scanner.take("≠") { return .notEqual }
        if scanner.take("!~") { return .lacks }
        if scanner.take("<=") || scanner.take("≤") { return .lessOrEqual }
        if scanner.take(">=") || scanner.take("≥") { return .greaterOrEqual }
        if scanner.take("==") || scanner.take("=") { return .equal }
        if scanner.take("<") { return .less }
        if scanner.take(">") { return .greater }
        if scanner.take("~") { return .contains }
        return nil
    }

    /// The right-hand side of a comparison and how it is printed; a bare word is text.
    private mutating func literal() throws(FormulaError) -> (Literal, [UInt8]) {
        let start = scanner.position
        if scanner.current == 0x22 || scanner.current == 0x27 {
            let content = try scanner.quoted()
            return (.string(String(decoding: content, as: UTF8.self)), Self.quoted(content))
        }
        if scanner.takeWord("true") { return (.boolean(true), Array("true".utf8)) }
        if scanner.takeWord("false") { return (.boolean(false), Array("false".utf8)) }
        let word = scanner.peekWord()
        if !word.isEmpty {
            scanner.position += word.count
            if let parameter = parameters.first(where: { $0.name == word }) {
                let value = parameter.literal
                return (.number(value), Self.printed(value))
            }
            return (.string(String(decoding: word, as: UTF8.self)), Self.quoted(word))
        }
        let first = scanner.current
        guard FormulaScanner.isDigit(first) || first == 0x2D || first == 0x2B || first == 0x2E
        else { throw scanner.error("a number or a quoted text is expected after the comparison") }
        let value = try scanner.number()
        guard !FormulaScanner.isName(scanner.current) else {
            throw scanner.error("a number is followed by letters; leave the unit out")
        }
        return (.number(value), Array(scanner.bytes[start..<scanner.position]))
    }

    /// A name as it is printed: bare when it reads back as one word, else quoted.
    static func printed(_ name: [UInt8]) -> [UInt8] {
        let scanner = FormulaScanner(name)
        return scanner.endOfWord() == name.count && !isReserved(name) ? name : quoted(name)
    }

    /// A number as it is printed: whole ones without a point.
    static func printed(_ value: Double) -> [UInt8] {
        let isWhole = value.magnitude < 1e15 && value == value.rounded(.towardZero)
        return Array((isWhole ? String(Int64(value)) : "\(value)").utf8)
    }

    static func quoted(_ content: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x22]
        for byte in content {
            switch byte {
            case 0x22, 0x5C: result += [0x5C, byte]
            case 0x0A: result += [0x5C, 0x6E]
            case 0x09: result += [0x5C, 0x74]
            default: result.append(byte)
            }
        }
        result.append(0x22)
        return result
    }
}
