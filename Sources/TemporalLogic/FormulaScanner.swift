/// Reads the smallest pieces of a formula's text: spaces, words, numbers, quoted text.
struct FormulaScanner {
    let bytes: [UInt8]
    var position = 0

    /// Units of time and their nanoseconds, smallest first.
    static let timeUnits: [(name: String, size: Int64)] = [
        ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("min", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The byte at the position, or zero at the end.
    var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    var isAtEnd: Bool { position >= bytes.count }

    /// The 1-based column, in Unicode scalars, of a byte offset.
    func column(of offset: Int) -> Int {
        var column = 1
        for byte in bytes[..<min(offset, bytes.count)] where byte & 0xC0 != 0x80 { column += 1 }
        return column
    }

    func error(_ message: String, at offset: Int? = nil) -> FormulaError {
        FormulaError(column: column(of: offset ?? position), message: message)
    }

    mutating func skipSpaces() {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) else { return }
            position += 1
        }
    }

    /// Whether the text goes on with `symbol`.
    func sees(_ symbol: StaticString) -> Bool {
        let count = symbol.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        let start = position
        return symbol.withUTF8Buffer { buffer in
            for index in 0..<count where unsafe buffer[index] != bytes[start + index] {
                return false
            }
            return true
        }
    }

    /// Consumes `symbol` when the text goes on with it.
    mutating func take(_ symbol: StaticString) -> Bool {
        guard sees(symbol) else { return false }
        position += symbol.utf8CodeUnitCount
        return true
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    static func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
    static func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    static func isName(_ byte: UInt8) -> Bool {
        isLower(byte) || isUpper(byte) || isDigit(byte) || byte == 0x5F || byte == 0x2E
    }

    /// The end of the word at the position: a lower-case letter or `_`, then name bytes; a
    /// trailing `.*` belongs to it.
    func endOfWord() -> Int {
        guard isLowerOrUnderscore(current) else { return position }
        var end = position
        while end < bytes.count && Self.isName(bytes[end]) { end += 1 }
        if end < bytes.count && bytes[end] == 0x2A && bytes[end - 1] == 0x2E { end += 1 }
        return end
    }

    private func isLowerOrUnderscore(_ byte: UInt8) -> Bool { Self.isLower(byte) || byte == 0x5F }

    /// The word at the position without consuming it.
    func peekWord() -> [UInt8] { Array(bytes[position..<max(position, endOfWord())]) }

    /// Consumes `keyword`, in lower case, when it is the whole word at the position, in lower or
    /// in capital letters (or in capitals only).
    mutating func takeWord(_ keyword: StaticString, isCapital: Bool = false) -> Bool {
        let count = keyword.utf8CodeUnitCount
        if !isCapital, sees(keyword), endOfWord() == position + count {
            position += count
            return true
        }
        guard Self.isUpper(current), seesCapitals(keyword) else { return false }
        let end = position + count
        guard end == bytes.count || !Self.isName(bytes[end]) else { return false }
        position = end
        return true
    }

    /// Whether the text goes on with `keyword` in capital letters.
    private func seesCapitals(_ keyword: StaticString) -> Bool {
        let count = keyword.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        let start = position
        return keyword.withUTF8Buffer { buffer in
            for index in 0..<count {
                let letter = unsafe buffer[index]
                let capital = Self.isLower(letter) ? letter - 0x20 : letter
                if capital != bytes[start + index] { return false }
            }
            return true
        }
    }

    /// Text between quotes with `\"`, `\'`, `\\`, `\n` and `\t`.
    mutating func quoted() throws(FormulaError) -> [UInt8] {
        let start = position
        let quote = current
        position += 1
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == quote { return content }
            guard byte == 0x5C else {
                content.append(byte)
                continue
            }
            switch current {
            case 0x22, 0x27, 0x5C: content.append(current)
            case 0x6E: content.append(0x0A)
            case 0x74: content.append(0x09)
            default: throw error("unknown escape; use \\\" \\' \\\\ \\n \\t", at: position - 1)
            }
            position += 1
        }
        throw error("the quotation that starts here is not closed", at: start)
    }

    /// A decimal number; exact when it has at most 15 digits and a small exponent.
    mutating func number() throws(FormulaError) -> Double {
        let start = position
        let negative = current == 0x2D
        if negative || current == 0x2B { position += 1 }
        var mantissa = 0.0
        var exponent = 0
        var digits = 0
        func scaled(_ value: Double, _ exponent: Int) -> Double {
            var power = 1.0
            for _ in 0..<min(abs(exponent), 400) { power *= 10 }
            return exponent < 0 ? value / power : value * power
        }
        while Self.isDigit(current) {
            mantissa = mantissa * 10 + Double(current - 0x30)
            digits += 1
            position += 1
        }
        if current == 0x2E {
            position += 1
            while Self.isDigit(current) {
                mantissa = mantissa * 10 + Double(current - 0x30)
                exponent -= 1
                digits += 1
                position += 1
            }
        }
        guard digits > 0 else { throw error("a number is expected", at: start) }
        exponent += exponentSuffix()
        let value = scaled(mantissa, exponent)
        guard value.isFinite else { throw error("the number is too large", at: start) }
        return negative ? -value : value
    }

    /// `e` with a signed integer, or nothing.
    private mutating func exponentSuffix() -> Int {
        let start = position
        guard current == 0x65 || current == 0x45 else { return 0 }
        position += 1
        let negative = current == 0x2D
        if negative || current == 0x2B { position += 1 }
        guard Self.isDigit(current) else {
            position = start
            return 0
        }
        var value = 0
        while Self.isDigit(current) {
            value = min(value * 10 + Int(current - 0x30), 10_000)
            position += 1
        }
        return negative ? -value : value
    }
}
