import Dynamics
import Testing

/// Class accuracy over seeded realisations, with and without a tenth of observational noise.
///
/// The bars are the shares that Toker, Sommer and D'Esposito (Communications Biology 3, 2020) report
/// for the same systems in their table 2, at 0 % and 10 % noise.
@Suite struct NoiseToleranceTests {
    struct System: Sendable, CustomTestStringConvertible {
        let name: String
        let expected: Assessment.Class
        /// Percent right without and with noise.
        let bars: (clean: Int, noisy: Int)
        let make: @Sendable (_ start: Double, _ seed: UInt64) -> [Double]

        var testDescription: String { name }
    }

    static let count = 1000
    static let systems = [
        System(name: "logistic, chaotic", expected: .chaotic, bars: (100, 100)) { start, _ in
            Systems.logistic(3.9, start: start, count: count)
        },
        System(name: "logistic, periodic", expected: .periodic, bars: (100, 100)) { start, _ in
            Systems.logistic(3.5, start: start, count: count)
        },
        System(name: "Lorenz", expected: .chaotic, bars: (100, 100)) { start, _ in
            Systems.lorenz(start: 1 + start, interval: 0.05, count: count)
        },
        System(name: "Hénon", expected: .chaotic, bars: (100, 100)) { start, _ in
            Systems.henon(start: 0.1 * start, count: count)
        },
        System(name: "ARMA", expected: .stochastic, bars: (85, 98)) { _, seed in
            Systems.autoregressive([0.6, 0.2], moving: 0.7, seed: seed, count: count)
        },
        System(name: "random walk", expected: .stochastic, bars: (100, 98)) { _, seed in
            Systems.walk(seed, count: count)
        },
        System(name: "white noise", expected: .stochastic, bars: (100, 100)) { _, seed in
            Systems.white(seed, count: count)
        },
    ]

    @Test(arguments: systems) func `is told as often as published`(system: System) {
        let rounds = 8
        var (clean, noisy) = (0, 0)
        for round in 0..<rounds {
            let turns = 0.618 * Double(round)
            let start = 0.11 + 0.77 * (turns - turns.rounded(.down))
            let series = system.make(start, UInt64(31 * round + 7))
            if PhaseSpace.assess(series).attractorClass == system.expected { clean += 1 }
            let blurred = Systems.noisy(series, 0.1, seed: UInt64(round + 1))
            if PhaseSpace.assess(blurred).attractorClass == system.expected { noisy += 1 }
        }
        #expect(clean * 100 >= system.bars.clean * rounds)
        #expect(noisy * 100 >= system.bars.noisy * rounds)
    }
}
