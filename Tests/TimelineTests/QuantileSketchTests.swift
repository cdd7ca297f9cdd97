import Testing
import Timeline

struct QuantileSketchTests {
    @Test(arguments: [1, 2, 3, 10, 100, 5000])
    func `every quantile is within one percent of the exact one`(count: Int) {
        var random = SeededRandom(seed: UInt64(count))
        var sketch = QuantileSketch()
        var values: [Double] = []
        for _ in 0..<count {
            // Six decades, so that bins of every size are met.
            var value = 0.001 + random.unit()
            for _ in 0..<Int(random.next() % 7) { value *= 10 }
            values.append(value)
            sketch.add(value)
        }
        values.sort()
        for step in 0...100 {
            let q = Double(step) / 100
            let exact = values[Int((q * Double(count - 1)).rounded(.down))]
            let answer = sketch.quantile(q) ?? -1
            #expect((answer - exact).magnitude <= 0.010001 * exact)
        }
        #expect(sketch.count == count)
        #expect(sketch.minimum == values.first)
        #expect(sketch.maximum == values.last)
    }

    @Test func `an empty sketch has no quantile`() {
        #expect(QuantileSketch().quantile(0.5) == nil)
        #expect(QuantileSketch().mean == nil)
    }

    @Test func `zero, negative, infinite and missing numbers are taken for what they are`() {
        var sketch = QuantileSketch()
        sketch.add(.nan)
        #expect(sketch.count == 0)
        sketch.add(0)
        sketch.add(-5)
        #expect(sketch.quantile(1) == 0)
        sketch.add(.infinity)
        #expect(sketch.quantile(1) == QuantileSketch.largest)
        #expect(sketch.quantile(0) == 0)
        #expect(sketch.quantile(1.5) == nil)
    }

    @Test func `counts between bounds add up to all`() {
        var sketch = QuantileSketch()
        for number in 0..<1000 { sketch.add(Double(number)) }
        let bounds: [Double] = [0, 1, 10, 100, .infinity]
        let counts = zip(bounds, bounds.dropFirst()).map { sketch.count(from: $0, below: $1) }
        #expect(counts.reduce(0, +) == 1000)
        #expect((sketch.count(from: 0, below: 100) - 100).magnitude <= 1)
    }

    @Test func `the order of the values does not matter`() {
        var random = SeededRandom(seed: 3)
        let values = (0..<500).map { _ in random.unit() * 100 }
        var forward = QuantileSketch()
        var backward = QuantileSketch()
        for value in values { forward.add(value) }
        for value in values.reversed() { backward.add(value) }
        for q in [0, 0.25, 0.5, 0.75, 1] {
            #expect(forward.quantile(q) == backward.quantile(q))
        }
    }
}
