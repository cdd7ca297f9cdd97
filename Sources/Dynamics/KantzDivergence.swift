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
        var balls = Balls(
            series, dimension: dimension, delay: delay, theilerWindow: theilerWindow,
            horizon: horizon, states: states, most: most, blocks: 1)
        return balls.curves(radius: radius, times: Array(0...max(0, horizon)))[0]
    }

    /// The exponent over the region that the nearest neighbours' fit has chosen.
    ///
    /// The smallest of four radii in which half of the states have neighbours is taken; the interval
    /// joins the spread over stretches of the orbit and the difference to the next radius.
    package static func estimate(
        _ series: [Double], dimension: Int, delay: Int, theilerWindow: Int, region: [Int]
    ) -> LyapunovEstimator.Result? {
        guard let horizon = region.last, region.count >= 3 else { return nil }
        let states = 400
        var balls = Balls(
            series, dimension: dimension, delay: delay, theilerWindow: theilerWindow,
            horizon: horizon, states: states, most: 12, blocks: 6)
        let spread = Moments(series).standardDeviation
        var fits: [(curve: DivergenceCurve, line: LeastSquares, margin: Double)] = []
        for share in [0.02, 0.05, 0.1, 0.2] where fits.count < 2 {
            let curves = balls.curves(radius: share * spread, times: region)
            let whole = DivergenceCurve(joining: curves, times: region)
            guard whole.count >= min(states, balls.asked) / 2, let line = whole.line else {
                continue
            }
            let margin = Estimate.margin(of: curves.compactMap { $0.line?.slope })
            fits.append((whole, line, margin))
        }
        guard let best = fits.first else { return nil }
        let difference = fits.count > 1 ? (fits[1].line.slope - best.line.slope) / 2 : 0
        let margin = (best.margin * best.margin + 4 * difference * difference).squareRoot()
        return LyapunovEstimator.Result(
            estimate: LyapunovEstimate(
                perSample: best.line.slope, low: best.line.slope - margin,
                high: best.line.slope + margin),
            curve: best.curve, intercept: best.line.intercept)
    }

    /// Evenly spread states with the neighbours that a radius then chooses from.
    private struct Balls {
        let asked: Int
        private let series: [Double]
        private let delay: Int
        private let end: Int
        private let blocks: Int
        private var found: [(state: Int, neighbours: [Int])] = []

        init(
            _ series: [Double], dimension: Int, delay: Int, theilerWindow: Int, horizon: Int,
            states: Int, most: Int, blocks: Int
        ) {
            self.series = series
            self.delay = delay
            self.blocks = blocks
            end = (dimension - 1) * delay
            let count = series.count - end - horizon
            guard count > 2 * theilerWindow + 2 else {
                asked = 0
                return
            }
            let tree = NeighbourTree(series, dimension: dimension, delay: delay, count: count)
            var search = NeighbourTree.Search()
            asked = min(states, count)
            for query in 0..<asked {
                let here = query * count / asked
                tree.nearest(to: here, limit: most, window: theilerWindow, minimum: 0, &search)
                found.append((here, search.found.map { $0.index }))
            }
        }

        /// The curve of each stretch of the orbit.
        mutating func curves(radius: Double, times: [Int]) -> [DivergenceCurve] {
            var sums = [[Double]](
                repeating: [Double](repeating: 0, count: times.count), count: blocks)
            var counts = sums.map { $0.map { _ in 0 } }
            var balls = [Int](repeating: 0, count: blocks)
            for (place, ball) in found.enumerated() {
                let near = ball.neighbours.filter { isNear($0, ball.state, radius) }
                guard !near.isEmpty else { continue }
                let block = place * blocks / found.count
                balls[block] += 1
                for (slot, time) in times.enumerated() {
                    var sum = 0.0
                    for neighbour in near {
                        sum +=
                            (series[neighbour + end + time] - series[ball.state + end + time])
                            .magnitude
                    }
                    guard sum > 0 else { continue }
                    sums[block][slot] += Mathematics.log(sum / Double(near.count))
                    counts[block][slot] += 1
                }
            }
            return (0..<blocks).map { block in
                let kept = times.indices.filter { counts[block][$0] > 0 }
                return DivergenceCurve(
                    times: kept.map { times[$0] },
                    logarithms: kept.map { sums[block][$0] / Double(counts[block][$0]) },
                    count: balls[block])
            }
        }

        private func isNear(_ neighbour: Int, _ state: Int, _ radius: Double) -> Bool {
            var axis = 0
            while axis <= end {
                if (series[neighbour + axis] - series[state + axis]).magnitude > radius {
                    return false
                }
                axis += delay
            }
            return true
        }
    }
}

extension DivergenceCurve {
    /// The mean of several curves, each weighing as much as it has pairs or balls.
    fileprivate init(joining curves: [DivergenceCurve], times: [Int]) {
        var sums = [Double](repeating: 0, count: times.count)
        var weights = sums
        for curve in curves {
            for (time, logarithm) in zip(curve.times, curve.logarithms) {
                guard let slot = times.firstIndex(of: time) else { continue }
                sums[slot] += logarithm * Double(curve.count)
                weights[slot] += Double(curve.count)
            }
        }
        let kept = times.indices.filter { weights[$0] > 0 }
        self.init(
            times: kept.map { times[$0] }, logarithms: kept.map { sums[$0] / weights[$0] },
            count: curves.reduce(0) { $0 + $1.count })
    }

    fileprivate var line: LeastSquares? {
        LeastSquares(zip(times, logarithms).map { (Double($0), $1) })
    }
}
