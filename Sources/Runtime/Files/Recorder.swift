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
    private var early: [UInt64: Event] = [:]

    /// Begins a new recording at `path`; a file that is there already is not touched.
    package init(path: String, header: RecordingHeader) throws(FileError) {
        self.path = path
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
    /// - Returns: what is in the log now, in order.
    package func place(_ event: Event) -> [Event] {
        guard event.sequence == nextSequence else {
            if event.sequence > nextSequence { early[event.sequence] = event }
            return []
        }
        var placed: [Event] = []
        var next: Event? = event
        while let event = next {
            lastTime = max(lastTime, event.time)
            nextSequence += 1
            RecordingCodec.encode(RecordedEvent(event: event), into: &buffer)
            placed.append(event)
            next = early.isEmpty ? nil : early.removeValue(forKey: nextSequence)
        }
        return placed
    }

    /// Writes what was appended.
    package func flush() throws(FileError) {
        guard !buffer.isEmpty else { return }
        do {
            try file.writeAll(buffer)
        } catch {
            throw FileAccess.describe(error, path)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
