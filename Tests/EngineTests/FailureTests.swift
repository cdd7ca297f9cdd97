import Engine
import JSONText
import Testing
import Timeline

struct FailureTests {
    @Test(arguments: [
        ("failed", FindingKind.responseFailed, Finding.Severity.failure),
        ("incomplete", .responseIncomplete, .warning),
        ("cancelled", .responseCancelled, .info),
    ])
    func `a response that ends badly is no silence`(
        status: String, kind: FindingKind, severity: Finding.Severity
    ) {
        var play = Playbook()
        play.created("resp_1", at: 0)
        play.done("resp_1", status: status, details: ["reason": "because"], at: 1)
        let finding = play.state.findings(kind)
        #expect(finding.map(\.severity) == [severity])
        #expect(finding[0].message == "response \(status): because")
        #expect(finding[0].responseID == "resp_1")
    }

    @Test func `an error is linked to the client event that caused it`() {
        var play = Playbook()
        play.sent(
            ["type": "session.update", "event_id": "mine_1", "session": ["type": "realtime"]],
            at: 0)
        play.sent(["type": "response.create", "event_id": "mine_2"], at: 1)
        play.server(
            "error",
            [
                "error": [
                    "type": "invalid_request_error", "code": "unknown_parameter",
                    "message": "what", "event_id": "mine_1",
                ]
            ], at: 2)
        #expect(play.state.findings(.apiError).map(\.cause) == [0])
    }

    @Test func `a request while a response is active is a race, out of band it is none`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        play.client("response.create", ["response": ["conversation": "none"]], at: 1)
        #expect(play.state.findings(.activeResponseRace).isEmpty)
        play.client("response.create", at: 2)
        #expect(play.state.findings(.activeResponseRace).map(\.severity) == [.warning])
        play.server(
            "error",
            [
                "error": [
                    "type": "invalid_request_error",
                    "code": "conversation_already_has_active_response", "message": "busy",
                ]
            ], at: 3)
        let findings = play.state.findings(.activeResponseRace)
        #expect(findings.map(\.severity) == [.warning, .failure])
        #expect(findings[1].cause == 2)
    }

    @Test func `a tool call without speech is noticed when the user goes on`() {
        var play = Playbook()
        let call: JSON = [
            [
                "id": "c", "type": "function_call", "name": "look_up", "call_id": "1",
                "arguments": "{}", "status": "completed",
            ]
        ]
        play.created("resp_1", at: 0)
        play.done("resp_1", output: call, at: 1)
        play.speechStarted(at: 2)
        #expect(
            play.state.findings(.toolCallWithoutSpeech).map(\.message)
                == ["nothing was said after the call of look_up"])
    }

    @Test func `a tool call followed by speech is in order`() {
        var play = Playbook()
        let call: JSON = [
            [
                "id": "c", "type": "function_call", "name": "look_up", "call_id": "1",
                "arguments": "{}", "status": "completed",
            ]
        ]
        play.created("resp_1", at: 0)
        play.done("resp_1", output: call, at: 1)
        play.created("resp_2", at: 2)
        play.text("It is 12 degrees.", "resp_2", item: "item_2", at: 3)
        play.done("resp_2", at: 4)
        play.speechStarted(at: 5)
        #expect(play.state.findings(.toolCallWithoutSpeech).isEmpty)
    }

    @Test func `transcripts that are late or out of order are noticed`() {
        var play = Playbook()
        play.committed("a", at: 0)
        play.committed("b", at: 1)
        play.transcribed("second", item: "b", at: 2)
        play.transcribed("first", item: "a", at: 3)
        #expect(play.state.findings(.outOfOrder).map(\.sequence) == [3])
        play.committed("c", at: 4)
        play.created("resp_1", at: 5)
        play.done("resp_1", at: 6)
        play.transcribed("third", item: "c", at: 7)
        #expect(play.state.findings(.lateTranscript).map(\.sequence) == [7])
    }

    @Test func `pieces of responses that are not there are reported once for each`() {
        var play = Playbook()
        for step in 0..<5 { play.text("x", "resp_7", at: Double(step)) }
        #expect(play.state.findings(.outOfOrder).count == 1)
        play.created("resp_1", at: 10)
        play.done("resp_1", at: 11)
        for step in 0..<5 { play.text("x", "resp_1", item: "i", at: 20 + Double(step)) }
        #expect(play.state.findings(.lateDelta).count == 1)
    }

    @Test func `what is unknown or unreadable is counted and kept`() {
        var play = Playbook()
        play.server("brand.new", at: 0)
        play.server("brand.new", at: 1)
        play.add(.received(Array("{\"type\":".utf8)), at: 2)
        play.add(.received([0xFF, 0xFE]), at: 3)
        play.add(.receivedBinary([1, 2, 3]), at: 4)
        play.add(.unknown(kind: "future", line: Array("{}".utf8)), at: 5)
        let state = play.state
        #expect(state.unknownEvents == [CountedName(name: "brand.new", count: 2)])
        #expect(state.undecodable == 2)
        #expect(state.eventCount == 6)
        #expect(state.log.rows.count == 6)
        #expect(state.log.rows[0].isUnknown)
        #expect(state.findings(.unknownEvent).count == 1)
        #expect(state.findings(.undecodable).count == 2)
        #expect(state.findings(.binaryFrame).count == 1)
    }

    @Test func `a limit that runs low is announced once`() {
        var play = Playbook()
        func limits(_ remaining: Int, at time: Double) {
            play.server(
                "rate_limits.updated",
                [
                    "rate_limits": [
                        [
                            "name": "tokens", "limit": 1000, "remaining": JSON(remaining),
                            "reset_seconds": 2,
                        ]
                    ]
                ], at: time)
        }
        limits(500, at: 0)
        limits(90, at: 1)
        limits(80, at: 2)
        #expect(play.state.findings(.rateLimitLow).map(\.sequence) == [1])
        #expect(play.state.rateLimits[0].remainingShare == 0.08)
        #expect(play.state.rateLimits[0].resets(in: .milliseconds(502)) == .milliseconds(1500))
        limits(1000, at: 3)
        limits(10, at: 4)
        #expect(play.state.findings(.rateLimitLow).count == 2)
    }

    @Test func `the expiry counts down where the log's beginning is known`() {
        var unknown = Playbook()
        unknown.session()
        #expect(unknown.state.expiresIn == nil)
        var play = Playbook(EngineConfiguration(startedAtUnixSeconds: 1_000_0000))
        play.session()
        #expect(play.state.expiresIn == .seconds(3600))
        play.server("input_audio_buffer.cleared", at: 3_400_000)
        #expect(play.state.expiresIn == .seconds(200))
        #expect(play.state.findings(.sessionExpiring).count == 1)
        play.server("input_audio_buffer.cleared", at: 3_500_000)
        #expect(play.state.findings(.sessionExpiring).count == 1)
    }

    @Test func `the connection's end is told`() {
        var play = Playbook()
        play.add(.opened(detail: "wss://example"), at: 0)
        #expect(play.state.connection == .open)
        play.add(.closed(code: 4000, reason: "invalid_model"), at: 1)
        #expect(play.state.connection == .closed(code: 4000, reason: "invalid_model"))
        #expect(play.state.findings(.connectionClosed).map(\.severity) == [.failure])
        play.add(.failed(reason: "no route"), at: 2)
        #expect(play.state.connection == .failed(reason: "no route"))
        #expect(play.state.silence == .milliseconds(2))
    }
}
