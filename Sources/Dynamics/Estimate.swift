/// A number that was estimated, with its 95 % interval.
package struct Estimate: Sendable, Equatable {
    package var value: Double
    package var low: Double
    package var high: Double

    package init(value: Double, low: Double, high: Double) {
        self.value = value
        self.low = low
        self.high = high
    }

    /// The value with a margin on both sides.
    init(_ value: Double, margin: Double) {
        self.init(value: value, low: value - margin, high: value + margin)
    }

    /// The statistic of the whole series, with the interval that its spread over successive
    /// stretches allows (Student's t over `blocks` means).
    ///
    /// Nil when the whole has no value; without an interval of its own, low and high are the value,
    /// when fewer than three stretches have one. Costs two evaluations of a linear statistic.
    static func blocked(
        _ series: [Double], blocks: Int = 6, _ statistic: ([Double]) -> Double?
    ) -> Estimate? {
        guard let whole = statistic(series) else { return nil }
        let size = series.count / blocks
        let parts = (0..<blocks).compactMap { block in
            statistic(Array(series[(block * size)..<((block + 1) * size)]))
        }
        return Estimate(whole, margin: margin(of: parts))
    }

    /// Half the width of the 95 % interval of the mean of independent values; 0 below three.
    static func margin(of values: [Double]) -> Double {
        guard values.count >= 3 else { return 0 }
        let quantile = values.count <= 4 ? 3.5 : values.count <= 6 ? 2.7 : 2.3
        return quantile * (Moments(values).variance / Double(values.count - 1)).squareRoot()
    }

    /// The same with bounds that the quantity cannot pass.
    func within(_ least: Double, _ most: Double) -> Estimate {
        Estimate(value: value, low: max(low, least), high: min(high, most))
    }
}
