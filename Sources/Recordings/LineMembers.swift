import JSONText
import Timeline
import TextEncodings

/// The members of one event's line, found in one pass and turned into values when asked for.
struct LineMembers {
    typealias Token = JSONGrammar.StringToken

    /// A member that is not `t`, `src` or `kind`.
    private struct Member {
        var key: Token
        var value: Range<Int>
        /// The content, when the value is a string.
        var string: Token?
    }

    private(set) var time: Instant?
    private(set) var source: Token?
    private(set) var kind: Token?
    /// What nobody has taken yet, in the order of the line.
    private var remaining: [Member] = []
    private let number: Int

    init(_ line: Span<UInt8>, number: Int) throws(RecordingError) {
        self.number = number
        do throws(JSONError) {
            var index = 0
            guard try JSONGrammar.peek(line, &index) == UInt8(ascii: "{") else {
                throw JSONError(offset: index, message: "expected an object")
            }
            index += 1
            var isFirst = true
            while try JSONGrammar.nextMember(line, &index, isFirst: &isFirst) {
                try read(line, &index)
            }
            try JSONGrammar.expectEnd(line, index)
        } catch {
            throw RecordingError(error, line: number)
        }
    }

    private mutating func read(_ line: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        let key = try JSONGrammar.key(line, &index)
        let first = try JSONGrammar.peek(line, &index)
        let start = index
        if Self.equals(line, key, "t") {
            guard time == nil else { throw Self.twice("t", at: key) }
            time = try Self.instant(line, &index)
            return
        }
        guard first == UInt8(ascii: "\"") else {
            if Self.equals(line, key, "src") || Self.equals(line, key, "kind") {
                throw JSONError(offset: start, message: "expected a string")
            }
            try JSONGrammar.skipValue(line, &index, depth: 1)
            remaining.append(Member(key: key, value: start..<index, string: nil))
            return
        }
        let value = try JSONGrammar.string(line, &index)
        if Self.equals(line, key, "src") {
            guard source == nil else { throw Self.twice("src", at: key) }
            source = value
        } else if Self.equals(line, key, "kind") {
            guard kind == nil else { throw Self.twice("kind", at: key) }
            kind = value
        } else {
            remaining.append(Member(key: key, value: start..<index, string: value))
        }
    }

    // MARK: Taking what a kind knows

    /// The bytes of a frame: `text`, or `base64` when they are not UTF-8.
    mutating func takeFrame(_ line: Span<UInt8>) throws(RecordingError) -> [UInt8] {
        guard let member = try take(line, "text") else {
            guard let bytes = try takeBase64IfPresent(line) else {
                throw lacking("text\" or \"base64")
            }
            return bytes
        }
        if let other = try take(line, "base64") {
            throw error(at: other.key.start - 1, "both \"text\" and \"base64\"")
        }
        return try exactBytes(line, try content(member))
    }

    /// The bytes of a binary frame.
    mutating func takeBinary(_ line: Span<UInt8>) throws(RecordingError) -> [UInt8] {
        guard let bytes = try takeBase64IfPresent(line) else { throw lacking("base64") }
        return bytes
    }

    private mutating func takeBase64IfPresent(
        _ line: Span<UInt8>
    ) throws(RecordingError) -> [UInt8]? {
        guard let member = try take(line, "base64") else { return nil }
        let text = try content(member)
        let (bytes, invalidAt) = Base64.decodedStrictly(line.extracting(text.start..<text.end))
        if let invalidAt { throw error(at: text.start + invalidAt, "not base64") }
        return bytes
    }

    mutating func takeString(_ line: Span<UInt8>, _ key: String) throws(RecordingError) -> String {
        guard let member = try take(line, key) else { throw lacking(key) }
        return try string(line, try content(member))
    }

    mutating func takeInteger(_ line: Span<UInt8>, _ key: String) throws(RecordingError) -> Int {
        guard let value = try takeIntegerIfPresent(line, key) else { throw lacking(key) }
        return value
    }

    mutating func takeIntegerIfPresent(
        _ line: Span<UInt8>, _ key: String
    ) throws(RecordingError) -> Int? {
        guard let member = try take(line, key) else { return nil }
        let digits = RecordingCodec.bytes(of: line.extracting(member.value))
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
            throw error(at: member.value.lowerBound, "expected a whole number")
        }
        return value
    }

    private mutating func take(
        _ line: Span<UInt8>, _ key: String
    ) throws(RecordingError) -> Member? {
        guard let place = remaining.firstIndex(where: { Self.equals(line, $0.key, key) }) else {
            return nil
        }
        let member = remaining.remove(at: place)
        if let second = remaining.first(where: { Self.equals(line, $0.key, key) }) {
            throw RecordingError(Self.twice(key, at: second.key), line: number)
        }
        return member
    }

    /// What this version does not know.
    func unknownFields(_ line: Span<UInt8>) throws(RecordingError) -> [JSON.Member] {
        if remaining.isEmpty { return [] }
        var fields: [JSON.Member] = []
        for member in remaining {
            let name = try string(line, member.key)
            let bytes = RecordingCodec.bytes(of: line.extracting(member.value))
            do throws(JSONError) {
                fields.append(.init(key: name, value: try JSON(parsing: bytes)))
            } catch let problem {
                throw error(at: member.value.lowerBound + problem.offset, problem.message)
            }
        }
        return fields
    }

    // MARK: Values

    func string(_ line: Span<UInt8>, _ token: Token) throws(RecordingError) -> String {
        String(decoding: try exactBytes(line, token), as: UTF8.self)
    }

    /// The bytes a literal stands for; refused when they are not UTF-8 or half a surrogate pair.
    private func exactBytes(_ line: Span<UInt8>, _ token: Token) throws(RecordingError) -> [UInt8] {
        let content = line.extracting(token.start..<token.end)
        if token.hasHighBytes, (try? UTF8Span(validating: content)) == nil {
            throw error(at: token.start - 1, "a string is not UTF-8")
        }
        guard token.hasEscapes else { return RecordingCodec.bytes(of: content) }
        guard let bytes = StringLiteral.unescaped(content) else {
            throw error(at: token.start - 1, "half a surrogate pair has no text")
        }
        return bytes
    }

    private func content(_ member: Member) throws(RecordingError) -> Token {
        guard let string = member.string else {
            throw error(at: member.value.lowerBound, "expected a string")
        }
        return string
    }

    /// Reads a whole number of nanoseconds that fits in 64 bits.
    private static func instant(
        _ line: Span<UInt8>, _ index: inout Int
    ) throws(JSONError) -> Instant {
        let start = index
        try JSONGrammar.number(line, &index)
        var value: Int64 = 0
        let isNegative = line[start] == UInt8(ascii: "-")
        for position in (isNegative ? start + 1 : start)..<index {
            let digit = Int64(line[position]) - 0x30
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = product.subtractingReportingOverflow(digit)
            guard digit >= 0, digit <= 9, !overflow, !overflow2 else {
                throw JSONError(
                    offset: start, message: "\"t\" must be whole nanoseconds in 64 bits")
            }
            value = sum
        }
        guard isNegative || value > .min else {
            throw JSONError(offset: start, message: "\"t\" must be whole nanoseconds in 64 bits")
        }
        return Instant(nanoseconds: isNegative ? value : -value)
    }

    /// Whether a literal stands for `word`.
    static func equals(_ line: Span<UInt8>, _ token: Token, _ word: String) -> Bool {
        if token.hasEscapes { return JSONGrammar.text(line, token).text == word }
        let utf8 = word.utf8
        guard token.end - token.start == utf8.count else { return false }
        var index = token.start
        for byte in utf8 {
            guard line[index] == byte else { return false }
            index += 1
        }
        return true
    }

    // MARK: Errors

    func lacking(_ key: String) -> RecordingError {
        RecordingError(line: number, message: "the line lacks \"\(key)\"")
    }

    private func error(at offset: Int, _ message: String) -> RecordingError {
        RecordingError(line: number, column: offset + 1, message: message)
    }

    private static func twice(_ key: String, at token: Token) -> JSONError {
        JSONError(offset: token.start - 1, message: "\"\(key)\" a second time")
    }
}
