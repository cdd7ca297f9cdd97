/// How two series that were sampled together go along with each other.
package enum PairCorrelation {
    /// Pearson's correlation with a 95 % interval by Fisher's transform.
    ///
    /// Both series remember, so their pairs count only as often as the product of their
    /// autocorrelations allows (Bartlett, Journal of the Royal Statistical Society 98, 1935). Nil
    /// with fewer than eight pairs or when one does not move. O(n · lags).
    package static func estimate(_ first: [Double], _ second: [Double]) -> Estimate? {
        precondition(first.count == second.count, "pairs have two parts")
        let count = first.count
        let (a, b) = (Moments(first), Moments(second))
        guard count >= 8, a.variance > 0, b.variance > 0 else { return nil }
        var sum = 0.0
        for place in 0..<count { sum += (first[place] - a.mean) * (second[place] - b.mean) }
        let correlation = sum / Double(count) / (a.variance * b.variance).squareRoot()
        let lags = min(count / 4, 100)
        let products = zip(
            DelaySelection.autocorrelation(first, lags: lags),
            DelaySelection.autocorrelation(second, lags: lags)
        ).dropFirst().prefix { $0.0 * $0.1 > 0.01 }.reduce(0) { $0 + $1.0 * $1.1 }
        let worth = max(4, Double(count) / (1 + 2 * products))
        let bounded = max(-0.999999, min(0.999999, correlation))
        let z = 0.5 * Mathematics.log((1 + bounded) / (1 - bounded))
        let margin = 1.96 / (worth - 3).squareRoot()
        func back(_ z: Double) -> Double {
            let squared = Mathematics.exp(2 * z)
            return (squared - 1) / (squared + 1)
        }
        return Estimate(value: correlation, low: back(z - margin), high: back(z + margin))
    }
}
