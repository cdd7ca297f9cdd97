import JSONText
import RealtimeProtocol
import TemporalLogic
import Timeline

/// An analyzer adapts one algorithm to the events of a session.
///
/// It keeps its working memory in itself and what others may read in the state; it runs after the
/// analyzers before it in `SessionAnalysis` and may use what they left in the moment.
protocol Analyzer: Sendable {
    mutating func observe(_ moment: inout Moment, in state: inout SessionState)
}

/// The working memory behind a `SessionState`: every analyzer of one session, in the order in
/// which they see an event.
struct SessionAnalysis: Sendable {
    private var names = EventNames()
    private var eventLog = EventLogAnalyzer()
    private var connection: ConnectionAnalyzer
    private var conversation = ConversationAnalyzer()
    private var turns = TurnAnalyzer()
    private var audio: AudioAnalyzer
    private var spending: SpendingAnalyzer
    private var tokens = TokenAnalyzer()
    private var failures = FailureAnalyzer()
    private var order = OrderAnalyzer()
    private var series: SeriesAnalyzer
    private var seriesSearch: SeriesSearchAnalyzer
    private var patterns: PatternAnalyzer
    private var properties: PropertyAnalyzer
    private var streams = StreamAnalyzer()
    private var timeline = TimelineAnalyzer()

    init(configuration: EngineConfiguration, in state: inout SessionState) {
        connection = ConnectionAnalyzer(startedAtUnixSeconds: configuration.startedAtUnixSeconds)
        audio = AudioAnalyzer(tracksPitch: configuration.series.contains(.audioPitch))
        spending = SpendingAnalyzer(prices: configuration.prices)
        series = SeriesAnalyzer(configuration: configuration, in: &state)
        seriesSearch = SeriesSearchAnalyzer(configuration: configuration)
        patterns = PatternAnalyzer(
            patterns: configuration.patterns,
            loopNumber: configuration.patterns.count + configuration.seriesPatterns.count)
        properties = PropertyAnalyzer(configuration: configuration, in: &state)
    }

    mutating func observe(_ event: Event, in state: inout SessionState) {
        var moment = eventLog.moment(of: event, names: &names, in: &state)
        connection.observe(&moment, in: &state)
        conversation.observe(&moment, in: &state)
        turns.observe(&moment, in: &state)
        audio.observe(&moment, in: &state)
        spending.observe(&moment, in: &state)
        tokens.observe(&moment, in: &state)
        order.observe(&moment, in: &state)
        failures.observe(&moment, in: &state)
        series.observe(&moment, in: &state)
        seriesSearch.observe(&moment, in: &state)
        patterns.observe(&moment, names: names, in: &state)
        properties.observe(&moment, names: names, in: &state)
        streams.observe(&moment, in: &state)
        timeline.observe(&moment, in: &state)
    }

    var propertyStates: PropertyStates { properties.states }

    mutating func watch(_ definitions: [PropertyDefinition], in state: inout SessionState) {
        properties.replace(definitions, names: names, in: &state)
    }

    func examine(
        _ formula: Formula, in state: SessionState, withProof: Bool
    ) -> PropertyExamination {
        properties.trace.examine(formula, names: names, log: state.log, withProof: withProof)
    }
}

extension SessionState {
    /// Adds a finding at a moment.
    mutating func note(
        _ kind: FindingKind, _ severity: Finding.Severity, _ message: String, at moment: Moment,
        cause: UInt64? = nil, responseID: String? = nil
    ) {
        findings.append(
            Finding(
                id: findings.total, time: moment.time, sequence: moment.sequence,
                severity: severity, kind: kind, message: message, cause: cause,
                responseID: responseID))
    }

    /// Whether times mean anything.
    var hasClock: Bool { clock != .none }
}
