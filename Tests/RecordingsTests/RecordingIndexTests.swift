import Recordings
import Testing
import Timeline

struct RecordingIndexTests {
    /// A file of `count` events whose times stand still now and then, with broken lines in it.
    private func file(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
        var bytes = RecordingCodec.encode(RecordingHeader(origin: "test"))
        var time: Int64 = 0
        for index in 0..<count {
            time += random.next().isMultiple(of: 3) ? 0 : Int64(random.next() % 1000)
            let label = String(repeating: "x", count: Int(random.next() % 50))
            let event = Event(
                sequence: UInt64(index), time: Instant(nanoseconds: time), source: .realtime,
                payload: .mark(label))
            bytes += RecordingCodec.encode(RecordedEvent(event: event))
            if random.next().isMultiple(of: 40) { bytes += Array("broken\n\n".utf8) }
        }
        return bytes
    }

    private func index(_ reading: Reading, _ index: RecordingIndex) -> RecordingIndex {
        var index = index
        for entry in reading.positions {
            index.note(
                sequence: entry.sequence, time: entry.time, offset: entry.offset, line: entry.line)
        }
        return index
    }

    /// What a reader that starts at a noted place reads; from the beginning when there is none.
    private func events(
        _ bytes: [UInt8], from entry: RecordingIndex.Entry?, _ header: RecordingHeader?
    ) -> [RecordedEvent] {
        guard let entry else { return Reading(bytes).events }
        let reader = RecordingReader(from: entry, header: header)
        return Reading(Array(bytes[entry.offset...]), reader).events
    }

    @Test func `a seek gives what a linear scan gives`() {
        var random = SeededRandom(seed: 21)
        for round in 0..<12 {
            let bytes = file(150, &random)
            let reading = Reading(bytes)
            let stride = UInt64(1 + round % 6 * 9)
            let index = index(
                reading,
                RecordingIndex(stride: stride, byteStride: round.isMultiple(of: 2) ? 400 : 9000))
            let end = reading.events.last?.event.time.nanoseconds ?? 0
            for _ in 0..<25 {
                let time = Instant(nanoseconds: Int64(random.next() % UInt64(end + 2)))
                let entry = index.position(before: time)
                let found = events(bytes, from: entry, reading.header)
                #expect(
                    found.filter { $0.event.time >= time }
                        == reading.events.filter { $0.event.time >= time })
                let skipped = found.count { $0.event.time < time }
                #expect(entry == nil || skipped > 0)
                let sequence = random.next() % 150
                let place = index.position(beforeSequence: sequence)
                let later = events(bytes, from: place, reading.header)
                #expect(
                    later.filter { $0.event.sequence >= sequence }
                        == reading.events.filter { $0.event.sequence >= sequence })
                #expect(later.count { $0.event.sequence < sequence } < max(1, Int(stride)))
            }
        }
    }

    @Test func `a reader that starts in the middle counts lines and places as one from the start`()
    {
        var random = SeededRandom(seed: 8)
        let bytes = file(300, &random)
        let reading = Reading(bytes)
        let entry = reading.positions[137]
        let reader = RecordingReader(from: entry, header: reading.header)
        let rest = Reading(Array(bytes[entry.offset...]), reader)
        #expect(rest.positions == Array(reading.positions[137...]))
        #expect(rest.errors == reading.errors.filter { $0.line > entry.line })
        #expect(rest.header == reading.header)
    }

    @Test func `an index keeps one event of a stride and one of a number of bytes`() {
        var index = RecordingIndex(stride: 256, byteStride: 65_536)
        for sequence in 0..<1000 as Range<UInt64> {
            index.note(sequence: sequence, time: .zero, offset: Int(sequence) * 10)
        }
        #expect(index.entries.map(\.sequence) == [0, 256, 512, 768])
        index.note(sequence: 1000, time: .zero, offset: 7680 + 65_536)
        #expect(index.entries.last?.sequence == 1000)
        #expect(index.position(before: .zero) == nil)
    }

    @Test func `an index of any length stays within its capacity and finds every place`() {
        var index = RecordingIndex(stride: 1, byteStride: 1, capacity: 16)
        for sequence in 0..<5000 as Range<UInt64> {
            index.note(
                sequence: sequence, time: Instant(nanoseconds: Int64(sequence)),
                offset: Int(sequence) * 100)
            #expect(index.entries.count <= 16)
            #expect(index.entries.first?.sequence == 0)
        }
        for sequence in 0..<5000 as Range<UInt64> {
            let entry = index.position(beforeSequence: sequence)
            #expect(entry.map { $0.sequence <= sequence && sequence - $0.sequence < 2048 } == true)
        }
    }

    @Test func `noting what was noted before changes nothing`() {
        var index = RecordingIndex(stride: 2)
        for sequence in [0, 1, 2, 3, 0, 1, 2, 3, 4] as [UInt64] {
            index.note(sequence: sequence, time: .zero, offset: Int(sequence))
        }
        #expect(index.entries.map(\.sequence) == [0, 2, 4])
    }
}
