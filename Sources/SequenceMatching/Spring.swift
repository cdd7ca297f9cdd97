/// A stretch of a stream that a query warps to.
package struct SubsequenceMatch: Sendable, Equatable {
    /// First and last position, inclusive, counted from 0 over the stream.
    package var start: Int
    package var end: Int
    /// The sum of squared differences along the warping path.
    package var cost: Double

    package init(start: Int, end: Int, cost: Double) {
        self.start = start
        self.end = end
        self.cost = cost
    }
}

/// Finds in a stream the disjoint stretches that a query warps to within a threshold.
///
/// SPRING (Sakurai, Faloutsos and Yamamuro, Stream Monitoring under the Time Warping Distance, ICDE
/// 2007): of overlapping stretches only the cheapest is reported, as soon as no other that began
/// before its end can become cheaper; an exact one thus at once. O(m) time and memory per sample. A
/// NaN or infinite sample is a gap that no stretch spans.
package struct Spring: Sendable {
    /// The greatest sum of squared differences that counts.
    package let threshold: Double
    private var column: SpringColumn
    /// The number of samples observed so far.
    package private(set) var position = 0
    private var open: SubsequenceMatch?
    /// Stretches up to here are to be dropped after the next sample: the match was reported with its
    /// last sample, while the paper does so one sample later.
    private var settled: Int?

    package init(query: [Double], threshold: Double) {
        precondition(allFinite(query), "a query has finite samples")
        self.threshold = threshold
        column = SpringColumn(query: query)
    }

    /// Takes in the next sample; the match that became final with it, if one did.
    package mutating func observe(_ sample: Double) -> SubsequenceMatch? {
        column.step(sample, at: position, limit: threshold)
        defer { position += 1 }
        if let reported = settled {
            column.drop(through: reported)
            settled = nil
        }
        var final: SubsequenceMatch?
        if let held = open, !column.canImprove(on: held.cost, endingAt: held.end) {
            column.drop(through: held.end)
            open = nil
            final = held
        }
        let (cost, start) = column.match
        if cost <= threshold, cost < open?.cost ?? .infinity {
            open = SubsequenceMatch(start: start, end: position, cost: cost)
            if final == nil, !column.canImprove(on: cost, endingAt: position) {
                final = open
                open = nil
                settled = position
            }
        }
        return final
    }

    /// What is still open at the end of the stream.
    package mutating func finish() -> SubsequenceMatch? {
        defer { open = nil }
        return open
    }
}

/// The stretch of a stream that a query warps to most cheaply, so far. O(m) per sample, less the
/// cheaper it is.
package struct BestSubsequence: Sendable {
    private var column: SpringColumn
    private var position = 0
    package private(set) var best: SubsequenceMatch?

    private let limit: Double

    /// Follows the stream; stretches that cost more than `limit` do not count.
    package init(query: [Double], limit: Double = .greatestFiniteMagnitude) {
        precondition(allFinite(query), "a query has finite samples")
        self.limit = limit
        column = SpringColumn(query: query)
    }

    /// Takes in the next sample; true when it ends a cheaper stretch than any before.
    package mutating func observe(_ sample: Double) -> Bool {
        column.step(sample, at: position, limit: best?.cost ?? limit)
        defer { position += 1 }
        let (cost, start) = column.match
        guard cost <= limit, cost < best?.cost ?? .infinity else { return false }
        best = SubsequenceMatch(start: start, end: position, cost: cost)
        return true
    }
}

/// Follows many queries in one stream.
package struct SpringBank: Sendable {
    private var springs: [Spring]

    package init(queries: [(query: [Double], threshold: Double)]) {
        springs = queries.map { Spring(query: $0.query, threshold: $0.threshold) }
    }

    /// Takes in the next sample; the matches that became final with it and whose they are.
    package mutating func observe(_ sample: Double) -> [(query: Int, match: SubsequenceMatch)] {
        var matches: [(query: Int, match: SubsequenceMatch)] = []
        for index in springs.indices {
            if let match = springs[index].observe(sample) { matches.append((index, match)) }
        }
        return matches
    }
}
