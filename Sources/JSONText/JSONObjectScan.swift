/// A shallow view of one JSON object: where each member's value lies in the bytes.
///
/// The whole text is checked against the grammar, but only what is asked for is turned into
/// values, so a recording's line or a frame with kilobytes of audio costs one scan and no tree.
package struct JSONObjectScan: Sendable {
    package let bytes: [UInt8]
    private var members: [(key: JSONGrammar.StringToken, value: Range<Int>)] = []

    /// Scans `bytes`, one JSON text that must be an object. Linear time.
    package init(_ bytes: [UInt8]) throws(JSONError) {
        self.bytes = bytes
        let span = bytes.span
        var index = 0
        guard try JSONGrammar.peek(span, &index) == UInt8(ascii: "{") else {
            throw JSONError(offset: index, message: "expected an object")
        }
        index += 1
        var isFirst = true
        while try JSONGrammar.nextMember(span, &index, isFirst: &isFirst) {
            let key = try JSONGrammar.key(span, &index)
            JSONGrammar.skipWhitespace(span, &index)
            let start = index
            try JSONGrammar.skipValue(span, &index, depth: 1)
            members.append((key, start..<index))
        }
        try JSONGrammar.expectEnd(span, index)
    }

    /// The names in order, duplicates included.
    package var keys: [String] { members.map { JSONGrammar.text(bytes.span, $0.key).text } }

    /// Where the value of `key` lies; of duplicates the last.
    package subscript(key: String) -> Range<Int>? {
        members.last { matches($0.key, key) }?.value
    }

    /// The bytes of the value as they stand, quotes and escapes included.
    package func raw(_ key: String) -> ArraySlice<UInt8>? {
        self[key].map { bytes[$0] }
    }

    /// The text of a string value; ill-formed UTF-8 becomes U+FFFD.
    package func string(_ key: String) -> String? {
        stringToken(key).map { JSONGrammar.text(bytes.span, $0).text }
    }

    /// The bytes a string value stands for; bytes that are not UTF-8 stay as they are.
    package func stringBytes(_ key: String) -> [UInt8]? {
        guard let token = stringToken(key) else { return nil }
        return token.hasEscapes
            ? JSONGrammar.unescaped(bytes.span, token) : Array(bytes[token.start..<token.end])
    }

    /// The value when it is a whole number that fits, however it is written.
    package func int(_ key: String) -> Int? { number(key)?.intValue }

    /// The value when it is a number with a finite double.
    package func double(_ key: String) -> Double? { number(key)?.doubleValue }

    package func bool(_ key: String) -> Bool? { value(key)?.boolValue }

    /// The value as a tree; nil when absent or when a string in it is not UTF-8.
    package func value(_ key: String) -> JSON? {
        raw(key).flatMap { try? JSON(parsing: $0) }
    }

    private func number(_ key: String) -> JSON? {
        guard let range = self[key], let first = bytes[range].first,
            first == UInt8(ascii: "-") || first &- 0x30 < 10
        else { return nil }
        return .number(String(decoding: bytes[range], as: UTF8.self))
    }

    private func stringToken(_ key: String) -> JSONGrammar.StringToken? {
        guard let range = self[key], bytes[range.lowerBound] == UInt8(ascii: "\"") else {
            return nil
        }
        var index = range.lowerBound
        return try? JSONGrammar.string(bytes.span, &index)
    }

    private func matches(_ token: JSONGrammar.StringToken, _ key: String) -> Bool {
        if token.hasEscapes { return JSONGrammar.text(bytes.span, token).text == key }
        return bytes[token.start..<token.end].elementsEqual(key.utf8)
    }
}
