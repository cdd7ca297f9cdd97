import Dynamics
import Engine
import JSONText
import RealtimeProtocol
import Testing
import Timeline

struct TurnTests {
    private func rungs(_ turn: Turn) -> [String: Double] {
        var result: [String: Double] = [:]
        for step in turn.ladder { result[step.name.rawValue] = step.at?.milliseconds }
        return result
    }

    @Test func `the ladder of a spoken turn counts from the end of speech`() {
        var play = Playbook()
        play.session()
        play.speechStarted(at: 1000)
        play.speechStopped(at: 2000)
        play.committed(at: 2010)
        play.created("resp_1", at: 2100)
        play.transcript("Hi", at: 2300)
        play.audio(milliseconds: 100, at: 2400)
        play.done("resp_1", at: 2900)
        let turn = play.state.turns[0]
        #expect(turn.trigger == .voice)
        #expect(
            rungs(turn) == [
                "speechEnd": 0, "committed": 10, "created": 100, "firstText": 300,
                "firstAudio": 400, "done": 900,
            ])
        #expect(turn.firstResponseLatency == .milliseconds(300))
        #expect(turn.status == .completed)
    }

    @Test func `the ladder of a text turn counts from the request`() {
        var play = Playbook()
        play.client("response.create", at: 500)
        play.created("resp_1", at: 700)
        play.text("Hi", at: 900)
        play.done("resp_1", at: 950)
        let turn = play.state.turns[0]
        #expect(turn.trigger == .text)
        #expect(rungs(turn) == ["requested": 0, "created": 200, "firstText": 400, "done": 450])
        #expect(turn.firstResponseLatency == .milliseconds(400))
    }

    @Test func `a tool's answer triggers the next turn`() {
        var play = Playbook()
        play.client("response.create", at: 0)
        play.created("resp_1", at: 1)
        play.done(
            "resp_1",
            output: [
                [
                    "id": "c", "type": "function_call", "name": "f", "call_id": "1",
                    "arguments": "{}", "status": "completed",
                ]
            ],
            at: 2)
        play.client(
            "conversation.item.create",
            ["item": ["type": "function_call_output", "call_id": "1", "output": "42"]], at: 3)
        play.client("response.create", at: 4)
        play.created("resp_2", at: 5)
        #expect(play.state.turns.map(\.trigger) == [.text, .tool])
        #expect(play.state.turns[0].toolCalls == ["f"])
        #expect(play.state.turns[1].requested == .milliseconds(4))
    }

    @Test func `without a clock there is no ladder, but there is a turn`() {
        var play = Playbook.withoutClock
        play.client("response.create", at: 0)
        play.created("resp_1", at: 1)
        play.text("Hi", at: 2)
        play.text(" there", at: 3)
        let turn = play.state.turns[0]
        #expect(turn.ladder.allSatisfy { $0.at == nil })
        #expect(turn.firstResponseLatency == nil)
        #expect(turn.textTokens == 2)
        #expect(play.state.tokens.gaps.count == 0)
        #expect(play.state.tokens.total == 2)
        #expect(play.state.json()["session"]?["note"] == "no clock")
        let counts = play.state.series.map { $0.phaseSpace.observed }
        #expect(counts == [0, 2, 0, 2, 0, 0, 0])
    }

    @Test func `a response that was never created still gives a turn`() {
        var play = Playbook()
        play.done("resp_9", at: 5)
        #expect(play.state.turns[0].responseID == "resp_9")
        #expect(play.state.turns[0].created == nil)
        #expect(play.state.turns[0].done == .milliseconds(5))
        #expect(play.state.findings(.outOfOrder).count == 1)
    }
}
