import Engine
import JSONText
import Timeline

/// Events written by hand, applied one by one; times in milliseconds.
struct Playbook {
    private(set) var engine: Engine
    private(set) var events: [Event] = []

    init(_ configuration: EngineConfiguration = .standard) {
        engine = Engine(configuration: configuration)
    }

    static var withoutClock: Playbook { Playbook(EngineConfiguration(clock: .none)) }

    /// The first session.
    var state: SessionState { engine.sessions[0] }

    mutating func add(
        _ payload: Payload, at milliseconds: Double, source: SourceID = .realtime
    ) {
        let event = Event(
            sequence: UInt64(events.count), time: .milliseconds(milliseconds), source: source,
            payload: payload)
        events.append(event)
        engine.apply(event)
    }

    mutating func received(_ json: JSON, at milliseconds: Double) {
        add(.received(json.bytes), at: milliseconds)
    }

    mutating func sent(_ json: JSON, at milliseconds: Double) {
        add(.sent(json.bytes), at: milliseconds)
    }

    /// A server event with some members.
    mutating func server(_ type: String, _ members: JSON = [:], at milliseconds: Double) {
        received(Self.event(type, members), at: milliseconds)
    }

    mutating func client(_ type: String, _ members: JSON = [:], at milliseconds: Double) {
        sent(Self.event(type, members), at: milliseconds)
    }

    mutating func session(model: String = "gpt-realtime", at milliseconds: Double = 0) {
        server(
            "session.created",
            [
                "session": [
                    "type": "realtime", "object": "realtime.session", "id": "sess_1",
                    "model": .string(model), "expires_at": 1_000_3600,
                    "output_modalities": ["audio"],
                ]
            ], at: milliseconds)
    }

    mutating func created(_ id: String, at milliseconds: Double) {
        server(
            "response.created",
            [
                "response": [
                    "object": "realtime.response", "id": .string(id), "status": "in_progress",
                ]
            ],
            at: milliseconds)
    }

    mutating func done(
        _ id: String, status: String = "completed", details: JSON = .null, output: JSON = [],
        usage: JSON = .null, at milliseconds: Double
    ) {
        server(
            "response.done",
            [
                "response": [
                    "object": "realtime.response", "id": .string(id), "status": .string(status),
                    "status_details": details, "output": output, "usage": usage,
                ]
            ], at: milliseconds)
    }

    mutating func text(
        _ delta: String, _ response: String = "resp_1", item: String = "item_1", output: Int = 0,
        at milliseconds: Double
    ) {
        server(
            "response.output_text.delta",
            Self.address(response, item, output, ["delta": .string(delta)]), at: milliseconds)
    }

    mutating func textDone(
        _ text: String, _ response: String = "resp_1", item: String = "item_1", output: Int = 0,
        at milliseconds: Double
    ) {
        server(
            "response.output_text.done",
            Self.address(response, item, output, ["text": .string(text)]), at: milliseconds)
    }

    mutating func transcript(
        _ delta: String, _ response: String = "resp_1", item: String = "item_1",
        at milliseconds: Double
    ) {
        server(
            "response.output_audio_transcript.delta",
            Self.address(response, item, 0, ["delta": .string(delta)]), at: milliseconds)
    }

    /// Silence, or a constant `sample`, of a length in 24 kHz PCM.
    mutating func audio(
        milliseconds length: Int, sample: Int16 = 0, _ response: String = "resp_1",
        item: String = "item_1", at milliseconds: Double
    ) {
        let pair = [UInt8(truncatingIfNeeded: sample), UInt8(truncatingIfNeeded: sample >> 8)]
        audio(
            bytes: (0..<length * 24).flatMap { _ in pair }, response, item: item, at: milliseconds)
    }

    mutating func audio(
        bytes: [UInt8], _ response: String = "resp_1", item: String = "item_1",
        at milliseconds: Double
    ) {
        server(
            "response.output_audio.delta",
            Self.address(response, item, 0, ["delta": .string(Self.base64(bytes))]),
            at: milliseconds)
    }

    mutating func audioDone(
        _ response: String = "resp_1", item: String = "item_1", at milliseconds: Double
    ) {
        server("response.output_audio.done", Self.address(response, item, 0, [:]), at: milliseconds)
    }

    mutating func speechStarted(at milliseconds: Double) {
        server(
            "input_audio_buffer.speech_started", ["item_id": "user_1", "audio_start_ms": 0],
            at: milliseconds)
    }

    mutating func speechStopped(at milliseconds: Double) {
        server(
            "input_audio_buffer.speech_stopped", ["item_id": "user_1", "audio_end_ms": 0],
            at: milliseconds)
    }

    mutating func committed(_ item: String = "user_1", at milliseconds: Double) {
        server(
            "input_audio_buffer.committed", ["item_id": .string(item), "previous_item_id": .null],
            at: milliseconds)
    }

    mutating func transcribed(_ text: String, item: String = "user_1", at milliseconds: Double) {
        server(
            "conversation.item.input_audio_transcription.completed",
            [
                "item_id": .string(item), "content_index": 0, "transcript": .string(text),
                "usage": ["type": "duration", "seconds": 3],
            ], at: milliseconds)
    }

    static func event(_ type: String, _ members: JSON) -> JSON {
        .object(
            [
                .init(key: "type", value: .string(type)),
                .init(key: "event_id", value: "event_x"),
            ] + (members.objectValue ?? []))
    }

    private static func address(
        _ response: String, _ item: String, _ output: Int, _ members: JSON
    ) -> JSON {
        .object(
            [
                .init(key: "response_id", value: .string(response)),
                .init(key: "item_id", value: .string(item)),
                .init(key: "output_index", value: JSON(output)),
                .init(key: "content_index", value: 0),
            ] + (members.objectValue ?? []))
    }

    static func base64(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = Array(bytes[start..<min(start + 3, bytes.count)])
            let word = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let letter = letters[Int(word >> UInt32(18 - 6 * place)) & 63]
                text.append(place <= group.count ? letter : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension SessionState {
    func findings(_ kind: FindingKind) -> [Finding] { findings.filter { $0.kind == kind } }
}
