/// Cuts a line of a pattern file into words and colons.
struct PatternScanner {
    enum Piece {
        case colon
        case word([UInt8], isQuoted: Bool)
        case fault(column: Int, PatternLibrary.Fault.Reason)
    }

    private let line: [UInt8]
    private var place = 0

    init(_ line: [UInt8]) { self.line = line }

    /// Bytes that a word without quotes cannot hold: control bytes, space and the grammar's own.
    static func isSpecial(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x7F
            || [
                UInt8(ascii: "\""), UInt8(ascii: ":"), UInt8(ascii: "~"), UInt8(ascii: "#"),
                UInt8(ascii: "\\"),
            ].contains(byte)
    }

    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// Where the next piece begins, or nil at the end of the line or before a comment.
    mutating func nextColumn() -> Int? {
        while place < line.count, line[place] <= 0x20 { place += 1 }
        return place < line.count && line[place] != UInt8(ascii: "#") ? place : nil
    }

    /// The piece that begins at the column found last.
    mutating func next() -> Piece {
        if line[place] == UInt8(ascii: ":") {
            place += 1
            return .colon
        }
        if line[place] == UInt8(ascii: "\"") { return quotedWord() }
        let start = place
        // `~` and `\` may stand in a word; a colon, a quote or a comment ends it.
        while place < line.count, line[place] > 0x20, line[place] != UInt8(ascii: ":"),
            line[place] != UInt8(ascii: "\""), line[place] != UInt8(ascii: "#")
        {
            place += 1
        }
        return .word(Array(line[start..<place]), isQuoted: false)
    }

    private mutating func quotedWord() -> Piece {
        let start = place
        var bytes: [UInt8] = []
        place += 1
        while place < line.count {
            let byte = line[place]
            place += 1
            if byte == UInt8(ascii: "\"") { return .word(bytes, isQuoted: true) }
            if byte != UInt8(ascii: "\\") {
                bytes.append(byte)
                continue
            }
            guard let escaped = escape() else { return .fault(column: place - 1, .badEscape) }
            bytes.append(escaped)
        }
        return .fault(column: start, .unclosedQuote)
    }

    /// The byte that an escape stands for, behind its backslash.
    private mutating func escape() -> UInt8? {
        guard place < line.count else { return nil }
        let kind = line[place]
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            place += 1
            return kind
        case UInt8(ascii: "n"):
            place += 1
            return 0x0A
        case UInt8(ascii: "x"):
            guard place + 2 < line.count, let high = Self.value(line[place + 1]),
                let low = Self.value(line[place + 2])
            else { return nil }
            place += 3
            return high << 4 | low
        default: return nil
        }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
