/// How two series compare under dynamic time warping.
package struct SeriesComparison: Sendable, Equatable {
    package let distance: Double
    /// 1 for series that warp into each other exactly, 0 for those that agree no better than two
    /// unrelated ones would: one minus the path's cost over what the pairs' elements cost against
    /// their series' mean along the path.
    package let similarity: Double
    package let alignment: WarpingPath

    /// nil when no path exists: a series is empty, not finite, or the band too narrow.
    package init?(
        _ left: [Double], _ right: [Double], cost: SeriesCost = .squared, radius: Int? = nil
    ) {
        let warping = DynamicTimeWarping(cost: cost, radius: radius)
        guard let path = warping.path(left, right), !path.pairs.isEmpty else { return nil }
        self.init(path, cost: cost) { pairs in
            Self.spread(pairs.map { left[$0.row] }, cost)
                + Self.spread(pairs.map { right[$0.column] }, cost)
        }
    }

    /// Series of vectors, all of the same number of components, whose costs add up.
    package init?(
        vectors left: [[Double]], _ right: [[Double]], cost: SeriesCost = .squared,
        radius: Int? = nil
    ) {
        let path = WarpingPath(rows: left.count, columns: right.count, radius: radius) {
            row, column in
            var sum = 0.0
            for component in left[row].indices {
                sum += cost.cost(left[row][component], right[column][component])
            }
            return sum
        }
        guard let path, !path.pairs.isEmpty, path.cost.isFinite else { return nil }
        self.init(path, cost: cost) { pairs in
            left[0].indices.reduce(0) { sum, component in
                sum + Self.spread(pairs.map { left[$0.row][component] }, cost)
                    + Self.spread(pairs.map { right[$0.column][component] }, cost)
            }
        }
    }

    /// Series with times of their own, warped in time; nil also when no path keeps within the lag.
    package init?(_ left: TimedSeries, _ right: TimedSeries, by warping: TimedWarping) {
        guard let path = warping.path(left, right), !path.pairs.isEmpty else { return nil }
        self.init(path, cost: .squared) { pairs in
            Self.spread(pairs.map { left.values[$0.row] }, .squared)
                + Self.spread(pairs.map { right.values[$0.column] }, .squared)
        }
    }

    private init(
        _ path: WarpingPath, cost: SeriesCost, spread: ([WarpingPath.Pair]) -> Double
    ) {
        alignment = path
        distance = cost.distance(ofSum: path.cost)
        let unrelated = path.cost == 0 ? 1 : spread(path.pairs)
        similarity = unrelated > path.cost ? 1 - path.cost / unrelated : 0
    }

    /// The sum of the values' costs against their mean.
    private static func spread(_ values: [Double], _ cost: SeriesCost) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + cost.cost($1, mean) }
    }
}
