/// The average mutual information between a series and itself some samples later, in nats.
///
/// Fraser and Swinney (Physical Review A 33, 1986): the first minimum is the delay at which a
/// coordinate says the least that is known already. The estimate counts in a grid of equal bins.
package struct MutualInformation: Sendable {
    /// The value for each lag from 0.
    package let values: [Double]

    /// O(count · lags). With `untilMinimum` the lags end one after the first minimum.
    package init(_ series: [Double], bins: Int = 16, lags: Int, untilMinimum: Bool = false) {
        precondition(bins >= 2 && lags >= 0, "a grid has bins")
        let moments = Moments(series)
        guard moments.range > 0 else {
            values = [Double](repeating: 0, count: lags + 1)
            return
        }
        let symbols = series.map { value in
            min(Int((value - moments.minimum) / moments.range * Double(bins)), bins - 1)
        }
        var weights = [Double](repeating: 0, count: series.count + 1)
        for count in stride(from: 2, through: series.count, by: 1) {
            weights[count] = Double(count) * Mathematics.log(Double(count))
        }
        var joint = [Int](repeating: 0, count: bins * bins)
        var found: [Double] = []
        for lag in 0...lags {
            guard lag < series.count else {
                found.append(0)
                continue
            }
            for cell in joint.indices { joint[cell] = 0 }
            for place in lag..<symbols.count {
                joint[symbols[place] * bins + symbols[place - lag]] += 1
            }
            found.append(Self.information(joint, bins, symbols.count - lag, weights))
            if untilMinimum && Self.firstMinimum(found) != nil { break }
        }
        values = found
    }

    /// The sum over the grid by n · log n of the counts, which `weights` holds.
    private static func information(
        _ joint: [Int], _ bins: Int, _ count: Int, _ weights: [Double]
    ) -> Double {
        var columns = [Int](repeating: 0, count: bins)
        var sum = 0.0
        for row in 0..<bins {
            var total = 0
            for column in 0..<bins {
                let cell = joint[row * bins + column]
                total += cell
                columns[column] += cell
                sum += weights[cell]
            }
            sum -= weights[total]
        }
        for total in columns { sum -= weights[total] }
        return max(0, (sum + weights[count]) / Double(count))
    }

    /// The first lag whose value is below its neighbours'; nil when there is none.
    package var firstMinimum: Int? { Self.firstMinimum(values) }

    private static func firstMinimum(_ values: [Double]) -> Int? {
        guard values.count >= 3 else { return nil }
        return (1..<values.count - 1).first {
            values[$0] < values[$0 - 1] && values[$0] <= values[$0 + 1]
        }
    }
}
