import Engine
import JSONText
import Testing
import Timeline

struct ConversationTests {
    @Test func `interleaved parts of one response are kept apart`() {
        var play = Playbook()
        play.session()
        play.created("resp_1", at: 1)
        play.server(
            "response.output_item.added",
            [
                "response_id": "resp_1", "output_index": 1,
                "item": [
                    "id": "call_item", "type": "function_call", "name": "get_weather",
                    "call_id": "call_1", "status": "in_progress", "arguments": "",
                ],
            ], at: 2)
        let arguments: JSON = [
            "response_id": "resp_1", "item_id": "call_item", "output_index": 1,
            "call_id": "call_1",
        ]
        func piece(_ text: String) -> JSON {
            .object((arguments.objectValue ?? []) + [.init(key: "delta", value: .string(text))])
        }
        play.text("Let me", at: 3)
        play.server("response.function_call_arguments.delta", piece("{\"city\":"), at: 4)
        play.text(" look.", at: 5)
        play.server("response.function_call_arguments.delta", piece("\"London\"}"), at: 6)
        play.textDone("Let me look.", at: 7)
        let entries = Array(play.state.conversation.entries)
        #expect(entries.map(\.text) == ["{\"city\":\"London\"}", "Let me look."])
        #expect(entries[0].kind == .toolCall("get_weather"))
        #expect(entries[0].speaker == .tool)
        #expect(entries[1].isComplete)
        #expect(!entries[1].differsFromFinal)
        #expect(entries[1].deltas == 2)
        #expect(entries[1].revision == 0)
        #expect(play.state.findings.isEmpty)
    }

    @Test func `a final text that differs from its deltas replaces them and is flagged`() {
        var play = Playbook()
        play.created("resp_1", at: 1)
        play.text("Hallo", at: 2)
        play.textDone("Hello", at: 3)
        let entry = play.state.conversation.entries[0]
        #expect(entry.text == "Hello")
        #expect(entry.differsFromFinal)
        #expect(entry.revision == 1)
        #expect(play.state.findings(.textMismatch).map(\.sequence) == [2])
    }

    @Test func `white space at the ends is no difference`() {
        var play = Playbook()
        play.created("resp_1", at: 1)
        play.text(" Hello", at: 2)
        play.text(" there \n", at: 3)
        play.textDone("Hello there", at: 4)
        #expect(play.state.conversation.entries[0].text == "Hello there")
        #expect(play.state.findings.isEmpty)
    }

    @Test func `a delta after the final text is reported and kept`() {
        var play = Playbook()
        play.created("resp_1", at: 1)
        play.text("Hello", at: 2)
        play.textDone("Hello", at: 3)
        play.text(" again", at: 4)
        #expect(play.state.conversation.entries[0].text == "Hello again")
        #expect(play.state.findings(.lateDelta).map(\.sequence) == [3])
    }

    @Test func `what the user said arrives in the entry of the audio item`() {
        var play = Playbook()
        play.server(
            "conversation.item.added",
            [
                "previous_item_id": .null,
                "item": [
                    "id": "user_1", "type": "message", "role": "user", "status": "completed",
                    "content": [["type": "input_audio", "transcript": .null]],
                ],
            ], at: 1)
        #expect(play.state.conversation.entries[0].kind == .transcription)
        #expect(!play.state.conversation.entries[0].isComplete)
        play.server(
            "conversation.item.input_audio_transcription.delta",
            ["item_id": "user_1", "content_index": 0, "delta": "Good"], at: 2)
        play.server(
            "conversation.item.input_audio_transcription.delta",
            ["item_id": "user_1", "content_index": 0, "delta": " morning"], at: 3)
        #expect(play.state.conversation.entries[0].text == "Good morning")
        play.transcribed("Good morning", at: 4)
        let entry = play.state.conversation.entries[0]
        #expect(entry.isComplete)
        #expect(entry.speaker == .user)
        #expect(entry.sequence == 0)
        #expect(entry.lastSequence == 3)
        #expect(play.state.conversation.entries.count == 1)
    }

    @Test func `a failed response and an error stand in the conversation`() {
        var play = Playbook()
        play.created("resp_1", at: 1)
        play.done(
            "resp_1", status: "failed",
            details: [
                "type": "failed",
                "error": [
                    "type": "server_error", "code": "rate_limit_exceeded", "message": "slow down",
                ],
            ], at: 2)
        play.server(
            "error",
            ["error": ["type": "invalid_request_error", "code": "invalid_value", "message": "no"]],
            at: 3)
        let entries = Array(play.state.conversation.entries)
        #expect(entries.map(\.kind) == [.failure, .failure])
        #expect(entries[0].text.contains("slow down"))
        #expect(entries[1].text == "invalid_value: no")
    }

    @Test func `a text without end goes on in further entries within the budget`() {
        var play = Playbook()
        play.created("resp_1", at: 1)
        let delta = String(repeating: "x", count: 10_000)
        for step in 0..<600 { play.text(delta, at: Double(step)) }
        let conversation = play.state.conversation
        #expect(conversation.textBytes <= Conversation.textBudget)
        #expect(
            conversation.textBytes == conversation.entries.reduce(0) { $0 + $1.text.utf8.count })
        #expect(conversation.droppedCount > 0)
        #expect(conversation.entries.allSatisfy { $0.text.utf8.count < 300_000 })
        play.textDone("y", at: 1000)
        #expect(play.state.findings(.textMismatch).count == 1)
    }
}
