package import JSONText

/// What a client asks of a session: everything of `session.update` that a person may want to set.
///
/// The defaults are the provider's own, but for input transcription, which is on because a
/// conversation that is watched should be readable.
package struct SessionSettings: Equatable, Sendable {
    package enum Modality: String, CaseIterable, Sendable { case audio, text }
    /// Who decides when the user's turn is over.
    package enum TurnDetection: String, CaseIterable, Sendable { case server, semantic, off }
    package enum Eagerness: String, CaseIterable, Sendable { case auto, low, medium, high }
    package enum NoiseReduction: String, CaseIterable, Sendable { case off, near, far }
    package enum Truncation: String, CaseIterable, Sendable { case auto, disabled, retention }

    package var modality = Modality.audio
    package var voice = "marin"
    /// Of the voice, 0.25 … 1.5.
    package var speed = 1.0
    package var instructions = ""
    package var turnDetection = TurnDetection.server
    /// How loud speech must be, 0 … 1.
    package var threshold = 0.5
    package var prefixPaddingMilliseconds = 300
    package var silenceMilliseconds = 500
    /// After this long without speech the model speaks up; nil never.
    package var idleTimeoutMilliseconds: Int?
    package var eagerness = Eagerness.auto
    package var createsResponse = true
    package var interruptsResponse = true
    /// Nil: the user's speech is not transcribed.
    package var transcriptionModel: String? = "gpt-4o-mini-transcribe"
    package var language: String?
    package var noiseReduction = NoiseReduction.off
    package var truncation = Truncation.auto
    /// The share of the conversation that a truncation keeps, 0 … 1.
    package var retentionRatio = 0.8
    /// Nil: no limit of ours.
    package var maximumOutputTokens: Int?
    package var usesTools = true

    package init() {}

    /// The body of `session.update` in the GA shape.
    ///
    /// - Parameter accepted: the settings that the server knows already. The voice is left out when
    ///   it is the same: it cannot be changed, not even to itself, once the model has spoken.
    package func json(tools: [ToolDefinition], after accepted: SessionSettings?) -> JSON {
        let format: JSON = ["type": "audio/pcm", "rate": 24_000]
        var output: [JSON.Member] = [.init(key: "format", value: format)]
        if accepted?.voice != voice {
            output.append(.init(key: "voice", value: .string(voice)))
        }
        output.append(.init(key: "speed", value: JSON(speed)))
        let input: JSON = [
            "format": format, "transcription": transcription, "noise_reduction": reduction,
            "turn_detection": detection,
        ]
        return [
            "type": "realtime", "output_modalities": [.string(modality.rawValue)],
            "instructions": .string(instructions),
            "audio": ["input": input, "output": .object(output)],
            "tools": usesTools ? .array(tools.map(\.json)) : [], "tool_choice": "auto",
            "truncation": truncationValue,
            "max_output_tokens": maximumOutputTokens.map { JSON($0) } ?? "inf",
        ]
    }

    private var transcription: JSON {
        guard let transcriptionModel else { return .null }
        var members = [JSON.Member(key: "model", value: .string(transcriptionModel))]
        if let language { members.append(.init(key: "language", value: .string(language))) }
        return .object(members)
    }

    private var reduction: JSON {
        switch noiseReduction {
        case .off: .null
        case .near: ["type": "near_field"]
        case .far: ["type": "far_field"]
        }
    }

    private var detection: JSON {
        switch turnDetection {
        case .off: return .null
        case .semantic:
            return [
                "type": "semantic_vad", "eagerness": .string(eagerness.rawValue),
                "create_response": .bool(createsResponse),
                "interrupt_response": .bool(interruptsResponse),
            ]
        case .server:
            var members: [JSON.Member] = [
                .init(key: "type", value: "server_vad"),
                .init(key: "threshold", value: JSON(threshold)),
                .init(key: "prefix_padding_ms", value: JSON(prefixPaddingMilliseconds)),
                .init(key: "silence_duration_ms", value: JSON(silenceMilliseconds)),
                .init(key: "create_response", value: .bool(createsResponse)),
                .init(key: "interrupt_response", value: .bool(interruptsResponse)),
            ]
            if let idleTimeoutMilliseconds {
                members.append(.init(key: "idle_timeout_ms", value: JSON(idleTimeoutMilliseconds)))
            }
            return .object(members)
        }
    }

    private var truncationValue: JSON {
        switch truncation {
        case .auto: "auto"
        case .disabled: "disabled"
        case .retention: ["type": "retention_ratio", "retention_ratio": JSON(retentionRatio)]
        }
    }
}
