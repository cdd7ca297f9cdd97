/// How often stretches that are alike stay alike for one more sample.
///
/// Richman and Moorman (American Journal of Physiology 278, 2000): the negative logarithm of the
/// share of pairs of stretches of `length` within `tolerance` in every sample whose next samples
/// are within it, too.
package enum SampleEntropy {
    /// Nil when no pair stays alike, or the series is too short. O(n²), with sorting by value so
    /// that only pairs within the tolerance in their first sample are looked at.
    package static func value(_ series: [Double], length: Int = 2, tolerance: Double) -> Double? {
        precondition(length >= 1 && tolerance >= 0, "a stretch has a length")
        let count = series.count - length
        guard count >= 2 else { return nil }
        let order = (0..<count).sorted { (series[$0], $0) < (series[$1], $1) }
        var (alike, longer) = (0, 0)
        for place in order.indices {
            let first = order[place]
            var other = place + 1
            while other < order.count, series[order[other]] - series[first] <= tolerance {
                let second = order[other]
                other += 1
                guard matches(series, first, second, length, tolerance) else { continue }
                alike += 1
                let next = (series[first + length] - series[second + length]).magnitude
                if next <= tolerance { longer += 1 }
            }
        }
        guard alike > 0, longer > 0 else { return nil }
        return Mathematics.log(Double(alike) / Double(longer))
    }

    private static func matches(
        _ series: [Double], _ first: Int, _ second: Int, _ length: Int, _ tolerance: Double
    ) -> Bool {
        for offset in 0..<length
        where (series[first + offset] - series[second + offset]).magnitude > tolerance {
            return false
        }
        return true
    }
}
