import JSONText
import Timeline
import TextEncodings

/// Reads the WebSocket messages of an HTTP archive (HAR 1.2 with Chrome's `_webSocketMessages`).
///
/// Each socket is a source: "realtime", "realtime/2", in the order of the archive. Messages of all
/// sockets stand in the order of their times; within a socket the order of the archive holds.
struct ArchiveImport {
    private struct Message {
        /// Since 1970.
        var nanoseconds: Int64
        var recorded: RecordedEvent
    }

    private var sockets: [JSON] = []
    private var messages: [Message] = []
    private var warnings: [RecordingError] = []

    static func read(_ bytes: [UInt8]) throws(RecordingError) -> Recording {
        let archive: JSON
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? Array(bytes.dropFirst(3)) : bytes
        do throws(JSONError) { archive = try JSON(parsing: text) } catch {
            throw place(error, in: text)
        }
        guard let entries = archive["log"]?["entries"]?.arrayValue else {
            throw RecordingError(line: 0, message: "the archive has no log.entries")
        }
        var reading = ArchiveImport()
        for (index, entry) in entries.enumerated() { reading.read(entry, index) }
        guard !reading.messages.isEmpty else {
            throw reading.warnings.first
                ?? RecordingError(line: 0, message: "the archive has no WebSocket messages")
        }
        return reading.recording(creator: archive["log"]?["creator"]?["name"]?.stringValue)
    }

    private mutating func read(_ entry: JSON, _ index: Int) {
        guard let list = entry["_webSocketMessages"] else { return }
        guard let items = list.arrayValue else {
            warn(index, nil, "_webSocketMessages is no array")
            return
        }
        if items.isEmpty { return }
        let number = sockets.count + 1
        let source = number == 1 ? SourceID.realtime : SourceID("realtime/\(number)")
        sockets.append([
            "src": .string(source.name),
            "url": .string(Self.withoutSecrets(entry["request"]?["url"]?.stringValue ?? "")),
        ])
        var last = Int64.min
        for (position, item) in items.enumerated() {
            guard let number = item["time"], case .number(let text) = number,
                let time = Timestamp.nanoseconds(decimalSeconds: text)
            else {
                warn(index, position, "no time in seconds; skipped")
                continue
            }
            guard let payload = payload(item, source, index, position) else { continue }
            if time < last { warn(index, position, "time runs backwards") }
            last = max(last, time)
            let event = Event(sequence: 0, time: .zero, source: source, payload: payload)
            messages.append(
                Message(
                    nanoseconds: last,
                    recorded: .init(event: event, unknownFields: Self.further(item, payload))))
        }
    }

    /// The members of a message that its event does not say again, with a prefix that keeps them
    /// apart from ours.
    private static func further(_ item: JSON, _ payload: Payload) -> [JSON.Member] {
        if case .unknown = payload { return [] }
        let said: Set = ["type", "time", "opcode", "data"]
        return (item.objectValue ?? []).filter { !said.contains($0.key) }.map {
            .init(key: "har_" + $0.key, value: $0.value)
        }
    }

    /// RFC 6455 section 5.2 has the opcodes; Chrome notes an error as a message of its own.
    private mutating func payload(
        _ item: JSON, _ source: SourceID, _ entry: Int, _ position: Int
    ) -> Payload? {
        let type = item["type"]?.stringValue
        guard let data = item["data"]?.stringValue else {
            warn(entry, position, "no data; skipped")
            return nil
        }
        switch (item["opcode"]?.intValue, type) {
        case (1, "send"): return .sent(Array(data.utf8))
        case (1, "receive"): return .received(Array(data.utf8))
        case (2, "send"), (2, "receive"):
            let (bytes, invalidAt) = Base64.decodedStrictly(Array(data.utf8).span)
            guard let invalidAt else {
                return type == "send" ? .sentBinary(bytes) : .receivedBinary(bytes)
            }
            warn(entry, position, "data is not base64 at character \(invalidAt + 1)")
        case (_, "error"): return .failed(reason: data)
        default: break
        }
        let original = String(decoding: item.bytes, as: UTF8.self)
        return Importer.foreign("har", source: source, time: .zero, original: original)
    }

    private func recording(creator: String?) -> Recording {
        let ordered = messages.enumerated().sorted {
            ($0.element.nanoseconds, $0.offset) < ($1.element.nanoseconds, $1.offset)
        }.map(\.element)
        let start = ordered.first?.nanoseconds ?? 0
        var events: [RecordedEvent] = []
        for message in ordered {
            var recorded = message.recorded
            recorded.event.time = Instant(nanoseconds: message.nanoseconds &- start)
            if case .unknown(let kind, let line) = recorded.event.payload {
                let original = (try? JSON(parsing: line))?["original"]?.stringValue ?? ""
                recorded.event.payload = Importer.foreign(
                    kind, source: recorded.event.source, time: recorded.event.time,
                    original: original)
            }
            events.append(recorded)
        }
        let origin = "import of an HTTP archive" + (creator.map { " (\($0))" } ?? "")
        return Recording(
            header: RecordingHeader(
                startedAt: Timestamp.text(epochMilliseconds: Double(start / 1_000_000)),
                clock: .measured, origin: origin,
                extra: [.init(key: "sockets", value: .array(sockets))]),
            events: Importer.numbered(events), warnings: warnings)
    }

    private mutating func warn(_ entry: Int, _ position: Int?, _ message: String) {
        let place = "log.entries[\(entry)]" + (position.map { "._webSocketMessages[\($0)]" } ?? "")
        warnings.append(RecordingError(line: 0, message: place + ": " + message))
    }

    /// The address without credentials and without query, but for what names model and call.
    private static func withoutSecrets(_ url: String) -> String {
        let withoutFragment = url.split(separator: "#", maxSplits: 1).first ?? ""
        let parts = withoutFragment.split(separator: "?", maxSplits: 1)
        guard var base = parts.first.map(String.init) else { return "" }
        if let scheme = base.firstRange(of: "://") {
            let rest = base[scheme.upperBound...]
            let authority = rest.prefix { $0 != "/" }
            if let at = authority.lastIndex(of: "@") {
                base = String(base[..<scheme.upperBound]) + rest[rest.index(after: at)...]
            }
        }
        let query = parts.dropFirst().first?.split(separator: "&") ?? []
        let kept = query.filter { field in
            ["model=", "call_id=", "intent=", "deployment="].contains { field.hasPrefix($0) }
        }
        return kept.isEmpty ? base : base + "?" + kept.joined(separator: "&")
    }

    private static func place(_ error: JSONError, in bytes: [UInt8]) -> RecordingError {
        let before = bytes.prefix(error.offset)
        let line = before.count { $0 == 0x0A } + 1
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return RecordingError(
            line: line, column: error.offset - lineStart + 1, message: error.message)
    }
}
