import Dynamics
import Testing

@Suite struct AttractorClassifierTests {
    private struct Case: Sendable {
        let name: String
        let expected: Assessment.Class
        let make: @Sendable (_ start: Double, _ seed: UInt64, _ count: Int) -> [Double]

        init(
            _ name: String, _ expected: Assessment.Class,
            _ make: @escaping @Sendable (Double, UInt64, Int) -> [Double]
        ) {
            (self.name, self.expected, self.make) = (name, expected, make)
        }
    }

    private func check(_ cases: [Case], counts: [Int] = [1024, 2400]) {
        for (place, system) in cases.enumerated() {
            for (round, count) in counts.enumerated() {
                let start = 0.13 + 0.07 * Double((place + 3 * round) % 9)
                let series = system.make(start, UInt64(71 * place + round + 1), count)
                let assessment = PhaseSpace.assess(series)
                #expect(
                    assessment.attractorClass == system.expected,
                    "\(system.name), \(count) samples: \(assessment.reason)")
            }
        }
    }

    @Test func `maps and flows in chaos are chaotic`() {
        check([
            Case("logistic", .chaotic) { Systems.logistic(4, start: $0, count: $2) },
            Case("logistic 3.7", .chaotic) { Systems.logistic(3.7, start: $0, count: $2) },
            Case("logistic in two bands", .chaotic) {
                Systems.logistic(3.65, start: $0, count: $2)
            },
            Case("Hénon", .chaotic) { Systems.henon(start: 0.1 * $0, count: $2) },
            Case("Ikeda", .chaotic) { Systems.ikeda(start: $0, count: $2) },
            Case("Lorenz", .chaotic) { Systems.lorenz(start: $0, interval: 0.05, count: $2) },
            Case("Rössler", .chaotic) { Systems.rossler(start: $0, interval: 0.2, count: $2) },
            Case("Mackey-Glass 17", .chaotic) { Systems.mackeyGlass(start: 0.7 + $0, count: $2) },
            Case("Mackey-Glass 23", .chaotic) {
                Systems.mackeyGlass(start: 0.7 + $0, lag: 23, count: $2)
            },
            Case("Duffing", .chaotic) {
                Systems.duffing(start: $0, force: 0.5, interval: 0.2, count: $2)
            },
        ])
    }

    @Test func `chaos under a tenth of noise is still chaotic`() {
        check([
            Case("logistic", .chaotic) {
                Systems.noisy(Systems.logistic(4, start: $0, count: $2), 0.1, seed: $1)
            },
            Case("Hénon", .chaotic) {
                Systems.noisy(Systems.henon(start: 0.1 * $0, count: $2), 0.1, seed: $1)
            },
            Case("Lorenz", .chaotic) {
                Systems.noisy(Systems.lorenz(start: $0, interval: 0.05, count: $2), 0.1, seed: $1)
            },
        ])
    }

    @Test func `cycles are periodic, with noise and without`() {
        check([
            Case("logistic 3.2", .periodic) { Systems.logistic(3.2, start: $0, count: $2) },
            Case("logistic 3.55", .periodic) { Systems.logistic(3.55, start: $0, count: $2) },
            Case("logistic 3.83", .periodic) { Systems.logistic(3.83, start: $0, count: $2) },
            Case("noisy logistic 3.5", .periodic) {
                Systems.noisy(Systems.logistic(3.5, start: $0, count: $2), 0.1, seed: $1)
            },
            Case("Rössler 2.5", .periodic) {
                Systems.rossler(start: $0, c: 2.5, interval: 0.2, skip: 400, count: $2)
            },
            Case("Rössler 3.5", .periodic) {
                Systems.rossler(start: $0, c: 3.5, interval: 0.2, skip: 400, count: $2)
            },
            Case("van der Pol", .periodic) {
                Systems.vanDerPol(start: $0, mu: 1.5, interval: 0.1, count: $2)
            },
            Case("sine", .periodic) { Systems.tones([(0.0213, 1)], phase: $0, count: $2) },
            Case("noisy sine", .periodic) {
                Systems.noisy(Systems.tones([(0.05, 1)], phase: $0, count: $2), 0.5, seed: $1)
            },
        ])
        let period = PhaseSpace.assess(
            Systems.rossler(start: 1, c: 3.5, interval: 0.2, count: 2000)
        )
        .period
        #expect(abs((period ?? 0) - 57.726) < 0.01)
        #expect(PhaseSpace.assess(Systems.logistic(3.5, start: 0.3, count: 500)).period == 4)
    }

    @Test func `tones without a common period are quasi-periodic, with their frequencies`() {
        let golden = 0.6180339887498949
        check([
            Case("two tones", .quasiPeriodic) {
                Systems.tones([(0.0213, 1), (0.0213 * golden, 0.7)], phase: $0, count: $2)
            },
            Case("noisy two tones", .quasiPeriodic) {
                let clean = Systems.tones(
                    [(0.0391, 1), (0.0391 * golden, 0.7)], phase: $0, count: $2)
                return Systems.noisy(clean, 0.1, seed: $1)
            },
            Case("three tones", .quasiPeriodic) {
                Systems.tones([(0.03, 1), (0.042426, 0.8), (0.067082, 0.6)], phase: $0, count: $2)
            },
        ])
        let found = PhaseSpace.assess(
            Systems.tones([(0.11, 1), (0.11 * golden, 0.7)], phase: 0.2, count: 2000)
        ).frequencies
        #expect(found.count == 2)
        #expect(abs((found.first ?? 0) - 0.11) < 1e-6)
        #expect(abs((found.last ?? 0) - 0.11 * golden) < 1e-6)
    }

    @Test func `noise of every colour is stochastic and has no exponent`() {
        let cases = [
            Case("white", .stochastic) { Systems.white($1 + UInt64($0), count: $2) },
            Case("uniform", .stochastic) { _, seed, count in Systems.uniform(seed, count: count) },
            Case("AR(1)", .stochastic) { _, seed, count in
                Systems.autoregressive([0.9], seed: seed, count: count)
            },
            Case("AR(2)", .stochastic) { _, seed, count in
                Systems.autoregressive([1.85, -0.94], seed: seed, count: count)
            },
            Case("ARMA", .stochastic) { _, seed, count in
                Systems.autoregressive([0.6, 0.2], moving: 0.7, seed: seed, count: count)
            },
            Case("pink", .stochastic) { _, seed, count in Systems.pink(seed, count: count) },
            Case("walk", .stochastic) { _, seed, count in Systems.walk(seed, count: count) },
        ]
        check(cases)
        let assessment = PhaseSpace.assess(Systems.white(5, count: 1024))
        #expect(assessment.lyapunov == nil)
        #expect((assessment.confidence ?? 0) > 0.5)
    }

    @Test func `cycles with jumps and pulses are periodic though their spectrum is broad`() {
        func phase(_ place: Int) -> Double {
            let turns = Double(place) / 23.7
            return turns - turns.rounded(.down)
        }
        for count in [1024, 2400] {
            let shapes: [[Double]] = [
                (0..<count).map { phase($0) < 0.5 ? 1 : -1 },
                (0..<count).map { phase($0) },
                (0..<count).map { $0 % 37 == 0 ? 1 : 0 },
                Systems.noisy((0..<count).map { $0 % 37 < 3 ? 1 : 0 }, 0.1, seed: 3),
            ]
            for (place, series) in shapes.enumerated() {
                let assessment = PhaseSpace.assess(series)
                #expect(
                    assessment.attractorClass == .periodic,
                    "shape \(place), \(count) samples: \(assessment.reason)")
                let period = place < 2 ? 23.7 : 37
                #expect(abs((assessment.period ?? 0) - period) < 0.01 * period)
            }
        }
    }

    @Test func `noise that is neither Gaussian nor linear is not chaotic`() {
        for seed in 1..<4 as Range<UInt64> {
            var noise = Systems.Noise(seed)
            var (variance, shock, level) = (1.0, 0.0, 1.0)
            let clustered = (0..<1500).map { _ in
                variance = 0.1 + 0.3 * shock * shock + 0.6 * variance
                shock = variance.squareRoot() * noise.normal()
                return shock
            }
            let telegraph = (0..<1500).map { _ in
                if noise.uniform() < 0.05 { level = -level }
                return level
            }
            let spikes = (0..<1500).map { _ in
                noise.uniform() < 0.03 ? 10 + noise.normal() : noise.normal()
            }
            for series in [clustered, telegraph, spikes] {
                #expect(PhaseSpace.assess(series).attractorClass == .stochastic)
            }
        }
    }

    @Test func `what comes to rest is a fixed point with its place`() {
        check([
            Case("logistic 2.8", .fixedPoint) {
                Systems.logistic(2.8, start: $0, skip: 0, count: $2)
            },
            Case("logistic 2.5", .fixedPoint) {
                Systems.logistic(2.5, start: $0, skip: 0, count: $2)
            },
            Case("logistic 1.5", .fixedPoint) {
                Systems.logistic(1.5, start: $0, skip: 0, count: $2)
            },
            Case("Lorenz 14", .fixedPoint) {
                Systems.lorenz(start: $0, rho: 14, interval: 0.05, skip: 0, count: $2)
            },
        ])
        let settled = PhaseSpace.assess(Systems.logistic(2.8, start: 0.2, skip: 0, count: 2000))
        #expect(abs((settled.point ?? 0) - (1 - 1 / 2.8)) < 1e-9)
        #expect(abs((settled.lyapunov?.perSample ?? 0) + 0.22314) < 0.01)
    }

    @Test func `a trend and a change of level are drifting`() {
        for seed in 1..<6 as Range<UInt64> {
            let noise = Systems.white(seed, count: 1200)
            let trend = noise.indices.map { noise[$0] + 8 * Double($0) / 1200 }
            #expect(PhaseSpace.assess(trend).attractorClass == .drifting)
            let step = noise.indices.map { noise[$0] + ($0 < 700 ? 0 : 4) }
            #expect(PhaseSpace.assess(step).attractorClass == .drifting)
        }
        #expect(PhaseSpace.assess((0..<300).map(Double.init)).attractorClass == .drifting)
    }
}
