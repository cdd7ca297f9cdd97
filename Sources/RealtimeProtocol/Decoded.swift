/// What came of decoding one frame; never less than what could be understood of it.
package struct Decoded<Body: Equatable & Sendable>: Equatable, Sendable {
    /// The event's type as on the wire; empty when there is none to be read.
    package var type: String
    package var eventID: String?
    /// The event; nil when its type is unknown or nothing of it could be read.
    package var body: Body?
    package var dialect: Dialect
    /// Paths of the fields that neither the API's description nor a known dialect names.
    package var unknownFields: [String]
    /// `path=value` of the enumeration values that this program does not know.
    package var unknownValues: [String]
    /// What was missing or of the wrong kind, in the order found. Where a body is present all the
    /// same, the fields named here hold an empty text, 0 or nil.
    package var problems: [DecodingProblem]

    package init(
        type: String, eventID: String? = nil, body: Body? = nil, dialect: Dialect = .ga,
        unknownFields: [String] = [], unknownValues: [String] = [],
        problems: [DecodingProblem] = []
    ) {
        self.type = type
        self.eventID = eventID
        self.body = body
        self.dialect = dialect
        self.unknownFields = unknownFields
        self.unknownValues = unknownValues
        self.problems = problems
    }

    /// The first problem.
    package var problem: DecodingProblem? { problems.first }
}

/// A place in a frame and what is wrong there.
package struct DecodingProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// The field's path, "response.usage.total_tokens"; empty for the frame as a whole.
    package var path: String
    package var reason: String
    /// Byte offset of the place, where it is known.
    package var offset: Int?

    package init(path: String, reason: String, offset: Int? = nil) {
        self.path = path
        self.reason = reason
        self.offset = offset
    }

    package var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}

/// Whose way of speaking the protocol one event shows.
package enum Dialect: String, CaseIterable, Hashable, Sendable {
    /// The API as generally available since 2025: OpenAI, Azure OpenAI and most gateways.
    case ga
    /// The names before that, still spoken by some servers and old recordings.
    case beta
    /// Azure Voice Live: beta names, object voices, avatar fields.
    case voiceLive
    /// xAI Grok Voice: extra fields and events, some fields missing.
    case xai
}
