import Dynamics
import Foundation
import Testing

@Suite struct AttractorMeasuresTests {
    private func measures(_ series: [Double]) -> AttractorMeasures {
        AttractorMeasures(series, PhaseSpace.assess(series))
    }

    @Test func `the spectra of maps sum to their contraction`() throws {
        let henon = try #require(measures(Systems.henon(start: 0.03, count: 3000)).spectrum)
        #expect(henon.exponents.count == 2)
        #expect(abs(henon.exponents[0].value - 0.4192) < 0.03)
        // The Jacobian's determinant is -0.3 everywhere.
        let sum = henon.exponents.reduce(0) { $0 + $1.value }
        #expect(abs(sum - log(0.3)) < 0.1)
        #expect(abs(henon.kaplanYorkeDimension - 1.26) < 0.03)
        let logistic = try #require(
            measures(Systems.logistic(4, start: 0.3, count: 2000)).spectrum)
        #expect(logistic.exponents.count == 1)
        #expect(abs(logistic.exponents[0].value - log(2)) < 0.02)
    }

    @Test func `a spectrum that cannot be trusted is absent with its reason`() {
        let flow = measures(Systems.lorenz(start: 1, interval: 0.05, count: 1200))
        #expect(flow.spectrum == nil && flow.spectrumReason?.contains("flow") == true)
        let noisy = measures(
            Systems.noisy(Systems.logistic(4, start: 0.3, count: 1200), 0.1, seed: 1))
        #expect(noisy.spectrum == nil && noisy.spectrumReason?.contains("Noise") == true)
        #expect(measures(Systems.white(1, count: 600)).spectrum == nil)
    }

    @Test func `Kantz and Rosenstein agree on maps`() throws {
        for series in [
            Systems.logistic(4, start: 0.3, count: 2000), Systems.henon(start: 0.03, count: 2000),
        ] {
            let found = measures(series)
            let nearest = try #require(found.divergence?.estimate.perSample)
            let balls = try #require(found.kantz?.estimate)
            #expect(abs(balls.perSample - nearest) < 0.1 * nearest)
            #expect(balls.low < balls.perSample && balls.perSample < balls.high)
        }
    }

    @Test func `every number lies in its interval and units change nothing`() throws {
        let series = Systems.lorenz(start: 1, interval: 0.05, count: 1000)
        let plain = measures(series)
        let scaled = measures(series.map { 1e3 * $0 - 7 })
        let numbers: [(AttractorMeasures) -> Estimate?] = [
            \.correlationDimension, \.permutationEntropy, \.sampleEntropy, \.zeroOne,
            \.recurrence?.determinism, \.recurrence?.laminarity, \.recurrence?.rate,
        ]
        for number in numbers {
            let (one, other) = (try #require(number(plain)), try #require(number(scaled)))
            #expect(one.low <= one.value && one.value <= one.high)
            #expect(abs(one.value - other.value) < 1e-3 * abs(one.value) + 1e-6)
        }
        #expect(abs((plain.correlationDimension?.value ?? 0) - 2.05) < 0.3)
        #expect((plain.zeroOne?.value ?? 0) > 0.9)
        #expect(abs((plain.recurrence?.rate.value ?? 0) - 0.05) < 0.02)
    }

    @Test func `short and constant series have no measures but a reason`() {
        for series in [[], [1], [Double](repeating: 2, count: 400), Systems.white(1, count: 90)] {
            let found = measures(series)
            #expect(found.divergence == nil && found.zeroOne == nil && found.recurrence == nil)
            #expect(found.spectrumReason != nil)
        }
    }

    @Test func `a correlation of remembering series has a wide interval`() throws {
        let (a, b) = (Systems.white(1, count: 500), Systems.white(2, count: 500))
        let same = try #require(PairCorrelation.estimate(a, a.map { 3 * $0 + 1 }))
        #expect(abs(same.value - 1) < 1e-12)
        let none = try #require(PairCorrelation.estimate(a, b))
        #expect(none.low < 0 && none.high > 0 && none.high - none.low < 0.25)
        let slow = try #require(
            PairCorrelation.estimate(
                Systems.autoregressive([0.97], seed: 1, count: 500),
                Systems.autoregressive([0.97], seed: 2, count: 500)))
        #expect(slow.high - slow.low > 2 * (none.high - none.low))
        #expect(PairCorrelation.estimate([1, 2], [1, 2]) == nil)
        #expect(PairCorrelation.estimate(a, a.map { _ in 1 }) == nil)
    }
}
