/// Walks the grammar of RFC 8259 over bytes without building values.
///
/// Everything else in this module, and the event decoder, stands on these few functions: they move
/// an index over one token or value and say precisely where and why the bytes are wrong. Linear in
/// the bytes walked; nesting beyond `depthLimit` is refused so that no input exhausts the stack.
package enum JSONGrammar {
    /// The deepest nesting of arrays and objects that is read.
    package static let depthLimit = 512

    /// Where the content of a string literal lies, without its quotes.
    package struct StringToken: Equatable, Sendable {
        package var start: Int
        package var end: Int
        /// The content contains a backslash, so it is not the string itself.
        package var hasEscapes: Bool
        /// The content may contain bytes above 0x7F.
        package var hasHighBytes: Bool

        package init(start: Int, end: Int, hasEscapes: Bool, hasHighBytes: Bool) {
            self.start = start
            self.end = end
            self.hasEscapes = hasEscapes
            self.hasHighBytes = hasHighBytes
        }
    }

    @inline(__always)
    package static func skipWhitespace(_ bytes: Span<UInt8>, _ index: inout Int) {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    /// Skips whitespace and returns the byte there without consuming it.
    @inline(__always)
    package static func peek(
        _ bytes: Span<UInt8>, _ index: inout Int
    ) throws(JSONError) -> UInt8 {
        skipWhitespace(bytes, &index)
        guard index < bytes.count else {
            throw JSONError(offset: index, message: "the text ends too early")
        }
        return bytes[index]
    }

    /// Refuses anything but whitespace from `index` to the end.
    package static func expectEnd(_ bytes: Span<UInt8>, _ index: Int) throws(JSONError) {
        var index = index
        skipWhitespace(bytes, &index)
        guard index == bytes.count else {
            throw JSONError(offset: index, message: "something follows the JSON value")
        }
    }

    /// Skips one value of any kind; `depth` is the nesting around it.
    package static func skipValue(
        _ bytes: Span<UInt8>, _ index: inout Int, depth: Int = 0
    ) throws(JSONError) {
        switch try peek(bytes, &index) {
        case UInt8(ascii: "\""): _ = try string(bytes, &index)
        case UInt8(ascii: "{"): try skipObject(bytes, &index, depth: depth)
        case UInt8(ascii: "["): try skipArray(bytes, &index, depth: depth)
        case UInt8(ascii: "t"): try literal("true", bytes, &index)
        case UInt8(ascii: "f"): try literal("false", bytes, &index)
        case UInt8(ascii: "n"): try literal("null", bytes, &index)
        default: try number(bytes, &index)
        }
    }

    private static func skipObject(
        _ bytes: Span<UInt8>, _ index: inout Int, depth: Int
    ) throws(JSONError) {
        var isFirst = true
        try enter(depth, at: index)
        index += 1
        while try nextMember(bytes, &index, isFirst: &isFirst) {
            _ = try key(bytes, &index)
            try skipValue(bytes, &index, depth: depth + 1)
        }
    }

    private static func skipArray(
        _ bytes: Span<UInt8>, _ index: inout Int, depth: Int
    ) throws(JSONError) {
        var isFirst = true
        try enter(depth, at: index)
        index += 1
        while try nextElement(bytes, &index, isFirst: &isFirst) {
            try skipValue(bytes, &index, depth: depth + 1)
        }
    }

    @inline(__always)
    package static func enter(_ depth: Int, at index: Int) throws(JSONError) {
        guard depth < depthLimit else {
            throw JSONError(offset: index, message: "nested deeper than \(depthLimit) levels")
        }
    }

    /// After `{` or a value: whether another member follows; consumes the comma or the brace.
    @inline(__always)
    package static func nextMember(
        _ bytes: Span<UInt8>, _ index: inout Int, isFirst: inout Bool
    ) throws(JSONError) -> Bool {
        let byte = try peek(bytes, &index)
        if byte == UInt8(ascii: "}") {
            index += 1
            return false
        }
        if isFirst {
            isFirst = false
            return true
        }
        guard byte == UInt8(ascii: ",") else {
            throw JSONError(offset: index, message: "expected ',' or '}' in an object")
        }
        index += 1
        return true
    }

    /// After `[` or a value: whether another element follows; consumes the comma or the bracket.
    @inline(__always)
    package static func nextElement(
        _ bytes: Span<UInt8>, _ index: inout Int, isFirst: inout Bool
    ) throws(JSONError) -> Bool {
        let byte = try peek(bytes, &index)
        if isFirst {
            isFirst = false
            guard byte == UInt8(ascii: "]") else { return true }
            index += 1
            return false
        }
        switch byte {
        case UInt8(ascii: ","):
            index += 1
            return true
        case UInt8(ascii: "]"):
            index += 1
            return false
        default:
            throw JSONError(offset: index, message: "expected ',' or ']' in an array")
        }
    }

    /// Reads a member's name and its colon.
    @inline(__always)
    package static func key(
        _ bytes: Span<UInt8>, _ index: inout Int
    ) throws(JSONError) -> StringToken {
        guard try peek(bytes, &index) == UInt8(ascii: "\"") else {
            throw JSONError(offset: index, message: "expected a member's name in quotes")
        }
        let token = try string(bytes, &index)
        guard try peek(bytes, &index) == UInt8(ascii: ":") else {
            throw JSONError(offset: index, message: "expected ':' after a member's name")
        }
        index += 1
        return token
    }

    package static func literal(
        _ word: StaticString, _ bytes: Span<UInt8>, _ index: inout Int
    ) throws(JSONError) {
        let length = word.utf8CodeUnitCount
        let matches =
            index + length <= bytes.count
            && (0..<length).allSatisfy { unsafe bytes[index + $0] == word.utf8Start[$0] }
        guard matches else {
            throw JSONError(offset: index, message: "expected '\(word)'")
        }
        index += length
    }

    /// Skips a number by RFC 8259 section 6: no leading zeros, no '+', digits around the point.
    package static func number(_ bytes: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        let start = index
        func digits() -> Int {
            let first = index
            while index < bytes.count, bytes[index] &- 0x30 < 10 { index += 1 }
            return index - first
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") { index += 1 }
        let first = index
        let count = digits()
        guard count > 0 else {
            throw JSONError(
                offset: first, message: first == start ? "expected a value" : "expected a digit")
        }
        guard count == 1 || bytes[first] != UInt8(ascii: "0") else {
            throw JSONError(offset: first, message: "a number may not begin with 0")
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard digits() > 0 else {
                throw JSONError(offset: index, message: "expected a digit after the point")
            }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
            guard digits() > 0 else {
                throw JSONError(offset: index, message: "expected a digit in the exponent")
            }
        }
    }
}
