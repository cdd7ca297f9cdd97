/// How much noise lies on a series that is otherwise a function of its past.
///
/// The Gamma test (Stefánsson, Končar and Jones, Neural Computing and Applications 5, 1997): what
/// follows on neighbouring states differs by a part that shrinks with the states' distance and a
/// part that does not. A line through the mean squares of both for the first to the tenth
/// neighbour meets zero distance at the variance of the noise. O(n log n).
struct NoiseLevel {
    /// The standard deviation of the noise over that of the series.
    let share: Double

    private static let neighbours = 10

    /// Nil when there are too few states.
    init?(
        _ series: [Double], dimension: Int, delay: Int, theilerWindow: Int, states: Int = 500
    ) {
        let end = (dimension - 1) * delay
        let count = series.count - end - 1
        let variance = Moments(series).variance
        guard count > 2 * theilerWindow + 2 * Self.neighbours, variance > 0 else { return nil }
        let tree = NeighbourTree(series, dimension: dimension, delay: delay, count: count)
        var search = NeighbourTree.Search()
        var distances = [Double](repeating: 0, count: Self.neighbours)
        var misses = distances
        var answered = 0
        let asked = min(states, count)
        for query in 0..<asked {
            let here = query * count / asked
            tree.nearest(to: here, limit: Self.neighbours, window: theilerWindow, &search)
            guard search.found.count == Self.neighbours else { continue }
            answered += 1
            for (rank, found) in search.found.enumerated() {
                let miss = series[found.index + end + 1] - series[here + end + 1]
                distances[rank] += found.squaredDistance
                misses[rank] += 0.5 * miss * miss
            }
        }
        guard answered >= 50, let line = LeastSquares(zip(distances, misses).map { ($0, $1) })
        else {
            return nil
        }
        // No more than the nearest differ, and no less than half of it, whatever the line says.
        let left = min(max(misses[0] / 4, line.intercept), misses[0])
        share = (left / Double(answered) / variance).squareRoot()
    }
}
