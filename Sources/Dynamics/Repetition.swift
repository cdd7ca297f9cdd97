/// Whether a series repeats itself sample for sample after a fixed lag.
///
/// Cycles with jumps and pulses have more harmonics than lines can be fitted, but they come back.
/// The mean square of the difference to the samples a lag later is, over twice the variance, 0 for a
/// cycle, the share of the noise for a noisy one, and 1 for what does not come back. In a cycle it
/// is the same after two, three and four lags; in chaos it grows.
struct Repetition {
    /// Samples per cycle.
    let period: Double
    /// The mean square difference after one cycle over twice the variance.
    let difference: Double

    /// Nil when nothing repeats. O(n²/60) and, for the few lags that look good, O(n).
    init?(_ series: [Double]) {
        let variance = Moments(series).variance
        let longest = (series.count - 64) / 4
        guard variance > 0, longest >= 2 else { return nil }
        func difference(_ lag: Int, every step: Int) -> Double {
            let pairs = series.count - lag
            var (sum, count) = (0.0, 0)
            var place = 0
            while place < pairs {
                let apart = series[place + lag] - series[place]
                sum += apart * apart
                count += 1
                place += step
            }
            return sum / Double(count) / (2 * variance)
        }
        // Every 13th sample tells whether a lag is worth a full look: rarely do 1/13 of the samples
        // agree and the others not.
        let rough = (0...longest).map { difference($0, every: 13) }
        guard let least = rough[2...].min(), least < 0.3 else { return nil }
        let promising = (2...longest).filter { rough[$0] <= 2 * least + 0.02 }
        let exact = promising.map { difference($0, every: 1) }
        guard let best = exact.min(), best < 0.3 else { return nil }
        guard let place = exact.firstIndex(where: { $0 <= 1.3 * best + 1e-6 }) else { return nil }
        let lag = promising[place]
        // What never left has not come back.
        guard rough[1..<lag].contains(where: { $0 > 0.3 }) else { return nil }
        let again = (2...4).map { difference($0 * lag, every: 1) }
        let limit = 1.5 * exact[place] + 0.001
        guard again.allSatisfy({ $0 <= limit }) else { return nil }
        self.difference = exact[place]
        period = Self.divided(lag) { difference($0, every: 1) }
    }

    /// The lag over the greatest number of parts at each of which the series nearly comes back.
    private static func divided(_ lag: Int, _ difference: (Int) -> Double) -> Double {
        for parts in stride(from: lag / 2, to: 1, by: -1) {
            let part = Double(lag) / Double(parts)
            let repeats = (1..<parts).allSatisfy {
                difference(Int((Double($0) * part).rounded())) < 0.25
            }
            if repeats { return part }
        }
        return Double(lag)
    }

    /// Whether nothing but rounding tells the cycles apart.
    var isExact: Bool { difference < 1e-9 }

    /// Whether the difference is noise that the past does not know, or nothing at all.
    func explains(_ predictionError: Double) -> Bool {
        difference < 0.001 || predictionError > 0.5 * difference
    }
}
