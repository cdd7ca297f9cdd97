/// Mean, spread and extremes of a series.
struct Moments {
    var mean = 0.0
    /// The mean squared deviation (divided by the count).
    var variance = 0.0
    var minimum = 0.0
    var maximum = 0.0

    init(_ series: some Collection<Double>) {
        guard let first = series.first else { return }
        (minimum, maximum) = (first, first)
        var sum = 0.0
        for value in series {
            sum += value
            minimum = min(minimum, value)
            maximum = max(maximum, value)
        }
        mean = sum / Double(series.count)
        var squares = 0.0
        for value in series { squares += (value - mean) * (value - mean) }
        variance = squares / Double(series.count)
    }

    var standardDeviation: Double { variance.squareRoot() }

    var range: Double { maximum - minimum }
}
