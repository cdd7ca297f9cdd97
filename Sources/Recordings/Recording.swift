package import JSONText
package import Timeline

/// An event with what its line carried beyond the known members.
package struct RecordedEvent: Equatable, Sendable {
    package var event: Event
    /// Members of the line that this version does not know, in their order.
    package var unknownFields: [JSON.Member]

    package init(event: Event, unknownFields: [JSON.Member] = []) {
        self.event = event
        self.unknownFields = unknownFields
    }
}

/// Why a line could not be read, or was not read as it stands, and where.
package struct RecordingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// From 1; 0 when the file as a whole is meant.
    package var line: Int
    /// In bytes, from 1; nil when the whole line is meant.
    package var column: Int?
    package var message: String

    package init(line: Int, column: Int? = nil, message: String) {
        self.line = line
        self.column = column
        self.message = message
    }

    package var description: String {
        guard line > 0 else { return message }
        guard let column else { return "line \(line): \(message)" }
        return "line \(line), column \(column): \(message)"
    }
}

/// A whole recording in memory, for small files, conversion and tests.
package struct Recording: Equatable, Sendable {
    package var header: RecordingHeader
    package var events: [RecordedEvent]
    /// What was wrong with the file, in its order; every other line was read.
    package var warnings: [RecordingError]

    package init(
        header: RecordingHeader, events: [RecordedEvent], warnings: [RecordingError] = []
    ) {
        self.header = header
        self.events = events
        self.warnings = warnings
    }

    /// Reads a recording of this program's format, collecting what is wrong with it.
    ///
    /// Throws only when neither a header nor an event can be read.
    package init(reading bytes: [UInt8]) throws(RecordingError) {
        var reader = RecordingReader()
        var events: [RecordedEvent] = []
        var warnings: [RecordingError] = []
        reader.append(bytes)
        Self.drain(&reader, &events, &warnings)
        if let torn = reader.finish() { warnings.append(torn.error) }
        Self.drain(&reader, &events, &warnings)
        if reader.header == nil, events.isEmpty {
            throw warnings.first ?? RecordingError(line: 0, message: "the recording is empty")
        }
        let missing = RecordingHeader(clock: .none, origin: "unknown")
        self.init(header: reader.header ?? missing, events: events, warnings: warnings)
    }

    private static func drain(
        _ reader: inout RecordingReader, _ events: inout [RecordedEvent],
        _ warnings: inout [RecordingError]
    ) {
        while true {
            do throws(RecordingError) {
                guard let event = try reader.next() else { break }
                events.append(event)
            } catch {
                warnings.append(error)
            }
            warnings += reader.takeWarnings()
        }
        warnings += reader.takeWarnings()
    }

    /// The recording as a file of this program's format.
    package var bytes: [UInt8] {
        var output = RecordingCodec.encode(header)
        for event in events { RecordingCodec.encode(event, into: &output) }
        return output
    }
}
