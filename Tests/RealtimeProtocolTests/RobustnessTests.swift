import JSONText
import RealtimeProtocol
import Testing
import Timeline

@Suite struct `Robustness` {
    @Test(arguments: [
        ("", 0, "the text ends too early"), ("null", 0, "an event is an object"),
        ("[]", 0, "an event is an object"), ("{}}", 2, "something follows the JSON value"),
        (#"{"type":"error","event_id":"e","error":{"#, 40, "the text ends too early"),
    ])
    func `what is no event is a problem with its place`(_ sample: (String, Int, String)) {
        let decoded = RealtimeDecoder.server(Array(sample.0.utf8))
        #expect(decoded.body == nil)
        #expect(decoded.problem?.path == "")
        #expect(decoded.problem?.offset == sample.1)
        #expect(decoded.problem?.reason == sample.2)
    }

    @Test func `type and id before a fault are kept`() {
        let decoded = RealtimeDecoder.server(Array(#"{"type":"ping","event_id":"e","x":}"#.utf8))
        #expect(decoded.type == "ping" && decoded.eventID == "e" && decoded.body == nil)
        #expect(decoded.problem?.offset == 34)
    }

    @Test func `a frame without a usable type is a problem of its type`() {
        for (text, reason) in [
            ("{}", "is missing"), (#"{"type":null}"#, "is missing"), (#"{"type":""}"#, "is empty"),
            (#"{"type":7}"#, "expected a text"),
        ] {
            let decoded = RealtimeDecoder.server(Array(text.utf8))
            #expect(decoded.type == "" && decoded.body == nil)
            #expect(decoded.problems.map(\.path) == ["type"])
            #expect(decoded.problem?.reason == reason)
        }
    }

    @Test func `of a field written twice the last counts, and it is said`() {
        let decoded = RealtimeDecoder.server(
            Array(
                #"{"type":"error","item_id":5,"type":"conversation.item.deleted","item_id":"i"}"#
                    .utf8))
        #expect(decoded.body == .itemDeleted(itemID: "i"))
        #expect(decoded.problems.map(\.path) == ["type", "item_id"])
    }

    @Test(arguments: [
        ("1480.0", 1480, true), ("14.8e2", 1480, true), ("-5", -5, true), ("-0", 0, true),
        ("1480.5", 1480, false), ("1e400", 0, false), ("99999999999999999999", 0, false),
        ("9223372036854775807", Int.max, true), ("\"1480\"", 0, false), ("true", 0, false),
    ])
    func `a number is whole however it is written`(
        _ sample: (text: String, value: Int, isFine: Bool)
    ) {
        let decoded = RealtimeDecoder.server(
            Array(
                #"{"type":"input_audio_buffer.speech_started","item_id":"i","audio_start_ms":\#(sample.text)}"#
                    .utf8))
        #expect(
            decoded.body == .speechStarted(itemID: "i", audioStartMilliseconds: sample.value))
        #expect(decoded.problems.isEmpty == sample.isFine)
        #expect(sample.isFine || decoded.problem?.path == "audio_start_ms")
    }

    @Test func `bytes that are not UTF-8 become U+FFFD and are reported`() {
        let head = Array(#"{"type":"conversation.item.deleted","item_id":"a"#.utf8)
        let decoded = RealtimeDecoder.server(head + [0xC3, 0x28] + Array("\"}".utf8))
        #expect(decoded.body == .itemDeleted(itemID: "a\u{FFFD}("))
        #expect(decoded.problem?.path == "item_id")
        let surrogate = RealtimeDecoder.server(head + Array(#"\ud800"}"#.utf8))
        #expect(surrogate.body == .itemDeleted(itemID: "a\u{FFFD}"))
        #expect(surrogate.problems == [])
        let nested = RealtimeDecoder.server(
            Array(#"{"type":"error","error":{"message":"a"#.utf8) + [0xFF] + Array("\"}}".utf8))
        #expect(nested.body == .error(APIError(message: "a\u{FFFD}")))
        #expect(nested.problem?.offset == 36)
    }

    @Test func `nesting beyond the limit is refused, up to it read`() {
        for (depth, fits) in [(510, true), (511, true), (512, false), (100_000, false)] {
            let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let decoded = RealtimeDecoder.server(
                Array(#"{"type":"input_audio_buffer.cleared","deep":\#(deep)}"#.utf8))
            #expect((decoded.body != nil) == fits)
            #expect(decoded.unknownFields == (fits ? ["deep"] : []))
        }
    }

    @Test func `every beginning of every frame is refused without harm`() throws {
        try #require(!Samples.frames.isEmpty)
        for frame in Samples.frames {
            for length in 0..<frame.count {
                let cut = Array(frame[..<length])
                let server = RealtimeDecoder.server(cut)
                #expect(server.body == nil && server.problem != nil)
                #expect(RealtimeDecoder.client(cut).body == nil)
            }
        }
    }

    @Test func `random damage never traps, and the answer never depends on chance`() throws {
        var random = SeededRandom(seed: 5)
        let frames = Samples.frames
        try #require(!frames.isEmpty)
        for _ in 0..<20_000 {
            var bytes = frames.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...4, using: &random) { damage(&bytes, frames, &random) }
            let server = RealtimeDecoder.server(bytes)
            #expect(server == RealtimeDecoder.server(bytes))
            let isObject = (try? JSONObjectScan(bytes)) != nil
            #expect(isObject || server.body == nil && server.problem != nil)
            #expect(!server.type.isEmpty || server.problem != nil)
            let client = RealtimeDecoder.client(bytes)
            #expect(isObject || client.body == nil && client.problem != nil)
            if let event = client.body, client.problems.isEmpty {
                #expect(RealtimeDecoder.client(event.encoded(eventID: "e")).body == event)
            }
        }
    }

    private func damage(
        _ bytes: inout [UInt8], _ frames: [[UInt8]], _ random: inout SeededRandom
    ) {
        guard !bytes.isEmpty else { return }
        let position = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.remove(at: position)
        case 3: bytes.insert(contentsOf: bytes.prefix(position), at: position)
        case 4:
            let other = frames.randomElement(using: &random)!
            bytes.replaceSubrange(position..., with: other.suffix(from: position % other.count))
        default:
            let pieces = [
                "null", "1e999", "\"\"", "{}", "[]", "\\ud800", "-1.5", "\"type\":", "\u{FFFF}",
            ]
            bytes.insert(contentsOf: pieces.randomElement(using: &random)!.utf8, at: position)
        }
    }
}
