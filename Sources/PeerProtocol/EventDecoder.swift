package import Timeline

/// Reads one stream of events, in whatever pieces it comes.
///
/// What the reader has already is dropped, and something missing is an error, so what comes out
/// is each event of the source once and in order. After an error it reads nothing more.
package struct EventDecoder: Sendable {
    private var pending: [UInt8] = []
    /// How many bytes the item at the beginning has at least.
    private var needed = 1
    /// The offset in the stream of `pending[0]`.
    private var place: UInt64 = 0
    private var source: SourceID?
    /// All events of the source before this sequence are there.
    package private(set) var next: UInt64 = 0
    /// What the next record's sequence and time are counted from; nil before a position record.
    private var base: (sequence: UInt64, time: Int64)?
    private var failure: PeerProtocolError?
    package private(set) var duplicates: UInt64 = 0

    package init() {}

    package mutating func append(_ bytes: RawSpan) {
        guard failure == nil else { return }
        unsafe bytes.withUnsafeBytes { unsafe pending.append(contentsOf: $0) }
    }

    package mutating func append(_ bytes: [UInt8]) { unsafe append(bytes.span.bytes) }

    /// Bytes held until the rest of a record has come.
    package var pendingCount: Int { pending.count }

    /// The stream's header; nil when more bytes are needed. Read once, before the events.
    package mutating func readHeader() throws(PeerProtocolError) -> EventStreamHeader? {
        precondition(source == nil, "a stream has one header")
        if let failure { throw failure }
        var header: EventStreamHeader?
        var count = 0
        let stop = unsafe pending.withUnsafeBytes { bytes -> ReadStop? in
            var reader = unsafe ByteReader(bytes)
            do throws(ReadStop) {
                header = try EventStreamHeader(&reader)
                count = reader.offset
                return nil
            } catch { return error }
        }
        if case .invalid(let reason)? = stop { throw fail(String(describing: reason)) }
        guard let header else { return nil }
        remove(count)
        source = SourceID(header.source.name)
        return header
    }

    /// Says which events are there before the first record is read.
    package mutating func begin(next: UInt64) { self.next = next }

    /// All events that are whole.
    package mutating func read(into events: inout [Event]) throws(PeerProtocolError) {
        guard let source else { preconditionFailure("the header is read first") }
        if let failure { throw failure }
        guard pending.count >= needed else { return }
        var done = 0
        var stop: ReadStop?
        unsafe pending.withUnsafeBytes { bytes in
            var reader = unsafe ByteReader(bytes)
            do throws(ReadStop) {
                while reader.rest > 0 {
                    needed = 1
                    try readRecord(&reader, source, into: &events)
                    done = reader.offset
                }
            } catch { stop = error }
        }
        remove(done)
        if case .invalid(let reason)? = stop { throw fail(String(describing: reason)) }
    }

    private mutating func remove(_ count: Int) {
        place += UInt64(count)
        if count == pending.count {
            pending.removeAll(keepingCapacity: pending.capacity <= 1 << 20)
        } else if count > 0 {
            pending.removeFirst(count)
        }
    }

    private mutating func fail(_ reason: String) -> PeerProtocolError {
        let error = PeerProtocolError(place: place, reason: reason)
        failure = error
        pending = []
        return error
    }

    @inline(__always)
    private mutating func readRecord(
        _ reader: inout ByteReader, _ source: SourceID, into events: inout [Event]
    ) throws(ReadStop) {
        let start = reader.offset
        let kind = try reader.byte()
        guard kind != RecordKind.position else {
            let sequence = try reader.number()
            let empty = try reader.number()
            let time = try reader.signedNumber()
            guard empty <= sequence else { throw .invalid("a block begins before the log") }
            guard sequence - empty <= next else {
                throw .invalid("events are missing before this block")
            }
            next = max(next, sequence)
            base = (sequence, time)
            return
        }
        guard kind <= RecordKind.last else { throw .invalid("a record of an unknown kind") }
        guard let base else { throw .invalid("an event stands before the first block") }
        let step = try reader.number()
        let (sequence, isTooLarge) = base.sequence.addingReportingOverflow(step)
        guard !isTooLarge, sequence < .max else { throw .invalid("a sequence is too large") }
        let time = base.time &+ (try reader.signedNumber())
        let count = try reader.count(
            limit: PeerProtocol.maximumEvent, "an event is longer than 64 MiB")
        guard count <= reader.rest else {
            needed = reader.offset - start + count
            throw .more
        }
        if sequence < next {
            duplicates += 1
            try reader.skip(count)
        } else {
            let payload = try Self.payload(kind, count, &reader)
            events.append(
                Event(
                    sequence: sequence, time: Instant(nanoseconds: time), source: source,
                    payload: payload))
            next = sequence + 1
        }
        self.base = (sequence + 1, time)
    }

    @inline(__always)
    private static func payload(
        _ kind: UInt8, _ count: Int, _ reader: inout ByteReader
    ) throws(ReadStop) -> Payload {
        switch kind {
        case RecordKind.received: .received(try reader.array(count))
        case RecordKind.sent: .sent(try reader.array(count))
        case RecordKind.receivedBinary: .receivedBinary(try reader.array(count))
        case RecordKind.sentBinary: .sentBinary(try reader.array(count))
        case RecordKind.statistics: .statistics(try reader.array(count))
        case RecordKind.key: .key(try reader.text(count))
        case RecordKind.opened: .opened(detail: try reader.text(count))
        case RecordKind.failed: .failed(reason: try reader.text(count))
        case RecordKind.mark: .mark(try reader.text(count))
        default: try compound(kind, try reader.part(count))
        }
    }

    /// The kinds whose body has parts.
    private static func compound(
        _ kind: UInt8, _ part: ByteReader
    ) throws(ReadStop) -> Payload {
        var body = part
        do throws(ReadStop) {
            let payload: Payload
            switch kind {
            case RecordKind.resize:
                let columns = try body.signedNumber()
                payload = .resize(columns: Int(columns), rows: Int(try body.signedNumber()))
            case RecordKind.closed:
                let flag = try body.byte()
                guard flag <= 1 else { throw .invalid("a flag is 0 or 1") }
                let code = flag == 0 ? nil : Int(try body.signedNumber())
                payload = .closed(code: code, reason: try body.text(body.rest))
            default:
                let kind = try body.text(limit: body.rest, "an event ends in the middle")
                payload = .unknown(kind: kind, line: try body.array(body.rest))
            }
            guard body.rest == 0 else { throw .invalid("an event is longer than its parts") }
            return payload
        } catch {
            // The whole body is there, so more will not come.
            guard case .more = error else { throw error }
            throw .invalid("an event ends in the middle")
        }
    }
}
