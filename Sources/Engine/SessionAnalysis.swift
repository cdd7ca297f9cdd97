import Timeline

/// The working memory behind a `SessionState`: every analyzer of one session.
struct SessionAnalysis: Sendable {
    private var eventLog = EventLogAnalyzer()

    init(configuration: EngineConfiguration, in state: inout SessionState) {}

    mutating func observe(_ event: Event, in state: inout SessionState) {
        eventLog.observe(event, in: &state)
    }
}
