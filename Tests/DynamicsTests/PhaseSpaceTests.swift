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

    @Test func `a constant is a fixed point with its value`() {
        let assessment = PhaseSpace.assess([Double](repeating: 2.5, count: 200))
        #expect(assessment.attractorClass == .fixedPoint)
        #expect(assessment.point == 2.5)
        #expect(assessment.lyapunov == nil)
    }
}
