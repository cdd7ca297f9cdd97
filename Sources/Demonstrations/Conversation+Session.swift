import Emulator
import JSONText
import Timeline

/// A function the model may call.
struct Tool {
    var name: String
    var description: String
    /// The names of its parameters with their JSON types, all required.
    var parameters: KeyValuePairs<String, String>

    var json: JSON {
        [
            "type": "function", "name": .string(name), "description": .string(description),
            "parameters": [
                "type": "object",
                "properties": .object(
                    parameters.map { .init(key: $0.key, value: ["type": .string($0.value)]) }),
                "required": .array(parameters.map { .string($0.key) }),
                "additionalProperties": false,
            ],
        ]
    }
}

extension Conversation {
    static let instructions =
        "You are Pilot, a calm and slightly amused engineer who helps people debug voice agents. "
        + "Keep every answer short enough to be interrupted politely."

    /// Opens the socket and configures the session, as a client of the GA API does.
    mutating func connect(modality: String, tools: [Tool] = []) {
        put(
            .opened(detail: "wss://api.openai.com/v1/realtime?model=\(Self.model)"), at: now)
        receive(
            "session.created",
            fields(["session": session(modality: "audio", instructions: "", configured: nil)]),
            at: now + between(2, 6))
        now += 12
        let update: JSON = [
            "type": "realtime", "instructions": .string(Self.instructions),
            "output_modalities": [.string(modality)],
            "audio": [
                "input": [
                    "format": Self.audioFormat, "transcription": ["model": "gpt-realtime-whisper"],
                    "turn_detection": Self.turnDetection,
                ],
                "output": ["format": Self.audioFormat, "voice": Self.voice],
            ],
            "tools": .array(tools.map(\.json)), "tool_choice": "auto",
        ]
        send("session.update", fields(["session": update]), at: now)
        now += between(256, 263)
        receive(
            "session.updated",
            fields([
                "session": session(
                    modality: modality, instructions: Self.instructions, configured: tools)
            ]), at: now)
        context.text += tools.count * 42
    }

    private static let turnDetection: JSON = [
        "type": "server_vad", "threshold": .number("0.5"), "prefix_padding_ms": 300,
        "silence_duration_ms": 200, "idle_timeout_ms": nil, "create_response": true,
        "interrupt_response": true,
    ]

    private func session(modality: String, instructions: String, configured: [Tool]?) -> JSON {
        let transcription: JSON =
            configured == nil
            ? nil : ["model": "gpt-realtime-whisper", "language": nil, "prompt": nil]
        return [
            "type": "realtime", "object": "realtime.session", "id": .string(sessionID),
            "model": .string(Self.model), "output_modalities": [.string(modality)],
            "instructions": .string(instructions),
            "tools": .array((configured ?? []).map(\.json)), "tool_choice": "auto",
            "max_output_tokens": "inf", "tracing": nil, "truncation": "auto", "prompt": nil,
            "expires_at": JSON(Self.startEpoch + 3600),
            "audio": [
                "input": [
                    "format": Self.audioFormat, "transcription": transcription,
                    "noise_reduction": nil, "turn_detection": Self.turnDetection,
                ],
                "output": [
                    "format": Self.audioFormat, "voice": Self.voice, "speed": .number("1.0"),
                ],
            ],
            "include": nil,
        ]
    }

    /// An `error` event; `cause` is the client event it answers.
    mutating func error(
        type: String = "invalid_request_error", code: String, message: String,
        parameter: JSON = nil, cause: String, at time: Double
    ) {
        receive(
            "error",
            fields([
                "error": [
                    "type": .string(type), "code": .string(code), "message": .string(message),
                    "param": parameter, "event_id": .string(cause),
                ]
            ]), at: time)
    }

    /// The provider's limits, which come some 43 ms after each response.
    mutating func rateLimits(spent: Int, at time: Double) {
        remainingTokens = min(40_000, max(0, remainingTokens - spent))
        let reset = Double(40_000 - remainingTokens) * 60 / 40_000
        receive(
            "rate_limits.updated",
            fields([
                "rate_limits": [
                    [
                        "name": "tokens", "limit": 40_000, "remaining": JSON(remainingTokens),
                        "reset_seconds": JSON((reset * 1000).rounded() / 1000),
                    ]
                ]
            ]), at: time)
        remainingTokens = min(40_000, remainingTokens + spent / 2)
    }

    mutating func close() {
        put(.closed(code: 1000, reason: ""), at: now)
    }
}
