/// The measures of a recurrence plot at a recurrence rate of 5 %, with their intervals.
///
/// The newest 600 states are looked at; the intervals come from four stretches of them.
package struct RecurrenceMeasures: Sendable, Equatable {
    /// How near two states must be in every coordinate, in the series' unit.
    package var threshold: Double
    package var rate: Estimate
    package var determinism: Estimate
    package var laminarity: Estimate
    package var meanDiagonal: Estimate
    package var diagonalEntropy: Estimate
    package var trappingTime: Estimate
    package var longestDiagonal: Int

    private static let states = 600

    /// Nil with fewer than 60 states. O(states² · dimension).
    package init?(_ series: [Double], dimension: Int, delay: Int) {
        let end = (dimension - 1) * delay
        let kept = Array(series.suffix(Self.states + end))
        guard kept.count - end >= 60,
            let threshold = Self.threshold(kept, dimension: dimension, delay: delay)
        else { return nil }
        self.threshold = threshold
        let whole = RecurrenceQuantification(
            kept, dimension: dimension, delay: delay, threshold: threshold)
        let size = (kept.count - end) / 4
        let parts = (0..<4).map { block in
            RecurrenceQuantification(
                Array(kept[(block * size)..<((block + 1) * size + end)]), dimension: dimension,
                delay: delay, threshold: threshold)
        }
        func estimate(_ value: (RecurrenceQuantification) -> Double, _ most: Double) -> Estimate {
            Estimate(value(whole), margin: Estimate.margin(of: parts.map(value))).within(0, most)
        }
        rate = estimate({ $0.recurrenceRate }, 1)
        determinism = estimate({ $0.determinism }, 1)
        laminarity = estimate({ $0.laminarity }, 1)
        meanDiagonal = estimate({ $0.meanDiagonal }, .infinity)
        diagonalEntropy = estimate({ $0.diagonalEntropy }, .infinity)
        trappingTime = estimate({ $0.trappingTime }, .infinity)
        longestDiagonal = whole.longestDiagonal
    }

    /// The distance within which 5 % of 2000 random pairs of states lie; nil when it is 0.
    package static func threshold(_ series: [Double], dimension: Int, delay: Int) -> Double? {
        let end = (dimension - 1) * delay
        let count = series.count - end
        guard count >= 2 else { return nil }
        var random = RandomSource(seed: 0x5EC)
        var distances = (0..<2000).map { _ in
            let (first, second) = (random.index(below: count), random.index(below: count))
            var distance = 0.0
            var axis = 0
            while axis <= end {
                distance = max(
                    distance, (series[first + axis] - series[second + axis]).magnitude)
                axis += delay
            }
            return distance
        }
        distances.sort()
        let threshold = distances[distances.count / 20]
        if threshold > 0 { return threshold }
        return distances.first { $0 > 0 }
    }
}
