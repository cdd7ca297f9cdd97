import Dynamics
import JSONText
import Timeline

/// Exponents, classes and change points of series.
struct DynamicsBenchmark {
    private let watch: Stopwatch

    init(_ effort: Benchmark.Effort) {
        watch = Stopwatch(isQuick: effort.isQuick)
    }

    func run(into report: inout BenchmarkReport) {
        exponents(into: &report)
        classes(into: &report)
        streams(into: &report)
    }

    private func exponents(into report: inout BenchmarkReport) {
        for (name, series) in [
            ("logistic", BenchmarkSeries.logistic(5000)), ("lorenz", BenchmarkSeries.lorenz(5000)),
            ("henon", BenchmarkSeries.henon(5000)),
        ] {
            let measured = watch.measure {
                PhaseSpace.lyapunov(series)?.estimate.perSample ?? .nan
            }
            report.add(
                "Lyapunov exponent of \(name), 5000 samples, automatic",
                measured.nanoseconds / 1e6, "ms", .atMost(15), id: "lyapunov-\(name)")
            report.file(
                "lyapunov-\(name)", input: .array(series.map { JSON($0) }),
                answer: JSON(measured.result))
        }
    }

    /// One refresh of a full window for each kind of series, since each takes its own way.
    private func classes(into report: inout BenchmarkReport) {
        let capacity = 1024
        var costs: [Int64] = []
        var slowest = (name: "", nanoseconds: 0.0)
        for (name, series) in BenchmarkSeries.kinds(capacity) {
            var space = PhaseSpace(capacity: capacity, refreshEvery: capacity * 4)
            for sample in series { space.observe(sample) }
            let measured = watch.measure {
                space.refresh()
                return space.assessment.attractorClass
            }
            costs.append(Int64(measured.nanoseconds))
            if measured.nanoseconds > slowest.nanoseconds {
                slowest = (name, measured.nanoseconds)
            }
        }
        report.add(
            "classification at a refresh, median of \(costs.count) systems",
            Double(Stopwatch.percentile(costs, 0.5)) / 1e6, "ms", .atMost(5))
        report.add(
            "classification at a refresh, slowest (\(slowest.name))", slowest.nanoseconds / 1e6,
            "ms", .atMost(5))
    }

    private func streams(into report: inout BenchmarkReport) {
        let series = BenchmarkSeries.noise(20_000)
        let segmentation = watch.measure {
            var stream = RegimeSegmentation(window: 1000, length: 32)
            for sample in series.prefix(3000) { stream.observe(sample) }
            return stream.boundary()?.crossing ?? 0
        }
        report.add(
            "change of regime (FLOSS), window 1000", segmentation.nanoseconds / 3e6,
            "µs a sample")
        let drift = watch.measure {
            var test = PageHinkley()
            return series.reduce(0) { $0 + (test.observe($1) == nil ? 0 : 1) }
        }
        report.add(
            "change of level (Page-Hinkley)", drift.nanoseconds / Double(series.count),
            "ns a sample")
        for order in [3, 5] {
            let entropy = watch.measure {
                PermutationEntropy.normalized(
                    Array(series.prefix(5000)), order: order, delay: 1) ?? .nan
            }
            report.add(
                "permutation entropy of order \(order), 5000 samples", entropy.nanoseconds / 1000,
                "µs")
        }
    }
}

/// Series of systems whose answer is known, and of noise.
enum BenchmarkSeries {
    static func logistic(_ count: Int, growth: Double = 4) -> [Double] {
        var x = 0.1
        for _ in 0..<1000 { x = growth * x * (1 - x) }
        return (0..<count).map { _ in
            x = growth * x * (1 - x)
            return x
        }
    }

    static func henon(_ count: Int) -> [Double] {
        var (x, y) = (0.1, 0.1)
        return (0..<count + 1000).map { _ in
            (x, y) = (1 - 1.4 * x * x + y, 0.3 * x)
            return x
        }.suffix(count)
    }

    /// x of the Lorenz system, 0.02 time units apart.
    static func lorenz(_ count: Int) -> [Double] {
        flow([1, 1, 1], 0.02, 4, count) { state in
            [
                10 * (state[1] - state[0]), state[0] * (28 - state[2]) - state[1],
                state[0] * state[1] - 8 / 3 * state[2],
            ]
        }
    }

    /// x of the Rössler system, 0.1 time units apart.
    static func rossler(_ count: Int) -> [Double] {
        flow([1, 1, 1], 0.1, 4, count) { state in
            [
                -state[1] - state[2], state[0] + 0.2 * state[1],
                0.2 + state[2] * (state[0] - 5.7),
            ]
        }
    }

    /// Uniform noise.
    static func noise(_ count: Int) -> [Double] {
        var random = SeededRandom(seed: 5)
        return (0..<count).map { _ in random.unit() }
    }

    private static func filtered(_ count: Int, _ memory: Double) -> [Double] {
        var level = 0.0
        return noise(count).map {
            level = memory * level + $0 - 0.5
            return level
        }
    }

    /// A rotation's coordinate, without a sine function.
    private static func rotation(_ count: Int, _ perSample: Double) -> [Double] {
        // Half-angle form of cosine and sine: an exact rotation by an irrational angle.
        let t = perSample / 2
        let (c, s) = ((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
        var (x, y) = (1.0, 0.0)
        return (0..<count).map { _ in
            (x, y) = (c * x - s * y, s * x + c * y)
            return x
        }
    }

    /// One of each class, and of the ways to it.
    static func kinds(_ count: Int) -> [(name: String, series: [Double])] {
        let (slow, fast) = (rotation(count, 0.13), rotation(count, 0.21))
        var random = SeededRandom(seed: 6)
        let chaos = logistic(count)
        return [
            ("constant", [Double](repeating: 3, count: count)),
            ("logistic", chaos), ("period four", logistic(count, growth: 3.5)),
            ("henon", henon(count)), ("lorenz", lorenz(count)), ("rossler", rossler(count)),
            ("tone", slow), ("two tones", zip(slow, fast).map { $0 + $1 }),
            ("white noise", noise(count)), ("coloured noise", filtered(count, 0.8)),
            ("random walk", filtered(count, 1)), ("trend", (0..<count).map { Double($0) }),
            ("noisy chaos", chaos.map { $0 + 0.1 * random.unit() }),
            ("noisy tone", slow.map { $0 + 0.3 * random.unit() }),
        ]
    }

    /// Runge and Kutta's fourth-order steps, `substeps` to a sample.
    private static func flow(
        _ start: [Double], _ interval: Double, _ substeps: Int, _ count: Int,
        _ derivative: ([Double]) -> [Double]
    ) -> [Double] {
        var state = start
        let h = interval / Double(substeps)
        func moved(_ slope: [Double], _ by: Double) -> [Double] {
            zip(state, slope).map { $0 + by * $1 }
        }
        return (0..<count + 1000).map { _ in
            for _ in 0..<substeps {
                let a = derivative(state)
                let b = derivative(moved(a, h / 2))
                let c = derivative(moved(b, h / 2))
                let d = derivative(moved(c, h))
                state = state.indices.map {
                    state[$0] + h / 6 * (a[$0] + 2 * b[$0] + 2 * c[$0] + d[$0])
                }
            }
            return state[0]
        }.suffix(count)
    }
}
