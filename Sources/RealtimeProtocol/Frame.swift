import JSONText

/// The top level of one frame: which fields it has and where their values lie.
///
/// One pass over the bytes checks the grammar of the whole frame and fills a slot per known field;
/// nothing is allocated but what is unusual. Values are made when the event's decoder asks.
struct Frame {
    let bytes: [UInt8]
    var report = DecodingReport()
    /// Fields that are there and not null.
    private(set) var present: FieldSet = []
    /// Fields that are there as null.
    private(set) var nulls: FieldSet = []
    private var strings: FieldSet = []
    private var escaped: FieldSet = []
    private var high: FieldSet = []
    private var slots = InlineArray<48, Slot>(repeating: Slot(start: 0, end: 0))

    /// Where a value lies; of a string the content without the quotes.
    private struct Slot {
        var start: Int32
        var end: Int32
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads the top level; after an error the fields before it are there.
    mutating func scan() throws(JSONError) {
        guard bytes.count <= Int(Int32.max) else {
            throw JSONError(offset: 0, message: "a frame of more than 2 GiB")
        }
        let bytes = bytes
        let span = bytes.span
        var index = 0
        guard try JSONGrammar.peek(span, &index) == UInt8(ascii: "{") else {
            throw JSONError(offset: index, message: "an event is an object")
        }
        index += 1
        var isFirst = true
        while try JSONGrammar.nextMember(span, &index, isFirst: &isFirst) {
            let key = try JSONGrammar.key(span, &index)
            let field = field(named: key, span)
            try scanValue(of: field, span, &index)
            if field == nil {
                report.unknownFields.append(JSONGrammar.text(span, key).text)
            }
        }
        try JSONGrammar.expectEnd(span, index)
    }

    @inline(__always)
    private func field(named key: JSONGrammar.StringToken, _ span: Span<UInt8>) -> WireField? {
        if key.hasEscapes {
            let plain = JSONGrammar.unescaped(span, key)
            return WireField.names[plain.span, 0..<plain.count].flatMap {
                WireField(rawValue: UInt8($0))
            }
        }
        guard let position = WireField.names[span, key.start..<key.end] else { return nil }
        return WireField(rawValue: UInt8(truncatingIfNeeded: position))
    }

    @inline(__always)
    private mutating func scanValue(
        of field: WireField?, _ span: Span<UInt8>, _ index: inout Int
    ) throws(JSONError) {
        let first = try JSONGrammar.peek(span, &index)
        guard let field else {
            try JSONGrammar.skipValue(span, &index, depth: 1)
            return
        }
        if present.contains(field) || nulls.contains(field) {
            report.note(field.wireName, "written twice; the last one counts", offset: index)
            forget(field)
        }
        if first == UInt8(ascii: "\"") {
            let token = try JSONGrammar.string(span, &index)
            set(field, token.start, token.end)
            strings.insert(field)
            if token.hasEscapes { escaped.insert(field) }
            if token.hasHighBytes { high.insert(field) }
            present.insert(field)
        } else {
            let start = index
            try JSONGrammar.skipValue(span, &index, depth: 1)
            set(field, start, index)
            if first == UInt8(ascii: "n") { nulls.insert(field) } else { present.insert(field) }
        }
    }

    private mutating func forget(_ field: WireField) {
        present.remove(field)
        nulls.remove(field)
        strings.remove(field)
        escaped.remove(field)
        high.remove(field)
    }

    @inline(__always)
    private mutating func set(_ field: WireField, _ start: Int, _ end: Int) {
        slots[Int(field.rawValue)] = Slot(
            start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end))
    }

    /// Where the field's value lies.
    @inline(__always)
    private func range(_ field: WireField) -> Range<Int> {
        let slot = slots[Int(field.rawValue)]
        return Int(slot.start)..<Int(slot.end)
    }

    @inline(__always)
    private func token(_ field: WireField) -> JSONGrammar.StringToken {
        let range = range(field)
        return JSONGrammar.StringToken(
            start: range.lowerBound, end: range.upperBound, hasEscapes: escaped.contains(field),
            hasHighBytes: high.contains(field))
    }

    /// The position in `table` of the name that is the frame's type.
    func type(in table: WireNameTable) -> Int? {
        guard strings.contains(.type) else { return nil }
        if escaped.contains(.type) {
            let plain = JSONGrammar.unescaped(bytes.span, token(.type))
            return table[plain.span, 0..<plain.count]
        }
        return table[bytes.span, range(.type)]
    }
}

// MARK: - Values

extension Frame {
    /// The text of a field; nil when absent, null or not a text.
    @inline(__always)
    mutating func optionalString(_ field: WireField) -> String? {
        guard present.contains(field) else { return nil }
        guard strings.contains(field) else {
            expected("a text", field)
            return nil
        }
        let token = token(field)
        let (text, isWellFormed) = JSONGrammar.text(bytes.span, token)
        if !isWellFormed {
            report.note(field.wireName, "not UTF-8; replaced by U+FFFD", offset: token.start)
        }
        return text
    }

    /// The text of a field; empty when there is none, which the definition has then reported.
    @inline(__always)
    mutating func string(_ field: WireField) -> String { optionalString(field) ?? "" }

    /// The bytes of a text field without copying them, unless it was written with escapes.
    @inline(__always)
    mutating func slice(_ field: WireField) -> ArraySlice<UInt8> {
        guard present.contains(field) else { return [] }
        guard strings.contains(field) else {
            expected("a text", field)
            return []
        }
        if escaped.contains(field) {
            return ArraySlice(JSONGrammar.unescaped(bytes.span, token(field)))
        }
        return bytes[range(field)]
    }

    /// The whole number of a field; 0 when there is none.
    @inline(__always)
    mutating func int(_ field: WireField) -> Int {
        guard present.contains(field) else { return 0 }
        let range = range(field)
        if !strings.contains(field), range.count <= 18 {
            var value = 0
            var isPlain = true
            let span = bytes.span
            for index in range {
                let digit = span[index] &- 0x30
                isPlain = isPlain && digit < 10
                value = value &* 10 &+ Int(digit)
            }
            if isPlain { return value }
        }
        return unusualInt(field)
    }

    /// A negative, long or fractional number, or something that is no number at all.
    @inline(never)
    private mutating func unusualInt(_ field: WireField) -> Int {
        guard let number = number(field) else {
            expected("a whole number", field)
            return 0
        }
        if let value = number.intValue { return value }
        report.note(
            field.wireName, "not a whole number within range", offset: range(field).lowerBound)
        guard let value = number.doubleValue, value.magnitude < 0x1p62 else { return 0 }
        return Int(value)
    }

    /// The number of a field; nil when absent, null, not a number or too large.
    mutating func optionalDouble(_ field: WireField) -> Double? {
        guard present.contains(field) else { return nil }
        guard let number = number(field) else {
            expected("a number", field)
            return nil
        }
        guard let value = number.doubleValue else {
            report.note(field.wireName, "too large a number", offset: range(field).lowerBound)
            return nil
        }
        return value
    }

    private func number(_ field: WireField) -> JSON? {
        let content = bytes[range(field)]
        guard !strings.contains(field), let first = content.first,
            first == UInt8(ascii: "-") || first &- 0x30 < 10
        else { return nil }
        return .number(String(decoding: content, as: UTF8.self))
    }

    /// The field's value as a tree; nil when absent or null.
    mutating func tree(_ field: WireField) -> JSON? {
        guard present.contains(field) else { return nil }
        if strings.contains(field) { return .string(string(field)) }
        let range = range(field)
        var repaired: Int?
        do {
            let value = try JSON(repairing: bytes.span.extracting(range), repairs: &repaired)
            if let repaired {
                report.note(
                    field.wireName, "not UTF-8; replaced by U+FFFD",
                    offset: range.lowerBound + repaired)
            }
            return value
        } catch {
            report.note(field.wireName, error.message, offset: range.lowerBound + error.offset)
            return nil
        }
    }

    /// The field's value as an object whose fields can be read in turn.
    mutating func object(_ field: WireField) -> ObjectReader? {
        tree(field).flatMap { ObjectReader($0, path: field.wireName, &report) }
    }

    /// The four fields that say where a piece of a response belongs.
    @inline(__always)
    mutating func address() -> PartAddress {
        PartAddress(
            responseID: string(.responseID), itemID: string(.itemID),
            outputIndex: int(.outputIndex), contentIndex: int(.contentIndex))
    }

    @inline(never)
    private mutating func expected(_ what: String, _ field: WireField) {
        report.note(field.wireName, "expected \(what)", offset: range(field).lowerBound)
    }
}
