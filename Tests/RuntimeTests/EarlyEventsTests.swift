import Foundation
import Recordings
import Testing
import Timeline

@testable import Runtime

/// Events that come before others wait in bounded memory, and none is lost.
struct EarlyEventsTests {
    private static let header = RecordingHeader(clock: .measured, origin: "test")

    /// Events of every kind, of sizes from a seed.
    private static func events(_ count: Int, _ random: inout SeededRandom) -> [Event] {
        (0..<count).map { number in
            let bytes = (0..<random.next() % 300).map { _ in
                UInt8(truncatingIfNeeded: random.next())
            }
            let text = "line \(number)\n\"é\""
            let payload: Payload =
                switch random.next() % 12 {
                case 0: .sent(Array(text.utf8))
                case 1: .received(bytes)
                case 2: .receivedBinary(bytes)
                case 3: .sentBinary(bytes)
                case 4: .key(text)
                case 5: .resize(columns: number, rows: 24)
                case 6: .opened(detail: text)
                case 7: .closed(code: number % 2 == 0 ? nil : number, reason: text)
                case 8: .failed(reason: text)
                case 9: .statistics(Array(#"{"n":1}"#.utf8))
                case 10: .mark(text)
                default: .received(Array("{\"n\":\(number)}".utf8))
                }
            return Event(
                sequence: UInt64(number), time: Instant(nanoseconds: Int64(number) * 1_000),
                source: SourceID(["mic", "realtime", "camera"][number % 3]), payload: payload)
        }
    }

    private static func written(_ events: [Event]) -> [UInt8] {
        var bytes = RecordingCodec.encode(header)
        for event in events { RecordingCodec.encode(RecordedEvent(event: event), into: &bytes) }
        return bytes
    }

    /// What every source keeps in order, and sources do not: those of a host.
    private static func overtaking(
        _ events: [Event], _ random: inout SeededRandom
    ) -> [Event] {
        var queues = (0..<3).map { place in events.filter { $0.sequence % 3 == place }[...] }
        var out: [Event] = []
        while out.count < events.count {
            let place = Int(random.next() % 3)
            let count = Int(random.next() % 40)
            out += queues[place].prefix(count)
            queues[place] = queues[place].dropFirst(count)
        }
        return out
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `what waits comes back as from a dictionary`(seed: UInt64) throws {
        let folder = try TemporaryDirectory()
        var random = SeededRandom(seed: seed)
        let events = Self.events(400, &random)
        let limit = Int(random.next() % 8_000)
        let early = EarlyEvents(beside: folder.path("copy"), memoryLimit: limit)
        var twin: [UInt64: Event] = [:]
        var next: UInt64 = 0
        let order =
            seed % 2 == 0 ? events.shuffled(using: &random) : Self.overtaking(events, &random)
        var mostSpilled = 0
        for event in order {
            for _ in 0..<(random.next() % 5 == 0 ? 2 : 1) {
                try early.insert(event)
                twin[event.sequence] = event
            }
            mostSpilled = max(mostSpilled, early.spilledBytes)
            // At times it is let grow.
            guard random.next() % 50 == 0 else { continue }
            while twin[next] != nil {
                #expect(early.contains(next))
                #expect(try early.take(next) == twin.removeValue(forKey: next))
                next += 1
            }
            #expect(!early.contains(next))
            #expect(try early.take(next) == nil)
        }
        while let event = twin.removeValue(forKey: next) {
            #expect(try early.take(next) == event)
            next += 1
        }
        #expect(next == 400 && early.isEmpty && early.spilledBytes == 0 && mostSpilled > 0)
        #expect(early.heldBytes == 0)
    }

    @Test func `every order of a few events gives the same file`() throws {
        let folder = try TemporaryDirectory()
        var random = SeededRandom(seed: 5)
        let events = Self.events(5, &random)
        let expected = Self.written(events)
        var orders: [[Event]] = [[]]
        for event in events {
            orders = orders.flatMap { order in
                (0...order.count).map { Array(order[..<$0]) + [event] + Array(order[$0...]) }
            }
        }
        #expect(orders.count == 120)
        for (number, order) in orders.enumerated() {
            // Each event a run of its own; some of them; none.
            for limit in [0, 700, 1 << 20] {
                let name = "copy \(number) \(limit)"
                let recorder = try Recorder(
                    path: folder.path(name), header: Self.header, earlyLimit: limit)
                var placed: [Event] = []
                for event in order { placed += try recorder.place(event) }
                #expect(placed == events)
                try recorder.flush()
                #expect(try FileAccess.read(folder.path(name)) == expected)
            }
        }
    }

    @Test func `a large backlog is placed in portions, and its side file has no name`() throws {
        let folder = try TemporaryDirectory()
        let events = (0..<3_000).map { number in
            Event(
                sequence: UInt64(number), time: .zero, source: .realtime,
                payload: .receivedBinary([UInt8](repeating: UInt8(number % 251), count: 4_096)))
        }
        let recorder = try Recorder(
            path: folder.path("copy"), header: Self.header, earlyLimit: 1 << 20)
        var most = 0
        for event in events[1...] {
            #expect(try recorder.place(event).isEmpty)
            most = max(most, recorder.earlyBytes)
        }
        #expect(most <= 1 << 20 + 16 * 65_536 + 8_192)
        #expect(!recorder.hasPlaceable)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == ["copy"])
        var placed = try recorder.place(events[0])
        var turns = 0
        while recorder.hasPlaceable {
            #expect(try recorder.placeEarly().isEmpty)
            try recorder.flush()
            // What is on the disk at any time is the beginning of the log.
            let now = try recorder.placeEarly()
            #expect(now.count < 400)
            most = max(most, recorder.earlyBytes)
            placed += now
            turns += 1
        }
        #expect(turns > 10)
        #expect(most <= 1 << 20 + 16 * 65_536 + 8_192)
        try recorder.flush()
        #expect(placed == events && recorder.earlyBytes == 0)
        #expect(try FileAccess.read(folder.path("copy")) == Self.written(events))
    }

    @Test func `a side file that cannot be made is told`() throws {
        let early = EarlyEvents(beside: "/nowhere/copy", memoryLimit: 0)
        #expect(throws: FileError.self) {
            try early.insert(
                Event(sequence: 1, time: .zero, source: .realtime, payload: .mark("")))
        }
    }
}

struct ArrivalQueueTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `arrivals come out as from an array`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var queue = ArrivalQueue()
        var twin: [Inbox.Arrival] = []
        var number = 0
        for _ in 0..<300 {
            if random.next() % 2 == 0 {
                let new = (0..<random.next() % 9).map { _ in
                    number += 1
                    return Inbox.Arrival(
                        time: Instant(nanoseconds: Int64(number)), source: .realtime,
                        payload: .received([UInt8](repeating: 0, count: number % 7)))
                }
                queue.append(contentsOf: new)
                twin += new
            }
            for _ in 0..<random.next() % 9 {
                let arrival = queue.popFirst()
                let expected = twin.isEmpty ? nil : twin.removeFirst()
                #expect(arrival?.time == expected?.time)
                #expect(arrival?.payload == expected?.payload)
            }
            #expect(queue.count == twin.count && queue.isEmpty == twin.isEmpty)
            #expect(queue.bytes == twin.reduce(0) { $0 + $1.payload.byteCount })
        }
    }
}
