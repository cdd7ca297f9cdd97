import Dynamics
import SequenceMatching
import Timeline

/// Searches the series for the numeric and acoustic patterns of the library.
///
/// Runs after the analyzer that feeds the series and takes what is new in them. Per sample O(m) for
/// each pattern of length m.
struct SeriesSearchAnalyzer: Sendable {
    /// The search in one series.
    private struct Follower: Sendable {
        var search: SeriesPatternSearch
        /// Places of its patterns in the configuration, behind those of events and words.
        var numbers: [Int]
        var seen: UInt64 = 0
    }

    private var followers: [Follower] = []

    init(configuration: EngineConfiguration) {
        let first = configuration.patterns.count
        for kind in configuration.series {
            let numbers = configuration.seriesPatterns.indices.filter {
                guard let name = configuration.seriesPatterns[$0].series else { return true }
                return SeriesKind(named: name) == kind
            }
            followers.append(
                Follower(
                    search: SeriesPatternSearch(
                        patterns: numbers.map { configuration.seriesPatterns[$0] }),
                    numbers: numbers.map { first + $0 }))
        }
    }

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        guard moment.token != nil || !moment.levels.isEmpty else { return }
        for index in followers.indices where index < state.series.count {
            let observed = state.series[index].phaseSpace.observed
            let kept = UInt64(state.series[index].phaseSpace.count)
            let new = Int(min(observed - followers[index].seen, kept))
            followers[index].seen = observed
            guard new > 0, !followers[index].numbers.isEmpty else { continue }
            for back in (0..<new).reversed() {
                let sample = state.series[index].phaseSpace.sample(back: back)
                observe(sample, series: index, moment, in: &state)
            }
        }
    }

    private mutating func observe(
        _ sample: Double, series index: Int, _ moment: Moment, in state: inout SessionState
    ) {
        for match in followers[index].search.observe(sample) {
            report(match, series: index, moment, in: &state)
        }
    }

    private func report(
        _ match: SeriesMatch, series index: Int, _ moment: Moment, in state: inout SessionState
    ) {
        let stamps = state.series[index].stamps
        let first = stamps.position(ofNumber: match.start) ?? 0
        let last = stamps.position(ofNumber: match.end) ?? max(first, stamps.count - 1)
        state.hits.append(
            PatternHit(
                id: state.hits.total, pattern: followers[index].numbers[match.pattern],
                name: followers[index].search.patterns[match.pattern].name,
                start: stamps[first].sequence, end: stamps[last].sequence, time: moment.time,
                edits: 0, confidence: match.confidence,
                excerpt: "\(match.end - match.start + 1) samples of "
                    + state.series[index].kind.title,
                difference: match.difference))
    }
}
