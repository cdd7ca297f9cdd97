import Foundation

/// Series of systems whose behaviour is known; every one is repeatable from its arguments.
enum Systems {
    /// A seeded generator of the tests' own (xorshift64*), independent of the module's.
    struct Noise {
        private var state: UInt64

        init(_ seed: UInt64) {
            state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
            for _ in 0..<8 { _ = next() }
        }

        mutating func next() -> UInt64 {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return state &* 0x2545_F491_4F6C_DD1D
        }

        mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

        mutating func normal() -> Double {
            let radius = (-2 * log(1 - uniform())).squareRoot()
            return radius * cos(2 * .pi * uniform())
        }
    }

    static func map(
        _ state: [Double], skip: Int, count: Int, _ step: ([Double]) -> [Double]
    ) -> [Double] {
        var state = state
        for _ in 0..<skip { state = step(state) }
        return (0..<count).map { _ in
            defer { state = step(state) }
            return state[0]
        }
    }

    static func logistic(_ r: Double, start: Double, skip: Int = 1000, count: Int) -> [Double] {
        map([start], skip: skip, count: count) { [r * $0[0] * (1 - $0[0])] }
    }

    static func henon(start: Double, count: Int, a: Double = 1.4) -> [Double] {
        map([start, 0.1], skip: 1000, count: count) {
            [1 - a * $0[0] * $0[0] + $0[1], 0.3 * $0[0]]
        }
    }

    static func ikeda(start: Double, count: Int) -> [Double] {
        map([start, 0.1], skip: 1000, count: count) { s in
            let t = 0.4 - 6 / (1 + s[0] * s[0] + s[1] * s[1])
            return [
                1 + 0.9 * (s[0] * cos(t) - s[1] * sin(t)), 0.9 * (s[0] * sin(t) + s[1] * cos(t)),
            ]
        }
    }

    static func standardMap(start: Double, k: Double, count: Int) -> [Double] {
        var (angle, momentum) = (start, 0.3)
        return (0..<count).map { _ in
            momentum += k * sin(angle)
            angle += momentum
            return sin(angle)
        }
    }

    static func circleMap(start: Double, omega: Double, k: Double, count: Int) -> [Double] {
        var angle = start
        return (0..<count).map { _ in
            angle += omega - k / (2 * .pi) * sin(2 * .pi * angle)
            return sin(2 * .pi * angle)
        }
    }

    /// Runge-Kutta of the fourth order; every `stride`-th step is a sample of the first coordinate.
    static func flow(
        _ start: [Double], step: Double, stride: Int, skip: Double, count: Int,
        autonomous: Bool = true,
        _ slope: ([Double], Double) -> [Double]
    ) -> [Double] {
        var state = start
        var time = 0.0
        func advance() {
            func moved(_ k: [Double], _ h: Double) -> [Double] { zip(state, k).map { $0 + h * $1 } }
            let k1 = slope(state, time)
            let k2 = slope(moved(k1, step / 2), time + step / 2)
            let k3 = slope(moved(k2, step / 2), time + step / 2)
            let k4 = slope(moved(k3, step), time + step)
            for i in state.indices {
                state[i] += step / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i])
            }
            time += step
        }
        for _ in 0..<Int(skip / step) { advance() }
        return (0..<count).map { _ in
            let sample = state[0]
            for _ in 0..<stride { advance() }
            return sample
        }
    }

    static func lorenz(
        start: Double, rho: Double = 28, interval: Double, skip: Double = 50, count: Int
    ) -> [Double] {
        let stride = max(1, Int((interval / 0.005).rounded()))
        return flow(
            [start, 1, 1.05], step: interval / Double(stride), stride: stride, skip: skip,
            count: count
        ) { s, _ in
            [10 * (s[1] - s[0]), s[0] * (rho - s[2]) - s[1], s[0] * s[1] - 8 / 3 * s[2]]
        }
    }

    static func rossler(
        start: Double, c: Double = 5.7, interval: Double, skip: Double = 200, count: Int
    ) -> [Double] {
        let stride = max(1, Int((interval / 0.02).rounded()))
        return flow(
            [start, 1, 1], step: interval / Double(stride), stride: stride, skip: skip,
            count: count
        ) { s, _ in [-s[1] - s[2], s[0] + 0.2 * s[1], 0.2 + s[2] * (s[0] - c)] }
    }

    static func vanDerPol(start: Double, mu: Double, interval: Double, count: Int) -> [Double] {
        flow([start, 0], step: interval / 5, stride: 5, skip: 100, count: count) { s, _ in
            [s[1], mu * (1 - s[0] * s[0]) * s[1] - s[0]]
        }
    }

    static func duffing(start: Double, force: Double, interval: Double, count: Int) -> [Double] {
        flow([start, 0], step: interval / 10, stride: 10, skip: 500, count: count) { s, t in
            [s[1], s[0] - s[0] * s[0] * s[0] - 0.3 * s[1] + force * cos(1.2 * t)]
        }
    }

    static func mackeyGlass(
        start: Double, lag: Double = 17, interval: Int = 1, skip: Int = 500, count: Int
    ) -> [Double] {
        let (h, perUnit) = (0.1, 10)
        let depth = Int((lag / h).rounded())
        var past = [Double](repeating: start, count: depth + 1)
        var head = 0
        func slope(_ x: Double, _ d: Double) -> Double { 0.2 * d / (1 + pow(d, 10)) - 0.1 * x }
        func advance() {
            let x = past[(head + depth) % (depth + 1)]
            let (d0, d1) = (past[head], past[(head + 1) % (depth + 1)])
            let half = (d0 + d1) / 2
            let k1 = slope(x, d0)
            let k2 = slope(x + h / 2 * k1, half)
            let k3 = slope(x + h / 2 * k2, half)
            let k4 = slope(x + h * k3, d1)
            past[head] = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            head = (head + 1) % (depth + 1)
        }
        for _ in 0..<skip * perUnit { advance() }
        return (0..<count).map { _ in
            let sample = past[(head + depth) % (depth + 1)]
            for _ in 0..<interval * perUnit { advance() }
            return sample
        }
    }

    static func tones(_ parts: [(frequency: Double, size: Double)], phase: Double, count: Int)
        -> [Double]
    {
        (0..<count).map { n in
            var sum = 0.0
            for (place, part) in parts.enumerated() {
                let turn = part.frequency * Double(n) + phase * Double(place + 1)
                sum += part.size * sin(2 * .pi * turn)
            }
            return sum
        }
    }

    static func white(_ seed: UInt64, count: Int) -> [Double] {
        var noise = Noise(seed)
        return (0..<count).map { _ in noise.normal() }
    }

    static func uniform(_ seed: UInt64, count: Int) -> [Double] {
        var noise = Noise(seed)
        return (0..<count).map { _ in noise.uniform() }
    }

    /// x[n] = sum of coefficients times the values before, plus noise, plus the noise before times
    /// `moving`.
    static func autoregressive(
        _ coefficients: [Double], moving: Double = 0, seed: UInt64, count: Int
    ) -> [Double] {
        var noise = Noise(seed)
        var past = [Double](repeating: 0, count: coefficients.count)
        var before = 0.0
        var result: [Double] = []
        for n in 0..<count + 500 {
            let shock = noise.normal()
            let value = zip(coefficients, past).map(*).reduce(shock + moving * before, +)
            before = shock
            past = [value] + past.dropLast()
            if n >= 500 { result.append(value) }
        }
        return result
    }

    static func walk(_ seed: UInt64, count: Int) -> [Double] {
        var (noise, place) = (Noise(seed), 0.0)
        return (0..<count).map { _ in
            place += noise.normal()
            return place
        }
    }

    /// Noise whose power falls as 1/f, by a sum of autoregressions an octave apart.
    static func pink(_ seed: UInt64, count: Int) -> [Double] {
        var noise = Noise(seed)
        var states = [Double](repeating: 0, count: 12)
        return (0..<count + 4096).map { _ in
            for k in states.indices {
                let memory = exp(-1 / pow(2, Double(k)))
                states[k] = memory * states[k] + (1 - memory * memory).squareRoot() * noise.normal()
            }
            return states.reduce(0, +)
        }.suffix(count)
    }

    /// The series plus Gaussian noise of `share` of its standard deviation.
    static func noisy(_ series: [Double], _ share: Double, seed: UInt64) -> [Double] {
        var noise = Noise(seed)
        let mean = series.reduce(0, +) / Double(series.count)
        let spread = (series.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(series.count))
            .squareRoot()
        return series.map { $0 + share * spread * noise.normal() }
    }
}
