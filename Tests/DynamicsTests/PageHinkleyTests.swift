import Dynamics
import Testing

@Suite struct PageHinkleyTests {
    private func changes(_ series: [Double]) -> [PageHinkley.Change] {
        var detector = PageHinkley()
        return series.compactMap { detector.observe($0) }
    }

    @Test func `a shift of the mean is found soon after it began, in its direction`() throws {
        for seed in 1..<20 as Range<UInt64> {
            var series = Systems.white(seed, count: 600)
            for place in 300..<600 { series[place] += seed % 2 == 0 ? 3 : -3 }
            let found = changes(series)
            let change = try #require(found.first)
            #expect(found.count == 1)
            #expect((285...305).contains(change.onset))
            #expect((300...312).contains(change.alarm))
            #expect(change.isUpward == (seed % 2 == 0))
        }
    }

    @Test func `steady noise raises few alarms whatever its unit`() {
        for unit in [1e-9, 1, 1e9] {
            let alarms = (1..<20 as Range<UInt64>).map { seed in
                changes(Systems.white(seed, count: 1000).map { $0 * unit + unit }).count
            }
            #expect(alarms.reduce(0, +) <= 2)
        }
    }

    @Test func `a constant that jumps is a change, samples that are not finite are passed over`() {
        var series = [Double](repeating: 1, count: 100)
        series += [.nan, .infinity] + [Double](repeating: 2, count: 100)
        let found = changes(series)
        #expect(found.count == 1)
        #expect(found.first?.isUpward == true)
        #expect(found.first.map { (102...106).contains($0.onset) } == true)
    }
}
