/// A series with a time for each value, in any unit, never running backwards.
package struct TimedSeries: Sendable, Equatable {
    package let times: [Double]
    package let values: [Double]

    /// nil when the counts differ, a number is not finite, or a time is earlier than the one before.
    package init?(times: [Double], values: [Double]) {
        guard times.count == values.count, allFinite(times), allFinite(values),
            zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 })
        else { return nil }
        self.times = times
        self.values = values
    }
}

/// Dynamic time warping in time instead of in index, for series sampled unevenly.
///
/// Pairs may be at most `maximumLag` apart in time, and each pair adds the square of `stiffness`
/// times its lag to the squared difference of its values, so that of equal values those that
/// happened together are paired. O(n · m).
package struct TimedWarping: Sendable, Equatable {
    package var maximumLag: Double
    package var stiffness: Double

    package init(maximumLag: Double = .infinity, stiffness: Double = 0) {
        precondition(maximumLag >= 0 && stiffness >= 0, "lag and stiffness are not negative")
        self.maximumLag = maximumLag
        self.stiffness = stiffness
    }

    /// The cheapest path, or nil when no path keeps within the lag.
    package func path(_ a: TimedSeries, _ b: TimedSeries) -> WarpingPath? {
        WarpingPath(a.times.count, b.times.count, nil, WarpingPath.cellLimit) { row, column in
            let lag = a.times[row] - b.times[column]
            if lag.magnitude > maximumLag { return .infinity }
            let difference = a.values[row] - b.values[column]
            let late = stiffness == 0 ? 0 : stiffness * lag
            return difference * difference + late * late
        }
    }

    /// The square root of the path's cost; infinite when there is none.
    package func distance(_ a: TimedSeries, _ b: TimedSeries) -> Double {
        path(a, b)?.cost.squareRoot() ?? .infinity
    }
}
