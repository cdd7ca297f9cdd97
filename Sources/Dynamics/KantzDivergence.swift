/// The divergence of all states within a distance, which shows whether the growth is exponential.
///
/// Kantz (Physics Letters A 185, 1994): the mean distance over the neighbours of a state is taken
/// before the logarithm, and only the last coordinate is followed.
package enum KantzDivergence {
    /// The curve for the neighbours within `radius` in every coordinate, at most `most` of them for
    /// each of `states` evenly spread states. O(states · (log n + most · horizon)).
    package static func curve(
        _ series: [Double], dimension: Int, delay: Int, theilerWindow: Int, radius: Double,
        horizon: Int, states: Int = 1000, most: Int = 30
    ) -> DivergenceCurve {
        let end = (dimension - 1) * delay
        let count = series.count - end - horizon
        let times = Array(0...max(0, horizon))
        var sums = [Double](repeating: 0, count: times.count)
        var counts = [Int](repeating: 0, count: times.count)
        var balls = 0
        guard count > 2 * theilerWindow + 2 else {
            return DivergenceCurve(times: [], logarithms: [], count: 0)
        }
        let tree = NeighbourTree(series, dimension: dimension, delay: delay, count: count)
        var search = NeighbourTree.Search()
        let asked = min(states, count)
        for query in 0..<asked {
            let here = query * count / asked
            tree.nearest(to: here, limit: most, window: theilerWindow, minimum: 0, &search)
            let near = search.found.filter { neighbour in
                var axis = 0
                while axis <= end {
                    let apart = series[neighbour.index + axis] - series[here + axis]
                    if apart.magnitude > radius { return false }
                    axis += delay
                }
                return true
            }
            guard !near.isEmpty else { continue }
            balls += 1
            for time in times {
                var sum = 0.0
                for neighbour in near {
                    sum +=
                        (series[neighbour.index + end + time] - series[here + end + time]).magnitude
                }
                guard sum > 0 else { continue }
                sums[time] += Mathematics.log(sum / Double(near.count))
                counts[time] += 1
            }
        }
        let kept = times.filter { counts[$0] > 0 }
        return DivergenceCurve(
            times: kept, logarithms: kept.map { sums[$0] / Double(counts[$0]) }, count: balls)
    }
}
