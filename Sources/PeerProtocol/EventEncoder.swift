package import Timeline

/// Writes events of one source as the records of its stream.
///
/// A block is a position record and the events after it; whoever has all events before a block
/// can read it, so one block serves every guest.
package struct EventEncoder: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// The sequence after the last event written.
    package private(set) var next: UInt64
    private var time: Int64 = 0

    /// A writer for what follows after all events of the source before `next`.
    package init(next: UInt64) { self.next = next }

    /// Begins a block. The bytes stay that are there.
    ///
    /// - Parameter end: the sequence after the last event before the block, where that is not the
    ///   one the block begins with; the source has no events in between.
    package mutating func beginBlock(after end: UInt64? = nil) {
        precondition(end ?? next <= next, "a block begins after what was before it")
        bytes.append(RecordKind.position)
        bytes.append(number: next)
        bytes.append(number: next - (end ?? next))
        bytes.append(number: time.zigZag)
    }

    /// Forgets the bytes, and keeps their room.
    package mutating func removeBytes() { bytes.removeAll(keepingCapacity: true) }

    package mutating func append(_ event: Event) {
        switch event.payload {
        case .received(let body): append(RecordKind.received, event, body)
        case .sent(let body): append(RecordKind.sent, event, body)
        case .receivedBinary(let body): append(RecordKind.receivedBinary, event, body)
        case .sentBinary(let body): append(RecordKind.sentBinary, event, body)
        case .statistics(let body): append(RecordKind.statistics, event, body)
        case .key(let text): append(RecordKind.key, event, text)
        case .opened(let text): append(RecordKind.opened, event, text)
        case .failed(let text): append(RecordKind.failed, event, text)
        case .mark(let text): append(RecordKind.mark, event, text)
        case .resize(let columns, let rows):
            var body: [UInt8] = []
            body.append(number: Int64(columns).zigZag)
            body.append(number: Int64(rows).zigZag)
            append(RecordKind.resize, event, body)
        case .closed(let code, let reason):
            var body: [UInt8] = [code == nil ? 0 : 1]
            if let code { body.append(number: Int64(code).zigZag) }
            body.append(contentsOf: reason.utf8)
            append(RecordKind.closed, event, body)
        case .unknown(let kind, let line):
            var body: [UInt8] = []
            body.append(counted: kind)
            body.append(contentsOf: line)
            append(RecordKind.unknown, event, body)
        }
    }

    @inline(__always)
    private mutating func begin(_ kind: UInt8, _ event: Event, count: Int) {
        precondition(event.sequence >= next, "a source's events are written in order")
        bytes.append(kind)
        bytes.append(number: event.sequence - next)
        // Times may be any, so differences go around; the reader goes around again.
        bytes.append(number: (event.time.nanoseconds &- time).zigZag)
        bytes.append(number: UInt64(count))
        next = event.sequence &+ 1
        time = event.time.nanoseconds
    }

    private mutating func append(_ kind: UInt8, _ event: Event, _ body: [UInt8]) {
        begin(kind, event, count: body.count)
        bytes.append(contentsOf: body)
    }

    private mutating func append(_ kind: UInt8, _ event: Event, _ text: String) {
        begin(kind, event, count: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }
}
