import Engine
import JSONText
import TemporalLogic
import Testing
import Timeline

struct PropertyTests {
    private func playbook(_ formula: String) throws -> Playbook {
        Playbook(
            EngineConfiguration(
                patterns: [],
                properties: [PropertyDefinition(name: "p", formula: try Formula(parsing: formula))])
        )
    }

    @Test func `a response without an end is presumably false until it ends`() throws {
        var play = try playbook("G(response.created -> F response.done)")
        play.session()
        #expect(play.state.properties[0].verdict == .presumablyTrue)
        #expect(play.state.properties[0].isVacuous)
        play.created("resp_1", at: 1)
        #expect(play.state.properties[0].verdict == .presumablyFalse)
        #expect(play.state.properties[0].sinceSequence == 1)
        play.done("resp_1", at: 2)
        #expect(play.state.properties[0].verdict == .presumablyTrue)
        #expect(play.state.properties[0].changes >= 2)
    }

    @Test func `a violation is final and names the event, whatever lies between in the log`() throws
    {
        var play = try playbook("G !failed")
        play.session()
        for step in 0..<7 { play.add(.key("j"), at: Double(step), source: .keyboard) }
        play.created("resp_1", at: 10)
        play.add(.mark("here"), at: 10)
        play.done("resp_1", status: "failed", at: 11)
        let property = play.state.properties[0]
        #expect(property.verdict == .false)
        #expect(property.sinceSequence == 10)
        #expect(property.witness == [10])
        #expect(property.explanation.contains("event 10 (failed)"))
        #expect(play.state.marks.contains { $0.kind == .verdict && $0.label == "p" })
        play.created("resp_2", at: 12)
        #expect(play.state.properties[0].since == .milliseconds(11))
    }

    @Test(arguments: [
        ("F interruption", Verdict.true), ("F underrun", .presumablyFalse),
        ("F (playing & user_speaking)", .presumablyFalse), ("F (active & token)", .true),
        ("F response.*", .true), ("F input_audio_buffer.speech_started", .true),
        ("G received", .false), ("F (sent & response.create)", .true),
    ])
    func `signals and names are propositions`(formula: String, verdict: Verdict) throws {
        var play = try playbook(formula)
        play.client("response.create", at: 0)
        play.created("resp_1", at: 1)
        play.transcript("Hi", at: 2)
        play.audio(milliseconds: 1000, at: 3)
        play.speechStarted(at: 100)
        #expect(play.state.properties[0].verdict == verdict)
    }

    @Test(arguments: [
        ("F response.status = \"failed\"", Verdict.true),
        ("F response.status = completed", .presumablyFalse),
        ("F response.usage.total_tokens > 40", .true),
        ("F response.usage.total_tokens > 42", .presumablyFalse),
        ("F response.status ~ \"ail\"", .true), ("F time_ms >= 2", .true),
        ("F type = \"response.created\"", .true), ("F no.such.field != 1", .presumablyFalse),
    ])
    func `fields of an event can be compared`(formula: String, verdict: Verdict) throws {
        var play = try playbook(formula)
        play.created("resp_1", at: 1)
        play.done(
            "resp_1", status: "failed",
            usage: ["total_tokens": 42, "input_tokens": 40, "output_tokens": 2], at: 2)
        #expect(play.state.properties[0].verdict == verdict)
    }

    @Test func `the built-in properties hold on a healthy session`() {
        var play = Playbook()
        play.session()
        play.client("response.create", at: 1)
        play.created("resp_1", at: 2)
        play.text("Hi", at: 3)
        play.textDone("Hi", at: 4)
        play.done("resp_1", at: 5)
        for property in play.state.properties {
            #expect(property.verdict.holds, "\(property.name): \(property.explanation)")
        }
        #expect(play.state.properties.count >= 8)
        #expect(EngineConfiguration.standard.patterns.count >= 8)
    }
}
