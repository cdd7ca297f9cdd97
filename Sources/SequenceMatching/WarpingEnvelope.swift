/// The least and greatest value of a series within `radius` of each place: what a warped partner
/// can meet.
///
/// Two monotone queues (Lemire, Faster Retrieval with a Two-Pass Dynamic-Time-Warping Lower Bound,
/// Pattern Recognition 2009): O(n) whatever the radius.
package struct WarpingEnvelope: Sendable, Equatable {
    package private(set) var lower: [Double]
    package private(set) var upper: [Double]
    package let radius: Int

    package init(of series: [Double], radius: Int) {
        precondition(radius >= 0, "a warping radius is not negative")
        self.radius = radius
        upper = Self.extremes(of: series, radius: radius) { $0 >= $1 }
        lower = Self.extremes(of: series, radius: radius) { $0 <= $1 }
    }

    /// The first value of each window in the order of `beats`.
    @inline(__always)
    private static func extremes(
        of series: [Double], radius: Int, _ beats: (Double, Double) -> Bool
    ) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(series.count)
        // Places whose values may still be the extreme of a window, from `head` on.
        var queue = [Int](repeating: 0, count: series.count)
        var (head, tail) = (0, 0)
        for end in 0..<series.count + min(radius, series.count) {
            if end < series.count {
                while tail > head, beats(series[end], series[queue[tail - 1]]) { tail -= 1 }
                queue[tail] = end
                tail += 1
            }
            let place = end - radius
            if place < 0 || place >= series.count { continue }
            if queue[head] < place - radius { head += 1 }
            result.append(series[queue[head]])
        }
        // A radius beyond the series: every window is all of it.
        while result.count < series.count { result.append(series[queue[head]]) }
        return result
    }

    /// Keogh's lower bound for the path cost of `query` within this radius of the envelope's series
    /// (LB_Keogh, VLDB 2002), for series of equal length; stops once it exceeds `limit`. O(n).
    package func lowerBound(
        for query: [Double], cost: SeriesCost = .squared, limit: Double = .infinity
    ) -> Double {
        precondition(query.count == lower.count, "Keogh's bound is for series of equal length")
        var sum = 0.0
        for place in query.indices {
            let value = query[place]
            let outside = max(value - upper[place], lower[place] - value, 0)
            sum += cost == .squared ? outside * outside : outside
            if sum > limit { return sum }
        }
        return sum
    }
}

/// A lower bound for the path cost from the ends alone: every path pairs the first two and the last
/// two elements (LB_Kim in the form of Rakthanmanon et al., KDD 2012). O(1).
package func endsLowerBound(_ a: [Double], _ b: [Double], cost: SeriesCost = .squared) -> Double {
    guard let firstA = a.first, let firstB = b.first, let lastA = a.last, let lastB = b.last else {
        return 0
    }
    let (first, last) = ((firstA - firstB).magnitude, (lastA - lastB).magnitude)
    let single = a.count == 1 && b.count == 1
    if cost == .squared { return first * first + (single ? 0 : last * last) }
    return first + (single ? 0 : last)
}
