import EmulatedSessions
import Emulator
import Foundation
import JSONText
import RealtimeProtocol
import Testing
import Timeline

/// The orders of recorded sessions.
struct OrderTests {
    private static let folder = ProcessInfo.processInfo.environment["REFERENCE_RECORDINGS"]

    /// Types in order, runs of one type counted once.
    private static func collapsed(_ types: [String]) -> [String] {
        types.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    /// What is left when the interleaving of deltas, which chance decides, is taken away.
    private static func frame(_ types: [String]) -> [String] {
        types.filter { !$0.hasSuffix(".delta") && !$0.contains("input_audio_transcription") }
    }

    private static func session(
        _ profile: EmulatorProfile, modality: String, tools: [JSON] = [], says: String
    ) -> VirtualSession {
        var session = VirtualSession(
            EmulatorConfiguration(profile: profile, model: "gpt-realtime"),
            target: "/v1/realtime?model=gpt-realtime")
        session.run(for: .milliseconds(300))
        session.send(
            .sessionUpdate([
                "type": "realtime", "output_modalities": [.string(modality)],
                "tools": .array(tools),
            ]))
        session.run(until: "session.updated")
        session.type(says)
        session.send(.responseCreate(nil))
        session.run(until: "response.done")
        session.run(for: .seconds(1))
        return session
    }

    private static let start = [
        "session.created", "session.updated", "conversation.item.added", "conversation.item.done",
        "response.created", "response.output_item.added", "conversation.item.added",
    ]

    private static let ends = [
        "response.content_part.done", "conversation.item.done", "response.output_item.done",
        "response.done", "rate_limits.updated",
    ]

    @Test func `a written answer has the order of the hosted API`() {
        let types = Self.session(.openAI, modality: "text", says: "Bees, please.").types
        #expect(
            Self.collapsed(types)
                == Self.start + [
                    "response.content_part.added", "response.output_text.delta",
                    "response.output_text.done",
                ] + Self.ends)
    }

    @Test func `a spoken answer has the order of the hosted API`() {
        let types = Self.session(.openAI, modality: "audio", says: "Bees, please.").types
        #expect(
            Self.frame(types)
                == Self.start + [
                    "response.content_part.added", "response.output_audio.done",
                    "response.output_audio_transcript.done",
                ] + Self.ends)
        let deltas = types.filter { $0.hasSuffix(".delta") }
        #expect(deltas.prefix(2).allSatisfy { $0 == "response.output_audio_transcript.delta" })
        #expect(deltas.last == "response.output_audio.delta")
    }

    @Test func `a function call has the order of the hosted API`() {
        let session = Self.session(
            .openAI, modality: "text", tools: [Story.weather],
            says: "What is the weather in London?")
        #expect(
            Self.collapsed(session.types)
                == Self.start + [
                    "response.function_call_arguments.delta",
                    "response.function_call_arguments.done",
                ] + Self.ends.dropFirst())
        let text = session.events("response.function_call_arguments.done")[0]["arguments"]
        let arguments = try? JSON(parsing: (text?.stringValue ?? "").utf8)
        #expect(arguments?["city"] == "London")
    }

    @Test func `xAI's order puts the sound first and the transcript's end before the sound's`() {
        let types = Self.session(.xAI, modality: "audio", says: "Bees, please.").types
        #expect(
            Self.frame(types) == [
                "session.created", "conversation.created", "ping", "session.updated",
                "conversation.item.added", "response.created", "response.output_item.added",
                "conversation.item.added", "response.content_part.added",
                "response.output_audio_transcript.done", "response.content_part.done",
                "response.output_audio.done", "response.output_item.done", "response.done",
            ])
        #expect(types.first { $0.hasSuffix(".delta") } == "response.output_audio.delta")
    }

    @Test(
        .enabled(if: folder != nil),
        arguments: [
            ("openai_ws__text_in_audio_out_turn", "audio", false),
            ("openai_ws__tool_call_round", "text", true),
        ])
    func `the events other than deltas follow each other as in a recording`(
        _ name: String, _ modality: String, _ hasTools: Bool
    ) throws {
        let path = "\(Self.folder ?? "")/realtime/\(name).jsonl"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        var recorded = try lines.compactMap { line -> String? in
            let value = try JSON(parsing: line.utf8)
            return value["dir"] == "s2c" ? value["event"]?["type"]?.stringValue : nil
        }
        // The recording ends with the client; the client of a tool goes on.
        if let first = recorded.firstIndex(of: "response.done") {
            recorded = Array(recorded[...first])
        }
        let session = Self.session(
            .openAI, modality: modality, tools: hasTools ? [Story.weather] : [],
            says: hasTools ? "What is the weather in London?" : "Bees, please.")
        var emulated = session.types
        if let first = emulated.firstIndex(of: "response.done") {
            emulated = Array(emulated[...first])
        }
        #expect(Self.frame(emulated) == Self.frame(recorded))
    }

    @Test func `speech that is detected becomes an answer and an interruption ends one`() {
        let session = Story.voice.tell(EmulatorConfiguration())
        let frame = Self.frame(session.types)
        let turn = [
            "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped",
            "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done",
            "response.created", "response.output_item.added", "conversation.item.added",
            "response.content_part.added", "response.output_audio.done",
            "response.output_audio_transcript.done", "response.content_part.done",
            "conversation.item.done", "response.output_item.done", "response.done",
        ]
        #expect(Array(frame.dropFirst(2).prefix(turn.count)) == turn)
        let statuses = session.events("response.done").map { $0["response"]?["status"] }
        #expect(statuses.contains("cancelled") && statuses.last == "completed")
        let cancelled = session.events("response.done").first {
            $0["response"]?["status"] == "cancelled"
        }
        #expect(cancelled?["response"]?["status_details"]?["reason"] == "turn_detected")
        // Whole cycles: everything that began has ended.
        #expect(
            session.events("response.created").count == session.events("response.done").count)
        #expect(
            session.events("conversation.item.input_audio_transcription.completed").count
                == session.events("input_audio_buffer.committed").count)
    }
}
