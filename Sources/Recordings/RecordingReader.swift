import JSONText
import Timeline

/// The end of a file that does not end with a whole line, as a crash while writing leaves it.
package struct TornLine: Equatable, Sendable {
    package var line: Int
    /// Byte offset in the file where the line begins; a writer that goes on cuts the file here.
    package var offset: Int
    package var byteCount: Int

    package init(line: Int, offset: Int, byteCount: Int) {
        self.line = line
        self.offset = offset
        self.byteCount = byteCount
    }

    package var error: RecordingError {
        RecordingError(line: line, message: "the last line is torn (\(byteCount) bytes); skipped")
    }
}

/// Reads a recording from bytes as they come; any split of the bytes gives the same values.
///
/// Use: `append` bytes, then `next` until it returns nil, and so on; at the end of the file
/// `finish`, then `next` until nil once more, for a last line that lacks only its newline.
/// `next` throws for a line that cannot be read, and goes on with the line after it.
/// Memory is bounded by the longest line, plus what was appended and not yet read.
package struct RecordingReader: Sendable {
    package private(set) var header: RecordingHeader?
    /// Where the event last returned begins: what a `RecordingIndex` notes.
    package private(set) var position: RecordingIndex.Entry?

    private var lines: LineSplitter
    private var nextSequence: UInt64
    private var lastTime: Instant
    private var lastSource = SourceID.realtime
    private var expectsHeader: Bool
    private var warnings: [RecordingError] = []

    /// A reader at the beginning of a file; a line longer than `lineLimit` bytes is refused.
    package init(lineLimit: Int = 64 << 20) {
        lines = LineSplitter(line: 1, offset: 0, lineLimit: lineLimit)
        nextSequence = 0
        lastTime = .zero
        expectsHeader = true
    }

    /// A reader of the same file from a noted line on.
    package init(
        from entry: RecordingIndex.Entry, header: RecordingHeader?, lineLimit: Int = 64 << 20
    ) {
        lines = LineSplitter(line: entry.line, offset: entry.offset, lineLimit: lineLimit)
        nextSequence = entry.sequence
        lastTime = entry.time
        self.header = header
        expectsHeader = false
    }

    package mutating func append(_ bytes: some Collection<UInt8>) { lines.append(bytes) }

    /// The next event, or nil when more bytes are needed.
    package mutating func next() throws(RecordingError) -> RecordedEvent? {
        while let line = try lines.next() {
            if lines.read(line, Self.isBlank) { continue }
            if expectsHeader {
                expectsHeader = false
                try readHeader(line)
                continue
            }
            return try read(line)
        }
        return nil
    }

    /// Tells the reader that no bytes follow; a last line that is no whole object is reported.
    package mutating func finish() -> TornLine? {
        lines.finish { line in
            var index = 0
            return (try? JSONGrammar.skipValue(line, &index)) != nil || Self.isBlank(line)
        }
    }

    /// What was read but not as it stood (times that ran backwards) since the last call.
    ///
    /// At most 1000 are kept between calls, then one that says more were left out.
    package mutating func takeWarnings() -> [RecordingError] {
        defer { warnings.removeAll(keepingCapacity: true) }
        return warnings
    }

    private mutating func readHeader(_ line: LineSplitter.Line) throws(RecordingError) {
        do throws(RecordingError) {
            let header = try RecordingCodec.decodeHeader(
                lines.read(line, RecordingCodec.bytes(of:)), number: line.number)
            self.header = header
            if header.version > RecordingHeader.currentVersion {
                warn(
                    line.number,
                    "version \(header.version) is newer than this program; "
                        + "what it does not know is kept as it is")
            }
        } catch {
            // A file whose header was lost still has its events: the line is read again as one.
            let isEvent = (try? decode(line)) != nil
            if isEvent { lines.unread(line) }
            throw RecordingError(
                line: error.line, column: isEvent ? nil : error.column,
                message: "no header: " + error.message)
        }
    }

    private func decode(_ line: LineSplitter.Line) throws(RecordingError) -> RecordedEvent {
        try lines.read(line) { (bytes) throws(RecordingError) in
            try RecordingCodec.decode(bytes, number: line.number, likely: lastSource)
        }
    }

    private static func isBlank(_ line: Span<UInt8>) -> Bool {
        var index = 0
        JSONGrammar.skipWhitespace(line, &index)
        return index == line.count
    }

    private mutating func read(_ line: LineSplitter.Line) throws(RecordingError) -> RecordedEvent {
        var recorded = try decode(line)
        if recorded.event.time < lastTime { clamp(&recorded, line.number) }
        recorded.event.sequence = nextSequence
        position = RecordingIndex.Entry(
            sequence: nextSequence, time: recorded.event.time, offset: line.offset,
            line: line.number)
        nextSequence += 1
        lastTime = recorded.event.time
        if recorded.event.source != lastSource { lastSource = recorded.event.source }
        return recorded
    }

    /// Time never runs backwards in the log; the time written stays as the member `t_original`.
    private mutating func clamp(_ recorded: inout RecordedEvent, _ number: Int) {
        let written = recorded.event.time.nanoseconds
        warn(number, "time runs backwards (\(written) ns after \(lastTime.nanoseconds) ns)")
        recorded.event.time = lastTime
        if case .unknown = recorded.event.payload { return }
        if recorded.unknownFields.contains(where: { $0.key == "t_original" }) { return }
        recorded.unknownFields.append(.init(key: "t_original", value: .number(String(written))))
    }

    private mutating func warn(_ number: Int, _ message: String) {
        if warnings.count < 1000 {
            warnings.append(RecordingError(line: number, message: message))
        } else if warnings.count == 1000 {
            warnings.append(RecordingError(line: number, message: "further warnings left out"))
        }
    }
}
