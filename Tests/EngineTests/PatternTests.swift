import Engine
import JSONText
import SequenceMatching
import Testing
import Timeline

struct PatternTests {
    @Test func `words are found across deltas, whatever their case and punctuation`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        for (step, delta) in ["I", "’", "m so", "rry", ", b", "ut no."].enumerated() {
            play.text(delta, at: Double(step + 1))
        }
        let hits = play.state.hits.filter { $0.name == "apology" }
        #expect(hits.count == 1)
        #expect(hits[0].excerpt == "i'm sorry")
        #expect(hits[0].edits == 0)
        #expect(hits[0].start == 3)
        #expect(hits[0].end == 5)
        #expect(play.state.marks.contains { $0.kind == .hit && $0.label == "apology" })
    }

    @Test func `the last word of a text counts when the text ends`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        play.text("I'm sorry", at: 1)
        #expect(play.state.hits.isEmpty)
        play.textDone("I'm sorry", at: 2)
        #expect(play.state.hits.map(\.name) == ["apology"])
    }

    @Test func `runs of deltas are one symbol of the event stream, and the microphone none`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        for step in 0..<50 {
            play.audio(milliseconds: 20, at: Double(step))
            play.client("input_audio_buffer.append", ["audio": "AAAA"], at: Double(step))
        }
        play.speechStarted(at: 100)
        play.done("resp_1", status: "cancelled", details: ["reason": "turn_detected"], at: 101)
        let hits = play.state.hits.filter { $0.name == "barge-in" }
        #expect(hits.map(\.edits) == [0])
        #expect(hits[0].start == 1)
        #expect(hits[0].end == 101)
    }

    @Test func `tool answers are symbols of their own`() {
        let symbol = "conversation.item.create[function_call_output]"
        let pattern = Pattern(name: "answer", kind: .event, symbols: [Array(symbol.utf8)])
        var play = Playbook(EngineConfiguration(patterns: [pattern]))
        play.client(
            "conversation.item.create",
            ["item": ["type": "message", "role": "user", "content": []]], at: 0)
        play.client(
            "conversation.item.create",
            ["item": ["type": "function_call_output", "call_id": "1", "output": "42"]], at: 1)
        #expect(play.state.hits.map(\.start) == [1])
        #expect(play.state.hits[0].excerpt == symbol)
    }

    @Test func `beta names are searched under the names of the general API`() {
        let name = Array("response.output_text.delta".utf8)
        let pattern = Pattern(name: "text", kind: .event, symbols: [name])
        var play = Playbook(EngineConfiguration(patterns: [pattern]))
        play.server(
            "response.text.delta",
            [
                "response_id": "r", "item_id": "i", "output_index": 0, "content_index": 0,
                "delta": "x",
            ], at: 0)
        #expect(play.state.hits.count == 1)
        #expect(play.state.dialects == ["beta"])
    }
}
