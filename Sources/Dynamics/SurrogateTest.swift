/// Whether a series is predicted better than linear noise with the same values and spectrum.
///
/// Theiler et al. (Physica D 58, 1992) with the prediction error as the statistic. Surrogates are
/// drawn four at first, and more while the answer is in doubt.
struct SurrogateTest {
    /// The series' prediction error.
    let error: Double
    /// The mean prediction error of the surrogates.
    let surrogateError: Double
    /// How many standard deviations the logarithm of the error lies below the surrogates'.
    let score: Double
    let count: Int

    /// The series counts as deterministic below this ratio of the errors and above this score.
    static let ratioLimit = 0.65
    static let scoreLimit = 3.0
    private static let seed: UInt64 = 0x1AAF7

    /// Nil when nothing could be predicted.
    init?(_ series: [Double], dimension: Int, delay: Int, theilerWindow: Int, queries: Int = 240) {
        let length = FourierTransform.length(atMost: series.count)
        let base = Array(series.suffix(length))
        func predictionError(_ candidate: [Double]) -> Double? {
            EmbeddingScan.predictionError(
                candidate, dimension: dimension, delay: delay, theilerWindow: theilerWindow,
                queries: queries)
        }
        guard let own = predictionError(base) else { return nil }
        var surrogates = SurrogateSeries(of: base, seed: Self.seed)
        var errors: [Double] = []
        var summary = (mean: 0.0, score: 0.0)
        while errors.count < 20 {
            let pair = surrogates.nextPair(rounds: 6)
            for surrogate in [pair.first, pair.second] {
                guard let error = predictionError(surrogate) else { return nil }
                errors.append(error)
            }
            guard errors.count >= 4 else { continue }
            summary = Self.summary(own, errors)
            let ratio = own / max(summary.mean, 1e-300)
            if ratio < 0.3 && summary.score > 6 || ratio > 0.85 { break }
        }
        error = own
        surrogateError = summary.mean
        score = summary.score
        count = errors.count
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

    var isDeterministic: Bool { ratio < Self.ratioLimit && score > Self.scoreLimit }

    /// The chance that another draw of surrogates comes down on the same side: the normal tail
    /// beyond whichever limit decides.
    var confidence: Double {
        let byScore = score - Self.scoreLimit
        let byRatio = (Self.ratioLimit - ratio) / 0.15
        let margin = min(byScore, byRatio)
        return Mathematics.normalBelow(margin.magnitude)
    }
}
