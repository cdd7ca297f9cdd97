/// The entropy of the orders in which successive values appear.
///
/// Bandt and Pompe (Physical Review Letters 88, 2002). Equal values count as ordered by time.
package enum PermutationEntropy {
    /// The entropy over that of all orders being equally likely, 0 … 1; nil when the series is
    /// shorter than one pattern. O(n · order²).
    package static func normalized(_ series: [Double], order: Int, delay: Int) -> Double? {
        precondition((2...8).contains(order) && delay >= 1, "orders 2 to 8")
        let count = series.count - (order - 1) * delay
        guard count > 0 else { return nil }
        var size = 1
        for factor in 2...order { size *= factor }
        var counts = [Int](repeating: 0, count: size)
        for start in 0..<count { counts[rank(series, start, order, delay)] += 1 }
        var sum = 0.0
        for occurrences in counts where occurrences > 0 {
            let share = Double(occurrences) / Double(count)
            sum -= share * Mathematics.log(share)
        }
        return sum / Mathematics.log(Double(size))
    }

    /// The pattern's number in the factorial number system (its Lehmer code).
    private static func rank(_ series: [Double], _ start: Int, _ order: Int, _ delay: Int) -> Int {
        var code = 0
        for place in 0..<order {
            let value = series[start + place * delay]
            var smaller = 0
            for later in (place + 1)..<max(order, place + 1)
            where series[start + later * delay] < value {
                smaller += 1
            }
            code = code * (order - place) + smaller
        }
        return code
    }
}
