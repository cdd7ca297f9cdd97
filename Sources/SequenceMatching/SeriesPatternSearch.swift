/// Finds occurrences of many series patterns in one stream of numbers.
///
/// Each pattern has its own `Spring` or `NormalisedSearch`, and a running permutation test for its
/// confidence. O(m) a sample and pattern.
package struct SeriesPatternSearch: Sendable {
    private enum Follower: Sendable {
        case byValue(Spring)
        case byShape(NormalisedSearch)
        /// Samples that nothing can match.
        case none
    }

    package let patterns: [SeriesPattern]
    private var followers: [Follower]
    private var backgrounds: [ShuffledSeries?]
    private var recent: RecentColumns
    /// The number of samples observed so far.
    package private(set) var position = 0

    /// A search for `patterns`; one that is empty or not finite never matches.
    package init(patterns: [SeriesPattern]) {
        self.patterns = patterns
        followers = patterns.map(Self.follower)
        backgrounds = patterns.map { ShuffledSeries($0) }
        let window = backgrounds.reduce(1) { max($0, $1?.window ?? 1) }
        recent = RecentColumns(columns: 1, capacity: window)
    }

    /// Takes in the next sample; the matches that became final with it, by pattern.
    package mutating func observe(_ sample: Double) -> [SeriesMatch] {
        recent.push()
        recent[0, 0] = sample
        position += 1
        for index in backgrounds.indices {
            backgrounds[index]?.advance(over: recent, streamLength: position)
        }
        var matches: [SeriesMatch] = []
        for index in followers.indices {
            if let found = Self.observe(&followers[index], sample) {
                matches.append(report(found, of: index))
            }
        }
        return matches
    }

    /// What is still open at the end of the stream.
    package mutating func finish() -> [SeriesMatch] {
        var matches: [SeriesMatch] = []
        for index in followers.indices {
            let found: SubsequenceMatch?
            switch followers[index] {
            case .byValue(var spring): found = spring.finish()
            case .byShape(var search): found = search.finish()
            case .none: found = nil
            }
            followers[index] = Self.follower(patterns[index])
            if let found { matches.append(report(found, of: index)) }
        }
        return matches
    }

    private static func follower(_ pattern: SeriesPattern) -> Follower {
        guard !pattern.samples.isEmpty, allFinite(pattern.samples) else { return .none }
        switch pattern.comparison {
        case .byValue:
            return .byValue(Spring(query: pattern.samples, threshold: pattern.threshold))
        case .byShape(let radius):
            return NormalisedSearch(
                query: pattern.samples, radius: max(0, radius), threshold: pattern.threshold
            ).map { .byShape($0) } ?? .none
        }
    }

    private static func observe(_ follower: inout Follower, _ sample: Double) -> SubsequenceMatch? {
        switch follower {
        case .byValue(var spring):
            follower = .none
            let found = spring.observe(sample)
            follower = .byValue(spring)
            return found
        case .byShape(var search):
            follower = .none
            let found = search.observe(sample)
            follower = .byShape(search)
            return found
        case .none:
            return nil
        }
    }

    private func report(_ match: SubsequenceMatch, of index: Int) -> SeriesMatch {
        let count = Double(patterns[index].samples.count)
        return SeriesMatch(
            pattern: index, start: match.start, end: match.end,
            difference: (match.cost / count).squareRoot(),
            confidence: backgrounds[index]?.confidence(of: match.cost, streamLength: position))
    }
}
