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
    /// What is new in a series, kept for its room.
    private var samples: [Double] = []

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
            samples.removeAll(keepingCapacity: true)
            state.series[index].phaseSpace.read(from: followers[index].seen, into: &samples)
            followers[index].seen = state.series[index].phaseSpace.observed
            guard !followers[index].numbers.isEmpty else { continue }
            for sample in samples { observe(sample, series: index, moment, in: &state) }
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
