import Dynamics
import Foundation
import Testing

@Suite struct RegimeSegmentationTests {
    private func observed(_ series: [Double], window: Int = 1000, length: Int = 25)
        -> RegimeSegmentation
    {
        var segmentation = RegimeSegmentation(window: window, length: length)
        for sample in series { segmentation.observe(sample) }
        return segmentation
    }

    @Test func `a change of shape is found where it is though the mean stays`() throws {
        for (round, place) in [350, 450, 550, 600].enumerated() {
            var noise = Systems.Noise(UInt64(round + 3))
            let series = (0..<900).map { n in
                let phase = Double(n % 20) / 20
                let saw = 2 * abs(2 * phase - 1) - 1 + (phase < 0.2 ? 1 : -0.2)
                let wave = n < place ? sin(2 * .pi * phase) : saw
                return wave + 0.1 * noise.normal()
            }
            let boundary = try #require(observed(series).boundary())
            #expect(abs(boundary.sample - place) < 50, "\(boundary), not \(place)")
        }
    }

    @Test func `one regime has no boundary`() {
        for seed in 1..<6 as Range<UInt64> {
            let steady = Systems.noisy(
                Systems.tones([(0.05, 1)], phase: 0.1 * Double(seed), count: 900), 0.1, seed: seed)
            #expect(observed(steady).boundary() == nil)
            #expect(observed(Systems.white(seed, count: 900)).boundary() == nil)
        }
    }

    @Test func `the curve is that of all stretches compared`() {
        let series = Systems.noisy(
            Systems.logistic(3.9, start: 0.3, count: 700), 0.2, seed: 11)
        let (window, length) = (300, 10)
        let segmentation = observed(series, window: window, length: length)
        let kept = Array(series.suffix(window))
        let count = window - length + 1
        func normal(_ start: Int) -> [Double] {
            let part = kept[start..<(start + length)]
            let mean = part.reduce(0, +) / Double(length)
            let size = part.map { ($0 - mean) * ($0 - mean) }.reduce(0, +).squareRoot()
            return part.map { ($0 - mean) / size }
        }
        func likeness(_ first: [Double], _ second: [Double]) -> Double {
            zip(first, second).map(*).reduce(0, +)
        }
        let stretches = (0..<count).map(normal)
        var arcs = [Int](repeating: 0, count: count)
        for start in 0..<max(0, count - length) {
            let target = ((start + length)..<count).max { first, second in
                likeness(stretches[start], stretches[first])
                    < likeness(stretches[start], stretches[second])
            }
            for place in (start + 1)..<(target ?? start + 1) { arcs[place] += 1 }
        }
        let curve = segmentation.curve
        #expect(curve.count == count)
        for place in (5 * length)..<(count - 5 * length) {
            let expected = (0..<place).reduce(0.0) { sum, start in
                guard start + length < count else { return sum }
                let targets = (start + length)..<count
                return sum + Double(targets.filter { $0 >= place }.count) / Double(targets.count)
            }
            let ratio = min(1, Double(arcs[place]) / expected)
            #expect(abs(curve[place] - ratio) < 0.02)
        }
    }

    @Test func `constants, few samples and what is not finite do no harm`() {
        #expect(observed([]).curve.isEmpty)
        #expect(observed([1, .nan, 2, .infinity]).observed == 2)
        #expect(observed([Double](repeating: 4, count: 3000)).boundary() == nil)
    }
}
