/// The largest Lyapunov exponent with an automatic fit region and an interval.
///
/// The curve of the mean logarithm of the distance across the flow is fitted until it has covered a
/// share of the way to the distance of unrelated states: later the folding of the attractor bends
/// it. In a map the fit starts when the encounter has left the embedding vector, since the choice
/// of the nearest neighbour favours differences that shrink first. The interval joins the spread
/// over stretches of the orbit and the difference between the two halves of the region.
package enum LyapunovEstimator {
    /// An estimate and the curve it was fitted to.
    package struct Result: Sendable, Equatable {
        package var estimate: LyapunovEstimate
        package var curve: DivergenceCurve
        /// The line through the fit region at time 0; its slope is the estimate.
        package var intercept: Double
        /// The curve of a sample of the pairs up to three times the region, to be looked at.
        package var overview = DivergenceCurve(times: [], logarithms: [], count: 0)
    }

    private static let flowReach = 0.33
    private static let mapReach = 0.45
    private static let blocks = 12
    private static let slots = 14

    /// Nil when there are too few states or none with a distinct neighbour.
    package static func estimate(
        _ series: [Double], dimension: Int, delay: Int, theilerWindow: Int, oversampled: Bool
    ) -> Result? {
        let longest = max(8, series.count / 6)
        let divergence = TransversalDivergence(
            series, dimension: dimension, delay: delay, theilerWindow: theilerWindow,
            horizon: longest, stride: max(1, series.count / 5000), sliding: oversampled)
        guard divergence.count >= 50, let ceiling = divergence.saturation() else { return nil }
        let start = oversampled ? 0 : dimension - 1
        let overview = overview(divergence, longest)
        let horizon = fitHorizon(
            overview, ceiling, longest, reach: oversampled ? flowReach : mapReach)
        let times = Self.times(from: start, until: max(horizon, start + 3))
        let curves = divergence.curves(times: times, blocks: blocks)
        guard var result = fit(times, curves, divergence.count) else { return nil }
        let shown = overview.times.prefix { $0 <= 3 * max(horizon, start + 3) }.count
        result.overview = DivergenceCurve(
            times: Array(overview.times[..<shown]),
            logarithms: Array(overview.logarithms[..<shown]), count: overview.count)
        return result
    }

    /// Evenly spaced times, at most `slots`, from `start` to `horizon`.
    private static func times(from start: Int, until horizon: Int) -> [Int] {
        let length = horizon - start
        let count = min(slots, length + 1)
        return (0..<count).map { start + $0 * length / (count - 1) }
    }

    /// The curve of a sample of the pairs, at times ever farther apart.
    private static func overview(
        _ divergence: TransversalDivergence, _ longest: Int
    ) -> DivergenceCurve {
        let thinning = max(1, divergence.count / 160)
        var times = Array(0..<min(17, longest))
        while let final = times.last, final < longest {
            times.append(min(longest, max(final + 1, final * 9 / 8)))
        }
        let curve = divergence.curves(times: times, blocks: 1, thinning: thinning)[0]
        return DivergenceCurve(
            times: times, logarithms: curve, count: divergence.count / thinning)
    }

    /// When the curve has covered `reach` of its way to the ceiling.
    private static func fitHorizon(
        _ overview: DivergenceCurve, _ ceiling: Double, _ longest: Int, reach: Double
    ) -> Int {
        let curve = overview.logarithms
        let goal = curve[0] + reach * (ceiling - curve[0])
        guard let crossing = curve.firstIndex(where: { $0 >= goal }) else { return longest }
        return max(3, overview.times[crossing])
    }

    private static func fit(_ times: [Int], _ curves: [[Double]], _ count: Int) -> Result? {
        let whole = times.indices.map { slot in
            let values = curves.map { $0[slot] }.filter { !$0.isNaN }
            return values.isEmpty ? Double.nan : values.reduce(0, +) / Double(values.count)
        }
        guard let line = slope(times, whole, 0..<times.count) else { return nil }
        let slopes = curves.compactMap { slope(times, $0, 0..<times.count)?.slope }
        guard slopes.count >= 3 else { return nil }
        let spread = Moments(slopes).variance / Double(slopes.count - 1)
        let half = times.count / 2
        let early = slope(times, whole, 0..<(half + 1))?.slope ?? line.slope
        let late = slope(times, whole, half..<times.count)?.slope ?? line.slope
        let bend = (early - late) / 4
        let margin = 2.2 * (spread + bend * bend).squareRoot()
        return Result(
            estimate: LyapunovEstimate(
                perSample: line.slope, low: line.slope - margin, high: line.slope + margin),
            curve: DivergenceCurve(times: times, logarithms: whole, count: count),
            intercept: line.intercept)
    }

    /// The least-squares line through the slots that have a value.
    private static func slope(
        _ times: [Int], _ values: [Double], _ range: Range<Int>
    ) -> (slope: Double, intercept: Double)? {
        var (n, t, v, tt, tv) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for slot in range where !values[slot].isNaN {
            let time = Double(times[slot])
            n += 1
            t += time
            v += values[slot]
            tt += time * time
            tv += time * values[slot]
        }
        let determinant = n * tt - t * t
        guard determinant > 0 else { return nil }
        let slope = (n * tv - t * v) / determinant
        return (slope, (v - slope * t) / n)
    }
}
