/// The fundamental frequency of a short stretch of sound, by YIN.
///
/// De Cheveigné and Kawahara (Journal of the Acoustical Society of America 111, 2002): the first lag
/// at which the stretch differs from itself by far less than at the lags before it, refined by a
/// parabola. O(length · lags), about 10 000 steps for 50 ms at 4 kHz.
package struct PitchEstimator: Sendable {
    /// Samples per second.
    package let rate: Double
    /// Samples in a stretch.
    package let length: Int
    private let shortestLag: Int
    private let longestLag: Int
    /// How unlike itself, 0 … 1, a stretch with a pitch may be.
    private static let unlikeness: Float = 0.2

    /// Frequencies from `lowest` to `highest` hertz are looked for.
    package init(rate: Double, lowest: Double = 60, highest: Double = 400) {
        precondition(rate >= 4 * highest && lowest > 0, "a pitch needs four samples a cycle")
        self.rate = rate
        shortestLag = max(2, Int(rate / highest) - 1)
        longestLag = Int(rate / lowest) + 1
        length = 3 * longestLag
    }

    /// The frequency in hertz; nil for silence and for sound without a pitch.
    package func frequency(_ samples: [Float]) -> Double? {
        precondition(samples.count == length, "the stretch has one length")
        let window = (length - longestLag) / 8
        var energy: Float = 0
        for sample in samples { energy += sample * sample }
        guard energy / Float(length) > 1e-5 else { return nil }
        var unlike = [Float](repeating: 1, count: longestLag + 1)
        var total: Float = 0
        for lag in 1...longestLag {
            let difference = difference(samples, lag: lag, blocks: window)
            total += difference
            unlike[lag] = total > 0 ? difference * Float(lag) / total : 1
        }
        guard
            var lag = (shortestLag..<longestLag).first(where: { unlike[$0] < Self.unlikeness })
        else { return nil }
        while lag < longestLag, unlike[lag + 1] < unlike[lag] { lag += 1 }
        guard lag < longestLag else { return nil }
        let (before, here, after) = (unlike[lag - 1], unlike[lag], unlike[lag + 1])
        let bend = before - 2 * here + after
        let shift = bend > 0 ? (before - after) / (2 * bend) : 0
        return rate / (Double(lag) + Double(max(-0.5, min(0.5, shift))))
    }

    /// The sum of the squared differences to the samples `lag` later, eight at a time.
    private func difference(_ samples: [Float], lag: Int, blocks: Int) -> Float {
        unsafe samples.withUnsafeBytes { bytes in
            var sum = SIMD8<Float>()
            for block in 0..<blocks {
                let here = unsafe bytes.loadUnaligned(
                    fromByteOffset: 32 * block, as: SIMD8<Float>.self)
                let there = unsafe bytes.loadUnaligned(
                    fromByteOffset: 32 * block + 4 * lag, as: SIMD8<Float>.self)
                let apart = here - there
                sum += apart * apart
            }
            return sum.sum()
        }
    }
}
