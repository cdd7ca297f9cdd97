package import RealtimeProtocol
package import Timeline

/// One response of the model with what led to it.
package struct Turn: Sendable {
    /// What made the response begin.
    package enum Trigger: String, Sendable, CaseIterable {
        case voice, text, tool
    }

    /// Its number in the session, from 0.
    package var number: Int
    package var trigger: Trigger
    package var responseID: String?
    package var speechEnd: Instant?
    package var committed: Instant?
    /// When the client sent `response.create`.
    package var requested: Instant?
    package var created: Instant?
    /// The first delta of text or transcript.
    package var firstText: Instant?
    package var firstAudio: Instant?
    package var done: Instant?
    package var interruptedAt: Instant?
    package var status: ResponseStatus?
    package var statusReason: String?
    package var error: APIError?
    package var usage: Usage?
    /// In US dollars; nil without usage or without a price for the model.
    package var cost: Double?
    /// Deltas of text or transcript.
    package var textTokens: Int
    /// By the usage, or by the bytes that came while there is none.
    package var audioGeneratedMilliseconds: Double
    package var toolCalls: [String]
    /// The event that began the turn.
    package var sequence: UInt64
    /// Whether the instants were measured; without a clock there is no ladder.
    package var hasClock: Bool

    package init(
        number: Int, trigger: Trigger, responseID: String? = nil, sequence: UInt64 = 0,
        hasClock: Bool = true
    ) {
        self.number = number
        self.trigger = trigger
        self.responseID = responseID
        self.sequence = sequence
        self.hasClock = hasClock
        textTokens = 0
        audioGeneratedMilliseconds = 0
        toolCalls = []
    }
}

/// One rung of a turn's latency ladder.
package struct LadderStep: Equatable, Sendable {
    package enum Name: String, Sendable, CaseIterable {
        case speechEnd, committed, requested, created, firstText, firstAudio, done

        package var title: String {
            switch self {
            case .speechEnd: "speech end"
            case .committed: "commit"
            case .requested: "request"
            case .created: "created"
            case .firstText: "first text"
            case .firstAudio: "first audio"
            case .done: "done"
            }
        }
    }

    package var name: Name
    /// From the reference; nil when it did not happen (yet) or the recording has no clock.
    package var at: Interval?

    package init(name: Name, at: Interval?) {
        self.name = name
        self.at = at
    }
}

package extension Turn {
    /// What the ladder counts from: the end of speech, else the commit, else the request, else the
    /// server's `response.created`.
    var reference: Instant? { speechEnd ?? committed ?? requested ?? created }

    /// The rungs in their normal order.
    var ladder: [LadderStep] {
        let instants: [(LadderStep.Name, Instant?)] = [
            (.speechEnd, speechEnd), (.committed, committed), (.requested, requested),
            (.created, created), (.firstText, firstText), (.firstAudio, firstAudio), (.done, done),
        ]
        return instants.map { LadderStep(name: $0.0, at: interval(to: $0.1)) }
    }

    /// From the reference to the first text or audio, whichever came first; nil when the reference
    /// is the server's own `response.created`.
    var firstResponseLatency: Interval? {
        guard speechEnd != nil || committed != nil || requested != nil else { return nil }
        let first = [firstText, firstAudio].compactMap { $0 }.min()
        return interval(to: first)
    }

    private func interval(to instant: Instant?) -> Interval? {
        guard hasClock, let instant, let reference else { return nil }
        return instant - reference
    }
}
