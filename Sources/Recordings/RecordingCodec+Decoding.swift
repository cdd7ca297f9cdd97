import JSONText
import Timeline

extension RecordingCodec {
    /// Reads one event's line, without its newline; the sequence is left 0 for the reader to set.
    ///
    /// One pass over the bytes; a frame's text is copied once.
    package static func decodeLine(
        _ line: [UInt8], number: Int
    ) throws(RecordingError) -> RecordedEvent {
        try decode(line.span, number: number, likely: .realtime)
    }

    /// `likely` is the source of the event before, reused when the name is the same.
    static func decode(
        _ line: Span<UInt8>, number: Int, likely: SourceID
    ) throws(RecordingError) -> RecordedEvent {
        var members = try LineMembers(line, number: number)
        guard let time = members.time else { throw members.lacking("t") }
        guard let source = members.source else { throw members.lacking("src") }
        guard let kind = members.kind else { throw members.lacking("kind") }
        let isLikely = LineMembers.equals(line, source, likely.name)
        let sourceID = isLikely ? likely : SourceID(try members.string(line, source))
        var event = Event(sequence: 0, time: time, source: sourceID, payload: .mark(""))
        if LineMembers.equals(line, kind, "received") {
            event.payload = .received(try members.takeFrame(line))
        } else if LineMembers.equals(line, kind, "sent") {
            event.payload = .sent(try members.takeFrame(line))
        } else {
            return try decodeOther(line, members, kind: kind, event)
        }
        return RecordedEvent(event: event, unknownFields: try members.unknownFields(line))
    }

    /// The kinds that are not text frames, which come rarely.
    private static func decodeOther(
        _ line: Span<UInt8>, _ members: LineMembers, kind token: JSONGrammar.StringToken,
        _ event: Event
    ) throws(RecordingError) -> RecordedEvent {
        var members = members
        var event = event
        let name = try members.string(line, token)
        guard let kind = Kind(rawValue: name) else {
            event.payload = .unknown(kind: name, line: bytes(of: line))
            return RecordedEvent(event: event)
        }
        switch kind {
        case .received: event.payload = .received(try members.takeFrame(line))
        case .sent: event.payload = .sent(try members.takeFrame(line))
        case .statistics: event.payload = .statistics(try members.takeFrame(line))
        case .receivedBinary: event.payload = .receivedBinary(try members.takeBinary(line))
        case .sentBinary: event.payload = .sentBinary(try members.takeBinary(line))
        case .key: event.payload = .key(try members.takeString(line, "key"))
        case .resize:
            event.payload = .resize(
                columns: try members.takeInteger(line, "columns"),
                rows: try members.takeInteger(line, "rows"))
        case .opened: event.payload = .opened(detail: try members.takeString(line, "detail"))
        case .closed:
            event.payload = .closed(
                code: try members.takeIntegerIfPresent(line, "code"),
                reason: try members.takeString(line, "reason"))
        case .failed: event.payload = .failed(reason: try members.takeString(line, "reason"))
        case .mark: event.payload = .mark(try members.takeString(line, "label"))
        }
        return RecordedEvent(event: event, unknownFields: try members.unknownFields(line))
    }

    static func bytes(of span: Span<UInt8>) -> [UInt8] {
        unsafe span.withUnsafeBufferPointer { unsafe Array($0) }
    }
}
