import JSONText
import Timeline

/// Reads the neutral interchange format "midstream-capture-import/1".
///
/// A header object, then one object a line: `dir` c2s or s2c, `kind` text or close, `t_ms` or null,
/// `event`. The frame's text is the bytes of `event` as they stand in the line, since that is all
/// the format keeps of it.
struct CaptureImport {
    /// A line read, its time not yet settled.
    private struct Entry {
        var line: Int
        var milliseconds: Double?
        var recorded: RecordedEvent
    }

    private var header: [JSON.Member] = []
    private var entries: [Entry] = []
    private var warnings: [RecordingError] = []
    private var startMilliseconds: Double?

    static func read(_ bytes: [UInt8]) throws(RecordingError) -> Recording {
        var capture = CaptureImport()
        for line in TextLines(bytes).lines { capture.read(line) }
        if capture.entries.isEmpty, let first = capture.warnings.first { throw first }
        return capture.recording()
    }

    private mutating func read(_ line: TextLines.Line) {
        do throws(JSONError) {
            let scan = try JSONObjectScan(Array(line.bytes))
            let members = try JSON(parsing: line.bytes).objectValue ?? []
            if scan["format"] != nil, scan["event"] == nil, scan["dir"] == nil {
                header += members
                return
            }
            let milliseconds = scan.double("t_ms")
            if startMilliseconds == nil, let milliseconds, let epoch = scan.double("t_epoch_ms") {
                startMilliseconds = epoch - milliseconds
            }
            let event = Event(
                sequence: 0, time: .zero, source: .realtime, payload: payload(scan, line))
            entries.append(
                Entry(
                    line: line.number, milliseconds: milliseconds,
                    recorded: RecordedEvent(event: event, unknownFields: Self.further(members))))
        } catch {
            var warning = RecordingError(error, line: line.number)
            if line.isUnended { warning.message += "; the last line is torn" }
            warnings.append(warning)
        }
    }

    /// The members of a line that its event does not say again.
    ///
    /// Names with a meaning in our lines get a prefix, so that they stay what they are here.
    private static func further(_ members: [JSON.Member]) -> [JSON.Member] {
        let said: Set = ["seq", "dir", "kind", "t_ms", "event"]
        let ours: Set = ["t", "src", "text", "base64", "code", "reason", "t_original"]
        return members.filter { !said.contains($0.key) && $0.value != .null }.map {
            ours.contains($0.key) ? .init(key: "capture_" + $0.key, value: $0.value) : $0
        }
    }

    private func payload(_ scan: JSONObjectScan, _ line: TextLines.Line) -> Payload {
        let frame = scan.raw("event").map(Array.init)
        switch (scan.string("kind") ?? "text", scan.string("dir"), frame) {
        case ("text", "c2s", let frame?): return .sent(frame)
        case ("text", "s2c", let frame?): return .received(frame)
        case ("close", _, _): return closed(scan)
        case (let kind, _, _):
            return Importer.foreign(
                "capture/" + kind, source: .realtime, time: .zero,
                original: String(decoding: line.bytes, as: UTF8.self))
        }
    }

    /// A close's code and reason, which stand in the line or in its `event`.
    private func closed(_ scan: JSONObjectScan) -> Payload {
        let places = [scan.value("event"), try? JSON(parsing: scan.bytes)]
        func first(_ keys: [String]) -> JSON? {
            for place in places {
                for key in keys {
                    if let value = place?[key], value != .null { return value }
                }
            }
            return nil
        }
        let words =
            first(["reason", "close_reason"])?.stringValue ?? scan.string("event")
            ?? (scan.raw("event").map { String(decoding: $0, as: UTF8.self) } ?? "")
        return .closed(
            code: first(["code", "close_code"])?.intValue, reason: words == "null" ? "" : words)
    }

    private mutating func recording() -> Recording {
        let known = entries.count { $0.milliseconds != nil }
        let clock: RecordingHeader.Clock =
            known == 0 ? .none : known == entries.count ? .measured : .partial
        settleTimes()
        var extra: [JSON.Member] = []
        if !header.isEmpty { extra.append(.init(key: "imported", value: .object(header))) }
        let format = JSON.object(header)["format"]?.stringValue ?? "midstream-capture-import/1"
        return Recording(
            header: RecordingHeader(
                startedAt: startMilliseconds.map { Timestamp.text(epochMilliseconds: $0) },
                clock: clock, origin: "import of \(format)", extra: extra),
            events: Importer.numbered(entries.map(\.recorded)), warnings: warnings)
    }

    /// Gives every event a time: known times are anchors, the events between two anchors are
    /// spread evenly, those after the last advance by 20 ms, as all do when there is no anchor.
    private mutating func settleTimes() {
        var last = Instant.zero
        var anchors: [(index: Int, time: Instant)] = []
        for index in entries.indices {
            guard let milliseconds = entries[index].milliseconds else { continue }
            let time = Instant.milliseconds(milliseconds)
            if time < last {
                warnings.append(
                    RecordingError(
                        line: entries[index].line,
                        message: "time runs backwards (\(milliseconds) ms after "
                            + "\((last - .zero).milliseconds) ms)"))
                entries[index].recorded.unknownFields.append(
                    .init(key: "t_original", value: .number(String(time.nanoseconds))))
            }
            last = max(last, time)
            anchors.append((index, last))
        }
        var from = (index: 0, time: Instant.zero)
        for anchor in anchors {
            spread(from: from, to: anchor)
            from = anchor
        }
        for index in entries.indices.dropFirst(anchors.isEmpty ? 0 : from.index + 1) {
            set(
                index,
                from.time
                    + Interval(
                        nanoseconds:
                            Importer.stepWithoutClock.nanoseconds * Int64(index - from.index)))
        }
    }

    private mutating func spread(
        from: (index: Int, time: Instant), to: (index: Int, time: Instant)
    ) {
        let count = Int64(to.index - from.index)
        let length = (to.time - from.time).nanoseconds
        for index in from.index...to.index {
            let step = Int64(index - from.index)
            // In two parts, so that no product overflows however far apart the anchors are.
            let part =
                count == 0 ? length : length / count * step + length % count * step / count
            set(index, from.time + Interval(nanoseconds: part))
        }
    }

    private mutating func set(_ index: Int, _ time: Instant) {
        entries[index].recorded.event.time = time
        guard case .unknown(let kind, let line) = entries[index].recorded.event.payload else {
            return
        }
        let original = JSON.object((try? JSON(parsing: line).objectValue) ?? [])["original"]
        entries[index].recorded.event.payload = Importer.foreign(
            kind, source: .realtime, time: time, original: original?.stringValue ?? "")
        entries[index].recorded.unknownFields = []
    }
}
