import Foundation
import Testing

@testable import Dynamics

@Suite struct FourierTransformTests {
    @Test func `it equals the sum that defines it at every length it knows`() {
        var noise = Systems.Noise(9)
        for count in 1...128 where FourierTransform.length(atMost: count) == count {
            let (real, imaginary) = (
                (0..<count).map { _ in noise.normal() }, (0..<count).map { _ in noise.normal() }
            )
            var (a, b) = (real, imaginary)
            var transform = FourierTransform(count: count)
            transform.forward(&a, &b)
            for bin in 0..<count {
                var (x, y) = (0.0, 0.0)
                for place in 0..<count {
                    let angle = -2 * Double.pi * Double(bin * place % count) / Double(count)
                    x += real[place] * cos(angle) - imaginary[place] * sin(angle)
                    y += real[place] * sin(angle) + imaginary[place] * cos(angle)
                }
                #expect(abs(a[bin] - x) < 1e-10 && abs(b[bin] - y) < 1e-10)
            }
            transform.backward(&a, &b)
            for place in 0..<count {
                #expect(abs(a[place] / Double(count) - real[place]) < 1e-12)
                #expect(abs(b[place] / Double(count) - imaginary[place]) < 1e-12)
            }
        }
    }

    @Test func `the largest length has no factor above five`() {
        #expect(FourierTransform.length(atMost: 0) == 0)
        #expect(FourierTransform.length(atMost: 7) == 6)
        #expect(FourierTransform.length(atMost: 2400) == 2400)
        #expect(FourierTransform.length(atMost: 1999) == 1944)
    }

    @Test func `surrogates keep the values exactly and the spectrum nearly`() {
        let series = Systems.lorenz(start: 1, interval: 0.1, count: 1000)
        var surrogates = SurrogateSeries(of: series, seed: 5)
        let pair = surrogates.nextPair(rounds: 50)
        for surrogate in [pair.first, pair.second] {
            #expect(surrogate.sorted() == series.sorted())
            #expect(surrogate != series)
            let (own, other) = (power(series), power(surrogate))
            let missed = zip(own, other).map { abs($0 - $1) }.reduce(0, +)
            #expect(missed < 0.1 * own.reduce(0, +))
        }
        var again = SurrogateSeries(of: series, seed: 5)
        #expect(again.nextPair(rounds: 50).first == pair.first)
    }

    private func power(_ series: [Double]) -> [Double] {
        let mean = series.reduce(0, +) / Double(series.count)
        var (real, imaginary) = (
            series.map { $0 - mean }, [Double](repeating: 0, count: series.count)
        )
        var transform = FourierTransform(count: series.count)
        transform.forward(&real, &imaginary)
        return zip(real, imaginary).map { ($0 * $0 + $1 * $1).squareRoot() }
    }

    @Test func `a spectrum adds up to the variance and peaks at the tone`() throws {
        let tone = Systems.tones([(0.125, 2)], phase: 0.3, count: 1024)
        let spectrum = PowerSpectrum(tone)
        let peak = try #require(
            spectrum.powers.indices.max { spectrum.powers[$0] < spectrum.powers[$1] })
        #expect(Double(peak) * spectrum.resolution == 0.125)
        #expect(abs(spectrum.powers.reduce(0, +) - 2) < 0.01)
        let noise = Systems.white(3, count: 5000)
        #expect(abs(PowerSpectrum(noise).powers.reduce(0, +) - 1) < 0.1)
        #expect(PowerSpectrum([]).powers.isEmpty)
        #expect(PowerSpectrum([7]).powers == [0])
    }

    @Test func `ranks are those of sorting`() {
        let values: [Double] = [3, -1, 0, 2.5, -1, 7e9, -3e-5, 0]
        var ranks = RankOrder(count: values.count)
        let order = ranks.order(of: values).map { Int($0) }
        #expect(order == values.indices.sorted { (values[$0], $0) < (values[$1], $1) })
    }
}
