package import RealtimeProtocol
package import Timeline

/// Everything that is known of one session; what the screen and the JSON show.
package struct SessionState: Sendable, Identifiable {
    package let id: SourceID
    package internal(set) var connection = Connection.waiting
    package internal(set) var sessionID: String?
    package internal(set) var model: String?
    package internal(set) var voice: String?
    package internal(set) var instructions: String?
    package internal(set) var transcriptionModel: String?
    package internal(set) var toolCount = 0
    package internal(set) var inputFormat = AudioFormat.pcm24k
    package internal(set) var outputFormat = AudioFormat.pcm24k
    /// Whether the server stops its answer when the user speaks (`interrupt_response`).
    package internal(set) var interruptsResponses = true
    /// Whether the server answers by itself when speech ends (`create_response`); false until the
    /// session's settings were seen.
    package internal(set) var answersSpeech = false
    /// Whether the user's audio is transcribed, as the session's settings last said.
    package internal(set) var transcribesSpeech = false
    /// The dialects of the protocol that were met, in order of appearance.
    package internal(set) var dialects: [String] = []
    package internal(set) var clock: ClockQuality
    /// The first event's time.
    package internal(set) var startedAt: Instant
    /// The last event's time.
    package internal(set) var now: Instant
    package internal(set) var eventCount: UInt64 = 0
    package internal(set) var receivedCount: UInt64 = 0
    package internal(set) var sentCount: UInt64 = 0
    package internal(set) var byteCount: UInt64 = 0
    package internal(set) var unknownEventCounts = NameCounts()
    package internal(set) var unknownFieldCounts = NameCounts()
    package internal(set) var undecodable = 0
    /// When the session expires, on the log's clock; nil while that cannot be known.
    package internal(set) var expiresAt: Instant?
    package internal(set) var lastReceivedAt: Instant?
    /// Responses that have begun and not ended.
    package internal(set) var activeResponses = 0
    package internal(set) var conversation = Conversation()
    package internal(set) var turns = Window<Turn>(limit: 512)
    package internal(set) var tokens = TokenStatistics()
    package internal(set) var audio = AudioStatistics()
    package internal(set) var spending = Spending()
    package internal(set) var rateLimits: [RateLimitState] = []
    package internal(set) var findings = Window<Finding>(limit: 1000)
    package internal(set) var series: [SeriesState] = []
    package internal(set) var hits = Window<PatternHit>(limit: 1000)
    package internal(set) var properties: [PropertyState] = []
    package internal(set) var marks: [TimelineMark] = []
    package internal(set) var streams: [StreamStatistics] = []
    package internal(set) var log = EventLog()

    package init(id: SourceID, startedAt: Instant = .zero, clock: ClockQuality = .measured) {
        self.id = id
        self.startedAt = startedAt
        self.clock = clock
        now = startedAt
    }

    package var unknownEvents: [CountedName] { unknownEventCounts.names }
    package var unknownFields: [CountedName] { unknownFieldCounts.names }

    /// Until the session expires, at the last event.
    package var expiresIn: Interval? { expiresAt.map { $0 - now } }

    /// Since something was last received, at the last event.
    package var silence: Interval { now - (lastReceivedAt ?? startedAt) }
}

/// What the times of a recording are worth.
package enum ClockQuality: String, Sendable, CaseIterable {
    /// Every event has its own measured time.
    case measured
    /// Some events have one; the others were put in between.
    case partial
    /// Only the order is known.
    case none
}
