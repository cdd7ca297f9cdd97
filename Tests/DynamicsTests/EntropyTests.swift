import Dynamics
import Foundation
import Testing

@Suite struct EntropyTests {
    @Test func `permutation entropy is that of the sorted patterns`() throws {
        for (order, delay) in [(2, 1), (3, 1), (3, 2), (4, 3), (5, 1)] {
            let series = Systems.noisy(
                Systems.logistic(3.9, start: 0.2, count: 300), 0.1, seed: 8)
            var counts: [[Int]: Int] = [:]
            let total = series.count - (order - 1) * delay
            for start in 0..<total {
                let pattern = (0..<order).sorted {
                    (series[start + $0 * delay], $0) < (series[start + $1 * delay], $1)
                }
                counts[pattern, default: 0] += 1
            }
            let entropy = counts.values.map { Double($0) / Double(total) }
                .map { -$0 * log($0) }.sorted().reduce(0, +)
            let expected = entropy / log((1...order).map(Double.init).reduce(1, *))
            let value = try #require(
                PermutationEntropy.normalized(series, order: order, delay: delay))
            #expect(abs(value - expected) < 1e-12)
        }
        #expect(PermutationEntropy.normalized([1, 2], order: 3, delay: 1) == nil)
        #expect(PermutationEntropy.normalized([], order: 2, delay: 1) == nil)
        #expect(PermutationEntropy.normalized([1, 1, 1, 1], order: 3, delay: 1) == 0)
    }

    @Test func `sample entropy is that of all pairs compared`() {
        for seed in 0..<6 as Range<UInt64> {
            let series = Systems.autoregressive([0.6], seed: seed, count: 120)
            for (length, tolerance) in [(1, 0.2), (2, 0.3), (3, 0.8)] {
                func pairs(_ size: Int) -> Int {
                    let starts = 0..<(series.count - length)
                    return starts.reduce(0) { sum, first in
                        sum
                            + starts.filter { second in
                                second > first
                                    && (0..<size).allSatisfy {
                                        abs(series[first + $0] - series[second + $0]) <= tolerance
                                    }
                            }.count
                    }
                }
                let (alike, longer) = (pairs(length), pairs(length + 1))
                let value = SampleEntropy.value(series, length: length, tolerance: tolerance)
                if longer == 0 {
                    #expect(value == nil)
                } else {
                    #expect(abs((value ?? .nan) - log(Double(alike) / Double(longer))) < 1e-12)
                }
            }
        }
        #expect(SampleEntropy.value([], tolerance: 1) == nil)
        #expect(SampleEntropy.value([1, 2, 3], tolerance: 0.1) == nil)
        #expect(SampleEntropy.value([1, 1, 1, 1, 1], tolerance: 0) == 0)
    }

    @Test func `a cycle of two recurs on every other diagonal`() {
        let measures = RecurrenceQuantification(
            [0, 1, 0, 1, 0, 1], dimension: 1, delay: 1, threshold: 0.5)
        #expect(measures.recurrenceRate == 0.5)
        #expect(measures.determinism == 1)
        #expect(measures.laminarity == 0)
        #expect(measures.longestDiagonal == 4)
        #expect(measures.meanDiagonal == 3)
        #expect(abs(measures.diagonalEntropy - log(2)) < 1e-12)
    }

    @Test func `a constant is one black square and nothing is an empty one`() {
        let constant = RecurrenceQuantification(
            [2, 2, 2, 2], dimension: 1, delay: 1, threshold: 0.1)
        #expect(constant.recurrenceRate == 1)
        #expect(constant.laminarity == 1)
        #expect(constant.trappingTime == 4)
        let empty = RecurrenceQuantification([], dimension: 3, delay: 2, threshold: 0.1)
        #expect(empty.recurrenceRate == 0)
        #expect(empty.longestDiagonal == 0)
    }

    @Test func `the 0-1 test separates chaos from regular motion`() throws {
        for start in [0.1, 0.3, 0.45] {
            let chaotic = Systems.logistic(4, start: start, count: 1000)
            #expect(try #require(ZeroOneTest.k(chaotic)) > 0.9)
            let regular = Systems.logistic(3.55, start: start, count: 1000)
            #expect(abs(try #require(ZeroOneTest.k(regular))) < 0.1)
        }
        let flow = Systems.lorenz(start: 1, interval: 0.02, count: 5000)
        #expect(try #require(ZeroOneTest.k(ZeroOneTest.thinned(flow))) > 0.8)
        #expect(ZeroOneTest.k([1, 2, 3]) == nil)
        #expect(ZeroOneTest.k([Double](repeating: 1, count: 200)) == 0)
    }

    @Test func `mutual information of independent bits is none and of equal ones their entropy`() {
        let bits = (0..<4096).map { Double(($0 * 2_654_435_761) >> 13 & 1) }
        let information = MutualInformation(bits, bins: 2, lags: 1)
        #expect(abs(information.values[0] - log(2)) < 0.01)
        #expect(MutualInformation([3, 3, 3], lags: 2).values == [0, 0, 0])
        #expect(MutualInformation([], lags: 0).values == [0])
    }

    @Test func `the correlation dimension of a circle is one and of a map's set known`() throws {
        let circle = Systems.tones([(0.0213, 1)], phase: 0, count: 3000)
        let one = try #require(
            CorrelationDimension(circle, dimension: 2, delay: 12, theilerWindow: 50))
        #expect(abs(one.value - 1) < 0.1)
        let henon = Systems.henon(start: 0.1, count: 4000)
        let fractal = try #require(
            CorrelationDimension(henon, dimension: 2, delay: 1, theilerWindow: 10))
        #expect(abs(fractal.value - 1.22) < 0.12)
        #expect(
            CorrelationDimension([1, 1, 1, 1], dimension: 1, delay: 1, theilerWindow: 0) == nil)
    }
}
