package import Timeline

/// A failure, a warning, or something worth a look, with its place in the log.
package struct Finding: Identifiable, Equatable, Sendable {
    package enum Severity: String, Sendable, CaseIterable {
        case info, warning, failure
    }

    /// Its number in the session, from 0.
    package var id: Int
    package var time: Instant
    package var sequence: UInt64
    package var severity: Severity
    package var kind: FindingKind
    package var message: String
    /// The client event that caused it.
    package var cause: UInt64?
    package var responseID: String?

    package init(
        id: Int, time: Instant, sequence: UInt64, severity: Severity, kind: FindingKind,
        message: String, cause: UInt64? = nil, responseID: String? = nil
    ) {
        self.id = id
        self.time = time
        self.sequence = sequence
        self.severity = severity
        self.kind = kind
        self.message = message
        self.cause = cause
        self.responseID = responseID
    }
}

/// The kinds of findings; each is defined in `docs/METRICS.md`.
package enum FindingKind: String, Sendable, CaseIterable {
    case responseFailed
    case responseIncomplete
    case responseCancelled
    case apiError
    case activeResponseRace
    case toolCallWithoutSpeech
    case lateTranscript
    case outOfOrder
    case lateDelta
    case textMismatch
    case wrongTruncation
    case underrun
    case heardVersusGenerated
    case payloadTruncated
    case transcriptionFailed
    case toolFailed
    case unknownEvent
    case undecodable
    case usageMissing
    case rateLimitLow
    case sessionExpiring
    case connectionClosed
    case connectionFailed
    case binaryFrame
    case clockWentBack
    case repetition

    package var title: String {
        switch self {
        case .responseFailed: "response failed"
        case .responseIncomplete: "response incomplete"
        case .responseCancelled: "response cancelled"
        case .apiError: "error"
        case .activeResponseRace: "active-response race"
        case .toolCallWithoutSpeech: "tool call, then no speech"
        case .lateTranscript: "late transcript"
        case .outOfOrder: "out of order"
        case .lateDelta: "delta after the end"
        case .textMismatch: "text differs from its deltas"
        case .wrongTruncation: "wrong audio_end_ms"
        case .underrun: "audio underrun"
        case .heardVersusGenerated: "heard less than generated"
        case .payloadTruncated: "audio cut by the recorder"
        case .transcriptionFailed: "transcription failed"
        case .toolFailed: "tool failed"
        case .unknownEvent: "unknown event"
        case .undecodable: "undecodable"
        case .usageMissing: "usage missing"
        case .rateLimitLow: "rate limit low"
        case .sessionExpiring: "session expires"
        case .connectionClosed: "connection closed"
        case .connectionFailed: "connection failed"
        case .binaryFrame: "binary frame"
        case .clockWentBack: "time went back"
        case .repetition: "repetition loop"
        }
    }
}
