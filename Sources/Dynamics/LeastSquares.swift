/// The straight line with the least squared misses, and the standard error of its slope.
struct LeastSquares {
    let slope: Double
    let intercept: Double
    let slopeError: Double

    /// Nil with fewer than two distinct abscissas.
    init?(_ points: [(x: Double, y: Double)]) {
        let count = Double(points.count)
        guard points.count >= 2 else { return nil }
        var (x, y) = (0.0, 0.0)
        for point in points {
            x += point.x
            y += point.y
        }
        (x, y) = (x / count, y / count)
        var (xx, xy) = (0.0, 0.0)
        for point in points {
            xx += (point.x - x) * (point.x - x)
            xy += (point.x - x) * (point.y - y)
        }
        guard xx > 0 else { return nil }
        slope = xy / xx
        intercept = y - slope * x
        var misses = 0.0
        for point in points {
            let miss = point.y - intercept - slope * point.x
            misses += miss * miss
        }
        slopeError = points.count > 2 ? (misses / (count - 2) / xx).squareRoot() : 0
    }
}
