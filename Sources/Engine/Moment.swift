import RealtimeProtocol
import Timeline

/// One event as the analyzers of a session see it: decoded, named, and with what earlier
/// analyzers found out about it.
struct Moment: Sendable {
    enum Body: Sendable {
        case server(ServerEvent)
        case client(ClientEvent)
        case opened(detail: String)
        case closed(code: Int?, reason: String)
        case failed(reason: String)
        case mark(String)
        /// Nothing that could be decoded, or nothing of the protocol.
        case other
    }

    var sequence: UInt64
    var time: Instant
    var body: Body
    /// Which of the session's event names it has.
    var name: EventNames.ID
    var byteCount: Int
    /// The text as it crossed.
    var raw: [UInt8] = []
    /// The `event_id` it carries.
    var eventID: String?
    var signals: Signals = []
    /// The response, item and part of a delta of text or transcript, and its text.
    var token: Token?
    /// Milliseconds since the token before it in the same response.
    var gap: Double?
    /// Loudness of the assistant's audio that came with it, per 20 ms.
    var levels: [Float] = []
    /// Pitch of the assistant's audio that came with it, in hertz, per 40 ms that had one.
    var pitches: [Float] = []
    /// Changes in the series that it proved.
    var changes: [SeriesChange] = []
    /// Properties that were decided at it.
    var decided: [String] = []

    /// Whether it crossed the session's boundary: a frame, or the connection's own doing. Only such
    /// events count for patterns and properties.
    var isOfTheWire: Bool {
        switch body {
        case .server, .client, .opened, .closed, .failed: true
        case .mark: false
        case .other: !signals.isDisjoint(with: [.sent, .received])
        }
    }

    struct Token: Sendable {
        var address: PartAddress
        var text: String
    }
}

/// What is true of an event or of the session at it; each is a proposition that formulas may use.
struct Signals: OptionSet, Sendable, Hashable {
    var rawValue: UInt64

    static let sent = Signals(rawValue: 1 << 0)
    static let received = Signals(rawValue: 1 << 1)
    /// A piece of a stream: text, transcript, arguments, audio in either direction.
    static let delta = Signals(rawValue: 1 << 2)
    /// A delta of the assistant's text or transcript.
    static let token = Signals(rawValue: 1 << 3)
    /// A delta of the assistant's audio.
    static let audio = Signals(rawValue: 1 << 4)
    static let functionCall = Signals(rawValue: 1 << 5)
    static let functionCallOutput = Signals(rawValue: 1 << 6)
    static let userMessage = Signals(rawValue: 1 << 7)
    static let completed = Signals(rawValue: 1 << 8)
    static let failed = Signals(rawValue: 1 << 9)
    static let cancelled = Signals(rawValue: 1 << 10)
    static let incomplete = Signals(rawValue: 1 << 11)
    static let interruption = Signals(rawValue: 1 << 12)
    static let underrun = Signals(rawValue: 1 << 13)
    static let unknown = Signals(rawValue: 1 << 14)
    /// The user speaks (a state, not an event).
    static let userSpeaking = Signals(rawValue: 1 << 15)
    /// Simulated playback has audio to play (a state).
    static let playing = Signals(rawValue: 1 << 16)
    /// A response is under way (a state).
    static let active = Signals(rawValue: 1 << 17)

    /// The server answers speech by itself (a state).
    static let answers = Signals(rawValue: 1 << 18)
    /// The user's audio is transcribed (a state).
    static let transcribes = Signals(rawValue: 1 << 19)

    /// A finding of this kind was made at the event.
    static func finding(_ kind: FindingKind) -> Signals {
        Signals(rawValue: 1 << (24 + (FindingKind.allCases.firstIndex(of: kind) ?? 39)))
    }

    /// The names under which formulas know them.
    static let names: [(name: String, signal: Signals)] =
        [
            ("sent", .sent), ("received", .received), ("delta", .delta), ("token", .token),
            ("audio", .audio), ("function_call", .functionCall),
            ("function_call_output", .functionCallOutput), ("user_message", .userMessage),
            ("completed", .completed), ("failed", .failed), ("cancelled", .cancelled),
            ("incomplete", .incomplete), ("interruption", .interruption), ("underrun", .underrun),
            ("unknown", .unknown), ("user_speaking", .userSpeaking), ("playing", .playing),
            ("active", .active), ("answers", .answers), ("transcribes", .transcribes),
        ] + FindingKind.allCases.map { ("finding." + $0.rawValue, .finding($0)) }
}
