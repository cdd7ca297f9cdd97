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
    private let count: Int
    private let variance: Double
    /// The Hann window and what the lines leave, four samples a block, the last one filled up by a
    /// window of zero.
    private let window: [SIMD4<Double>]
    private var residual: [SIMD4<Double>]

    /// Prepares `series` without fitting anything.
    init(_ series: [Double]) {
        count = series.count
        variance = Moments(series).variance
        let blocks = (series.count + 3) / 4
        var window = [SIMD4<Double>](repeating: SIMD4(), count: blocks)
        var residual = window
        let turn = Mathematics.sineCosine(2 * Mathematics.pi / Double(max(1, series.count)))
        let half = Mathematics.sineCosine(Mathematics.pi / Double(max(1, series.count)))
        var (c, s) = (half.cosine, half.sine)
        for place in series.indices {
            window[place / 4][place % 4] = 1 - c
            residual[place / 4][place % 4] = series[place]
            (c, s) = (c * turn.cosine - s * turn.sine, s * turn.cosine + c * turn.sine)
        }
        (self.window, self.residual) = (window, residual)
        removeMean()
    }

    /// The mean square of what the lines leave of the fitted samples, divided by their variance.
    var residualShare: Double { variance > 0 ? residualPower / variance : 0 }

    /// Fits further lines until there are `limit` of them or none stands out from the rest.
    mutating func extend(to limit: Int) {
        guard variance > 0, count >= 16 else { return }
        var transform = FourierTransform(count: FourierTransform.length(atMost: count))
        while !isExhausted, lines.count < limit, residualPower > 1e-10 * variance {
            guard let start = strongest(&transform) else {
                isExhausted = true
                break
            }
            let line = fitted(near: start, steps: 4)
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
        let resolution = 1 / Double(count)
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
            let turns = line.frequency * Double(place)
            let turn = Mathematics.sineCosine(2 * Mathematics.pi * (turns - turns.rounded(.down)))
            return sum + line.cosine * turn.cosine + line.sine * turn.sine
        }
    }

    private var residualPower: Double {
        var sum = SIMD4<Double>()
        for block in residual { sum += block * block }
        return sum.sum() / Double(count)
    }

    /// Clears the places behind the last sample.
    private mutating func trim() {
        guard count % 4 != 0 else { return }
        for lane in (count % 4)..<4 { residual[residual.count - 1][lane] = 0 }
    }

    private mutating func removeMean() {
        var (sum, weights) = (SIMD4<Double>(), SIMD4<Double>())
        for block in residual.indices {
            sum += window[block] * residual[block]
            weights += window[block]
        }
        let total = weights.sum()
        let shift = total > 0 ? sum.sum() / total : 0
        mean += shift
        for block in residual.indices { residual[block] -= shift }
        trim()
    }

    /// The frequency of the strongest bin when it holds more than noise would: white noise of n
    /// samples exceeds 16 times its mean power with a chance below n · exp(-16).
    private func strongest(_ transform: inout FourierTransform) -> Double? {
        let length = transform.count
        var real = (0..<length).map { place in
            let (block, lane) = (place / 4, place % 4)
            return residual[block][lane] * window[block][lane]
        }
        var imaginary = [Double](repeating: 0, count: length)
        transform.forward(&real, &imaginary)
        var (best, bestPower, total) = (0, 0.0, 0.0)
        for bin in 1...(length / 2) {
            let power = real[bin] * real[bin] + imaginary[bin] * imaginary[bin]
            total += power
            if power > bestPower { (best, bestPower) = (bin, power) }
        }
        guard bestPower > 16 * total / Double(length / 2) else { return nil }
        return Double(best) / Double(length)
    }

    /// Climbs to the top of the windowed spectrum by Newton's steps, at most half a bin each.
    private func fitted(near start: Double, steps: Int) -> Line {
        var frequency = start
        let bin = 1 / Double(count)
        for _ in 0..<steps {
            let slope = derivatives(frequency)
            let limit = 0.5 * bin
            var step = slope.first > 0 ? limit : -limit
            if slope.second < 0 { step = -slope.first / slope.second }
            frequency += max(-limit, min(limit, step))
            if step.magnitude < 1e-7 * bin { break }
        }
        return projection(min(max(frequency, 0), 0.5))
    }

    /// The first and second derivative of the windowed residual's power by frequency.
    private func derivatives(_ frequency: Double) -> (first: Double, second: Double) {
        var turn = Rotation(frequency)
        // Sums of the values, their moments and second moments in time, by cosine and sine.
        var (c0, s0) = (SIMD4<Double>(), SIMD4<Double>())
        var (c1, s1, c2, s2) = (c0, c0, c0, c0)
        let middle = Double(count) / 2
        var time = SIMD4<Double>(0, 1, 2, 3)
        time -= middle
        for block in residual.indices {
            let value = window[block] * residual[block]
            let (c, s) = (value * turn.cosine, value * turn.sine)
            c0 += c
            s0 += s
            let (tc, ts) = (time * c, time * s)
            c1 += tc
            s1 += ts
            c2 += time * tc
            s2 += time * ts
            time += 4
            turn.advance()
        }
        let (c, s) = (c0.sum(), s0.sum())
        let (dc, ds) = (-s1.sum(), c1.sum())
        let (ddc, dds) = (-c2.sum(), -s2.sum())
        // Angles are counted from the first sample and times from the middle: the power and its
        // derivatives do not depend on the phase.
        let scale = 2 * Mathematics.pi
        let first: Double = 2 * scale * (c * dc + s * ds)
        let second: Double = 2 * scale * scale * (dc * dc + ds * ds + c * ddc + s * dds)
        return (first, second)
    }

    /// The weighted least-squares sinusoid of one frequency.
    private func projection(_ frequency: Double) -> Line {
        var turn = Rotation(frequency)
        var (cc, cs, ss) = (SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>())
        var (xc, xs) = (cc, cc)
        for block in residual.indices {
            let weightedCosine = window[block] * turn.cosine
            let weightedSine = window[block] * turn.sine
            cc += weightedCosine * turn.cosine
            cs += weightedCosine * turn.sine
            ss += weightedSine * turn.sine
            xc += weightedCosine * residual[block]
            xs += weightedSine * residual[block]
            turn.advance()
        }
        let (a, b, d) = (cc.sum(), cs.sum(), ss.sum())
        let (x, y) = (xc.sum(), xs.sum())
        let determinant = a * d - b * b
        guard determinant > 1e-9 * a * a else {
            return Line(frequency: frequency, cosine: a > 0 ? x / a : 0, sine: 0)
        }
        return Line(
            frequency: frequency, cosine: (x * d - y * b) / determinant,
            sine: (y * a - x * b) / determinant)
    }

    private mutating func add(_ line: Line, times factor: Double) {
        var turn = Rotation(line.frequency)
        let (cosine, sine) = (factor * line.cosine, factor * line.sine)
        for block in residual.indices {
            residual[block] += cosine * turn.cosine + sine * turn.sine
            turn.advance()
        }
        trim()
    }

    private mutating func sweep() {
        for place in lines.indices {
            add(lines[place], times: 1)
            lines[place] = fitted(near: lines[place].frequency, steps: 2)
            add(lines[place], times: -1)
        }
        removeMean()
    }

    /// Cosines and sines of four successive samples' angles.
    private struct Rotation {
        var cosine = SIMD4<Double>()
        var sine = SIMD4<Double>()
        private let stepCosine: Double
        private let stepSine: Double

        init(_ frequency: Double) {
            let angle = 2 * Mathematics.pi * frequency
            for lane in 0..<4 {
                let turn = Mathematics.sineCosine(angle * Double(lane))
                cosine[lane] = turn.cosine
                sine[lane] = turn.sine
            }
            let step = Mathematics.sineCosine(4 * angle)
            (stepCosine, stepSine) = (step.cosine, step.sine)
        }

        @inline(__always)
        mutating func advance() {
            (cosine, sine) = (
                cosine * stepCosine - sine * stepSine, sine * stepCosine + cosine * stepSine
            )
        }
    }
}
