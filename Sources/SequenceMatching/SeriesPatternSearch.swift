/// Finds occurrences of many series patterns in one stream of numbers.
///
/// Each pattern has its own `Spring` or `NormalisedSearch`; a report's confidence comes from a
/// permutation test of the stream's last samples. Neighbouring samples of a measured series are
/// alike, so not samples but blocks of a quarter of the pattern change places: the null hypothesis
/// keeps the stream's small-scale texture and gives up its order. O(m) a sample and pattern; a test,
/// once a report, O(m) per sample of the window and permutation.
package struct SeriesPatternSearch: Sendable {
    private enum Follower: Sendable {
        case byValue(Spring)
        case byShape(NormalisedSearch)
        /// Samples that nothing can match.
        case none
    }

    package let patterns: [SeriesPattern]
    private var followers: [Follower]
    private var recent: RecentColumns
    private let window: Int
    /// The number of samples observed so far.
    package private(set) var position = 0

    /// A search for `patterns`; one that is empty or not finite never matches.
    package init(patterns: [SeriesPattern]) {
        self.patterns = patterns
        followers = patterns.map(Self.follower)
        let longest = patterns.reduce(1) { max($0, $1.samples.count) }
        window = max(256, 8 * longest)
        recent = RecentColumns(columns: 1, capacity: window)
    }

    /// Takes in the next sample; the matches that became final with it, by pattern.
    package mutating func observe(_ sample: Double) -> [SeriesMatch] {
        recent.push()
        recent[0, 0] = sample
        position += 1
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
            confidence: confidence(of: index, cost: match.cost))
    }

    private func confidence(of index: Int, cost: Double) -> Double? {
        let pattern = patterns[index]
        let length = min(position, window)
        let block = (pattern.samples.count + 3) / 4
        // Fewer than sixteen blocks have too little order to lose.
        guard pattern.samples.count > 1, length >= 16 * block else { return nil }
        let samples = (0..<length).reversed().map { recent[0, $0] }
        var blocks = stride(from: 0, to: length, by: block).map {
            $0..<min(length, $0 + block)
        }
        var easier = pattern
        easier.tolerance = (cost / Double(pattern.samples.count)).squareRoot()
        let seed = UInt64(truncatingIfNeeded: index) &<< 48 ^ UInt64(truncatingIfNeeded: position)
        return PermutationTest(seed: seed).confidence { random in
            random.shuffle(&blocks)
            var follower = Self.follower(easier)
            for block in blocks {
                for place in block where Self.observe(&follower, samples[place]) != nil {
                    return true
                }
            }
            switch follower {
            case .byValue(var spring): return spring.finish() != nil
            case .byShape(var search): return search.finish() != nil
            case .none: return false
            }
        }
    }
}
