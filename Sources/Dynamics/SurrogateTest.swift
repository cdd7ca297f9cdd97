/// Whether a series is predicted better than linear noise with the same values and spectrum.
///
/// Theiler et al. (Physica D 58, 1992) with the prediction error as the statistic. Surrogates are
/// drawn four at first, and more while the answer is in doubt; two are enough when both are
/// predicted twenty times worse.
struct SurrogateTest {
    /// The series' prediction error.
    let error: Double
    /// The mean prediction error of the surrogates.
    let surrogateError: Double
    /// How many standard deviations the logarithm of the error lies below the surrogates'.
    let score: Double
    let count: Int

    /// The series counts as deterministic below this ratio of the errors and above `scoreLimit`.
    ///
    /// Few turns of a noisy oscillation look alike by chance, so with few of them more is asked.
    let ratioLimit: Double
    private static let scoreLimit = 3.0
    private static let plainRatio = 0.05
    private static let seed: UInt64 = 0x1AAF7

    /// Tests in the dimension that predicts best; nil when nothing could be predicted.
    init?(_ series: [Double], scan: EmbeddingScan) {
        let length = FourierTransform.length(atMost: series.count)
        let base = Self.tamed(Array(series.suffix(length)))
        func predictionError(_ candidate: [Double]) -> Double? {
            EmbeddingScan.predictionError(
                candidate, dimension: scan.bestPredicting, delay: scan.delay,
                theilerWindow: scan.theilerWindow, queries: scan.queries)
        }
        let known = base == series ? scan.predictionErrors.min() : nil
        guard let own = known ?? predictionError(base) else { return nil }
        let turns = Double(base.count) / Double(max(1, scan.theilerWindow))
        let limit = max(0.3, min(0.58, 0.58 * turns / 25))
        var surrogates = SurrogateSeries(of: base, seed: Self.seed)
        var errors: [Double] = []
        var summary = (mean: 0.0, score: 0.0)
        while errors.count < 12 {
            let pair = surrogates.nextPair(rounds: 5)
            for surrogate in [pair.first, pair.second] {
                guard let error = predictionError(surrogate) else { return nil }
                errors.append(error)
            }
            let isPlain = errors.allSatisfy { own < Self.plainRatio * $0 }
            guard errors.count >= 4 || isPlain else { continue }
            summary = Self.summary(own, errors)
            if Self.isClear(own / max(summary.mean, 1e-300), limit, summary.score, errors) { break }
        }
        error = own
        ratioLimit = limit
        surrogateError = summary.mean
        score = summary.score
        count = errors.count
    }

    /// The series, or its ranks when rare great values would decide the errors alone. Ranks are a
    /// monotone observation of the same states.
    private static func tamed(_ series: [Double]) -> [Double] {
        let moments = Moments(series)
        var fourth = 0.0
        for value in series {
            let squared = (value - moments.mean) * (value - moments.mean)
            fourth += squared * squared
        }
        let kurtosis = fourth / Double(series.count) / (moments.variance * moments.variance)
        guard kurtosis > 6 else { return series }
        var ranks = series
        var order = RankOrder(count: series.count)
        var before = 0
        for (rank, place) in order.order(of: series).enumerated() {
            let tied = rank > 0 && series[Int(place)] == series[before]
            ranks[Int(place)] = tied ? ranks[before] : Double(rank)
            before = Int(place)
        }
        return ranks
    }

    /// Whether more surrogates would hardly move the ratio across its limit.
    private static func isClear(
        _ ratio: Double, _ ratioLimit: Double, _ score: Double, _ errors: [Double]
    ) -> Bool {
        let moments = Moments(errors)
        let relative = moments.mean > 0 ? moments.standardDeviation / moments.mean : 0
        let doubt = 4 * max(relative, 0.02) / Double(errors.count - 1).squareRoot()
        if ratio > ratioLimit * (1 + doubt) { return true }
        return ratio < ratioLimit / (1 + 2 * doubt) && score > 2 * scoreLimit
    }

    /// The mean of the errors and how many standard deviations their logarithms lie above `own`'s.
    private static func summary(_ own: Double, _ errors: [Double]) -> (Double, Double) {
        let logarithms = Moments(errors.map { Mathematics.log(max($0, 1e-30)) })
        let count = Double(errors.count)
        let deviation = (logarithms.variance * count / (count - 1)).squareRoot()
        // Few surrogates may agree by chance; their errors are known to a few per cent at best.
        let spread = max(deviation, 0.03)
        let distance = logarithms.mean - Mathematics.log(max(own, 1e-30))
        return (errors.reduce(0, +) / count, distance / spread)
    }

    var ratio: Double { surrogateError > 0 ? error / surrogateError : 1 }

    var isDeterministic: Bool { ratio < ratioLimit && score > Self.scoreLimit }

    /// The chance that another draw of surrogates comes down on the same side: the normal tail
    /// beyond whichever limit decides.
    var confidence: Double {
        let byScore = score - Self.scoreLimit
        let byRatio = (ratioLimit - ratio) / 0.15
        let margin = min(byScore, byRatio)
        return Mathematics.normalBelow(margin.magnitude)
    }
}
