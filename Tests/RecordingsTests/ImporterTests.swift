import JSONText
import Recordings
import Testing
import Timeline

struct ImporterTests {
    private static let captureHeader =
        #"{"format": "midstream-capture-import/1", "licence": "MIT"}"#

    private func importing(_ text: String) throws(RecordingError) -> Recording {
        let bytes = Array(text.utf8)
        return try Importer.importing(bytes, format: Importer.detect(bytes))
    }

    private func nanoseconds(_ recording: Recording) -> [Int64] {
        recording.events.map(\.event.time.nanoseconds)
    }

    // MARK: Detection

    @Test(arguments: [
        (#"{"midstream":1,"clock":"none","origin":"x"}"#, Importer.Format.recording),
        (#"{"t":1,"src":"realtime","kind":"sent","text":""}"#, .recording),
        (#"{"format": "midstream-capture-import/1"}"#, .capture),
        (#"{"seq": 0, "dir": "s2c", "kind": "text", "t_ms": null}"#, .capture),
        (#"{"type":"session.created","event_id":"e"}"#, .realtimeEvents),
        (#"{"event_id":"e","session":{"log":1},"type":"session.created"}"#, .realtimeEvents),
        ("\u{FEFF}\n  {\n \"log\": {\n \"version\": \"1.2\", \"ent", .har),
        (#"{"comment":"","log":{"#, .har),
        (#"{"type":"sess"#, .realtimeEvents),
        ("", .unknown), ("[]", .unknown), ("hello", .unknown), ("{}", .unknown), ("{\"", .unknown),
    ])
    func `a format is told by the content, even of a part`(text: String, format: Importer.Format) {
        #expect(Importer.detect(Array(text.utf8)) == format)
    }

    @Test func `a file of no known kind is refused in words`() {
        #expect(throws: RecordingError(line: 0, message: "the file is empty")) {
            try importing("")
        }
        #expect(
            throws: RecordingError(
                line: 1, message: "not a recording, a capture, Realtime events or an HTTP archive")
        ) { try importing("hello") }
    }

    // MARK: Captures

    @Test func `a capture's frame is the bytes of its event as they stand`() throws {
        let recording = try importing(
            Self.captureHeader + "\n"
                + #"{"seq": 0, "dir": "c2s", "kind": "text", "t_ms": null, "event": {"a":  [1, 2.50]}}"#
                + "\n"
                + #"{"seq": 1, "dir": "s2c", "kind": "text", "t_ms": null, "event": { "é": "\u00e9" } }"#
                + "\r\n")
        #expect(
            recording.events.map(\.event.payload) == [
                .sent(Array(#"{"a":  [1, 2.50]}"#.utf8)),
                .received(Array(#"{ "é": "\u00e9" }"#.utf8)),
            ])
        #expect(recording.header.clock == .none)
        #expect(nanoseconds(recording) == [0, 20_000_000])
        #expect(recording.header.extra.first?.value["licence"] == "MIT")
        #expect(recording.warnings.isEmpty)
    }

    /// Lines of a capture with the given times, null where there is none.
    private func capture(_ times: [Double?]) -> String {
        times.reduce(Self.captureHeader + "\n") { text, time in
            let number = time.map { String($0) } ?? "null"
            return text
                + #"{"dir": "s2c", "kind": "text", "t_ms": \#(number), "event": {}}"# + "\n"
        }
    }

    @Test func `events between two known times are spread, those after the last advance`() throws {
        let recording = try importing(capture([nil, nil, 600, nil, nil, 601, nil, nil]))
        #expect(
            nanoseconds(recording) == [
                0, 300_000_000, 600_000_000, 600_333_333, 600_666_666, 601_000_000, 621_000_000,
                641_000_000,
            ])
        #expect(recording.header.clock == .partial)
    }

    @Test func `a first known time of zero holds back the events before it`() throws {
        let recording = try importing(capture([nil, nil, 0, nil, 10]))
        #expect(nanoseconds(recording) == [0, 0, 0, 5_000_000, 10_000_000])
    }

    @Test func `times that are all known make a measured clock`() throws {
        let recording = try importing(capture([5, 6.25, 7]))
        #expect(nanoseconds(recording) == [5_000_000, 6_250_000, 7_000_000])
        #expect(recording.header.clock == .measured)
    }

    @Test func `a known time that runs backwards is clamped, told and kept`() throws {
        let recording = try importing(capture([600, 200, nil, 800]))
        #expect(
            nanoseconds(recording) == [600_000_000, 600_000_000, 700_000_000, 800_000_000])
        #expect(recording.warnings.map(\.line) == [3])
        #expect(
            recording.events[1].unknownFields == [
                .init(key: "t_original", value: .number("200000000"))
            ])
    }

    @Test func `no times however far apart overflow`() throws {
        for times in [[-1e300, nil, 1e300], [1e300, nil, nil], [nil, nil, -1e300]] as [[Double?]] {
            let recording = try importing(capture(times))
            #expect(recording.events.count == 3)
            let order = recording.events.map(\.event.time)
            #expect(zip(order, order.dropFirst()).allSatisfy { $0 <= $1 })
        }
    }

    @Test func `closes, odd kinds and further members are kept`() throws {
        let recording = try importing(
            """
            \(Self.captureHeader)
            {"dir": "s2c", "kind": "close", "t_ms": null, "event": {"code": 1011, "reason": "gone"}}
            {"dir": "s2c", "kind": "close", "t_ms": 5, "t_src": "log", "code": 1001, "reason": "x"}
            {"dir": "s2c", "kind": "close", "t_ms": null, "event": "bye"}
            {"dir": "s2c", "kind": "close", "t_ms": null, "event": null}
            {"dir": "up", "kind": "smoke", "t_ms": null, "event": [1]}
            """)
        #expect(
            recording.events.prefix(4).map(\.event.payload) == [
                .closed(code: 1011, reason: "gone"), .closed(code: 1001, reason: "x"),
                .closed(code: nil, reason: "bye"), .closed(code: nil, reason: ""),
            ])
        #expect(
            recording.events[1].unknownFields.map(\.key)
                == ["t_src", "capture_code", "capture_reason"])
        guard case .unknown("capture/smoke", let line) = recording.events[4].event.payload else {
            Issue.record("the odd kind is lost")
            return
        }
        let tree = try JSON(parsing: line)
        #expect(tree["original"]?.stringValue?.contains(#""event": [1]"#) == true)
        #expect(tree["t"]?.intValue == Int(recording.events[4].event.time.nanoseconds))
        #expect(try Recording(reading: recording.bytes).events == recording.events)
    }

    @Test func `a broken line of a capture is told and the rest is read`() throws {
        let recording = try importing(
            capture([nil]) + "{\"dir\": oops}\n" + "{\"dir\": \"s2c\", \"ev")
        #expect(recording.events.count == 1)
        #expect(recording.warnings.map(\.line) == [3, 4])
        #expect(recording.warnings[0].column == 9)
        #expect(recording.warnings[1].message.hasSuffix("the last line is torn"))
    }

    // MARK: Realtime events

    @Test func `the type of a Realtime event decides who sent it`() throws {
        let lines = [
            #"{"type":"session.created","event_id":"e1"}"#, #"{"type":"session.update"}"#,
            #"{"event_id":"c", "type" : "response.create"}"#, #"{"type":"brand.new"}"#, "{}",
        ]
        let recording = try importing(lines.joined(separator: "\n"))
        let bytes = lines.map { Array($0.utf8) }
        #expect(
            recording.events.map(\.event.payload) == [
                .received(bytes[0]), .sent(bytes[1]), .sent(bytes[2]), .received(bytes[3]),
                .received(bytes[4]),
            ])
        #expect(nanoseconds(recording) == [0, 20, 40, 60, 80].map { $0 * 1_000_000 })
        #expect(recording.header.clock == .none)
    }

    @Test func `a broken Realtime event is told and the rest is read`() throws {
        let recording = try importing("{\"type\":\"a\"}\n[1]\n\n{\"type\":\"b\"}\n{\"type\":")
        #expect(recording.events.count == 2)
        #expect(recording.warnings.map(\.line) == [2, 5])
    }

    // MARK: Any bytes

    @Test(arguments: Importer.Format.allCases)
    func `any bytes are read or refused, and what was read can be written`(
        format: Importer.Format
    ) {
        let seeds: [Importer.Format: String] = [
            .recording: String(decoding: RecordingReaderTests.sample, as: UTF8.self),
            .capture: capture([nil, 5, nil, 9.5, nil])
                + #"{"dir": "s2c", "kind": "close", "t_ms": 1e9, "event": {"code": 1}}"#,
            .realtimeEvents: "{\"type\":\"response.create\"}\n{\"type\":\"error\"}\n",
            .har: #"{"log":{"entries":[{"request":{"url":"ws://a@b/?c=d#e"},"#
                + #""_webSocketMessages":[{"type":"send","time":1785214080.2,"opcode":1,"#
                + #""data":"{}"},{"type":"receive","time":-3e2,"opcode":2,"data":"AA=="}]}]}}"#,
        ]
        var random = SeededRandom(seed: 77)
        for _ in 0..<600 {
            var bytes = Array((seeds[format] ?? "hello").utf8)
            for _ in 0..<(random.next() % 4) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(ascii: "9"), at: place)
                }
            }
            _ = Importer.detect(bytes)
            guard let recording = try? Importer.importing(bytes, format: format) else { continue }
            let again = try? Recording(reading: recording.bytes)
            #expect(again?.events == recording.events)
            #expect(format == .recording || again?.warnings.isEmpty == true)
        }
    }
}
