import EmulatedSessions
import Emulator
import JSONText
import RealtimeProtocol
import Testing
import Timeline

struct ClientEventTests {
    private static func open() -> VirtualSession {
        var session = VirtualSession(EmulatorConfiguration(profile: .local))
        session.run(for: .milliseconds(20))
        return session
    }

    private static func error(_ session: VirtualSession) -> JSON? {
        session.events("error").last?["error"]
    }

    @Test func `every client event has its answer`() throws {
        var session = Self.open()
        func expect(_ type: String, _ line: Int = #line) {
            let came = session.run(until: type)
            #expect(came, "\(type), line \(line)")
        }
        session.send(.sessionUpdate(["type": "realtime"]))
        expect("session.updated")
        session.type("Tell me about clocks.")
        expect("conversation.item.done")
        session.send(.responseCreate(["output_modalities": ["audio"]]))
        expect("response.created")
        expect("response.output_audio.delta")
        let item = try #require(
            session.events("response.output_audio.delta").first?["item_id"]?.stringValue)
        session.send(.responseCancel(responseID: nil))
        expect("response.done")
        session.send(.itemTruncate(itemID: item, contentIndex: 0, audioEndMilliseconds: 1))
        expect("conversation.item.truncated")
        session.send(.itemRetrieve(itemID: item))
        expect("conversation.item.retrieved")
        session.send(.itemDelete(itemID: item))
        expect("conversation.item.deleted")
        session.send(.audioAppend(AudioChunk(encoding: Array(repeating: 0, count: 4800))))
        session.send(.audioCommit)
        expect("input_audio_buffer.committed")
        session.send(.audioClear)
        expect("input_audio_buffer.cleared")
        session.send(.outputAudioClear)
        expect("output_audio_buffer.cleared")
        #expect(session.events("error").isEmpty)
    }

    @Test(arguments: [
        (
            #"{"type":"session.update","event_id":"e","session":{"type":"realtime","voice":"ash"}}"#,
            "unknown_parameter", "session.voice"
        ),
        (
            #"{"type":"session.update","event_id":"e","session":{"instructions":"x"}}"#,
            "missing_required_parameter", "session.type"
        ),
        (#"{"type":"dance","event_id":"e"}"#, "invalid_value", "type"),
        (
            #"{"type":"input_audio_buffer.commit","event_id":"e"}"#,
            "input_audio_buffer_commit_empty", nil
        ),
        (
            #"{"type":"input_audio_buffer.append","event_id":"e","audio":"*"}"#, "invalid_value",
            "audio"
        ),
        (#"{"type":"response.cancel","event_id":"e"}"#, "response_cancel_not_active", nil),
        (
            #"{"type":"conversation.item.delete","event_id":"e","item_id":"no"}"#,
            "item_delete_invalid_item_id", "item_id"
        ),
        (
            #"{"type":"session.update","event_id":"e","session":{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcm","rate":16000}}}}}"#,
            "integer_below_min_value", "session.audio.input.format.rate"
        ),
        (
            #"{"type":"response.create","event_id":"e","response":{"metadata":{"a":1}}}"#,
            "invalid_type", "response.metadata.a"
        ),
    ])
    func `a wrong event is refused by name and changes nothing`(
        _ text: String, _ code: String, _ parameter: String?
    ) {
        var session = Self.open()
        session.send(text: Array(text.utf8))
        session.run(for: .milliseconds(50))
        let error = Self.error(session)
        #expect(error?["code"]?.stringValue == code)
        #expect(error?["param"]?.stringValue == parameter)
        #expect(error?["event_id"] == "e")
        #expect(session.types == ["session.created", "error"])
    }

    @Test func `text that is no JSON and binary frames are refused and survived`() {
        var session = Self.open()
        session.send(text: Array("{\"type\":".utf8))
        session.send(binary: [1, 2, 3])
        session.type("Still there?")
        session.run(for: .milliseconds(50))
        let codes = session.events("error").map { $0["error"]?["code"] }
        #expect(codes == ["invalid_json", "invalid_event"])
        #expect(session.types.last == "conversation.item.done")
    }

    @Test func `a second response waits its turn, one outside the conversation does not`() {
        var session = Self.open()
        session.type("Tell me a long story about bread.")
        session.send(.responseCreate(["metadata": ["n": "1"]]))
        session.run(until: "response.created")
        let refused = session.send(.responseCreate(nil))
        session.send(.responseCreate(["conversation": "none", "metadata": ["n": "2"]]))
        session.run(for: .seconds(60))
        let error = Self.error(session)
        #expect(error?["code"] == "conversation_already_has_active_response")
        #expect(error?["event_id"]?.stringValue == refused)
        let done = session.events("response.done").compactMap { $0["response"] }
        #expect(Set(done.map { $0["metadata"]?["n"]?.stringValue }) == ["1", "2"])
        let outside = done.first { $0["metadata"]?["n"] == "2" }
        #expect(outside?["conversation_id"] == .null)
        // Only the one inside is in the conversation: the user's item and its answer.
        #expect(session.events("conversation.item.added").count == 2)
    }

    @Test func `a truncation beyond the sound is refused with both lengths`() throws {
        var session = Self.open()
        session.type("Bridges, briefly.")
        session.send(.responseCreate(nil))
        session.run(until: "response.done")
        let item = try #require(
            session.events("response.done").last?["response"]?["output"]?.arrayValue?.first)
        session.send(
            .itemTruncate(
                itemID: item["id"]?.stringValue ?? "", contentIndex: 0,
                audioEndMilliseconds: 600_000))
        session.run(for: .milliseconds(50))
        let message = try #require(Self.error(session)?["message"]?.stringValue)
        #expect(message.contains("is already shorter than 600000ms"))
    }

    @Test func `tokens follow from the sound that was sent`() throws {
        let session = Story.voice.tell(EmulatorConfiguration())
        for done in session.events("response.done").compactMap({ $0["response"] }) {
            let id = done["id"]
            let bytes = session.events("response.output_audio.delta")
                .filter { $0["response_id"] == id }
                .reduce(0) { sum, event in
                    let text = Array((event["delta"]?.stringValue ?? "").utf8)
                    return sum + AudioChunk(base64: text[...]).byteCount
                }
            let details = done["usage"]?["output_token_details"]
            let tokens = try #require(details?["audio_tokens"]?.intValue)
            #expect(abs(Double(tokens) - Double(bytes) / 48 / 50) <= 1)
            let usage = try #require(done["usage"])
            let sum =
                try #require(usage["input_tokens"]?.intValue)
                + (usage["output_tokens"]?.intValue ?? 0)
            #expect(usage["total_tokens"]?.intValue == sum)
        }
    }

    @Test func `the conversation is remembered and metadata comes back`() throws {
        let session = Story.text.tell(EmulatorConfiguration())
        let done = session.events("response.done").compactMap { $0["response"] }
        #expect(done.count == 3)
        let memory = done[1]["output"]?.arrayValue?.first?["content"]?.arrayValue?.first?["text"]
        #expect(memory?.stringValue?.contains("Tell me about the tides, in detail.") == true)
        #expect(done[1]["metadata"] == ["topic": "memory"])
        #expect(done[2]["conversation_id"] == .null)
    }
}
