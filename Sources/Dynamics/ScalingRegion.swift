/// Whether the region in which neighbours were seen to part is one of exponential growth.
///
/// Noise sets a least distance: neighbours jump apart to it at once, and what growth is left before
/// they are unrelated is bent. Too few samples do the same, since there the nearest neighbours are
/// already far away.
struct ScalingRegion {
    /// The exponent, its interval widened by what the noise may have bent; nil when there is none.
    let estimate: LyapunovEstimate?
    /// Why there is none.
    let absence: String?

    /// Above this share of the series' spread no scaling region is left. Clean flows of two thousand
    /// samples stay below 0.06 by the same measure.
    static let noiseLimit = 0.07
    /// How much a share of noise may bend the slope up and down. It flattens the curve, so the true
    /// exponent lies above: one hundredth of noise takes 15 to 25 % off those of maps and flows.
    private static let bend = (up: 18.0, down: 3.0)

    init(
        _ result: LyapunovEstimator.Result, noise share: Double, _ isOversampled: Bool, _ delay: Int
    ) {
        let found = result.estimate
        if share > Self.noiseLimit {
            absence =
                "Noise of about \(Decimal.percent(share)) of the spread hides the small distances."
            estimate = nil
            return
        }
        // A quarter of a turn is one delay: what is over before half a turn is no growth per turn.
        if isOversampled, (result.curve.times.last ?? 0) < 2 * delay {
            absence =
                "The nearest neighbours are unrelated within half a turn: more samples are needed."
            estimate = nil
            return
        }
        let bend = share * found.perSample.magnitude
        absence = nil
        estimate = LyapunovEstimate(
            perSample: found.perSample,
            low: found.low - Self.bend.down * bend, high: found.high + Self.bend.up * bend)
    }
}
