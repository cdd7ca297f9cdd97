import JSONText
package import Timeline

/// Reads any supported kind of file as one recording; the rules are in `docs/RECORDING.md`.
package enum Importer {
    /// A kind of file, told by its content and never by its name.
    package enum Format: String, Equatable, Sendable, CaseIterable {
        /// This program's own format.
        case recording
        /// The neutral interchange format "midstream-capture-import/1".
        case capture
        /// Realtime events, one JSON object a line.
        case realtimeEvents
        /// An HTTP archive with WebSocket messages, as browsers export it.
        case har
        case unknown
    }

    /// How far time advances with each event of a file that has no clock.
    package static let stepWithoutClock = Interval(nanoseconds: 20_000_000)

    /// Tells the format from the first bytes of a file; a few KiB are enough.
    ///
    /// The names of the first object's members decide, in the order of the file, so that neither
    /// layout nor whitespace nor a cut in the middle of the object matters.
    package static func detect(_ prefix: [UInt8]) -> Format {
        let keys = TopLevelKeys(prefix).keys
        for key in keys {
            switch key {
            case "midstream": return .recording
            case "log": return .har
            case "format", "dir", "t_ms", "event": return .capture
            case "kind", "t", "src":
                return keys.contains("dir") || keys.contains("seq") ? .capture : .recording
            case "type", "event_id": return .realtimeEvents
            default: continue
            }
        }
        return .unknown
    }

    /// Reads a whole file. Throws only when nothing of it can be read; else `warnings` tells.
    package static func importing(
        _ bytes: [UInt8], format: Format
    ) throws(RecordingError) -> Recording {
        switch format {
        case .recording: return try Recording(reading: bytes)
        case .capture: return try CaptureImport.read(bytes)
        case .realtimeEvents: return try RealtimeEventImport.read(bytes)
        case .har: return try ArchiveImport.read(bytes)
        case .unknown:
            throw RecordingError(
                line: bytes.isEmpty ? 0 : 1,
                message: bytes.isEmpty
                    ? "the file is empty"
                    : "not a recording, a capture, Realtime events or an HTTP archive")
        }
    }

    /// A line of this format for something that no kind of event fits; nothing of it is lost.
    static func foreign(
        _ kind: String, source: SourceID, time: Instant, original: String
    ) -> Payload {
        let line = JSON.object([
            .init(key: "t", value: .number(String(time.nanoseconds))),
            .init(key: "src", value: .string(source.name)),
            .init(key: "kind", value: .string(kind)),
            .init(key: "original", value: .string(original)),
        ])
        return .unknown(kind: kind, line: line.bytes)
    }

    /// Numbers the events from 0 in their order.
    static func numbered(_ events: [RecordedEvent]) -> [RecordedEvent] {
        var events = events
        for index in events.indices { events[index].event.sequence = UInt64(index) }
        return events
    }
}

/// The names of the members of the first object in a text that may be cut anywhere.
struct TopLevelKeys {
    private(set) var keys: [String] = []

    init(_ prefix: [UInt8]) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        read(prefix.starts(with: mark) ? Array(prefix.dropFirst(3)) : prefix)
    }

    private mutating func read(_ bytes: [UInt8]) {
        let span = bytes.span
        var index = 0
        guard (try? JSONGrammar.peek(span, &index)) == UInt8(ascii: "{") else { return }
        index += 1
        var isFirst = true
        while (try? JSONGrammar.nextMember(span, &index, isFirst: &isFirst)) == true {
            guard let key = try? JSONGrammar.key(span, &index) else { return }
            keys.append(JSONGrammar.text(span, key).text)
            guard (try? JSONGrammar.skipValue(span, &index, depth: 1)) != nil else { return }
        }
    }
}
