import Engine
import JSONText
import Testing
import Timeline

struct EngineTests {
    @Test func `an event without a session makes none`() {
        var engine = Engine()
        engine.apply(Event(sequence: 0, time: .zero, source: .keyboard, payload: .key("q")))
        engine.apply(Event(sequence: 1, time: .zero, source: .terminal, payload: .mark("m")))
        #expect(engine.sessions.isEmpty)
        #expect(engine[.realtime] == nil)
    }

    @Test func `sessions are told apart by their source`() {
        var play = Playbook()
        play.session()
        play.add(.opened(detail: ""), at: 1, source: SourceID("realtime/2"))
        play.add(.key("q"), at: 2, source: .keyboard)
        play.created("resp_1", at: 3)
        #expect(play.engine.sessions.map(\.id.name) == ["realtime", "realtime/2"])
        #expect(play.engine.sessions.map(\.eventCount) == [2, 1])
        #expect(play.engine[SourceID("realtime/2")]?.startedAt == .milliseconds(1))
    }

    @Test func `a copy goes on by itself, and both say the same in the end`() {
        let events = SyntheticSession.events(count: 2500, seed: 1)
        var engine = Engine(configuration: SyntheticSession.configuration)
        var checkpoints: [(at: Int, engine: Engine)] = []
        for (index, event) in events.enumerated() {
            if index.isMultiple(of: 499) { checkpoints.append((index, engine)) }
            engine.apply(event)
        }
        let expected = engine.json().bytes
        for checkpoint in checkpoints {
            var copy = checkpoint.engine
            for event in events[checkpoint.at...] { copy.apply(event) }
            #expect(copy.json().bytes == expected)
        }
    }

    @Test func `time that goes back is reported and clamped`() {
        var play = Playbook()
        play.session(at: 100)
        play.created("resp_1", at: 50)
        #expect(play.state.now == .milliseconds(100))
        #expect(play.state.turns[0].created == .milliseconds(100))
        #expect(play.state.findings(.clockWentBack).count == 1)
    }

    @Test func `a row says in a line what its event was`() {
        var play = Playbook()
        play.text("Hello\u{1B}[31m", at: 1)
        play.audio(milliseconds: 10, at: 2)
        play.done("resp_1", status: "failed", details: ["error": ["code": "x"]], at: 3)
        play.add(.closed(code: 1001, reason: "bye"), at: 4)
        let rows = play.state.log.rows
        #expect(rows[0].summary == "\"Hello\u{1B}[31m\"")
        #expect(rows[0].isDelta)
        #expect(rows[1].summary.hasSuffix("bytes of audio"))
        #expect(rows[2].summary == "failed x")
        #expect(rows[3].summary == "1001 bye")
        #expect(rows[3].type == "connection.closed")
        #expect(rows[1].gap == .milliseconds(1))
    }

    @Test func `memory is bounded: no window passes its limit`() {
        var engine = Engine(configuration: SyntheticSession.configuration)
        for event in SyntheticSession.events(count: 20_000, seed: 2) { engine.apply(event) }
        let state = engine.sessions[0]
        #expect(state.eventCount == 20_000)
        #expect(state.log.rows.count == EventLog.rowLimit)
        #expect(state.log.rawBytes <= EventLog.rawBudget)
        #expect(state.log.rawBytes == state.log.rows.reduce(0) { $0 + $1.raw.count })
        #expect(state.turns.count <= state.turns.limit)
        #expect(state.findings.count <= state.findings.limit)
        #expect(state.hits.count <= state.hits.limit)
        #expect(state.marks.count <= 512)
        #expect(state.conversation.entries.count <= state.conversation.entries.limit)
        #expect(state.conversation.textBytes <= Conversation.textBudget)
        #expect(state.streams.count <= 8)
        #expect(state.unknownEvents.count <= 64)
    }

    @Test func `large frames lose their text before small ones do`() {
        var play = Playbook()
        let big = String(repeating: "y", count: 200_000)
        for step in 0..<40 { play.text(big, at: Double(step)) }
        let log = play.state.log
        #expect(log.rows.count == 40)
        #expect(log.rawBytes <= EventLog.rawBudget)
        #expect(log.rows.first?.raw == [])
        #expect(log.rows.last?.raw.isEmpty == false)
        #expect((log.rows.first?.byteCount ?? 0) > 200_000)
    }

    @Test func `another process gives the same analysis`() async {
        let expected = SyntheticSession.fingerprint()
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardOutputContent]
        ) {
            print("fingerprint \(SyntheticSession.fingerprint())")
        }
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        #expect(output.contains("fingerprint \(expected)"))
    }
}
