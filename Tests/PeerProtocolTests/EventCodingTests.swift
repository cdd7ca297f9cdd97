import PeerProtocol
import Testing
import Timeline

struct EventCodingTests {
    static let source = AnnouncedSource(number: 3, name: "realtime", kind: .tokens)

    /// A stream with a block of every so many events.
    private func stream(_ events: [Event], blockOf size: Int, from next: UInt64 = 0) -> [UInt8] {
        var encoder = EventEncoder(next: next)
        var bytes = EventStreamHeader(source: Self.source, next: next).encoded
        for (index, event) in events.enumerated() {
            if index % size == 0 { encoder.beginBlock() }
            encoder.append(event)
        }
        bytes += encoder.bytes
        return bytes
    }

    private func decode(_ pieces: [[UInt8]], next: UInt64 = 0) throws -> [Event] {
        var decoder = EventDecoder()
        var events: [Event] = []
        var header: EventStreamHeader?
        for piece in pieces {
            decoder.append(piece)
            if header == nil {
                header = try decoder.readHeader()
                if header != nil { decoder.begin(next: next) }
            }
            if header != nil { try decoder.read(into: &events) }
        }
        #expect(header?.source == Self.source)
        return events
    }

    @Test func `events of every kind survive, however the bytes are cut`() throws {
        for seed in 0..<200 as Range<UInt64> {
            var values = Values(seed: seed)
            let events = values.events(30)
            let bytes = stream(events, blockOf: Int(1 + values.random.next() % 9))
            #expect(try decode([bytes]) == events)
            #expect(try decode(values.pieces(bytes)) == events)
            if seed < 5 { #expect(try decode(bytes.map { [$0] }) == events) }
        }
    }

    @Test func `what is there already is dropped`() throws {
        var values = Values(seed: 1)
        let events = values.events(40)
        for known in [0, 1, 17, 39] {
            let next = events[known].sequence
            let got = try decode([stream(events, blockOf: 7)], next: next)
            #expect(got == Array(events[known...]))
        }
        #expect(try decode([stream(events, blockOf: 7)], next: events[39].sequence + 1).isEmpty)
    }

    @Test func `a missing block is an error at its place`() throws {
        let events = (0..<4 as Range<UInt64>).map {
            Event(sequence: $0, time: .zero, source: .realtime, payload: .received([1, 2]))
        }
        let first = stream(Array(events[..<2]), blockOf: 2)
        var encoder = EventEncoder(next: 3)
        encoder.beginBlock()
        encoder.append(events[3])
        var decoder = EventDecoder()
        decoder.append(first + encoder.bytes)
        _ = try decoder.readHeader()
        decoder.begin(next: 0)
        var out: [Event] = []
        let missing = PeerProtocolError(
            place: UInt64(first.count), reason: "events are missing before this block")
        #expect(throws: missing) { try decoder.read(into: &out) }
        #expect(out == Array(events[..<2]))
        #expect(throws: missing) { try decoder.read(into: &out) }
    }

    /// Bodies by hand, each at the place of one event with sequence and time 0.
    @Test(
        arguments: [
            ([13, 0, 0, 0], "a record of an unknown kind"),
            ([5, 0, 0, 1, 0xff], "a text is not UTF-8"),
            ([6, 0, 0, 1, 0], "an event ends in the middle"),
            ([6, 0, 0, 3, 0, 0, 0], "an event is longer than its parts"),
            ([8, 0, 0, 1, 2], "a flag is 0 or 1"),
            ([8, 0, 0, 1, 1], "an event ends in the middle"),
            ([12, 0, 0, 2, 9, 65], "an event ends in the middle"),
            ([1, 0x80, 0], "a number is longer than it needs to be"),
            (
                [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
                "a number has more than 64 bits"
            ),
            ([1, 0, 0, 0x81, 0x80, 0x80, 0x20], "an event is longer than 64 MiB"),
            (
                [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0, 0],
                "a sequence is too large"
            ),
        ] as [([UInt8], String)])
    func `what means nothing is an error with its place`(_ record: [UInt8], _ reason: String)
        throws
    {
        let start = stream([], blockOf: 1) + [0, 0, 0, 0]
        var decoder = EventDecoder()
        decoder.append(start + record)
        _ = try decoder.readHeader()
        decoder.begin(next: 0)
        var out: [Event] = []
        #expect(throws: PeerProtocolError(place: UInt64(start.count), reason: reason)) {
            try decoder.read(into: &out)
        }
    }

    @Test func `a block says how far before it the source has nothing`() throws {
        let event = Event(sequence: 9, time: .zero, source: .realtime, payload: .mark("x"))
        var encoder = EventEncoder(next: 7)
        encoder.beginBlock(after: 3)
        encoder.append(event)
        let bytes = stream([], blockOf: 1) + encoder.bytes
        #expect(try decode([bytes], next: 3) == [event])
        #expect(try decode([bytes], next: 10) == [])
        #expect(throws: PeerProtocolError.self) { try decode([bytes], next: 2) }
        #expect(throws: PeerProtocolError.self) {
            try decode([stream([], blockOf: 1) + [0, 1, 2, 0]])
        }
    }

    @Test func `an event before a block, and another kind of stream, are errors`() throws {
        var decoder = EventDecoder()
        decoder.append(stream([], blockOf: 1) + [1, 0, 0, 0])
        _ = try decoder.readHeader()
        decoder.begin(next: 0)
        var out: [Event] = []
        #expect(throws: PeerProtocolError.self) { try decoder.read(into: &out) }
        var other = EventDecoder()
        other.append([2, 0, 0])
        #expect(throws: PeerProtocolError(place: 0, reason: "this is no stream of events")) {
            try other.readHeader()
        }
    }

    @Test func `any bytes give values or an error, the same for any cut`() {
        for seed in 0..<2_000 as Range<UInt64> {
            var values = Values(seed: seed)
            var bytes = stream(values.events(6), blockOf: 2)
            for _ in 0..<(1 + values.random.next() % 4) {
                bytes[Int(values.random.next() % UInt64(bytes.count))] = UInt8(
                    truncatingIfNeeded: values.random.next())
            }
            let whole = outcome([bytes])
            let cut = outcome(values.pieces(bytes))
            #expect(whole.events == cut.events && whole.error == cut.error, "seed \(seed)")
        }
    }

    private func outcome(_ pieces: [[UInt8]]) -> (events: [Event], error: PeerProtocolError?) {
        var decoder = EventDecoder()
        var events: [Event] = []
        var isBegun = false
        do throws(PeerProtocolError) {
            for piece in pieces {
                decoder.append(piece)
                if !isBegun, try decoder.readHeader() != nil {
                    isBegun = true
                    decoder.begin(next: 0)
                }
                if isBegun { try decoder.read(into: &events) }
            }
        } catch { return (events, error) }
        return (events, nil)
    }
}
