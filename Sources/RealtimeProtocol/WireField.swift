/// The top-level fields that events of any family may have.
///
/// Numbered, so that what a frame has and what an event may have are bit sets: checking a frame
/// against its definition is then a few instructions however many fields there are.
enum WireField: UInt8, CaseIterable {
    case type, eventID, itemID, responseID, outputIndex, contentIndex, delta, obfuscation
    case text, transcript, part, item, response, session, conversation, previousItemID, error
    case usage, rateLimits, audioStartMilliseconds, audioEndMilliseconds, callID, name, arguments
    case logprobs, languages, id, speaker, start, end, event, receivedAt, audio, status, content
    case rid, serverTime, latency, audioDurationMilliseconds, startTime, timestamp

    var wireName: String {
        switch self {
        case .type: "type"
        case .eventID: "event_id"
        case .itemID: "item_id"
        case .responseID: "response_id"
        case .outputIndex: "output_index"
        case .contentIndex: "content_index"
        case .delta: "delta"
        case .obfuscation: "obfuscation"
        case .text: "text"
        case .transcript: "transcript"
        case .part: "part"
        case .item: "item"
        case .response: "response"
        case .session: "session"
        case .conversation: "conversation"
        case .previousItemID: "previous_item_id"
        case .error: "error"
        case .usage: "usage"
        case .rateLimits: "rate_limits"
        case .audioStartMilliseconds: "audio_start_ms"
        case .audioEndMilliseconds: "audio_end_ms"
        case .callID: "call_id"
        case .name: "name"
        case .arguments: "arguments"
        case .logprobs: "logprobs"
        case .languages: "languages"
        case .id: "id"
        case .speaker: "speaker"
        case .start: "start"
        case .end: "end"
        case .event: "event"
        case .receivedAt: "received_at"
        case .audio: "audio"
        case .status: "status"
        case .content: "content"
        case .rid: "rid"
        case .serverTime: "ts"
        case .latency: "latency"
        case .audioDurationMilliseconds: "audio_duration_ms"
        case .startTime: "start_time"
        case .timestamp: "timestamp"
        }
    }

    /// Finds a field by its name in a frame.
    static let names = WireNameTable(allCases.map(\.wireName))
}

/// A set of fields.
struct FieldSet: Equatable, Sendable, ExpressibleByArrayLiteral {
    var bits: UInt64

    init(bits: UInt64) { self.bits = bits }

    init(arrayLiteral fields: WireField...) {
        bits = fields.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }

    var isEmpty: Bool { bits == 0 }

    /// The fields in the order of their declaration.
    var fields: [WireField] { WireField.allCases.filter { contains($0) } }

    @inline(__always)
    func contains(_ field: WireField) -> Bool { bits &>> UInt64(field.rawValue) & 1 != 0 }

    @inline(__always)
    mutating func insert(_ field: WireField) { bits |= 1 &<< UInt64(field.rawValue) }

    @inline(__always)
    mutating func remove(_ field: WireField) { bits &= ~(1 &<< UInt64(field.rawValue)) }

    static func | (a: FieldSet, b: FieldSet) -> FieldSet { FieldSet(bits: a.bits | b.bits) }
    static func - (a: FieldSet, b: FieldSet) -> FieldSet { FieldSet(bits: a.bits & ~b.bits) }
    static func & (a: FieldSet, b: FieldSet) -> FieldSet { FieldSet(bits: a.bits & b.bits) }
}
