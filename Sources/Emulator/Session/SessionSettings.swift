import JSONText
import RealtimeProtocol

/// A session's settings as the server holds them: the JSON it shows, and what it reads from it.
struct SessionSettings: Sendable {
    /// The value of `session` in `session.created`, without `id` and `expires_at`.
    private(set) var json: JSON
    private(set) var inputFormat = AudioFormat.pcm24k
    private(set) var outputFormat = AudioFormat.pcm24k
    private(set) var turnDetection: TurnDetection?

    init(model: String, isTranscription: Bool) {
        let turnDetection: JSON = [
            "type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300,
            "silence_duration_ms": 200, "idle_timeout_ms": nil, "create_response": true,
            "interrupt_response": true,
        ]
        let input: JSON = [
            "format": ["type": "audio/pcm", "rate": 24_000], "transcription": nil,
            "noise_reduction": nil, "turn_detection": turnDetection,
        ]
        if isTranscription {
            json = [
                "type": "transcription", "object": "realtime.transcription_session",
                "audio": ["input": input], "include": nil,
            ]
        } else {
            json = [
                "type": "realtime", "object": "realtime.session", "model": .string(model),
                "output_modalities": ["audio"],
                "instructions": "You are an emulator. Say something about what you are asked.",
                "tools": [], "tool_choice": "auto", "max_output_tokens": "inf", "tracing": nil,
                "truncation": "auto", "prompt": nil,
                "audio": [
                    "input": input,
                    "output": [
                        "format": ["type": "audio/pcm", "rate": 24_000], "voice": "marin",
                        "speed": 1,
                    ],
                ],
                "include": nil,
            ]
        }
        read()
    }

    /// Takes over what `update` says; objects are merged, everything else is replaced.
    mutating func apply(_ update: JSON) {
        json = Self.merged(json, update, path: [])
        read()
    }

    /// Settings that are replaced as a whole and then filled with their defaults.
    private static let wholes: [String: [JSON.Member]] = [
        "server_vad": [
            .init(key: "threshold", value: 0.5), .init(key: "prefix_padding_ms", value: 300),
            .init(key: "silence_duration_ms", value: 200),
            .init(key: "idle_timeout_ms", value: nil),
            .init(key: "create_response", value: true),
            .init(key: "interrupt_response", value: true),
        ],
        "semantic_vad": [
            .init(key: "eagerness", value: "auto"), .init(key: "create_response", value: true),
            .init(key: "interrupt_response", value: true),
        ],
        "audio/pcm": [.init(key: "rate", value: 24_000)],
    ]

    private static func merged(_ old: JSON, _ new: JSON, path: [String]) -> JSON {
        guard path.isEmpty || ["audio", "input", "output"].contains(path.last),
            case .object(var members) = old, case .object(let changes) = new
        else { return filled(new, path) }
        for change in changes {
            let path = path + [change.key]
            if let place = members.firstIndex(where: { $0.key == change.key }) {
                members[place].value = merged(members[place].value, change.value, path: path)
            } else {
                members.append(.init(key: change.key, value: filled(change.value, path)))
            }
        }
        return .object(members)
    }

    private static func filled(_ value: JSON, _ path: [String]) -> JSON {
        guard case .object(var members) = value, path.first == "audio" else { return value }
        var defaults: [JSON.Member] = []
        if let type = value["type"]?.stringValue { defaults = wholes[type] ?? [] }
        if path.last == "transcription" {
            defaults = [.init(key: "language", value: nil), .init(key: "prompt", value: nil)]
        }
        for fallback in defaults {
            if let place = members.firstIndex(where: { $0.key == fallback.key }) {
                // Null asks for the default.
                if members[place].value.isNull { members[place].value = fallback.value }
            } else {
                members.append(fallback)
            }
        }
        return .object(members)
    }

    private mutating func read() {
        let input = json["audio"]?["input"]
        inputFormat = Self.format(input?["format"])
        outputFormat = Self.format(json["audio"]?["output"]?["format"])
        turnDetection = input?["turn_detection"].flatMap { TurnDetection($0) }
    }

    static func format(_ value: JSON?) -> AudioFormat {
        switch value?["type"]?.stringValue {
        case "audio/pcmu": .pcmu
        case "audio/pcma": .pcma
        default: .pcm24k
        }
    }

    var isTranscription: Bool { json["type"]?.stringValue == "transcription" }
    var modality: String { json["output_modalities"]?.arrayValue?.first?.stringValue ?? "audio" }
    var instructions: String { json["instructions"]?.stringValue ?? "" }
    var tools: [JSON] { json["tools"]?.arrayValue ?? [] }
    var voice: JSON { json["audio"]?["output"]?["voice"] ?? nil }
    /// The transcriber's name; nil when the user's audio is not transcribed.
    var transcriber: String? {
        guard let value = json["audio"]?["input"]?["transcription"], !value.isNull else {
            return nil
        }
        return value["model"]?.stringValue ?? "whisper-1"
    }
}

/// How the server decides that the user's turn began and ended.
struct TurnDetection: Equatable, Sendable {
    var threshold: Double
    var prefixPadding: Int
    var silence: Int
    var idleTimeout: Int?
    var createsResponse: Bool
    var interruptsResponse: Bool

    /// Nil for null. A semantic detector understands words, which nothing here does; its
    /// eagerness only decides how long a silence must be.
    init?(_ value: JSON) {
        guard let type = value["type"]?.stringValue else { return nil }
        threshold = value["threshold"]?.doubleValue ?? 0.5
        prefixPadding = value["prefix_padding_ms"]?.intValue ?? 300
        silence = value["silence_duration_ms"]?.intValue ?? 200
        idleTimeout = value["idle_timeout_ms"]?.intValue
        createsResponse = value["create_response"]?.boolValue ?? true
        interruptsResponse = value["interrupt_response"]?.boolValue ?? true
        if type == "semantic_vad" {
            silence =
                switch value["eagerness"]?.stringValue {
                case "low": 1800
                case "high": 400
                default: 900
                }
        }
    }
}
