/// The 0-1 test: near 1 for chaos (and noise), near 0 for regular motion.
///
/// Gottwald and Melbourne (SIAM Journal on Applied Dynamical Systems 8, 2009), correlation form: a
/// series drives a planar rotation, which stays bounded when the motion is regular and diffuses
/// when it is not; the mean-square displacement, freed of its oscillating part, is correlated with
/// time. The median over the angles is taken. An oversampled series has to be thinned and one far from zero
/// centred first.
package enum ZeroOneTest {
    /// Nil with fewer than 100 samples. O(angles · n²/10).
    package static func k(_ series: [Double], angles: Int = 40, seed: UInt64 = 1) -> Double? {
        sorted(series, angles: angles, seed: seed).map(median)
    }

    /// The median with the interval that the order statistics of the angles give it.
    package static func estimate(
        _ series: [Double], angles: Int = 40, seed: UInt64 = 1
    ) -> Estimate? {
        guard let values = sorted(series, angles: angles, seed: seed) else { return nil }
        let half = 0.98 * Double(values.count).squareRoot()
        let low = max(0, Int(Double(values.count) / 2 - half))
        return Estimate(
            value: median(values), low: values[low], high: values[values.count - 1 - low])
    }

    /// The correlation at every angle, ascending.
    private static func sorted(_ series: [Double], angles: Int, seed: UInt64) -> [Double]? {
        guard series.count >= 100 else { return nil }
        guard Moments(series).range > 0 else { return [0] }
        var random = RandomSource(seed: seed)
        return (0..<max(1, angles)).map { _ in
            k(series, angle: Mathematics.pi * (0.2 + 0.6 * random.unit()))
        }.sorted()
    }

    private static func median(_ values: [Double]) -> Double {
        let middle = values.count / 2
        return values.count % 2 == 1
            ? values[middle] : 0.5 * (values[middle] + values[middle - 1])
    }

    /// Every n-th sample, n being the delay at which the mutual information of an oversampled
    /// series is least, so that successive samples say something new.
    package static func thinned(_ series: [Double]) -> [Double] {
        let step = DelaySelection.delay(series)
        return stride(from: 0, to: series.count, by: step).map { series[$0] }
    }

    private static func k(_ series: [Double], angle: Double) -> Double {
        let count = series.count
        let longest = count / 10
        let mean = Moments(series).mean
        var p = [Double](repeating: 0, count: count + 1)
        var q = p
        for place in 0..<count {
            let turn = Mathematics.sineCosine(angle * Double(place + 1))
            p[place + 1] = p[place] + series[place] * turn.cosine
            q[place + 1] = q[place] + series[place] * turn.sine
        }
        let cosine = Mathematics.sineCosine(angle).cosine
        let displacements = (1...longest).map { lag in
            var sum = 0.0
            for place in 1...(count - longest) {
                let (dp, dq) = (p[place + lag] - p[place], q[place + lag] - q[place])
                sum += dp * dp + dq * dq
            }
            let wave = Mathematics.sineCosine(angle * Double(lag)).cosine
            return sum / Double(count - longest) - mean * mean * (1 - wave) / (1 - cosine)
        }
        return correlation(displacements)
    }

    /// Pearson's correlation of the values with their places.
    private static func correlation(_ values: [Double]) -> Double {
        let moments = Moments(values)
        guard moments.variance > 0 else { return 0 }
        let middle = Double(values.count - 1) / 2
        var (sum, spread) = (0.0, 0.0)
        for (place, value) in values.enumerated() {
            let time = Double(place) - middle
            sum += time * (value - moments.mean)
            spread += time * time
        }
        return sum / (spread * moments.variance * Double(values.count)).squareRoot()
    }
}
