/// A series without its mean, and how finely its numbers could tell its values apart.
///
/// Sums of squares and rotations of a series far from zero lose the digits of its variation, so
/// everything is measured around the mean, and only places are given back with it.
struct CentredSeries {
    let values: [Double]
    let mean: Double
    let range: Double
    /// The distance between neighbouring floating-point numbers at the greatest magnitude.
    let grain: Double

    /// O(n).
    init(_ series: [Double]) {
        let moments = Moments(series)
        // The first value is taken off before summing, so that the mean keeps the variation's digits.
        let origin = series.first ?? 0
        var sum = 0.0
        for value in series { sum += value - origin }
        let centre = origin + sum / Double(max(1, series.count))
        values = series.map { $0 - centre }
        mean = centre
        range = moments.range
        grain = max(moments.minimum.magnitude, moments.maximum.magnitude).ulp
    }

    /// Nothing but rounding moves it.
    var isConstant: Bool { range <= 3 * grain }

    /// It never turns back: it only rises or only falls.
    var isMonotone: Bool {
        let steps = zip(values.dropFirst(), values).lazy.map { $0 - $1 }
        return range > 0
            && (steps.allSatisfy { $0 >= -grain } || steps.allSatisfy { $0 <= grain })
    }

    /// It moves, but by so few of the numbers that lie there that its law cannot be seen.
    var isBelowPrecision: Bool { !isConstant && range < 500 * grain }
}
