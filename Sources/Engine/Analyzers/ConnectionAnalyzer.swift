import JSONText
import RealtimeProtocol
import Timeline

/// Follows the connection, the session's settings, its expiry and the rate limits.
struct ConnectionAnalyzer: Analyzer {
    /// The Unix time of the log's beginning, where it is known.
    let startedAtUnixSeconds: Double?
    private var hasWarnedOfExpiry = false
    private var lowLimits: [String] = []

    /// An expiring session is announced this long before.
    static let expiryWarning = Interval.seconds(300)
    /// A rate limit with less than this share left is announced.
    static let lowShare = 0.1

    init(startedAtUnixSeconds: Double?) { self.startedAtUnixSeconds = startedAtUnixSeconds }

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        switch moment.body {
        case .opened: state.connection = .open
        case .closed(let code, let reason): close(code, reason, moment, in: &state)
        case .failed(let reason):
            state.connection = .failed(reason: reason)
            state.note(.connectionFailed, .failure, reason, at: moment)
        case .server(let event):
            if state.connection == .waiting { state.connection = .open }
            observe(event, moment, in: &state)
        case .client:
            if state.connection == .waiting { state.connection = .open }
        case .mark, .other: break
        }
        warnOfExpiry(moment, in: &state)
    }

    private mutating func observe(
        _ event: ServerEvent, _ moment: Moment, in state: inout SessionState
    ) {
        switch event {
        case .sessionCreated(let session):
            hasWarnedOfExpiry = false
            state.connection = .open
            update(session, in: &state)
        case .sessionUpdated(let session): update(session, in: &state)
        case .rateLimitsUpdated(let limits):
            for limit in limits { update(limit, moment, in: &state) }
        default: break
        }
    }

    private func update(_ session: SessionInfo, in state: inout SessionState) {
        if !session.id.isEmpty { state.sessionID = session.id }
        state.model = session.model ?? state.model
        state.voice = session.voice ?? state.voice
        state.instructions = session.instructions ?? state.instructions
        state.transcriptionModel = session.transcriptionModel ?? state.transcriptionModel
        state.toolCount = session.tools
        state.inputFormat = session.inputAudioFormat
        state.outputFormat = session.outputAudioFormat
        state.interruptsResponses = session.turnDetection?["interrupt_response"]?.boolValue ?? true
        state.transcribesSpeech = session.transcriptionModel != nil
        let detection = session.turnDetection
        state.answersSpeech =
            detection?.objectValue != nil && detection?["create_response"]?.boolValue ?? true
            && session.type != "transcription"
        if let expiry = session.expiresAt, let start = startedAtUnixSeconds {
            state.expiresAt = .zero + .seconds(Double(expiry) - start)
        }
    }

    private mutating func update(
        _ limit: RateLimit, _ moment: Moment, in state: inout SessionState
    ) {
        let new = RateLimitState(
            name: limit.name, limit: limit.limit, remaining: limit.remaining,
            resetSeconds: limit.resetSeconds, updatedAt: moment.time)
        if let index = state.rateLimits.firstIndex(where: { $0.name == limit.name }) {
            state.rateLimits[index] = new
        } else if state.rateLimits.count < 16 {
            state.rateLimits.append(new)
        }
        guard let share = new.remainingShare else { return }
        if share >= Self.lowShare {
            lowLimits.removeAll { $0 == limit.name }
        } else if !lowLimits.contains(limit.name), lowLimits.count < 16 {
            lowLimits.append(limit.name)
            let percent = Int((share * 100).rounded())
            state.note(
                .rateLimitLow, .warning, "\(percent) % of the \(limit.name) limit is left",
                at: moment)
        }
    }

    private func close(
        _ code: Int?, _ reason: String, _ moment: Moment, in state: inout SessionState
    ) {
        state.connection = .closed(code: code, reason: reason)
        let isNormal = code == nil || code == 1000
        let words = [code.map(String.init), reason.isEmpty ? nil : reason].compactMap { $0 }
        state.note(
            .connectionClosed, isNormal ? .info : .failure,
            words.isEmpty ? "closed" : "closed: " + words.joined(separator: " "), at: moment)
    }

    private mutating func warnOfExpiry(_ moment: Moment, in state: inout SessionState) {
        guard !hasWarnedOfExpiry, let left = state.expiresIn, left <= Self.expiryWarning else {
            return
        }
        hasWarnedOfExpiry = true
        let seconds = Int(left.seconds.rounded())
        state.note(
            .sessionExpiring, .warning,
            seconds > 0 ? "the session expires in \(seconds) s" : "the session has expired",
            at: moment)
    }
}
