import Foundation
import JSONText
import TemporalLogic
import Testing
import Timeline

@testable import Engine

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

struct PropertyPackTests {
    @Test(arguments: PropertyPack.all.map(\.name))
    func `every pack reads without a failure and says what it is for`(name: String) throws {
        let file = try #require(PropertyPack(named: name)).file()
        #expect(file.failures.isEmpty, "\(file.failures)")
        #expect(!file.properties.isEmpty)
        #expect(file.summary.count > 20)
        #expect(file.parameters.allSatisfy { !$0.comment.isEmpty })
        // Every name that is neither an event's, a prefix nor a comparison is a known signal.
        let known = Signals.names.map(\.name)
        for property in file.properties {
            for case .name(let atom) in property.formula.atomMeanings
            where !atom.contains(".") || atom.hasPrefix("finding.") {
                #expect(known.contains(atom) || atom == "error", "\(property.name): \(atom)")
            }
        }
    }

    @Test func `names are given once over all packs`() {
        let names = PropertyPack.all.flatMap { $0.file().properties.map(\.name) }
        #expect(Set(names).count == names.count)
    }

    /// What each timed property of the packs says when its deadline is passed.
    @Test(arguments: [
        ("speech is answered in time", ["speech_stopped"], 801.0),
        ("a request is accepted in time", ["response.create"], 1501),
        ("a response begins in time", ["response.created"], 3001),
        ("a transcript comes in time", ["committed"], 5001),
        ("a tool answers in time", ["function_call"], 10_001),
        ("speech follows a tool answer", ["function_call_output"], 5001),
        ("a truncation is confirmed in time", ["truncate"], 2001),
        ("settings are confirmed in time", ["session.update"], 3001),
        ("a failed response is not passed over", ["response.created", "failed"], 10_001),
    ])
    func `a deadline is kept until it has passed`(name: String, events: [String], limit: Double)
        throws
    {
        for (delay, verdict) in [(limit - 2, Verdict.presumablyFalse), (limit, .false)] {
            var play = Playbook(EngineConfiguration(patterns: []))
            play.server(
                "session.created",
                [
                    "session": [
                        "id": "s", "type": "realtime",
                        "audio": [
                            "input": [
                                "turn_detection": ["type": "server_vad"],
                                "transcription": ["model": "whisper-1"],
                            ]
                        ],
                    ]
                ], at: 0)
            for event in events { add(event, to: &play) }
            play.server("input_audio_buffer.idle", at: 10 + delay)
            let property = try #require(play.state.properties.first { $0.name == name })
            #expect(property.verdict == verdict, "\(name) after \(delay) ms: \(property)")
        }
    }

    private func add(_ event: String, to play: inout Playbook) {
        switch event {
        case "speech_stopped":
            play.speechStopped(at: 10)
        case "committed":
            play.committed(at: 10)
        case "function_call":
            play.server(
                "response.function_call_arguments.done",
                [
                    "response_id": "r", "item_id": "i", "output_index": 0, "call_id": "c",
                    "arguments": "{}",
                ], at: 10)
        case "function_call_output":
            play.client(
                "conversation.item.create",
                ["item": ["type": "function_call_output", "call_id": "c", "output": "1"]], at: 10)
        case "truncate":
            play.client(
                "conversation.item.truncate",
                ["item_id": "i", "content_index": 0, "audio_end_ms": 1], at: 10)
        case "failed": play.done("r", status: "failed", at: 10)
        case "response.created": play.created("r", at: 10)
        default: play.client(event, at: 10)
        }
    }

    @Test(.enabled(if: !RecordedSessions.reference.isEmpty), arguments: RecordedSessions.reference)
    func `nothing is held against the reference recordings`(file: URL) throws {
        let (engine, _) = try RecordedSessions.engine(replaying: file)
        for session in engine.sessions {
            for property in session.properties where property.pause == nil {
                #expect(property.verdict.holds, "\(property.name): \(property.explanation)")
            }
        }
    }

    @Test func `timed properties wait for a clock`() throws {
        var configuration = EngineConfiguration(patterns: [])
        configuration.clock = .none
        var play = Playbook(configuration)
        play.client("response.create", at: 0)
        let paused = play.state.properties.filter { $0.pause == .noClock }.map(\.name)
        #expect(paused.contains("a request is accepted in time"))
        #expect(paused.contains("the audio is never starved"))
        #expect(!paused.contains("no error"))
    }
}
