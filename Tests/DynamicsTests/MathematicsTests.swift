import Foundation
import Testing

@testable import Dynamics

@Suite struct MathematicsTests {
    private func near(_ value: Double, _ expected: Double) -> Bool {
        abs(value - expected) <= 2 * max(expected.ulp, 1e-300)
    }

    @Test func `logarithms and exponentials agree with the platform's`() {
        var noise = Systems.Noise(2)
        for _ in 0..<20_000 {
            let x = exp(noise.uniform() * 1400 - 700)
            #expect(near(Mathematics.log(x), log(x)))
            let y = noise.uniform() * 1400 - 700
            #expect(near(Mathematics.exp(y), exp(y)))
        }
        #expect(Mathematics.log(0) == -.infinity)
        #expect(Mathematics.log(-1).isNaN)
        #expect(Mathematics.log(.infinity) == .infinity)
        #expect(near(Mathematics.log(.leastNonzeroMagnitude), log(Double.leastNonzeroMagnitude)))
        #expect(Mathematics.log(1) == 0)
        #expect(Mathematics.exp(0) == 1)
        #expect(Mathematics.exp(710) == .infinity)
        #expect(Mathematics.exp(-746) == 0)
        #expect(Mathematics.exp(-.infinity) == 0)
    }

    @Test func `sines and cosines agree with the platform's`() {
        var noise = Systems.Noise(3)
        for _ in 0..<20_000 {
            let x = (noise.uniform() - 0.5) * 20_000
            let value = Mathematics.sineCosine(x)
            #expect(abs(value.sine - sin(x)) < 1e-15)
            #expect(abs(value.cosine - cos(x)) < 1e-15)
        }
    }

    @Test func `the normal distribution is right to seven digits`() {
        for z in stride(from: -6.0, through: 6, by: 0.25) {
            #expect(abs(Mathematics.normalBelow(z) - 0.5 * erfc(-z / 2.0.squareRoot())) < 1e-7)
        }
    }

    @Test func `numbers are written shortly`() {
        #expect(Decimal.text(0) == "0")
        #expect(Decimal.text(0.0521) == "0.0521")
        #expect(Decimal.text(-1.5) == "-1.5")
        #expect(Decimal.text(46.948) == "46.9")
        #expect(Decimal.text(123_456) == "123000")
        #expect(Decimal.text(1.234e-9) == "1.23e-9")
        #expect(Decimal.text(9.999e7) == "1e8")
        #expect(Decimal.text(.infinity) == "inf")
        #expect(Decimal.percent(0.123) == "12.3 %")
        #expect(Decimal.percent(1) == "100 %")
        #expect(Decimal.percent(-0.0012) == "-0.1 %")
    }
}
