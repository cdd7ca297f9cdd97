package import TemporalLogic
package import Timeline

/// The analysis of every session in a log: events in, states out.
///
/// A value without clock, files or threads; the same events give the same states whatever the
/// batches. Copying it is cheap (checkpoints): what was copied is shared until it changes, chunk
/// by chunk. Applying an event is O(1) amortised in the length of the log.
package struct Engine: Sendable {
    package private(set) var configuration: EngineConfiguration
    /// In order of first appearance.
    package private(set) var sessions: [SessionState] = []
    private var analyses: [SessionAnalysis] = []
    /// Where the last event went; sessions come in long runs.
    private var last = 0

    package init(configuration: EngineConfiguration = .standard) {
        self.configuration = configuration
    }

    /// Takes in the next event of the log.
    package mutating func apply(_ event: Event) {
        guard let index = session(of: event) else { return }
        analyses[index].observe(event, in: &sessions[index])
    }

    /// The session with this source, if it has appeared.
    package subscript(id: SourceID) -> SessionState? { sessions.first { $0.id == id } }

    /// Watches other properties from now on; new ones are judged on the events that are kept.
    package mutating func watch(_ properties: [PropertyDefinition]) {
        configuration.properties = properties
        for index in analyses.indices {
            analyses[index].watch(properties, in: &sessions[index])
        }
    }

    /// The states that the properties of a session saw; empty unless they are kept.
    package func propertyStates(session index: Int) -> PropertyStates? {
        analyses.indices.contains(index) ? analyses[index].propertyStates : nil
    }

    /// What a formula says about the events kept of a session; the cost is bounded.
    package func examine(
        _ formula: Formula, session index: Int, withProof: Bool = false
    ) -> PropertyExamination? {
        guard analyses.indices.contains(index) else { return nil }
        return analyses[index].examine(formula, in: sessions[index], withProof: withProof)
    }

    /// The session an event belongs to, made when it is the first of a new one; a bookmark belongs
    /// to the session that was last active.
    private mutating func session(of event: Event) -> Int? {
        if last < sessions.count, sessions[last].id == event.source { return last }
        if let known = sessions.firstIndex(where: { $0.id == event.source }) {
            last = known
            return known
        }
        if case .mark = event.payload { return sessions.isEmpty ? nil : last }
        guard Self.isSession(event.source) else { return nil }
        sessions.append(
            SessionState(
                id: event.source, startedAt: event.time, clock: configuration.clock))
        analyses.append(
            SessionAnalysis(configuration: configuration, in: &sessions[sessions.count - 1]))
        last = sessions.count - 1
        return last
    }

    /// "realtime", and "realtime/…" for further ones.
    private static func isSession(_ source: SourceID) -> Bool {
        source.name == "realtime" || source.name.utf8.starts(with: "realtime/".utf8)
    }
}
