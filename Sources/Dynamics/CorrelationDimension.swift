/// The correlation dimension and the correlation sums it is fitted to.
///
/// Grassberger and Procaccia (Physica D 9, 1983), with Theiler's window; distances are by the
/// greatest coordinate. The fit is between the distances that 0.1 % and 5 % of the pairs are within.
package struct CorrelationDimension: Sendable, Equatable {
    package let value: Double
    /// The standard error of the fit's slope.
    package let error: Double
    /// The logarithms of distance and of the share of pairs within it, ascending.
    package let curve: [Point]

    package struct Point: Sendable, Equatable {
        package let logDistance: Double
        package let logShare: Double

        package init(logDistance: Double, logShare: Double) {
            self.logDistance = logDistance
            self.logShare = logShare
        }
    }

    /// Nil when fewer than 1000 pairs have distinct states. O(n²), at most `states` of them evenly
    /// spread.
    package init?(
        _ series: [Double], dimension: Int, delay: Int, theilerWindow: Int, states: Int = 1000
    ) {
        let end = (dimension - 1) * delay
        let count = series.count - end
        guard count > theilerWindow + 2 else { return nil }
        let step = max(1, count / states)
        let starts = Array(stride(from: 0, to: count, by: step))
        var distances: [Double] = []
        for (place, first) in starts.enumerated() {
            for second in starts[..<place] where first - second > theilerWindow {
                var distance = 0.0
                var axis = 0
                while axis <= end {
                    distance = max(
                        distance, (series[first + axis] - series[second + axis]).magnitude)
                    axis += delay
                }
                if distance > 0 { distances.append(distance) }
            }
        }
        guard distances.count >= 1000 else { return nil }
        distances.sort()
        let total = Double(distances.count)
        let curve = (0..<16).map { step in
            let logShare = Mathematics.log(0.001) + Double(step) / 15 * Mathematics.log(50)
            let rank = min(distances.count - 1, Int(Mathematics.exp(logShare) * total))
            return Point(
                logDistance: Mathematics.log(distances[rank]),
                logShare: Mathematics.log(Double(rank + 1) / total))
        }
        guard let line = LeastSquares(curve.map { ($0.logDistance, $0.logShare) }) else {
            return nil
        }
        self.curve = curve
        value = line.slope
        error = line.slopeError
    }
}
