import RealtimeProtocol
import Timeline

/// Gaps, jitter and rate of tokens; a token is one delta of the assistant's text or transcript.
struct TokenAnalyzer: Analyzer {
    private var lastResponse = ""
    private var lastAt: Instant?

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        guard let token = moment.token else { return }
        state.tokens.total += 1
        guard state.hasClock else { return }
        state.tokens.count(at: moment.time)
        if let lastAt, token.address.responseID == lastResponse {
            let gap = (moment.time - lastAt).milliseconds
            moment.gap = gap
            state.tokens.add(gap: gap)
        } else {
            lastResponse = token.address.responseID
            state.tokens.lastGap = nil
        }
        lastAt = moment.time
    }
}

extension TokenStatistics {
    fileprivate mutating func add(gap: Double) {
        gaps.add(gap)
        recent.append(gap)
        if let lastGap {
            let difference = (gap - lastGap).magnitude
            let jitter = jitterMilliseconds ?? 0
            jitterMilliseconds = jitter + (difference - jitter) / 16
        }
        lastGap = gap
    }

    /// Counts a token in its second; seconds that were skipped are emptied.
    fileprivate mutating func count(at now: Instant) {
        let second = now.nanoseconds / 1_000_000_000
        let size = Int64(Self.rateWindowSeconds)
        if firstAt == nil {
            firstAt = now
            lastSecond = second
        }
        while lastSecond < second {
            lastSecond = Swift.max(lastSecond + 1, second - size + 1)
            secondCounts[Int(lastSecond % size)] = 0
        }
        secondCounts[Int(second % size)] += 1
    }
}
