import Engine
import Testing
import Timeline

struct EngineTests {
    @Test func `an event without a session makes none`() {
        var engine = Engine()
        engine.apply(Event(sequence: 0, time: .zero, source: .keyboard, payload: .key("q")))
        #expect(engine.sessions.isEmpty)
    }
}
