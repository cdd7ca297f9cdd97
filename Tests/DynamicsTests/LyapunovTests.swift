import Dynamics
import Foundation
import Testing

@Suite struct LyapunovTests {
    /// The mean relative error over realisations with automatic parameters.
    private func error(
        truth: Double, realisations: Int = 8, _ make: (Double) -> [Double]
    ) throws -> Double {
        var sum = 0.0
        for round in 0..<realisations {
            let series = make(0.11 + 0.1 * Double(round))
            let estimate = try #require(PhaseSpace.lyapunov(series)?.estimate)
            sum += abs(estimate.perSample / truth - 1)
        }
        return sum / Double(realisations)
    }

    @Test func `maps have their exponent to one and four per cent`() throws {
        let logistic = try error(truth: log(2)) { Systems.logistic(4, start: $0, count: 5000) }
        #expect(logistic < 0.01)
        let henon = try error(truth: 0.4192) { Systems.henon(start: 0.2 * $0, count: 5000) }
        #expect(henon < 0.04)
    }

    @Test func `flows have theirs to fifteen per cent and the delay equation to forty`() throws {
        let lorenz = try error(truth: 0.9056 * 0.02) {
            Systems.lorenz(start: $0, interval: 0.02, count: 5000)
        }
        #expect(lorenz < 0.15)
        let rossler = try error(truth: 0.0714 * 0.2) {
            Systems.rossler(start: $0, interval: 0.2, count: 5000)
        }
        #expect(rossler < 0.15)
        let delayed = try error(truth: 0.0051) { Systems.mackeyGlass(start: 0.5 + $0, count: 5000) }
        #expect(delayed < 0.4)
    }

    @Test func `a state's ball grows by the same factor as the nearest neighbour's distance`() {
        let series = Systems.henon(start: 0.1, count: 3000)
        let curve = KantzDivergence.curve(
            series, dimension: 2, delay: 1, theilerWindow: 10, radius: 0.01, horizon: 6)
        let slope = (curve.logarithms[5] - curve.logarithms[1]) / 4
        #expect(abs(slope - 0.4192) < 0.06)
        #expect(
            KantzDivergence.curve(
                [1, 2], dimension: 2, delay: 1, theilerWindow: 1, radius: 1, horizon: 3
            ).count == 0)
    }

    @Test func `units change nothing`() {
        let series = Systems.lorenz(start: 1, interval: 0.05, count: 1500)
        let plain = PhaseSpace.assess(series)
        for scale in [0x1p-40, 0x1p40] {
            let scaled = PhaseSpace.assess(series.map { $0 * scale })
            #expect(scaled.attractorClass == plain.attractorClass)
            let (one, other) = (plain.lyapunov?.perSample ?? 0, scaled.lyapunov?.perSample ?? 1)
            #expect(abs(one - other) < 1e-9)
        }
    }
}
