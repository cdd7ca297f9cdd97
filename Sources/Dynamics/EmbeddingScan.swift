/// What delay embeddings of rising dimension say of a series, from one pass over neighbours.
///
/// For each dimension: the growth of neighbour distances when one more coordinate is added (Cao,
/// Physica D 110, 1997), the share of neighbours that were false (Kennel, Brown and Abarbanel,
/// Physical Review A 45, 1992), and how well neighbours predict (Sugihara and May, Nature 344,
/// 1990). O(dimensions · (n log n + queries · log n)).
package struct EmbeddingScan: Sendable, Equatable {
    package let delay: Int
    package let theilerWindow: Int
    /// How many states were asked for their neighbours.
    package let queries: Int
    /// The mean squared error of prediction one delay ahead over the variance, per dimension from 1.
    package private(set) var predictionErrors: [Double] = []
    /// Cao's mean distance growth E(d), per dimension from 1.
    package private(set) var growths: [Double] = []
    /// Cao's mean distance of the new coordinate E*(d), per dimension from 1.
    package private(set) var newDistances: [Double] = []
    /// The share of nearest neighbours that one more coordinate tears apart.
    package private(set) var falseShares: [Double] = []

    /// Scans the dimensions 1 … `longest`, until they say nothing new, asking the neighbours of at most `queries` states.
    package init(
        _ series: [Double], delay: Int, theilerWindow: Int, longest: Int = 5, queries: Int = 400,
        neighbours: Int = 4
    ) {
        self.delay = delay
        self.theilerWindow = theilerWindow
        self.queries = queries
        let variance = Moments(series).variance
        for dimension in 1...max(1, longest) {
            guard
                let row = Self.row(
                    series, dimension, delay, theilerWindow, queries, neighbours, variance)
            else { break }
            predictionErrors.append(row.error)
            growths.append(row.growth)
            newDistances.append(row.newDistance)
            falseShares.append(row.falseShare)
            if isDecided { break }
        }
    }

    /// Whether a higher dimension would not change the answers: three of them do not predict at all,
    /// or the attractor is unfolded and the prediction has become worse.
    private var isDecided: Bool {
        guard let last = predictionErrors.last, let least = predictionErrors.min() else {
            return false
        }
        if predictionErrors.count >= 3 && least > 0.9 { return true }
        let unfolded = falseShares.dropLast().contains { $0 < 0.01 }
        return unfolded && last > 1.5 * least
    }

    /// The dimension whose states predict best; 1 when nothing could be predicted.
    package var bestPredicting: Int {
        (predictionErrors.indices.min { predictionErrors[$0] < predictionErrors[$1] } ?? 0) + 1
    }

    /// Cao's E1(d) = E(d + 1) / E(d), which stops changing when the attractor is unfolded.
    package var saturation: [Double] {
        zip(growths.dropFirst(), growths).map { $1 > 0 ? $0 / $1 : 1 }
    }

    /// Cao's E2(d), which is 1 for every dimension when the future does not depend on the past.
    package var determinism: [Double] {
        zip(newDistances.dropFirst(), newDistances).map { $1 > 0 ? $0 / $1 : 1 }
    }

    /// The first dimension at which fewer than one in a hundred neighbours are false, or else where
    /// Cao's quantity has settled, or else the one that predicts best.
    package var dimension: Int {
        if let place = falseShares.firstIndex(where: { $0 < 0.01 }) { return place + 1 }
        let e1 = saturation
        for place in e1.indices.dropLast() where e1[place] > 0.9 && e1[place + 1] > 0.9 {
            return place + 1
        }
        return bestPredicting
    }

    private struct Row {
        var error: Double
        var growth: Double
        var newDistance: Double
        var falseShare: Double
    }

    private static func row(
        _ series: [Double], _ dimension: Int, _ delay: Int, _ window: Int, _ queries: Int,
        _ neighbours: Int, _ variance: Double
    ) -> Row? {
        let count = series.count - dimension * delay
        guard count > neighbours + 2 * window + 1, variance > 0 else { return nil }
        let tree = NeighbourTree(series, dimension: dimension, delay: delay, count: count)
        let ahead = dimension * delay
        let asked = min(queries, count)
        var search = NeighbourTree.Search()
        var (missed, growth, distances) = (0.0, 0.0, 0.0)
        var (torn, compared, answered) = (0, 0, 0)
        for query in 0..<asked {
            let index = query * count / asked
            tree.nearest(to: index, limit: neighbours, window: window, &search)
            guard let nearest = search.found.first else { continue }
            answered += 1
            var mean = 0.0
            for neighbour in search.found { mean += series[neighbour.index + ahead] }
            let miss = mean / Double(search.found.count) - series[index + ahead]
            missed += miss * miss
            let apart = (series[nearest.index + ahead] - series[index + ahead]).magnitude
            distances += apart
            guard nearest.squaredDistance > 1e-20 * variance else { continue }
            let squared = nearest.squaredDistance
            compared += 1
            growth += ((squared + apart * apart) / squared).squareRoot()
            // Torn apart tenfold, and by more than the attractor's own graininess.
            if apart * apart > 100 * squared && apart * apart > 0.0025 * variance { torn += 1 }
        }
        guard answered > 0 else { return nil }
        return Row(
            error: missed / Double(answered) / variance,
            growth: compared > 0 ? growth / Double(compared) : 1,
            newDistance: distances / Double(answered),
            falseShare: compared > 0 ? Double(torn) / Double(compared) : 0)
    }

    /// The prediction error of one dimension only, for comparison with surrogates.
    static func predictionError(
        _ series: [Double], dimension: Int, delay: Int, theilerWindow: Int, queries: Int = 400,
        neighbours: Int = 4
    ) -> Double? {
        row(
            series, dimension, delay, theilerWindow, queries, neighbours,
            Moments(series).variance)?.error
    }
}
