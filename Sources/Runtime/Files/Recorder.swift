package import Recordings
import SystemPackage
package import Timeline

/// Appends a log to a file so that every complete line survives a crash at any moment.
///
/// Each batch is one `write` to a file opened for appending, so a line is torn only when the
/// machine itself stops in the middle of it; the reader reports and skips such a line.
package final class Recorder {
    package let path: String
    private let file: FileDescriptor
    private var buffer: [UInt8] = []
    /// The sequence number of the next event.
    package private(set) var nextSequence: UInt64 = 0
    private var lastTime = Instant.zero
    /// Events that have their place, before which others are still missing.
    private let early: EarlyEvents
    /// Bytes of lines after which those that waited do so until the next are written.
    private static let portion = 1 << 20

    /// Begins a new recording at `path`; a file that is there already is not touched.
    ///
    /// - Parameter earlyLimit: bytes of events that may wait in memory for others before them;
    ///   further ones wait in a side file.
    package init(
        path: String, header: RecordingHeader, earlyLimit: Int = 8 << 20
    ) throws(FileError) {
        self.path = path
        early = EarlyEvents(beside: path, memoryLimit: earlyLimit)
        do {
            file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .append],
                permissions: [.ownerReadWrite])
        } catch {
            throw FileAccess.describe(error, path, isNew: true)
        }
        buffer = RecordingCodec.encode(header)
        try flush()
    }

    /// Writes to a file that is open, which this closes at the end.
    init(path: String, file: FileDescriptor) {
        (self.path, self.file) = (path, file)
        early = EarlyEvents(beside: path, memoryLimit: 8 << 20)
    }

    deinit { FileAccess.close(file) }

    /// Gives `payload` its place in the log: the next sequence number, and a time that never runs
    /// backwards.
    package func append(_ payload: Payload, from source: SourceID, at time: Instant) -> Event {
        lastTime = max(lastTime, time)
        let event = Event(sequence: nextSequence, time: lastTime, source: source, payload: payload)
        nextSequence += 1
        RecordingCodec.encode(RecordedEvent(event: event), into: &buffer)
        return event
    }

    /// Takes an event that has its place in the log; one that comes early waits for those before.
    ///
    /// - Returns: what is in the log now, in order; more may follow with `placeEarly`.
    package func place(_ event: Event) throws(FileError) -> [Event] {
        guard event.sequence == nextSequence else {
            if event.sequence > nextSequence { try early.insert(event) }
            return []
        }
        write(event)
        return early.isEmpty ? [event] : [event] + (try placeEarly())
    }

    /// Takes events that waited for others which are in the log now: a portion between two flushes.
    ///
    /// - Returns: what is in the log now, in order.
    package func placeEarly() throws(FileError) -> [Event] {
        var placed: [Event] = []
        while buffer.count < Self.portion, let event = try early.take(nextSequence) {
            write(event)
            placed.append(event)
        }
        return placed
    }

    /// Whether events wait that `placeEarly` can take after a flush.
    package var hasPlaceable: Bool { !early.isEmpty && early.contains(nextSequence) }

    /// Bytes of events in memory that wait for others.
    package var earlyBytes: Int { early.heldBytes }

    private func write(_ event: Event) {
        lastTime = max(lastTime, event.time)
        nextSequence += 1
        RecordingCodec.encode(RecordedEvent(event: event), into: &buffer)
    }

    /// Writes what was appended. After an error the next call goes on at the byte where it came.
    package func flush() throws(FileError) {
        var written = 0
        do {
            while written < buffer.count {
                written += try unsafe buffer[written...].withUnsafeBytes {
                    unsafe try file.write($0)
                }
            }
        } catch {
            buffer.removeFirst(written)
            throw FileAccess.describe(error, path)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
