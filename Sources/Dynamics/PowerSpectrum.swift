/// How the variance of a series is spread over frequencies.
///
/// The periodogram under Hann's window, one-sided, scaled so that its sum is the windowed variance.
/// The newest samples are used, as many as the transform can take (factors 2, 3 and 5).
package struct PowerSpectrum: Sendable, Equatable {
    /// The power at the frequencies 0, `resolution`, 2 · `resolution`, … up to half a cycle a sample.
    package let powers: [Double]
    /// Cycles per sample from one power to the next; 0 for an empty series.
    package let resolution: Double

    /// O(n log n).
    package init(_ series: [Double]) {
        let count = FourierTransform.length(atMost: series.count)
        guard count > 0 else {
            (powers, resolution) = ([], 0)
            return
        }
        let kept = Array(series.suffix(count))
        let mean = Moments(kept).mean
        var energy = 0.0
        var real = kept.indices.map { place in
            let turn = 2 * Mathematics.pi * (Double(place) + 0.5) / Double(count)
            let weight = 1 - Mathematics.sineCosine(turn).cosine
            energy += weight * weight
            return weight * (kept[place] - mean)
        }
        var imaginary = [Double](repeating: 0, count: count)
        var transform = FourierTransform(count: count)
        transform.forward(&real, &imaginary)
        let scale = energy > 0 ? 1 / (energy * Double(count)) : 0
        powers = (0...(count / 2)).map { bin in
            let power = (real[bin] * real[bin] + imaginary[bin] * imaginary[bin]) * scale
            let isShared = bin > 0 && 2 * bin != count
            return isShared ? 2 * power : power
        }
        resolution = 1 / Double(count)
    }

    /// The powers in decibels below the greatest, none lower than -`range`.
    package func decibels(range: Double) -> [Double] {
        let most = powers.max() ?? 0
        guard most > 0 else { return powers.map { _ in -range } }
        return powers.map { power in
            let ratio = max(power / most, 1e-30)
            return max(-range, 4.342944819032518 * Mathematics.log(ratio))
        }
    }
}
