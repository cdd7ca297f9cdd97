import JSONText
import Recordings
import Testing
import Timeline

struct ArchiveImportTests {
    private func importing(_ text: String) throws(RecordingError) -> Recording {
        let bytes = Array(text.utf8)
        return try Importer.importing(bytes, format: Importer.detect(bytes))
    }

    /// An archive of sockets, each with its address and messages as JSON.
    private func archive(_ sockets: [(url: String, messages: String)]) -> String {
        let entries = sockets.map {
            #"{"request":{"url":"\#($0.url)"},"_webSocketMessages":[\#($0.messages)]}"#
        }
        return """
            {"log": {"version": "1.2", "creator": {"name": "WebInspector"}, "entries": [
            {"request": {"url": "https://example.org/"}}, {"_webSocketMessages": []},
            \(entries.joined(separator: ",\n"))]}}
            """
    }

    @Test func `messages of several sockets become sources in the order of their times`() throws {
        let recording = try importing(
            archive([
                (
                    "wss://user:pass@example.org/v1/realtime?token=abc&model=m#x",
                    #"""
                    {"type":"send","time":1785214080.296123,"opcode":1,"data":"{\"a\": 1}"},
                    {"type":"receive","time":1785214080.5,"opcode":2,"data":"AAEC"},
                    {"type":"receive","time":1785214080.296124,"opcode":1,"data":"late"}
                    """#
                ),
                (
                    "wss://other/",
                    #"{"type":"receive","time":1785214080.2961235,"opcode":1,"data":"é"}"#
                ),
            ]))
        let second = SourceID("realtime/2")
        #expect(recording.events.map(\.event.source) == [.realtime, second, .realtime, .realtime])
        #expect(
            recording.events.map(\.event.payload) == [
                .sent(Array(#"{"a": 1}"#.utf8)), .received(Array("é".utf8)),
                .receivedBinary([0, 1, 2]), .received(Array("late".utf8)),
            ])
        #expect(
            recording.events.map(\.event.time.nanoseconds) == [0, 500, 203_877_000, 203_877_000])
        #expect(
            recording.warnings.map(\.message) == [
                "log.entries[2]._webSocketMessages[2]: time runs backwards"
            ])
        #expect(recording.header.clock == .measured)
        #expect(recording.header.startedAt == "2026-07-28T04:48:00.296Z")
        #expect(recording.header.origin == "import of an HTTP archive (WebInspector)")
        #expect(
            recording.header.extra == [
                .init(
                    key: "sockets",
                    value: [
                        ["src": "realtime", "url": "wss://example.org/v1/realtime?model=m"],
                        ["src": "realtime/2", "url": "wss://other/"],
                    ])
            ])
        #expect(try Recording(reading: recording.bytes).events == recording.events)
    }

    @Test func `errors, odd opcodes and wrong base64 are kept, messages without time are told`()
        throws
    {
        let recording = try importing(
            archive([
                (
                    "wss://x/",
                    #"""
                    {"type":"error","time":1,"opcode":-1,"data":"reset","mask":true},
                    {"type":"receive","time":2,"opcode":9,"data":"ping"},
                    {"type":"receive","time":3,"opcode":2,"data":"@@"},
                    {"type":"receive","time":"4","opcode":1,"data":"x"},
                    {"type":"receive","time":5,"opcode":1}, 17
                    """#
                )
            ]))
        #expect(recording.events.count == 3)
        #expect(recording.events[0].event.payload == .failed(reason: "reset"))
        #expect(recording.events[0].unknownFields == [.init(key: "har_mask", value: true)])
        for (event, opcode) in zip(recording.events.dropFirst(), [9, 2]) {
            guard case .unknown("har", let line) = event.event.payload else {
                Issue.record("a message is lost")
                continue
            }
            let original = try JSON(parsing: line)["original"]?.stringValue ?? ""
            #expect(try JSON(parsing: original.utf8)["opcode"]?.intValue == opcode)
        }
        #expect(recording.warnings.count == 4)
        #expect(try Recording(reading: recording.bytes).events == recording.events)
    }

    @Test(arguments: [
        (
            #"{"log": {"entries": [}}"#,
            RecordingError(line: 1, column: 22, message: "expected a value")
        ),
        (
            "{\"log\": {\n\"entries\": [\n 1 2]}}",
            RecordingError(line: 3, column: 4, message: "expected ',' or ']' in an array")
        ),
        (#"{"log": {}}"#, RecordingError(line: 0, message: "the archive has no log.entries")),
        (#"{"log": 5}"#, RecordingError(line: 0, message: "the archive has no log.entries")),
        (
            #"{"log": {"entries": []}}"#,
            RecordingError(line: 0, message: "the archive has no WebSocket messages")
        ),
        (
            #"{"log": {"entries": [{"_webSocketMessages": 5}]}}"#,
            RecordingError(line: 0, message: "log.entries[0]: _webSocketMessages is no array")
        ),
    ])
    func `a malformed archive gives the place and the reason`(text: String, error: RecordingError) {
        #expect(throws: error) { try importing(text) }
    }

    @Test func `an archive cut anywhere is refused or read, and never crashes`() {
        let whole = Array(
            archive([
                ("wss://x/", #"{"type":"send","time":1.5e9,"opcode":1,"data":"{}"}"#)
            ]).utf8)
        for end in whole.indices {
            let part = Array(whole[..<end])
            #expect(throws: RecordingError.self) {
                try Importer.importing(part, format: Importer.detect(part))
            }
        }
    }
}
