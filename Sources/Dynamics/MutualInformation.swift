/// The average mutual information between a series and itself some samples later, in nats.
///
/// Fraser and Swinney (Physical Review A 33, 1986): the first minimum is the delay at which a
/// coordinate says the least that is known already. The estimate counts in a grid of equal bins.
package struct MutualInformation: Sendable {
    /// The value for each lag from 0.
    package let values: [Double]

    /// O(count · lags).
    package init(_ series: [Double], bins: Int = 16, lags: Int) {
        precondition(bins >= 2 && lags >= 0, "a grid has bins")
        let moments = Moments(series)
        guard moments.range > 0 else {
            values = [Double](repeating: 0, count: lags + 1)
            return
        }
        let symbols = series.map { value in
            min(Int((value - moments.minimum) / moments.range * Double(bins)), bins - 1)
        }
        var joint = [Int](repeating: 0, count: bins * bins)
        values = (0...lags).map { lag in
            guard lag < series.count else { return 0 }
            for cell in joint.indices { joint[cell] = 0 }
            for place in lag..<symbols.count {
                joint[symbols[place] * bins + symbols[place - lag]] += 1
            }
            return Self.information(joint, bins, symbols.count - lag)
        }
    }

    private static func information(_ joint: [Int], _ bins: Int, _ count: Int) -> Double {
        var rows = [Int](repeating: 0, count: bins)
        var columns = rows
        for row in 0..<bins {
            for column in 0..<bins {
                rows[row] += joint[row * bins + column]
                columns[column] += joint[row * bins + column]
            }
        }
        func weighted(_ counts: [Int]) -> Double {
            counts.reduce(0) { $1 > 0 ? $0 + Double($1) * Mathematics.log(Double($1)) : $0 }
        }
        let total = Double(count)
        let sum = weighted(joint) - weighted(rows) - weighted(columns)
        return max(0, sum / total + Mathematics.log(total))
    }

    /// The first lag whose value is below its neighbours'; nil when there is none.
    package var firstMinimum: Int? {
        guard values.count >= 3 else { return nil }
        return (1..<values.count - 1).first {
            values[$0] < values[$0 - 1] && values[$0] <= values[$0 + 1]
        }
    }
}
