import Timeline

/// Whose orders and timings the emulated server follows.
///
/// The numbers are quantiles of small samples of real sessions: likenesses, not claims about a
/// provider.
package enum EmulatorProfile: String, CaseIterable, Sendable {
    /// The hosted GA API behind a line of some 260 ms.
    case openAI = "openai-like"
    /// Larger pieces of audio at the pace of their generation, audio before its transcript, and
    /// xAI's extras (`ping`, `ts`, `audio_duration_ms`) on otherwise GA-shaped events.
    case xAI = "xai-like"
    /// A small server on the same machine: no line to speak of, 32 ms a token, no rate limits.
    case local = "local-like"

    package var summary: String {
        switch self {
        case .openAI: "the hosted GA API, 260 ms away, pieces every 6 to 10 ms"
        case .xAI:
            "audio as it is generated and before its transcript, with ping, ts and audio_duration_ms"
        case .local: "a model on this machine: no line, 32 ms a token, no rate limits"
        }
    }
}

/// A range of milliseconds to draw from.
struct Delay: Sendable {
    var low: Double
    var high: Double

    init(_ low: Double, _ high: Double) {
        self.low = low
        self.high = high
    }

    func draw(_ random: inout SeededRandom) -> Double { low + (high - low) * random.unit() }
}

/// How audio leaves the server.
enum AudioDelivery: Sendable {
    /// 250 ms a piece, five to seven times as fast as they sound.
    case fast
    /// Some 520 ms a piece, at the pace of the generation.
    case generated

    /// How many milliseconds of sound the next piece carries.
    func pieceLength(_ random: inout SeededRandom) -> Double {
        switch self {
        case .fast: 250
        case .generated:
            Pacing.quantile([(0, 60), (0.1, 83), (0.5, 520), (0.9, 703), (1, 1223)], &random)
        }
    }

    /// The gap before the next piece.
    func gap(_ random: inout SeededRandom) -> Double {
        switch self {
        case .fast: 36 + 14 * random.unit()
        case .generated: Pacing.between(&random)
        }
    }
}

/// The numbers of a profile, in milliseconds.
struct Timings: Sendable {
    /// From the handshake to `session.created`.
    var created: Delay
    /// From a client event to its answer.
    var answer: Delay
    /// From `response.create` to `response.created`.
    var responseCreated: Delay
    /// From a detected end of speech to `response.created`.
    var responseAfterSpeech: Delay
    /// From `response.created` to its first output item.
    var item: Delay
    /// From `response.created` to the first piece of text.
    var firstText: Delay
    /// From `response.created` to the first piece of a transcript.
    var firstTranscript: Delay
    /// From `response.created` to the first audio.
    var firstAudio: Delay
    var pacing: Pacing
    var delivery: AudioDelivery
    /// From `response.done` to `rate_limits.updated`; nil when there are none.
    var rateLimits: Delay?
    /// From a sound to the server's notice of it.
    var detection: Delay
    /// From the end of speech to the first piece of its transcription.
    var transcription: Delay

    init(_ profile: EmulatorProfile) {
        switch profile {
        case .openAI: self = .openAI
        case .xAI: self = .xAI
        case .local: self = .local
        }
    }

    private init(
        created: Delay, answer: Delay, responseCreated: Delay, responseAfterSpeech: Delay,
        item: Delay, firstText: Delay, firstTranscript: Delay, firstAudio: Delay, pacing: Pacing,
        delivery: AudioDelivery, rateLimits: Delay?, detection: Delay, transcription: Delay
    ) {
        self.created = created
        self.answer = answer
        self.responseCreated = responseCreated
        self.responseAfterSpeech = responseAfterSpeech
        self.item = item
        self.firstText = firstText
        self.firstTranscript = firstTranscript
        self.firstAudio = firstAudio
        self.pacing = pacing
        self.delivery = delivery
        self.rateLimits = rateLimits
        self.detection = detection
        self.transcription = transcription
    }

    private static let openAI = Timings(
        created: Delay(2, 6), answer: Delay(256, 263), responseCreated: Delay(272, 284),
        responseAfterSpeech: Delay(1, 3), item: Delay(150, 175), firstText: Delay(192, 200),
        firstTranscript: Delay(200, 260), firstAudio: Delay(300, 385), pacing: .steady,
        delivery: .fast, rateLimits: Delay(38, 48), detection: Delay(4, 12),
        transcription: Delay(240, 300))

    private static let xAI = Timings(
        created: Delay(2, 6), answer: Delay(140, 160), responseCreated: Delay(150, 170),
        responseAfterSpeech: Delay(120, 200), item: Delay(2, 5), firstText: Delay(400, 520),
        firstTranscript: Delay(530, 710), firstAudio: Delay(530, 710), pacing: .bunched,
        delivery: .generated, rateLimits: nil, detection: Delay(4, 12),
        transcription: Delay(60, 120))

    private static let local = Timings(
        created: Delay(0.5, 2), answer: Delay(0.3, 1.2), responseCreated: Delay(1.3, 2.5),
        responseAfterSpeech: Delay(1, 3), item: Delay(60, 90), firstText: Delay(180, 320),
        firstTranscript: Delay(180, 320), firstAudio: Delay(420, 640), pacing: .local,
        delivery: .generated, rateLimits: nil, detection: Delay(4, 12),
        transcription: Delay(300, 700))
}
