package extension JSON {
    /// Reads one JSON text strictly by RFC 8259: UTF-8, no comments, nothing after the value.
    ///
    /// A lone surrogate escape, which the RFC's grammar allows, becomes U+FFFD. Linear time.
    init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(repairing: false)
        self = try parser.parse(bytes.span)
    }

    /// Reads one JSON text strictly from any bytes.
    init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
        try self.init(parsing: Array(bytes))
    }

    /// Reads one JSON text but lets bytes that are not UTF-8 pass as U+FFFD inside strings.
    ///
    /// `repairs` is the offset of the first string so changed.
    init(repairing bytes: Span<UInt8>, repairs: inout Int?) throws(JSONError) {
        var parser = JSONParser(repairing: true)
        self = try parser.parse(bytes)
        repairs = parser.firstRepair
    }
}

/// Builds the tree; recursion is bounded by `JSONGrammar.depthLimit`.
private struct JSONParser {
    let repairing: Bool
    var firstRepair: Int?
    var index = 0

    init(repairing: Bool) { self.repairing = repairing }

    mutating func parse(_ bytes: Span<UInt8>) throws(JSONError) -> JSON {
        let value = try value(bytes, depth: 0)
        try JSONGrammar.expectEnd(bytes, index)
        return value
    }

    private mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSON {
        switch try JSONGrammar.peek(bytes, &index) {
        case UInt8(ascii: "\""):
            return .string(try text(bytes, try JSONGrammar.string(bytes, &index)))
        case UInt8(ascii: "{"): return try object(bytes, depth: depth)
        case UInt8(ascii: "["): return try array(bytes, depth: depth)
        case UInt8(ascii: "t"):
            try JSONGrammar.literal("true", bytes, &index)
            return .bool(true)
        case UInt8(ascii: "f"):
            try JSONGrammar.literal("false", bytes, &index)
            return .bool(false)
        case UInt8(ascii: "n"):
            try JSONGrammar.literal("null", bytes, &index)
            return .null
        default:
            let start = index
            try JSONGrammar.number(bytes, &index)
            let token = JSONGrammar.StringToken(
                start: start, end: index, hasEscapes: false, hasHighBytes: false)
            return .number(JSONGrammar.text(bytes, token).text)
        }
    }

    private mutating func object(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSON {
        try JSONGrammar.enter(depth, at: index)
        index += 1
        var members: [JSON.Member] = []
        var isFirst = true
        while try JSONGrammar.nextMember(bytes, &index, isFirst: &isFirst) {
            let key = try text(bytes, try JSONGrammar.key(bytes, &index))
            members.append(JSON.Member(key: key, value: try value(bytes, depth: depth + 1)))
        }
        return .object(members)
    }

    private mutating func array(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSON {
        try JSONGrammar.enter(depth, at: index)
        index += 1
        var elements: [JSON] = []
        var isFirst = true
        while try JSONGrammar.nextElement(bytes, &index, isFirst: &isFirst) {
            elements.append(try value(bytes, depth: depth + 1))
        }
        return .array(elements)
    }

    private mutating func text(
        _ bytes: Span<UInt8>, _ token: JSONGrammar.StringToken
    ) throws(JSONError) -> String {
        let (text, isWellFormed) = JSONGrammar.text(bytes, token)
        if !isWellFormed {
            guard repairing else {
                throw JSONError(offset: token.start, message: "a string is not UTF-8")
            }
            firstRepair = firstRepair ?? token.start
        }
        return text
    }
}
