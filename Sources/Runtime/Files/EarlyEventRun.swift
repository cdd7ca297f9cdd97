import Recordings
import Timeline

/// A part of a side file: events in the order of the log, read from the front.
///
/// A record is the event's sequence and the length of its line, eight bytes each, and the line as
/// a recording has it.
final class EarlyEventRun {
    private let file: EarlyEventFile
    private let end: Int
    /// Where the next record begins.
    private var offset: Int
    private var buffer: [UInt8] = []
    /// The offset of `buffer[0]`.
    private var bufferStart = 0

    static let bufferSize = 64 << 10
    private static let headerSize = 16

    /// What was appended to `file` from `start` on.
    init(_ file: EarlyEventFile, from start: Int) {
        self.file = file
        (offset, end) = (start, file.end)
    }

    /// Bytes that were not taken.
    var count: Int { end - offset }

    var bufferedCount: Int { buffer.count }

    func forgetBuffer() { buffer = [] }

    static func encode(_ event: Event, into bytes: inout [UInt8]) {
        append(event.sequence, to: &bytes)
        let place = bytes.count
        append(0, to: &bytes)
        RecordingCodec.encode(RecordedEvent(event: event), into: &bytes)
        // The line without its newline.
        bytes.removeLast()
        let count = UInt64(bytes.count - place - 8)
        for byte in 0..<8 { bytes[place + byte] = UInt8(truncatingIfNeeded: count >> (8 * byte)) }
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// The sequence of the next event; nil at the end.
    func nextSequence() throws(FileError) -> UInt64? {
        guard count > 0 else { return nil }
        try fill(Self.headerSize)
        return number(at: 0)
    }

    /// Passes over the next event.
    func skip() throws(FileError) {
        try fill(Self.headerSize)
        offset += Self.headerSize + Int(number(at: 8))
        // One large event does not keep a large buffer.
        if buffer.count > Self.bufferSize { forgetBuffer() }
    }

    /// The next event.
    func take() throws(FileError) -> Event {
        try fill(Self.headerSize)
        let count = Int(number(at: 8))
        try fill(Self.headerSize + count)
        let line = offset - bufferStart + Self.headerSize
        var event: Event
        do throws(RecordingError) {
            event = try RecordingCodec.decodeLine(Array(buffer[line..<line + count]), number: 0)
                .event
        } catch {
            throw FileError(path: file.path, message: error.description)
        }
        event.sequence = number(at: 0)
        try skip()
        return event
    }

    private func number(at place: Int) -> UInt64 {
        (0..<8).reduce(0) {
            $0 | UInt64(buffer[offset - bufferStart + place + $1]) << UInt64(8 * $1)
        }
    }

    /// Sees to it that `wanted` bytes of the record are in the buffer.
    private func fill(_ wanted: Int) throws(FileError) {
        guard offset < bufferStart || offset + wanted > bufferStart + buffer.count else { return }
        let count = min(max(wanted, Self.bufferSize), count)
        buffer = []
        buffer = try file.read(from: offset, count: count)
        bufferStart = offset
        guard buffer.count >= wanted else {
            throw FileError(path: file.path, message: "it has become shorter")
        }
    }
}
