package import Emulator
package import JSONText
import RealtimeProtocol
package import Timeline

/// Sessions that use all of the protocol, for tests and for checks by other people's software.
package enum Story: String, CaseIterable {
    case text, voice, tools, editing, refusals

    /// The story told to an emulator that is configured so.
    package func tell(_ configuration: EmulatorConfiguration, stride: Interval? = nil)
        -> VirtualSession
    {
        var session = VirtualSession(configuration)
        session.stride = stride
        guard case .accept = session.answer else { return session }
        session.run(for: .milliseconds(400))
        switch self {
        case .text: Self.text(&session)
        case .voice: Self.voice(&session)
        case .tools: Self.tools(&session)
        case .editing: Self.editing(&session)
        case .refusals: Self.refusals(&session)
        }
        session.run(for: .seconds(12))
        return session
    }

    package static let weather: JSON = [
        "type": "function", "name": "get_weather", "description": "Look up the weather for a city.",
        "parameters": [
            "type": "object",
            "properties": [
                "city": ["type": "string"], "days": ["type": "integer", "minimum": 1],
                "unit": ["type": "string", "enum": ["celsius", "fahrenheit"]],
            ],
            "required": ["city"], "additionalProperties": false,
        ],
    ]

    private static func text(_ session: inout VirtualSession) {
        session.send(
            .sessionUpdate([
                "type": "realtime", "output_modalities": ["text"],
                "instructions": "Keep it short.",
            ]))
        session.type("Tell me about the tides, in detail.")
        session.send(.responseCreate(nil))
        session.run(for: .seconds(20))
        session.type("And what did I say before?")
        session.send(.responseCreate(["metadata": ["topic": "memory"], "max_output_tokens": 200]))
        session.run(for: .seconds(6))
        session.send(
            .responseCreate([
                "conversation": "none", "output_modalities": ["text"],
                "input": [
                    [
                        "type": "message", "role": "user",
                        "content": [["type": "input_text", "text": "Bees, briefly."]],
                    ]
                ], "metadata": ["purpose": "aside"],
            ]))
        session.run(for: .seconds(6))
    }

    private static func voice(_ session: inout VirtualSession) {
        session.send(
            .sessionUpdate([
                "type": "realtime",
                "audio": [
                    "input": [
                        "transcription": ["model": "gpt-4o-transcribe"],
                        "turn_detection": ["type": "server_vad", "silence_duration_ms": 300],
                    ]
                ],
            ]))
        session.listen(milliseconds: 600)
        session.speak("How do the tides follow the moon around the earth?")
        session.listen(milliseconds: 2500)
        session.run(for: .seconds(6))
        session.type("Tell me a long story about the tides.")
        session.send(.responseCreate(nil))
        session.listen(milliseconds: 1500)
        // Into the answer.
        session.speak("Stop, tell me about bread.")
        session.listen(milliseconds: 3000)
        session.run(for: .seconds(10))
        session.speak("Thank you.")
        session.listen(milliseconds: 1000)
        session.run(for: .seconds(10))
    }

    private static func tools(_ session: inout VirtualSession) {
        session.send(
            .sessionUpdate([
                "type": "realtime", "output_modalities": ["text"], "tools": [weather],
                "tool_choice": "auto",
            ]))
        session.type("What is the weather in London?")
        session.send(.responseCreate(nil))
        session.run(for: .seconds(4))
        let call = session.events("response.function_call_arguments.done").last
        session.send(
            .itemCreate(
                item: [
                    "type": "function_call_output",
                    "call_id": .string(call?["call_id"]?.stringValue ?? "call_none"),
                    "output": "It is foggy and 12 degrees in London.",
                ], previous: nil))
        session.send(.responseCreate(nil))
        session.run(for: .seconds(5))
    }

    private static func editing(_ session: inout VirtualSession) {
        session.type("Tell me a long story about railways.")
        session.send(.responseCreate(nil))
        session.run(for: .seconds(2))
        session.send(.responseCancel(responseID: nil))
        session.run(for: .seconds(2))
        let item = session.events("conversation.item.added").last?["item"]?["id"]?.stringValue ?? ""
        session.send(.itemTruncate(itemID: item, contentIndex: 0, audioEndMilliseconds: 200))
        session.send(.itemRetrieve(itemID: item))
        session.send(.itemDelete(itemID: item))
        session.speak("A turn without a detector.")
        session.send(.audioCommit)
        session.run(for: .seconds(2))
        let turn = session.events("input_audio_buffer.committed").last?["item_id"]?.stringValue
        session.send(.itemRetrieve(itemID: turn ?? ""))
        session.send(.audioClear)
        session.send(.outputAudioClear)
        session.run(for: .seconds(2))
    }

    private static func refusals(_ session: inout VirtualSession) {
        session.send(.audioCommit)
        session.send(.responseCancel(responseID: nil))
        session.send(.itemDelete(itemID: "item_nowhere"))
        session.send(
            .itemTruncate(itemID: "item_nowhere", contentIndex: 0, audioEndMilliseconds: 1))
        session.type("Tell me about clocks.")
        session.send(.responseCreate(["output_modalities": ["text"]]))
        session.send(.responseCreate(nil))
        session.run(for: .seconds(5))
    }
}
