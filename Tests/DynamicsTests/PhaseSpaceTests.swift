import Dynamics
import Testing

@Suite struct PhaseSpaceTests {
    @Test func `the ring keeps the newest samples, oldest first`() {
        var space = PhaseSpace(capacity: 5, refreshEvery: 3)
        for sample in 0..<13 { space.observe(Double(sample)) }
        #expect(space.samples == [8, 9, 10, 11, 12])
        #expect(space.count == 5)
        #expect(space.observed == 13)
    }

    @Test func `samples that are not finite are counted and not stored`() {
        var space = PhaseSpace()
        for sample: Double in [1, .nan, .infinity, 2, -.infinity] { space.observe(sample) }
        #expect(space.samples == [1, 2])
        #expect(space.rejected == 3)
        #expect(space.observed == 2)
    }

    @Test func `with too few samples it says how many are missing`() {
        #expect(PhaseSpace().assessment.missing == AttractorClassifier.minimumCount)
        let one = PhaseSpace.assess([1])
        #expect(one.attractorClass == .undetermined)
        #expect(one.missing == AttractorClassifier.minimumCount - 1)
        #expect(one.confidence == nil)
    }

    @Test func `it says what is missing at every sample and the first class at once`() {
        var space = PhaseSpace()
        for count in 1...AttractorClassifier.minimumCount {
            space.observe(2)
            #expect(space.assessment.missing == AttractorClassifier.minimumCount - count)
        }
        #expect(space.assessment.attractorClass == .fixedPoint)
    }

    @Test func `a constant is a fixed point with its value`() {
        let assessment = PhaseSpace.assess([Double](repeating: 2.5, count: 200))
        #expect(assessment.attractorClass == .fixedPoint)
        #expect(assessment.point == 2.5)
        #expect(assessment.lyapunov == nil)
    }
}

@Suite struct PhaseSpaceWindowTests {
    @Test func `stream and batch agree on the same window`() {
        let series = Systems.noisy(Systems.logistic(3.9, start: 0.3, count: 900), 0.02, seed: 4)
        var space = PhaseSpace(capacity: 400, refreshEvery: 100)
        for (place, sample) in series.enumerated() {
            space.observe(sample)
            if (place + 1) % 100 == 0 {
                let window = Array(series[max(0, place - 399)...place])
                #expect(space.assessment == PhaseSpace.assess(window))
            }
        }
    }

    @Test func `fixed parameters are used and shown`() {
        let series = Systems.lorenz(start: 1, interval: 0.05, count: 800)
        var space = PhaseSpace(capacity: 800, delay: 3, dimension: 5, refreshEvery: 800)
        for sample in series { space.observe(sample) }
        #expect(space.delay == 3)
        #expect(space.dimension == 5)
        #expect(space.assessment == PhaseSpace.assess(series, delay: 3, dimension: 5))
    }

    @Test func `extreme, tiny, repeated and short series have an answer`() {
        let shape = Systems.logistic(4, start: 0.3, count: 300)
        for scale in [Double.leastNormalMagnitude, 1e-200, 1e200, 1.7e308] {
            let series = shape.map { ($0 - 0.5) * 2 * scale }
            let assessment = PhaseSpace.assess(series)
            #expect(assessment.attractorClass == .chaotic || scale < 1e-300)
        }
        for count in 0..<200 {
            _ = PhaseSpace.assess(Array(shape.prefix(count)))
            _ = PhaseSpace.assess([Double](repeating: 1, count: count) + [2])
            _ = PhaseSpace.assess((0..<count).map { Double($0 % 3) })
        }
        let spike = (0..<400).map { $0 == 200 ? 1.0 : 0 }
        #expect(PhaseSpace.assess(spike).attractorClass != .chaotic)
        for period in 2..<40 {
            let cycle = (0..<600).map { Double(($0 % period) * ($0 % period) % 17) }
            #expect(PhaseSpace.assess(cycle).attractorClass == .periodic, "period \(period)")
        }
    }
}
