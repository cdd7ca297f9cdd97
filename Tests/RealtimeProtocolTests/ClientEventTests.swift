import JSONText
import RealtimeProtocol
import Testing

@Suite struct `Client events` {
    private static let events: [ClientEvent] = [
        .sessionUpdate(["type": "realtime", "audio": ["output": ["voice": "cedar"]]]),
        .itemCreate(item: ["type": "message", "role": "user", "content": []], previous: nil),
        .itemCreate(item: ["type": "message"], previous: "root"),
        .itemDelete(itemID: "i\"\\\n"), .itemRetrieve(itemID: "é"),
        .itemTruncate(itemID: "i", contentIndex: 1, audioEndMilliseconds: 1500),
        .audioAppend(AudioChunk(encoding: [0, 1, 2, 255])), .audioClear, .audioCommit,
        .outputAudioClear, .responseCreate(nil),
        .responseCreate(["metadata": ["k": "v"], "max_output_tokens": 64]),
        .responseCancel(responseID: nil), .responseCancel(responseID: "r"),
    ]

    @Test(arguments: events)
    func `an event survives encoding and decoding`(_ event: ClientEvent) throws {
        let bytes = event.encoded(eventID: "evt_\"1")
        let decoded = RealtimeDecoder.client(bytes)
        #expect(decoded.body == event)
        #expect(decoded.type == event.wireName)
        #expect(decoded.eventID == "evt_\"1")
        #expect(decoded.dialect == .ga)
        #expect(decoded.problems == [] && decoded.unknownFields == [])
        #expect(try JSON(parsing: bytes)["type"]?.stringValue == event.wireName)
    }

    @Test func `every event of the API can be said, and nothing else`() {
        var said: [String] = []
        for event in Self.events where !said.contains(event.wireName) {
            said.append(event.wireName)
        }
        #expect(said == Samples.client.map(\.type))
    }

    @Test func `a beta client's settings are read and marked`() {
        for text in [
            #"{"type":"session.update","session":{"modalities":["text"],"voice":"alloy"}}"#,
            #"{"type":"transcription_session.update","session":{"input_audio_format":"pcm16"}}"#,
        ] {
            let decoded = RealtimeDecoder.client(Array(text.utf8))
            #expect(decoded.dialect == .beta)
            guard case .sessionUpdate? = decoded.body else {
                Issue.record("not read: \(text)")
                continue
            }
        }
    }

    @Test func `an event without its settings is not made up`() {
        for type in ["session.update", "conversation.item.create"] {
            let decoded = RealtimeDecoder.client(Array(#"{"type":"\#(type)"}"#.utf8))
            #expect(decoded.body == nil)
            #expect(decoded.problem?.reason == "is missing")
        }
    }
}
