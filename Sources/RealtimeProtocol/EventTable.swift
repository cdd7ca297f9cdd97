import JSONText

/// What one event type of a protocol family is made of.
struct EventDefinition<Body: Equatable & Sendable>: Sendable {
    /// As on the wire.
    var type: String
    /// Fields that the API's description requires, `type` and `event_id` apart.
    var required: FieldSet
    /// Fields that it allows, with those that its servers are known to send besides.
    var optional: FieldSet
    /// Fields that only xAI sends.
    var xai: FieldSet
    /// Required fields that xAI leaves out.
    var xaiOmits: FieldSet
    /// Whose name this is.
    var dialect: Dialect
    var decode: @Sendable (inout Frame) -> Body?

    init(
        _ type: String, _ required: FieldSet = [], optional: FieldSet = [], xai: FieldSet = [],
        xaiOmits: FieldSet = [], dialect: Dialect = .ga,
        decode: @escaping @Sendable (inout Frame) -> Body?
    ) {
        self.type = type
        self.required = required
        self.optional = optional
        self.xai = xai
        self.xaiOmits = xaiOmits
        self.dialect = dialect
        self.decode = decode
    }

    /// The same event under the name it had in another dialect.
    func named(_ type: String, _ dialect: Dialect) -> EventDefinition {
        var copy = self
        copy.type = type
        copy.dialect = dialect
        return copy
    }

    /// Fields that need no report; xAI puts `previous_item_id` on whatever it sends.
    fileprivate var known: FieldSet { required | optional | [.type, .eventID] }
}

/// The events of one side of one protocol family; another family is another table.
struct EventTable<Body: Equatable & Sendable>: Sendable {
    private var rows: [Row]
    private var names: WireNameTable

    private struct Row: Sendable {
        var definition: EventDefinition<Body>
        var known: FieldSet
        var xai: FieldSet
    }

    init(_ definitions: [EventDefinition<Body>]) {
        names = WireNameTable(definitions.map(\.type))
        rows = definitions.map { definition in
            Row(
                definition: definition, known: definition.known,
                xai: (definition.xai | [.previousItemID]) - definition.known)
        }
    }

    /// The event types of the table, in its order.
    var types: [String] { rows.map(\.definition.type) }

    /// Decodes one frame; total over any bytes, linear in their number.
    func decode(_ bytes: [UInt8]) -> Decoded<Body> {
        var frame = Frame(bytes)
        do {
            try frame.scan()
        } catch {
            return undecodable(&frame, error)
        }
        guard let position = frame.type(in: names) else { return unknown(&frame) }
        return decode(&frame, as: rows[position])
    }

    @inline(__always)
    private func decode(_ frame: inout Frame, as row: Row) -> Decoded<Body> {
        frame.report.dialect = row.definition.dialect
        let unexpected = (frame.present | frame.nulls) - row.known
        if !unexpected.isEmpty { Self.check(unexpected, row, &frame) }
        let missing = row.definition.required - frame.present
        if !missing.isEmpty { Self.complain(missing, row, &frame) }
        let eventID = frame.optionalString(.eventID)
        let body = row.definition.decode(&frame)
        return Decoded(
            type: row.definition.type, eventID: eventID, body: body,
            dialect: frame.report.dialect, unknownFields: frame.report.unknownFields,
            unknownValues: frame.report.unknownValues, problems: frame.report.problems)
    }

    /// Sorts fields outside the definition into xAI's and unknown ones.
    @inline(never)
    private static func check(_ unexpected: FieldSet, _ row: Row, _ frame: inout Frame) {
        if !(unexpected & row.xai).isEmpty { frame.report.note(.xai) }
        for field in (unexpected - row.xai).fields {
            frame.report.unknownFields.append(field.wireName)
        }
    }

    @inline(never)
    private static func complain(_ missing: FieldSet, _ row: Row, _ frame: inout Frame) {
        let tolerated: FieldSet = frame.report.dialect == .xai ? row.definition.xaiOmits : []
        for field in (missing - tolerated).fields {
            frame.report.note(
                field.wireName, frame.nulls.contains(field) ? "is null" : "is missing")
        }
    }

    /// A well-formed frame of a type that is not in the table, or with none.
    private func unknown(_ frame: inout Frame) -> Decoded<Body> {
        if !frame.present.contains(.type) { frame.report.note("type", "is missing") }
        let type = frame.string(.type)
        if type.isEmpty, frame.report.problems.isEmpty { frame.report.note("type", "is empty") }
        let eventID = frame.optionalString(.eventID)
        return Decoded(type: type, eventID: eventID, problems: frame.report.problems)
    }

    /// A frame that is not JSON: what stood before the fault is kept.
    private func undecodable(_ frame: inout Frame, _ error: JSONError) -> Decoded<Body> {
        let type = frame.string(.type)
        let eventID = frame.optionalString(.eventID)
        let problem = DecodingProblem(path: "", reason: error.message, offset: error.offset)
        return Decoded(
            type: type, eventID: eventID, problems: [problem] + frame.report.problems)
    }
}
