/// The sinusoids a series is made of, found one after the other in what the others leave.
///
/// Frequencies are refined to the maximum of the Hann-windowed transform, which is exact to a high
/// power of the length (Laskar's numerical analysis of fundamental frequencies, Physica D 67,
/// 1993); sweeps over all lines then remove their mutual leakage.
/// O(lines · n log n).
struct SpectralLines {
    struct Line: Equatable {
        /// Cycles per sample, 0 … 0.5.
        var frequency: Double
        var cosine: Double
        var sine: Double

        /// The mean square of the sinusoid.
        var power: Double { (cosine * cosine + sine * sine) / 2 }
    }

    /// Whether no further line stands out, as opposed to the limit being reached.
    private(set) var isExhausted = false
    /// Strongest first.
    private(set) var lines: [Line] = []
    private(set) var mean = 0.0
    private let window: [Double]
    private var residual: [Double]
    /// The mean square of what the lines leave of the fitted samples, divided by their variance.
    var residualShare: Double { variance > 0 ? residualPower / variance : 0 }
    private let variance: Double

    /// Prepares `series` without fitting anything.
    init(_ series: [Double]) {
        let count = series.count
        window = (0..<count).map {
            let turn = 2 * Mathematics.pi * (Double($0) + 0.5) / Double(count)
            return 1 - Mathematics.sineCosine(turn).cosine
        }
        residual = series
        variance = Moments(series).variance
        removeMean()
    }

    /// Fits further lines until there are `limit` of them or none stands out from the rest.
    mutating func extend(to limit: Int) {
        guard variance > 0, residual.count >= 16 else { return }
        var transform = FourierTransform(count: FourierTransform.length(atMost: residual.count))
        while !isExhausted, lines.count < limit, residualPower > 1e-10 * variance {
            guard let start = strongest(&transform) else {
                isExhausted = true
                break
            }
            let line = fitted(near: start)
            lines.append(line)
            add(line, times: -1)
            removeMean()
            if lines.count.nonzeroBitCount == 1 && lines.count > 1 { sweep() }
        }
        if residualPower <= 1e-10 * variance { isExhausted = true }
        for _ in 0..<(lines.count > 1 ? 2 : 0) { sweep() }
        lines.sort { $0.power > $1.power }
    }

    /// Adds the multiples of `frequency` up to `limit` of them that are not among the lines.
    mutating func addHarmonics(of frequency: Double, limit: Int) {
        let resolution = 1 / Double(residual.count)
        for multiple in 1...max(1, limit) {
            let wanted = Double(multiple) * frequency
            guard wanted <= 0.5 + 1e-9 else { break }
            if lines.contains(where: { ($0.frequency - wanted).magnitude < resolution }) {
                continue
            }
            let line = projection(wanted)
            lines.append(line)
            add(line, times: -1)
        }
        removeMean()
    }

    /// The lines' sum at a place, counted from the first fitted sample.
    func value(at place: Int) -> Double {
        lines.reduce(mean) { sum, line in
            let turn = Self.angle(line.frequency, place)
            return sum + line.cosine * turn.cosine + line.sine * turn.sine
        }
    }

    private var residualPower: Double {
        residual.reduce(0) { $0 + $1 * $1 } / Double(residual.count)
    }

    private mutating func removeMean() {
        var (sum, weights) = (0.0, 0.0)
        for place in residual.indices {
            sum += window[place] * residual[place]
            weights += window[place]
        }
        let shift = weights > 0 ? sum / weights : 0
        mean += shift
        for place in residual.indices { residual[place] -= shift }
    }

    /// The frequency of the strongest bin when it holds more than noise would: white noise of n
    /// samples exceeds 16 times its mean power with a chance below n · exp(-16).
    private func strongest(_ transform: inout FourierTransform) -> Double? {
        let count = transform.count
        var real = (0..<count).map { residual[$0] * window[$0] }
        var imaginary = [Double](repeating: 0, count: count)
        transform.forward(&real, &imaginary)
        var (best, bestPower, total) = (0, 0.0, 0.0)
        for bin in 1...(count / 2) {
            let power = real[bin] * real[bin] + imaginary[bin] * imaginary[bin]
            total += power
            if power > bestPower { (best, bestPower) = (bin, power) }
        }
        guard bestPower > 16 * total / Double(count / 2) else { return nil }
        return Double(best) / Double(count)
    }

    /// Climbs to the top of the windowed spectrum by parabolas through three points.
    private func fitted(near start: Double) -> Line {
        var frequency = start
        var step = 0.5 / Double(residual.count)
        for _ in 0..<4 {
            let low = power(frequency - step)
            let middle = power(frequency)
            let high = power(frequency + step)
            let bend = low - 2 * middle + high
            let shift = bend < 0 ? 0.5 * (low - high) / bend : (high > low ? 1 : -1)
            frequency += max(-1.5, min(1.5, shift)) * step
            if shift.magnitude < 1 { step *= 0.2 }
        }
        return projection(min(max(frequency, 0), 0.5))
    }

    /// The power of the windowed residual at one frequency.
    private func power(_ frequency: Double) -> Double {
        let turn = Mathematics.sineCosine(2 * Mathematics.pi * frequency)
        var (c, s, xc, xs) = (1.0, 0.0, 0.0, 0.0)
        for place in residual.indices {
            let value = window[place] * residual[place]
            xc += value * c
            xs += value * s
            (c, s) = (c * turn.cosine - s * turn.sine, s * turn.cosine + c * turn.sine)
        }
        return xc * xc + xs * xs
    }

    /// The weighted least-squares sinusoid of one frequency.
    private func projection(_ frequency: Double) -> Line {
        let turn = Mathematics.sineCosine(2 * Mathematics.pi * frequency)
        var (c, s) = (1.0, 0.0)
        var (cc, cs, ss, xc, xs) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for place in residual.indices {
            let weight = window[place]
            let (wc, ws) = (weight * c, weight * s)
            cc += wc * c
            cs += wc * s
            ss += ws * s
            xc += wc * residual[place]
            xs += ws * residual[place]
            (c, s) = (c * turn.cosine - s * turn.sine, s * turn.cosine + c * turn.sine)
        }
        let determinant = cc * ss - cs * cs
        guard determinant > 1e-9 * cc * cc else {
            let cosine = cc > 0 ? xc / cc : 0
            return Line(frequency: frequency, cosine: cosine, sine: 0)
        }
        let cosine = (xc * ss - xs * cs) / determinant
        let sine = (xs * cc - xc * cs) / determinant
        return Line(frequency: frequency, cosine: cosine, sine: sine)
    }

    private mutating func add(_ line: Line, times factor: Double) {
        let turn = Mathematics.sineCosine(2 * Mathematics.pi * line.frequency)
        var (c, s) = (factor, 0.0)
        for place in residual.indices {
            residual[place] += line.cosine * c + line.sine * s
            (c, s) = (c * turn.cosine - s * turn.sine, s * turn.cosine + c * turn.sine)
        }
    }

    private mutating func sweep() {
        for place in lines.indices {
            add(lines[place], times: 1)
            lines[place] = fitted(near: lines[place].frequency)
            add(lines[place], times: -1)
        }
        removeMean()
    }

    private static func angle(
        _ frequency: Double, _ place: Int
    ) -> (sine: Double, cosine: Double) {
        let turns = frequency * Double(place)
        return Mathematics.sineCosine(2 * Mathematics.pi * (turns - turns.rounded(.down)))
    }
}
