import Dynamics
import Foundation
import Testing

/// What an honest assessment does not say: of offsets, noise, gaps and too short windows.
@Suite struct RobustnessTests {
    @Test(arguments: [1e3, 1e5, 1e7, 1e9, -1e9]) func `an offset changes nothing`(offset: Double) {
        let systems = [
            Systems.logistic(4, start: 0.1, count: 2400),
            Systems.logistic(3.5, start: 0.1, count: 1024),
            Systems.lorenz(start: 1, interval: 0.05, count: 2000),
            Systems.tones([(0.0213, 1), (0.0131, 0.7)], phase: 0.2, count: 1024),
            Systems.white(3, count: 1024),
            Systems.logistic(2.8, start: 0.2, skip: 0, count: 1024),
        ]
        for series in systems {
            let plain = PhaseSpace.assess(series)
            let moved = PhaseSpace.assess(series.map { $0 + offset })
            #expect(moved.attractorClass == plain.attractorClass, "\(plain.attractorClass)")
            if plain.attractorClass == .chaotic, let one = plain.lyapunov {
                #expect(
                    abs((moved.lyapunov?.perSample ?? 0) - one.perSample) < 0.05 * one.perSample)
            }
            if let point = plain.point {
                #expect(abs((moved.point ?? 0) - offset - point) < 1e-5)
            }
        }
        let chaos = systems[0].map { $0 + offset }
        let measures = AttractorMeasures(chaos, PhaseSpace.assess(chaos))
        #expect((measures.zeroOne?.value ?? 0) > 0.95)
    }

    @Test func `a variation below the numbers' precision is not judged`() {
        let series = Systems.logistic(4, start: 0.1, count: 1000).map { $0 + 1e15 }
        let assessment = PhaseSpace.assess(series)
        #expect(assessment.attractorClass == .undetermined)
        #expect(assessment.reason.contains("precision"))
    }

    private static let clean: [(name: String, truth: Double, series: [Double])] = [
        ("logistic", log(2), Systems.logistic(4, start: 0.21, count: 2400)),
        ("Hénon", 0.4192, Systems.henon(start: 0.07, count: 2400)),
        ("Lorenz", 0.9056 * 0.05, Systems.lorenz(start: 1.3, interval: 0.05, count: 2400)),
        ("Rössler", 0.0714 * 0.2, Systems.rossler(start: 1.3, interval: 0.2, count: 2400)),
        ("Mackey-Glass", 0.0055, Systems.mackeyGlass(start: 0.8, count: 2400)),
    ]

    @Test func `a tenth of noise leaves the class and takes the exponent away`() {
        for (place, system) in Self.clean.enumerated() {
            let noisy = Systems.noisy(system.series, 0.1, seed: UInt64(place + 1))
            let assessment = PhaseSpace.assess(noisy)
            #expect(assessment.attractorClass == .chaotic, "\(system.name)")
            #expect(assessment.lyapunov == nil, "\(system.name)")
            #expect(assessment.lyapunovReason?.contains("Noise of about") ?? false)
        }
    }

    @Test func `a hundredth or two of noise widens the interval up to the true exponent`() throws {
        for (place, system) in Self.clean.enumerated() {
            for share in [0, 0.01, 0.02] {
                let noisy = Systems.noisy(system.series, share, seed: UInt64(place + 1))
                let estimate = try #require(PhaseSpace.assess(noisy).lyapunov, "\(system.name)")
                #expect(
                    estimate.low <= 1.05 * system.truth && system.truth <= 1.05 * estimate.high,
                    "\(system.name), \(share): \(estimate), not \(system.truth)")
            }
        }
    }

    @Test func `too few turns are not called chaos`() {
        for count in [128, 160, 200, 256] {
            for cycles in [3.3, 5.41, 8.2] {
                let slow = cycles / Double(count)
                let chords: [[(frequency: Double, size: Double)]] = [
                    [(slow, 1)], [(slow, 1), (2 * slow, 0.4)], [(slow, 1), (1.618 * slow, 0.6)],
                ]
                let honest: [Assessment.Class] = [.periodic, .quasiPeriodic, .undetermined]
                for chord in chords {
                    let found = PhaseSpace.assess(Systems.tones(chord, phase: 0.1, count: count))
                    #expect(
                        honest.contains(found.attractorClass),
                        "\(count) samples, \(cycles) cycles: \(found.reason)")
                }
            }
        }
    }

    @Test func `what only rises is drifting, and what arrives is a fixed point`() {
        let times = (0..<1000).map(Double.init)
        let rising: [[Double]] = [
            times.map { exp($0 / 100) }, times.map { log($0 + 1) }, times.map { $0.squareRoot() },
            times.map { 1 / (1 + exp((500 - $0) / 60)) }, times.map { $0 * $0 },
        ]
        for series in rising {
            #expect(PhaseSpace.assess(series).attractorClass == .drifting)
            #expect(PhaseSpace.assess(series.map { -$0 }).attractorClass == .drifting)
        }
        for scale in [20.0, 100, 600] {
            let found = PhaseSpace.assess(times.map { 3 + exp(-$0 / scale) })
            #expect(found.attractorClass == .fixedPoint)
            #expect(abs((found.point ?? 0) - 3) < 0.001)
        }
    }

    @Test func `a gap is not bridged`() throws {
        var series = Systems.logistic(4, start: 0.3, count: 1500)
        for place in stride(from: 7, to: 900, by: 50) { series[place] = .nan }
        #expect(PhaseSpace.longestFiniteStretch(series) == 858..<1500)
        let exponent = try #require(PhaseSpace.assess(series).lyapunov).perSample
        #expect(abs(exponent - log(2)) < 0.05)
        #expect(PhaseSpace.assess(series) == PhaseSpace.assess(Array(series[858...])))
        #expect(PhaseSpace.longestFiniteStretch([]) == 0..<0)
        #expect(PhaseSpace.longestFiniteStretch([.nan]).isEmpty)
        #expect(PhaseSpace.longestFiniteStretch([1, .nan, 2, 3, .infinity, 4]) == 2..<4)
    }
}
