import JSONText
import Recordings
import Testing
import Timeline

/// Everything a reader can say about some bytes.
struct Reading: Equatable {
    var header: RecordingHeader?
    var events: [RecordedEvent] = []
    var errors: [RecordingError] = []
    var warnings: [RecordingError] = []
    var torn: TornLine?
    var positions: [RecordingIndex.Entry] = []

    init(_ chunks: [ArraySlice<UInt8>], _ reader: RecordingReader = RecordingReader()) {
        var reader = reader
        for chunk in chunks {
            reader.append(chunk)
            drain(&reader)
        }
        torn = reader.finish()
        drain(&reader)
        header = reader.header
    }

    init(_ bytes: [UInt8], _ reader: RecordingReader = RecordingReader()) {
        self.init([bytes[...]], reader)
    }

    private mutating func drain(_ reader: inout RecordingReader) {
        while true {
            do throws(RecordingError) {
                guard let event = try reader.next() else { break }
                events.append(event)
                if let position = reader.position { positions.append(position) }
            } catch {
                errors.append(error)
            }
        }
        warnings += reader.takeWarnings()
    }
}

struct RecordingReaderTests {
    /// A small file with everything in it: kinds, unknown things, a broken line, a blank line.
    static let sample: [UInt8] = Array(
        """
        {"midstream":1,"started":"2026-08-21T10:00:00.000Z","clock":"measured","origin":"test"}
        {"t":0,"src":"realtime","kind":"opened","detail":"wss://example.org"}
        {"t":5,"src":"realtime","kind":"received","text":"{\\"type\\":\\"session.created\\"}"}
        {"t":7,"src":"realtime","kind":"sent","base64":"/w==","rtt":12}
        this line is broken

        {"t":6,"src":"keyboard","kind":"key","key":"j"}
        {"t":8,"src":"lidar","kind":"cloud","points":[1,2,3]}
        {"t":9,"src":"realtime","kind":"closed","code":1000,"reason":"é漢👩"}

        """.utf8)

    @Test func `a file is read with its broken line reported and nothing else lost`() {
        let reading = Reading(Self.sample)
        #expect(reading.header?.origin == "test")
        #expect(reading.events.map(\.event.sequence) == [0, 1, 2, 3, 4, 5])
        #expect(reading.events.map(\.event.time.nanoseconds) == [0, 5, 7, 7, 8, 9])
        #expect(
            reading.errors == [RecordingError(line: 5, column: 1, message: "expected an object")])
        #expect(
            reading.warnings == [
                RecordingError(line: 7, message: "time runs backwards (6 ns after 7 ns)")
            ])
        #expect(reading.torn == nil)
        #expect(
            reading.events[3].unknownFields == [.init(key: "t_original", value: .number("6"))])
    }

    @Test func `any split of the bytes in two gives the same values`() {
        let whole = Reading(Self.sample)
        for place in 0...Self.sample.count {
            #expect(Reading([Self.sample[..<place], Self.sample[place...]]) == whole)
        }
    }

    @Test func `byte by byte and in random pieces gives the same values`() {
        let whole = Reading(Self.sample)
        #expect(Reading(Self.sample.indices.map { Self.sample[$0...$0] }) == whole)
        var random = SeededRandom(seed: 3)
        for _ in 0..<200 {
            var chunks: [ArraySlice<UInt8>] = []
            var rest = Self.sample[...]
            while !rest.isEmpty {
                let count = Int(random.next() % 60)
                chunks.append(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(Reading(chunks) == whole)
        }
    }

    @Test func `after a kill at any byte every complete line is there and the torn one is told`() {
        let whole = Reading(Self.sample)
        var lineStart = 0
        var line = 1
        for end in 0...Self.sample.count {
            if end > 0, Self.sample[end - 1] == 0x0A {
                lineStart = end
                line += 1
            }
            let reading = Reading(Array(Self.sample[..<end]))
            let rest = Self.sample[lineStart..<end]
            let complete = Self.sample[..<lineStart].split(separator: 0x0A)
            let isWhole = (try? JSON(parsing: rest)) != nil
            let readable = complete.dropFirst().count { $0.first == UInt8(ascii: "{") }
            let expected = readable + (isWhole && line > 1 ? 1 : 0)
            #expect(reading.events == Array(whole.events.prefix(expected)))
            let torn = TornLine(line: line, offset: lineStart, byteCount: rest.count)
            #expect(reading.torn == (isWhole || rest.isEmpty ? nil : torn))
            #expect((reading.header == nil) == (complete.isEmpty && !(isWhole && line == 1)))
        }
    }

    @Test func `writing what was read gives the same bytes where nothing was wrong`() throws {
        let clean = Self.sample.split(separator: 0x0A).filter {
            !$0.starts(with: Array("this".utf8)) && !$0.starts(with: Array(#"{"t":6"#.utf8))
        }
        let bytes = Array(clean.joined(separator: [0x0A])) + [0x0A]
        let recording = try Recording(reading: bytes)
        #expect(recording.warnings.isEmpty)
        #expect(recording.bytes == bytes)
    }

    @Test func `reading what was written gives the same values, whatever was wrong before`() throws
    {
        let first = try Recording(reading: Self.sample)
        let second = try Recording(reading: first.bytes)
        #expect(second.events == first.events)
        #expect(second.header == first.header)
        #expect(second.warnings.isEmpty)
        #expect(second.bytes == first.bytes)
    }

    @Test func `a lost header is reported and the events are read`() {
        let lines = Self.sample.split(separator: 0x0A, omittingEmptySubsequences: false)
        let headless = Array(lines.dropFirst().joined(separator: [0x0A]))
        let reading = Reading(headless)
        #expect(reading.header == nil)
        #expect(reading.events == Reading(Self.sample).events)
        #expect(reading.errors.first?.line == 1)
        #expect(reading.errors.first?.message == #"no header: the header lacks "midstream""#)
        for place in 0...headless.count {
            #expect(Reading([headless[..<place], headless[place...]]) == reading)
        }
    }

    @Test func `a broken header costs only the header`() {
        var bytes = Self.sample
        bytes[0] = UInt8(ascii: "x")
        let reading = Reading(bytes)
        #expect(reading.events == Reading(Self.sample).events)
        #expect(
            reading.errors.first
                == RecordingError(line: 1, column: 1, message: "no header: expected a value"))
    }

    @Test func `a newer version is read as far as it is understood`() {
        let text = """
            {"midstream":9,"clock":"measured","origin":"later","moods":true}
            {"t":1,"src":"a","kind":"dream","of":"sheep"}
            {"t":2,"src":"a","kind":"mark","label":"m"}

            """
        let reading = Reading(Array(text.utf8))
        #expect(reading.header?.version == 9)
        #expect(reading.events.count == 2)
        #expect(reading.warnings.map(\.line) == [1])
    }

    @Test func `an empty file, a blank one and one without newline are read`() {
        #expect(Reading([UInt8]()).events.isEmpty)
        #expect(Reading(Array("\n \n\r\n".utf8)).errors.isEmpty)
        let unended = Reading(Array(Self.sample.dropLast()))
        #expect(unended.events == Reading(Self.sample).events)
        #expect(unended.torn == nil)
        #expect(throws: RecordingError.self) { try Recording(reading: []) }
        #expect(throws: RecordingError.self) { try Recording(reading: Array("a\nb".utf8)) }
    }

    @Test func `a byte order mark and carriage returns do no harm`() {
        let lines = Self.sample.split(separator: 0x0A, omittingEmptySubsequences: false)
        let bytes = [0xEF, 0xBB, 0xBF] + Array(lines.joined(separator: [0x0D, 0x0A]))
        let reading = Reading(bytes)
        #expect(reading.header == Reading(Self.sample).header)
        #expect(reading.events.count == 6)
        for place in 0...bytes.count {
            #expect(Reading([bytes[..<place], bytes[place...]]) == reading)
        }
    }

    @Test func `a line longer than the limit is refused once and the next one is read`() {
        let long = String(repeating: "x", count: 300)
        let text = """
            {"midstream":1,"clock":"none","origin":"t"}
            {"t":1,"src":"a","kind":"mark","label":"\(long)"}
            {"t":2,"src":"a","kind":"mark","label":"short"}
            {"t":3,"src":"a","kind":"mark","label":"\(long)"}
            """
        let bytes = Array(text.utf8)
        let whole = Reading(bytes, RecordingReader(lineLimit: 100))
        #expect(whole.events.map(\.event.payload) == [.mark("short")])
        #expect(whole.errors.map(\.line) == [2, 4])
        #expect(whole.torn == nil)
        for place in 0...bytes.count {
            let reader = RecordingReader(lineLimit: 100)
            #expect(Reading([bytes[..<place], bytes[place...]], reader) == whole)
        }
    }

    @Test func `negative and falling times are clamped and every original is kept`() throws {
        let text = """
            {"midstream":1,"clock":"none","origin":"t"}
            {"t":-5,"src":"a","kind":"mark","label":"1"}
            {"t":10,"src":"a","kind":"mark","label":"2"}
            {"t":4,"src":"a","kind":"mark","label":"3"}
            {"t":10,"src":"a","kind":"mark","label":"4"}
            """
        let recording = try Recording(reading: Array(text.utf8))
        #expect(recording.events.map(\.event.time.nanoseconds) == [0, 10, 10, 10])
        #expect(recording.warnings.map(\.line) == [2, 4])
        #expect(recording.events.map { $0.unknownFields.count } == [1, 0, 1, 0])
        #expect(recording.events[0].unknownFields[0].value == .number("-5"))
    }

    @Test func `warnings nobody takes stay bounded`() throws {
        var reader = RecordingReader()
        reader.append(Array("{\"midstream\":1,\"clock\":\"none\",\"origin\":\"t\"}\n".utf8))
        for _ in 0..<1200 {
            reader.append(Array("{\"t\":-1,\"src\":\"a\",\"kind\":\"mark\",\"label\":\"\"}\n".utf8))
            _ = try reader.next()
        }
        #expect(reader.takeWarnings().count == 1001)
        #expect(reader.takeWarnings().isEmpty)
    }

    @Test func `reading any bytes ends without a crash`() {
        var random = SeededRandom(seed: 5)
        for _ in 0..<1200 {
            var bytes = Self.sample
            for _ in 0..<(1 + random.next() % 4) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
                }
            }
            let reading = Reading(bytes)
            let times = reading.events.map(\.event.time)
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
            #expect(reading.events.map(\.event.sequence) == Array(0..<UInt64(times.count)))
            for event in reading.events {
                let line = RecordingCodec.encode(event).dropLast()
                let again = try? RecordingCodec.decodeLine(Array(line), number: 1)
                #expect(again?.event.payload == event.event.payload)
            }
        }
    }
}
