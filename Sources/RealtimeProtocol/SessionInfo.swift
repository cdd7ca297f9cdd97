package import JSONText

/// A session's settings as the server states them.
package struct SessionInfo: Equatable, Sendable {
    package var id: String
    /// "realtime" or "transcription"; absent before the GA API.
    package var type: String?
    package var model: String?
    /// When the server will close the session, in Unix seconds.
    package var expiresAt: Int?
    package var voice: String?
    package var outputModalities: [String]
    package var inputAudioFormat: AudioFormat
    package var outputAudioFormat: AudioFormat
    /// The voice activity detector's settings; nil when there is none.
    package var turnDetection: JSON?
    package var transcriptionModel: String?
    package var instructions: String?
    /// How many tools the model may call.
    package var tools: Int

    package init(
        id: String, type: String? = nil, model: String? = nil, expiresAt: Int? = nil,
        voice: String? = nil, outputModalities: [String] = [],
        inputAudioFormat: AudioFormat = .pcm24k, outputAudioFormat: AudioFormat = .pcm24k,
        turnDetection: JSON? = nil, transcriptionModel: String? = nil,
        instructions: String? = nil, tools: Int = 0
    ) {
        self.id = id
        self.type = type
        self.model = model
        self.expiresAt = expiresAt
        self.voice = voice
        self.outputModalities = outputModalities
        self.inputAudioFormat = inputAudioFormat
        self.outputAudioFormat = outputAudioFormat
        self.turnDetection = turnDetection
        self.transcriptionModel = transcriptionModel
        self.instructions = instructions
        self.tools = tools
    }
}

/// How audio bytes stand for sound.
package enum AudioFormat: Hashable, Sendable {
    /// Signed 16-bit little-endian samples, one channel.
    case pcm(rate: Int)
    /// G.711 µ-law, 8 kHz.
    case pcmu
    /// G.711 A-law, 8 kHz.
    case pcma
    /// A format this program does not know, by its wire name.
    case other(String)

    /// What every session speaks unless told otherwise.
    package static let pcm24k = AudioFormat.pcm(rate: 24_000)

    /// Bytes per millisecond of sound; nil when the format is not known.
    package var bytesPerMillisecond: Double? {
        switch self {
        case .pcm(let rate): rate > 0 ? Double(rate) * 2 / 1000 : nil
        case .pcmu, .pcma: 8
        case .other: nil
        }
    }

    /// The GA name: "audio/pcm", "audio/pcmu", "audio/pcma", or the unknown one.
    package var wireName: String {
        switch self {
        case .pcm: "audio/pcm"
        case .pcmu: "audio/pcmu"
        case .pcma: "audio/pcma"
        case .other(let name): name
        }
    }
}
