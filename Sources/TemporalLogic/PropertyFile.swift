/// Named properties and macros read from a text file.
///
/// A line is `name: formula`, `let name = formula`, `parameter name = quantity`, `# comment` or
/// empty; a line that begins with a space goes on with the one before. In the lines after it a
/// macro may be used as an atom, a parameter (`800 ms`, `3`) in bounds and comparisons; readers
/// may give both other values.
package struct PropertyFile: Sendable {
    /// A formula with its name and its line.
    package struct Property: Sendable, Equatable {
        package var name: String
        package var formula: Formula
        /// The 1-based line of its name.
        package var line: Int
        /// The comment lines directly above it.
        package var comment: String

        package init(name: String, formula: Formula, line: Int, comment: String) {
            self.name = name
            self.formula = formula
            self.line = line
            self.comment = comment
        }
    }

    /// Why a file cannot be read, and where.
    package struct Failure: Error, Sendable, Equatable {
        package var line: Int
        package var column: Int
        package var message: String

        package init(line: Int, column: Int, message: String) {
            self.line = line
            self.column = column
            self.message = message
        }
    }

    /// A quantity with its name.
    package struct Parameter: Sendable, Equatable {
        package var name: String
        /// As written, or as given by the reader: `800 ms`.
        package var value: String
        package var line: Int
        /// The comment lines directly above it.
        package var comment: String

        package init(name: String, value: String, line: Int, comment: String) {
            self.name = name
            self.value = value
            self.line = line
            self.comment = comment
        }
    }

    package private(set) var properties: [Property] = []
    package private(set) var parameters: [Parameter] = []
    /// The comment at the head of the file, set off by an empty line.
    package private(set) var summary = ""
    /// What is wrong, in the order of the lines; a file with failures still has its other lines.
    package private(set) var failures: [Failure] = []
    private var macros: [FormulaParser.Macro] = []
    private var quantities: [FormulaParser.Parameter] = []
    private let unit: Formula.BoundUnit
    private let settings: [(name: String, value: String)]

    /// Reads a file; `definitions` replace the file's macros of the same names, `settings` its
    /// parameters.
    package init(
        parsing text: String, boundsIn unit: Formula.BoundUnit = .events,
        definitions: [(name: String, formula: String)] = [],
        settings: [(name: String, value: String)] = []
    ) {
        self.unit = unit
        self.settings = settings
        let overrides = definitions.map {
            FormulaParser.Macro(name: Array($0.name.utf8), text: Array($0.formula.utf8))
        }
        var comment: [UInt8] = []
        for statement in Self.statements(Array(text.utf8)) {
            if statement.bytes.first == 0x23 {
                if !comment.isEmpty { comment.append(0x0A) }
                comment += Self.trimmed(statement.bytes[1...])
                continue
            }
            if Self.trimmed(statement.bytes[...]).isEmpty {
                if summary.isEmpty, properties.isEmpty, macros.isEmpty, parameters.isEmpty {
                    summary = String(decoding: comment, as: UTF8.self)
                }
                comment = []
                continue
            }
            do {
                try read(statement, String(decoding: comment, as: UTF8.self), overrides)
            } catch {
                failures.append(statement.failure(error))
            }
            comment = []
        }
    }

    /// A line with the lines that continue it.
    private struct Statement {
        var bytes: [UInt8]
        var line: Int
        /// Where each continuation begins among the bytes.
        var breaks: [Int] = []

        /// The place in the file of a place in the statement.
        func failure(_ error: FormulaError) -> Failure {
            var scalar = 1
            var offset = 0
            while offset < bytes.count && scalar < error.column {
                offset += 1
                while offset < bytes.count && bytes[offset] & 0xC0 == 0x80 { offset += 1 }
                scalar += 1
            }
            let passed = breaks.filter { $0 <= offset }
            guard let start = passed.last else {
                return Failure(line: line, column: error.column, message: error.message)
            }
            var column = 1
            for byte in bytes[start..<offset] where byte & 0xC0 != 0x80 { column += 1 }
            return Failure(line: line + passed.count, column: column, message: error.message)
        }
    }

    private static func statements(_ bytes: [UInt8]) -> [Statement] {
        var result: [Statement] = []
        var number = 0
        for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            var line = Array(part)
            if line.last == 0x0D { line.removeLast() }
            let isContinued =
                (line.first == 0x20 || line.first == 0x09) && !trimmed(line[...]).isEmpty
            if isContinued, let last = result.indices.last, result[last].bytes.first != 0x23,
                !trimmed(result[last].bytes[...]).isEmpty
            {
                result[last].bytes.append(0x20)
                result[last].breaks.append(result[last].bytes.count)
                result[last].bytes += line
            } else {
                result.append(Statement(bytes: line, line: number))
            }
        }
        return result
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let front = bytes.drop { isSpace($0) }
        guard let last = front.lastIndex(where: { !isSpace($0) }) else { return [] }
        return Array(front[...last])
    }

    private mutating func read(
        _ statement: Statement, _ comment: String, _ overrides: [FormulaParser.Macro]
    ) throws(FormulaError) {
        var parser = FormulaParser(statement.bytes, unit: unit)
        parser.macros = macros
        parser.parameters = quantities
        parser.scanner.skipSpaces()
        if isParameter(parser) { return try readParameter(&parser, statement, comment) }
        if parser.scanner.takeWord("let") {
            return try readMacro(&parser, overrides)
        }
        let start = parser.scanner.position
        let name = try readName(&parser)
        parser.scanner.skipSpaces()
        guard parser.scanner.take(":") else {
            throw parser.scanner.error("a ':' is expected after the property's name")
        }
        let text = String(decoding: name, as: UTF8.self)
        if properties.contains(where: { $0.name.utf8.elementsEqual(name) }) {
            throw parser.scanner.error("a property of this name was defined before", at: start)
        }
        let root = try parser.formula()
        let formula = Formula(root: root, atoms: parser.atoms)
        properties.append(
            Property(name: text, formula: formula, line: statement.line, comment: comment))
    }

    /// A property's name: everything up to the colon, or quoted text.
    private func readName(_ parser: inout FormulaParser) throws(FormulaError) -> [UInt8] {
        let start = parser.scanner.position
        if parser.scanner.current == 0x22 { return try parser.scanner.quoted() }
        while !parser.scanner.isAtEnd && parser.scanner.current != 0x3A {
            parser.scanner.position += 1
        }
        let name = Self.trimmed(parser.scanner.bytes[start..<parser.scanner.position])
        guard !name.isEmpty else {
            throw parser.scanner.error("a property's name is expected", at: start)
        }
        guard !parser.scanner.isAtEnd else {
            throw parser.scanner.error(
                "'name: formula' or 'let name = formula' is expected", at: start)
        }
        return name
    }

    private mutating func readMacro(
        _ parser: inout FormulaParser, _ overrides: [FormulaParser.Macro]
    ) throws(FormulaError) {
        parser.scanner.skipSpaces()
        let start = parser.scanner.position
        let name = parser.scanner.peekWord()
        guard !name.isEmpty, !FormulaParser.isReserved(name) else {
            throw parser.scanner.error("a macro's name is expected, in lower case")
        }
        parser.scanner.position += name.count
        parser.scanner.skipSpaces()
        guard parser.scanner.take("=") else {
            throw parser.scanner.error("a '=' is expected after the macro's name")
        }
        guard !macros.contains(where: { $0.name == name }) else {
            throw parser.scanner.error("a macro of this name was defined before", at: start)
        }
        let body = Array(parser.scanner.bytes[parser.scanner.position...])
        _ = try parser.formula()
        macros.append(
            overrides.first { $0.name == name } ?? FormulaParser.Macro(name: name, text: body))
    }

    /// Whether the line is `parameter name = …`; a property may be called "parameter x" otherwise.
    private func isParameter(_ parser: FormulaParser) -> Bool {
        var parser = parser
        guard parser.scanner.takeWord("parameter") else { return false }
        parser.scanner.skipSpaces()
        parser.scanner.position += parser.scanner.peekWord().count
        parser.scanner.skipSpaces()
        return parser.scanner.sees("=")
    }

    private mutating func readParameter(
        _ parser: inout FormulaParser, _ statement: Statement, _ comment: String
    ) throws(FormulaError) {
        _ = parser.scanner.takeWord("parameter")
        parser.scanner.skipSpaces()
        let start = parser.scanner.position
        let name = parser.scanner.peekWord()
        guard !name.isEmpty, !FormulaParser.isReserved(name) else {
            throw parser.scanner.error("a parameter's name is expected, in lower case")
        }
        guard !quantities.contains(where: { $0.name == name }) else {
            throw parser.scanner.error("a parameter of this name was defined before", at: start)
        }
        parser.scanner.position += name.count
        parser.scanner.skipSpaces()
        _ = parser.scanner.take("=")
        parser.scanner.skipSpaces()
        let valueStart = parser.scanner.position
        var quantity = try Self.quantity(&parser)
        var value = String(
            decoding: Self.trimmed(parser.scanner.bytes[valueStart...]), as: UTF8.self)
        let text = String(decoding: name, as: UTF8.self)
        if let setting = settings.last(where: { $0.name == text }) {
            value = setting.value
            quantity = try Self.quantity(of: setting, at: valueStart, in: parser.scanner)
        }
        quantities.append(FormulaParser.Parameter(name: name, distance: quantity))
        parameters.append(
            Parameter(name: text, value: value, line: statement.line, comment: comment))
    }

    /// A reader's value of a parameter; what is wrong with it is told at the parameter's own.
    private static func quantity(
        of setting: (name: String, value: String), at place: Int, in scanner: FormulaScanner
    ) throws(FormulaError) -> FormulaParser.Distance {
        var parser = FormulaParser(Array(setting.value.utf8), unit: .events)
        do {
            return try quantity(&parser)
        } catch {
            throw scanner.error(
                "the value given for \(setting.name), \"\(setting.value)\": \(error.message)",
                at: place)
        }
    }

    private static func quantity(
        _ parser: inout FormulaParser
    ) throws(FormulaError) -> FormulaParser.Distance {
        let result = try parser.distance()
        parser.scanner.skipSpaces()
        guard parser.scanner.isAtEnd else {
            throw parser.scanner.error("the end is expected after the quantity")
        }
        return result
    }
}
