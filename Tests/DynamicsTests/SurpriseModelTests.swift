import Dynamics
import Foundation
import Testing

@Suite struct SurpriseModelTests {
    /// The mean bits of the second half of a stream.
    private func rate(_ symbols: [UInt64], order: Int = 3) -> Double {
        var model = SurpriseModel(order: order, alphabetBits: 8)
        let bits = symbols.map { model.observe($0) }
        #expect(bits.allSatisfy { $0.isFinite && $0 >= 0 })
        let half = bits.suffix(bits.count / 2)
        return half.reduce(0, +) / Double(half.count)
    }

    @Test func `the first symbol costs what the alphabet says, a repetition soon nothing`() {
        var model = SurpriseModel(alphabetBits: 16)
        #expect(abs(model.observe(7) - 16) < 1e-9)
        // Seen once of once, new with one chance in two: (1 + 2^-16) / 2.
        #expect(abs(model.observe(7) + log2((1 + 1 / 65536) / 2)) < 1e-9)
        for _ in 0..<200 { _ = model.observe(7) }
        #expect(model.observe(7) < 0.02)
        #expect(model.observe(8) > 5)
    }

    @Test func `a fair coin costs a bit, a biased one its entropy, a cycle nothing`() {
        var noise = Systems.Noise(3)
        let fair = (0..<8000).map { _ in UInt64(noise.uniform() < 0.5 ? 1 : 2) }
        #expect(abs(rate(fair) - 1) < 0.05)
        let biased = (0..<8000).map { _ in UInt64(noise.uniform() < 0.1 ? 1 : 2) }
        let entropy = -(0.1 * log2(0.1) + 0.9 * log2(0.9))
        #expect(abs(rate(biased) - entropy) < 0.05)
        #expect(rate((0..<2000).map { UInt64($0 % 5) }) < 0.05)
    }

    @Test func `what depends on the symbol before is learned from order one on`() {
        var noise = Systems.Noise(5)
        var symbol: UInt64 = 0
        let chain = (0..<12000).map { _ -> UInt64 in
            symbol = noise.uniform() < 0.9 ? (symbol + 1) % 4 : symbol
            return symbol
        }
        let entropy = -(0.1 * log2(0.1) + 0.9 * log2(0.9))
        #expect(rate(chain, order: 0) > 1.9)
        #expect(abs(rate(chain, order: 1) - entropy) < 0.05)
        #expect(abs(rate(chain, order: 3) - entropy) < 0.08)
    }

    @Test func `a small table forgets and goes on`() {
        var model = SurpriseModel(order: 2, capacity: 256)
        for symbol in 0..<5000 { #expect(model.observe(UInt64(symbol)).isFinite) }
        for _ in 0..<100 { for symbol in 0..<3 { _ = model.observe(UInt64(symbol)) } }
        #expect(model.observe(0) < 0.1)
        #expect(model.observed == 5301)
    }
}

@Suite struct PitchEstimatorTests {
    private func tone(_ hertz: Double, rate: Double, count: Int, harmonics: Int = 5) -> [Float] {
        (0..<count).map { place in
            (1...harmonics).reduce(Float(0)) { sum, harmonic in
                let turn = 2 * Double.pi * hertz * Double(harmonic) * Double(place) / rate
                return sum + Float(0.3 / Double(harmonic) * sin(turn))
            }
        }
    }

    @Test func `voices from 65 to 390 hertz are found to one per cent`() throws {
        let estimator = PitchEstimator(rate: 4000)
        for hertz in stride(from: 65.0, through: 390, by: 13) {
            let found = try #require(
                estimator.frequency(tone(hertz, rate: 4000, count: estimator.length)))
            #expect(abs(found / hertz - 1) < 0.01, "\(hertz): \(found)")
        }
    }

    @Test func `silence and noise have no pitch`() {
        let estimator = PitchEstimator(rate: 4000)
        #expect(estimator.frequency([Float](repeating: 0, count: estimator.length)) == nil)
        for seed in 1..<20 as Range<UInt64> {
            let noise = Systems.white(seed, count: estimator.length).map { Float(0.2 * $0) }
            #expect(estimator.frequency(noise) == nil)
        }
    }

    @Test func `a tone in a tenth of noise is still found`() throws {
        let estimator = PitchEstimator(rate: 4000)
        for seed in 1..<10 as Range<UInt64> {
            let clean = tone(180, rate: 4000, count: estimator.length).map { Double($0) }
            let noisy = Systems.noisy(clean, 0.1, seed: seed).map { Float($0) }
            let found = try #require(estimator.frequency(noisy))
            #expect(abs(found / 180 - 1) < 0.02)
        }
    }
}
