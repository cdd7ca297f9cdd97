package import Recordings
import SystemPackage
package import Timeline

/// A recording's events by place, in bounded memory.
///
/// A file in our own format stays on the disk and is read through an index built on the way;
/// anything else is imported whole.
package struct EventSource: Sendable {
    private enum Storage: Sendable {
        case memory([Event])
        case file(path: String)
    }

    package let title: String
    package let header: RecordingHeader
    /// The time of the last event.
    package let duration: Interval
    /// How many events there are; nil until the whole file has been read once.
    package private(set) var count: UInt64?
    /// What could not be read as it stood, in the order found.
    package private(set) var warnings: [RecordingError]
    private let storage: Storage
    private var index = RecordingIndex()
    private var indexed: UInt64 = 0

    /// Files up to this size are simply held; twice the size of an hour of text deltas.
    package static let memoryLimit = 8 << 20

    /// Opens `path`, whatever supported format it has.
    package init(opening path: String) throws(FileError) {
        let size = path == "-" ? 0 : try FileAccess.size(of: path)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if size > Self.memoryLimit {
            let prefix = try FileAccess.read(path, from: 0, count: 1 << 16)
            if Importer.detect(prefix) == .recording {
                try self.init(file: path, title: name, prefix: prefix, size: size)
                return
            }
        }
        try self.init(bytes: try FileAccess.read(path), path: path, title: name)
    }

    /// Reads a recording held in memory, such as one that is part of the program.
    package init(bytes: [UInt8], path: String, title: String) throws(FileError) {
        do {
            let recording = try Importer.importing(
                bytes, format: Importer.detect(Array(bytes.prefix(1 << 16))))
            self.init(recording: recording, title: title)
        } catch {
            throw FileError(path: path, message: "\(error)")
        }
    }

    package init(recording: Recording, title: String) {
        self.title = title
        header = recording.header
        warnings = recording.warnings
        storage = .memory(recording.events.map(\.event))
        count = UInt64(recording.events.count)
        duration = (recording.events.last?.event.time ?? .zero) - .zero
    }

    private init(file path: String, title: String, prefix: [UInt8], size: Int) throws(FileError) {
        self.title = title
        var reader = RecordingReader()
        reader.append(prefix)
        do {
            _ = try reader.next()
        } catch {
            throw FileError(path: path, message: "\(error)")
        }
        header = reader.header ?? RecordingHeader(clock: .measured, origin: "unknown")
        duration = try Self.lastTime(of: path, size: size) - .zero
        storage = .file(path: path)
        warnings = []
    }

    /// The time of the last whole line, from the file's end.
    private static func lastTime(of path: String, size: Int) throws(FileError) -> Instant {
        var window = 1 << 16
        while true {
            let start = max(0, size - window)
            let tail = try FileAccess.read(path, from: start, count: window)
            for line in tail.split(separator: 0x0A).dropFirst(start == 0 ? 0 : 1).reversed() {
                if let event = try? RecordingCodec.decodeLine(Array(line), number: 0) {
                    return event.event.time
                }
            }
            if start == 0 { return .zero }
            window *= 8
        }
    }

    /// A cursor at the event with this sequence number.
    package func cursor(at sequence: UInt64) throws(FileError) -> EventCursor {
        switch storage {
        case .memory(let events):
            return EventCursor(events: events, position: Int(min(sequence, UInt64(events.count))))
        case .file(let path):
            var cursor = try EventCursor(
                path: path, from: index.position(beforeSequence: sequence), header: header)
            while cursor.nextSequence < sequence, try cursor.next() != nil {}
            return cursor
        }
    }

    /// Notes what a cursor that reads everything has passed, for later seeks.
    mutating func note(_ cursor: EventCursor) {
        guard let position = cursor.position, position.sequence >= indexed else { return }
        index.note(
            sequence: position.sequence, time: position.time, offset: position.offset,
            line: position.line)
        indexed = position.sequence + 1
    }

    /// Takes what a cursor that read to the end has learnt.
    mutating func finish(_ cursor: EventCursor) {
        // A second reading finds the same again.
        if count == nil { warnings += cursor.warnings }
        count = cursor.nextSequence
    }
}

/// A place in a recording from which events are read one after the other.
package struct EventCursor: Sendable {
    private enum Storage: Sendable {
        case memory([Event], Int)
        case file(OpenFile, RecordingReader)
    }

    private var storage: Storage
    private var offset = 0
    private var isFinished = false
    package private(set) var nextSequence: UInt64
    package private(set) var warnings: [RecordingError] = []
    private let path: String
    private static let chunk = 1 << 18

    init(events: [Event], position: Int) {
        storage = .memory(events, position)
        nextSequence = UInt64(position)
        path = ""
        isFinished = true
    }

    init(
        path: String, from entry: RecordingIndex.Entry?, header: RecordingHeader?
    ) throws(FileError) {
        self.path = path
        let file = try OpenFile(path)
        let reader = entry.map { RecordingReader(from: $0, header: header) } ?? RecordingReader()
        storage = .file(file, reader)
        offset = entry?.offset ?? 0
        nextSequence = entry?.sequence ?? 0
    }

    /// Where the event last read begins, in a file.
    var position: RecordingIndex.Entry? {
        guard case .file(_, let reader) = storage else { return nil }
        return reader.position
    }

    /// The next event; nil at the end. Lines that cannot be read are counted in `warnings`.
    package mutating func next() throws(FileError) -> Event? {
        switch storage {
        case .memory(let events, let position):
            guard position < events.count else { return nil }
            storage = .memory(events, position + 1)
            nextSequence += 1
            return events[position]
        case .file(let file, var reader):
            // Taken out while it changes, so that its buffer is not copied.
            storage = .memory([], 0)
            defer { storage = .file(file, reader) }
            return try read(file, &reader)
        }
    }

    private mutating func read(
        _ file: OpenFile, _ reader: inout RecordingReader
    ) throws(FileError) -> Event? {
        while true {
            do throws(RecordingError) {
                if let recorded = try reader.next() {
                    nextSequence = recorded.event.sequence + 1
                    return recorded.event
                }
            } catch {
                if warnings.count < 1000 { warnings.append(error) }
                continue
            }
            if isFinished { return nil }
            let bytes = try file.read(from: offset, count: Self.chunk)
            offset += bytes.count
            if bytes.isEmpty {
                isFinished = true
                if let torn = reader.finish() { warnings.append(torn.error) }
            } else {
                reader.append(bytes)
            }
        }
    }
}

/// A file kept open for reading until nobody uses it.
final class OpenFile: Sendable {
    private let file: FileDescriptor
    private let path: String

    init(_ path: String) throws(FileError) {
        self.path = path
        do {
            file = try FileAccess.open(path)
        } catch {
            throw FileAccess.describe(error, path)
        }
    }

    deinit { FileAccess.close(file) }

    func read(from offset: Int, count: Int) throws(FileError) -> [UInt8] {
        do {
            return try FileAccess.readPart(file, from: offset, count: count)
        } catch {
            throw FileAccess.describe(error, path)
        }
    }
}
