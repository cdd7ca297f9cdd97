/// The delay of an embedding, chosen from the data.
///
/// The first minimum of the mutual information, where neighbouring samples resemble each other. A
/// series whose autocorrelation falls below 1/e within one sample is not oversampled: there the
/// minimum would only be noise, and successive samples are already the best coordinates.
package enum DelaySelection {
    /// O(n · lags).
    package static func delay(_ series: [Double], longest: Int = 100) -> Int {
        let lags = max(1, min(longest, series.count / 10))
        guard isOversampled(series) else { return 1 }
        let information = MutualInformation(series, lags: lags, untilMinimum: true)
        let minimum = information.firstMinimum ?? lags
        let zero = autocorrelation(series, lags: minimum).firstIndex { $0 <= 0 } ?? minimum
        return max(1, zero)
    }

    /// Whether neighbouring samples resemble each other, as those of a sampled flow do.
    package static func isOversampled(_ series: [Double]) -> Bool {
        let correlation = autocorrelation(series, lags: 1)
        return correlation.count > 1 && correlation[1] >= 0.36787944117144233
    }

    /// The samples along the orbit that do not count as neighbours (Theiler 1986).
    ///
    /// Four delays are about one turn of an oscillation, whose delay is a quarter of it.
    package static func theilerWindow(delay: Int, isOversampled: Bool) -> Int {
        isOversampled ? 4 * delay : 10
    }

    /// The correlation of the series with itself 0 … `lags` samples later.
    package static func autocorrelation(_ series: [Double], lags: Int) -> [Double] {
        let moments = Moments(series)
        guard moments.variance > 0 else { return [] }
        let deviations = series.map { $0 - moments.mean }
        return (0...min(lags, series.count - 1)).map { lag in
            var sum = 0.0
            for place in lag..<deviations.count {
                sum += deviations[place] * deviations[place - lag]
            }
            return sum / (moments.variance * Double(series.count))
        }
    }
}
