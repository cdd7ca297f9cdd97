import Testing

@testable import Dynamics

@Suite struct NeighbourTreeTests {
    /// The squared distances of all permitted neighbours, ascending.
    private func naive(
        _ series: [Double], _ index: Int, dimension: Int, delay: Int, count: Int, window: Int,
        minimum: Double
    ) -> [Double] {
        (0..<count).filter { abs($0 - index) > window }.map { other in
            (0..<dimension).reduce(0.0) { sum, axis in
                let apart = series[index + axis * delay] - series[other + axis * delay]
                return sum + apart * apart
            }
        }.filter { $0 > minimum }.sorted()
    }

    @Test func `it finds the neighbours that a search through all finds`() {
        var noise = Systems.Noise(4)
        for round in 0..<60 {
            let dimension = 1 + round % 10
            let delay = 1 + round % 3
            let count = [1, 2, 7, 8, 9, 40, 150][round % 7]
            let coarse = round % 4 == 0
            let series = (0..<(count + (dimension - 1) * delay)).map { _ in
                coarse ? (noise.uniform() * 4).rounded() : noise.normal()
            }
            let tree = NeighbourTree(series, dimension: dimension, delay: delay, count: count)
            let (window, limit) = (round % 5 - 1, 1 + round % 6)
            let minimum = round % 3 == 0 ? 0.0 : -1
            var search = NeighbourTree.Search()
            for index in 0..<count {
                tree.nearest(
                    to: index, limit: limit, window: window, minimum: minimum, &search)
                let expected = naive(
                    series, index, dimension: dimension, delay: delay, count: count,
                    window: window, minimum: minimum)
                #expect(search.found.map(\.squaredDistance).count == min(limit, expected.count))
                for (neighbour, squared) in zip(search.found, expected) {
                    #expect(abs(neighbour.squaredDistance - squared) <= 1e-12 * (1 + squared))
                    #expect(abs(neighbour.index - index) > window)
                }
            }
        }
    }

    @Test func `a thousand equal points do not make it deep or wrong`() {
        let series = [Double](repeating: 3, count: 1000)
        let tree = NeighbourTree(series, dimension: 2, delay: 1, count: 999)
        var search = NeighbourTree.Search()
        tree.nearest(to: 500, limit: 3, window: 2, &search)
        #expect(search.found.map(\.squaredDistance) == [0, 0, 0])
        tree.nearest(to: 500, limit: 3, window: 2, minimum: 0, &search)
        #expect(search.found.isEmpty)
    }
}
