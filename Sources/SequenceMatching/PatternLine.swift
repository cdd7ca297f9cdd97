/// One line of a pattern file, read and written.
enum PatternLine {
    case nothing
    case symbols(Pattern)
    case series(SeriesPattern)
    case fault(column: Int, PatternLibrary.Fault.Reason)

    /// A word of the line: where it begins, its bytes, and whether it stood in quotes.
    private struct Word {
        var column: Int
        var bytes: [UInt8]
        var isQuoted: Bool

        /// Whether it is this word of the grammar, not a quoted name.
        func says(_ word: StaticString) -> Bool {
            !isQuoted && bytes == PatternLine.bytes(word)
        }
    }

    static func read(_ line: [UInt8], isSeries: (String) -> Bool) -> PatternLine {
        var scanner = PatternScanner(line)
        var head: [Word] = []
        var body: [Word] = []
        var colon: Int?
        while let column = scanner.nextColumn() {
            switch scanner.next() {
            case .colon where colon == nil: colon = column
            // Behind the first colon another one is a symbol like any other.
            case .colon: body.append(Word(column: column, bytes: [0x3A], isQuoted: false))
            case .word(let bytes, let isQuoted):
                let word = Word(column: column, bytes: bytes, isQuoted: isQuoted)
                if colon == nil { head.append(word) } else { body.append(word) }
            case .fault(let place, let reason): return .fault(column: place, reason)
            }
        }
        if head.isEmpty && colon == nil { return .nothing }
        guard let colon else { return .fault(column: line.count, .missingColon) }
        guard let kind = head.first else { return .fault(column: colon, .unknownKind) }
        guard head.count > 1 else { return .fault(column: colon, .missingName) }
        let options = Array(head.dropFirst(2))
        if body.isEmpty { return .fault(column: colon, .nothingToFind) }
        if kind.says("event") { return symbols(.event, head[1].bytes, options, body) }
        if kind.says("word") { return symbols(.word, head[1].bytes, options, body) }
        if kind.says("series") { return series(head[1].bytes, options, body, isSeries) }
        return .fault(column: kind.column, .unknownKind)
    }

    private static func symbols(
        _ kind: Pattern.Kind, _ name: [UInt8], _ options: [Word], _ body: [Word]
    ) -> PatternLine {
        var tolerance = 0
        for (place, option) in options.enumerated() {
            guard place == 0, let digits = toleranceText(option) else {
                return .fault(column: option.column, .unexpectedWord)
            }
            guard let edits = wholeNumber(digits) else {
                return .fault(column: option.column, .badTolerance)
            }
            tolerance = edits
        }
        return .symbols(
            Pattern(
                name: String(decoding: name, as: UTF8.self), kind: kind,
                symbols: body.map { $0.bytes }, tolerance: tolerance))
    }

    private static func series(
        _ name: [UInt8], _ options: [Word], _ body: [Word], _ isSeries: (String) -> Bool
    ) -> PatternLine {
        var source: String?
        var tolerance = 0.0
        var comparison = SeriesPattern.Comparison.byValue
        var rest = options[...]
        if let of = rest.first, of.says("of") {
            rest = rest.dropFirst()
            guard let word = rest.popFirst() else {
                return .fault(column: of.column, .missingSeries)
            }
            let name = String(decoding: word.bytes, as: UTF8.self)
            guard isSeries(name) else { return .fault(column: word.column, .unknownSeries) }
            source = name
        }
        if let first = rest.first, let digits = toleranceText(first) {
            guard let number = number(digits), number >= 0 else {
                return .fault(column: first.column, .badTolerance)
            }
            tolerance = number
            rest = rest.dropFirst()
        }
        if let shape = rest.first, shape.says("shape") {
            rest = rest.dropFirst()
            guard let word = rest.popFirst(), let radius = wholeNumber(word.bytes) else {
                return .fault(column: shape.column, .badRadius)
            }
            comparison = .byShape(radius: radius)
        }
        if let word = rest.first { return .fault(column: word.column, .unexpectedWord) }
        var samples: [Double] = []
        for word in body {
            guard let sample = number(word.bytes) else {
                return .fault(column: word.column, .badNumber)
            }
            samples.append(sample)
        }
        return .series(
            SeriesPattern(
                name: String(decoding: name, as: UTF8.self), series: source, samples: samples,
                comparison: comparison, tolerance: tolerance))
    }

    private static func toleranceText(_ word: Word) -> [UInt8]? {
        !word.isQuoted && word.bytes.first == UInt8(ascii: "~")
            ? Array(word.bytes.dropFirst()) : nil
    }

    /// A number of edits or samples, of at most nine digits.
    private static func wholeNumber(_ digits: [UInt8]) -> Int? {
        guard (1...9).contains(digits.count) else { return nil }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    private static func number(_ digits: [UInt8]) -> Double? {
        guard let value = Double(String(decoding: digits, as: UTF8.self)), value.isFinite else {
            return nil
        }
        return value
    }

    static func bytes(_ text: StaticString) -> [UInt8] {
        text.withUTF8Buffer { unsafe Array($0) }
    }
}

extension PatternLine {
    static func written(_ pattern: Pattern) -> [UInt8] {
        var line = bytes(pattern.kind == .event ? "event " : "word ")
        line += quoted(Array(pattern.name.utf8))
        if pattern.tolerance > 0 { line += bytes(" ~") + Array(String(pattern.tolerance).utf8) }
        line.append(UInt8(ascii: ":"))
        for symbol in pattern.symbols { line += [0x20] + quoted(symbol) }
        return line + [0x0A]
    }

    static func written(_ pattern: SeriesPattern) -> [UInt8] {
        var line = bytes("series ") + quoted(Array(pattern.name.utf8))
        if let series = pattern.series { line += bytes(" of ") + quoted(Array(series.utf8)) }
        if pattern.tolerance > 0 { line += bytes(" ~") + Array(pattern.tolerance.description.utf8) }
        if case .byShape(let radius) = pattern.comparison {
            line += bytes(" shape ") + Array(String(radius).utf8)
        }
        line.append(UInt8(ascii: ":"))
        for sample in pattern.samples { line += [0x20] + Array(sample.description.utf8) }
        return line + [0x0A]
    }

    private static func quoted(_ word: [UInt8]) -> [UInt8] {
        let isText = String(validating: word, as: UTF8.self) != nil
        if isText, !word.isEmpty, word.allSatisfy({ !PatternScanner.isSpecial($0) }) {
            return word
        }
        var result = [UInt8(ascii: "\"")]
        for byte in word {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
            case 0x0A: result += bytes("\\n")
            // What is no UTF-8 is spelled, so that the file is text.
            case _ where byte < 0x20 || byte == 0x7F || byte >= 0x80 && !isText:
                result +=
                    bytes("\\x") + [
                        PatternScanner.digit(byte >> 4), PatternScanner.digit(byte & 15),
                    ]
            default: result.append(byte)
            }
        }
        return result + [UInt8(ascii: "\"")]
    }
}
