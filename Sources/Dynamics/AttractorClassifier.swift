/// Says which kind of attractor a series of finite samples shows.
///
/// The questions come in the order in which a wrong answer would mislead the later ones: rest,
/// drift, lines, noise, and only then chaos. Every estimate is of the given window alone, so a
/// stream and a batch agree.
package enum AttractorClassifier {
    /// With fewer samples nothing is said.
    package static let minimumCount = 128
    /// With fewer turns of an oscillation it has come near to no place often enough for chaos.
    private static let fewestTurns = 10.0

    /// O(n log n).
    package static func assess(
        _ series: [Double], parameters: EmbeddingParameters = EmbeddingParameters()
    ) -> Assessment {
        guard series.count >= minimumCount else { return tooFew(series.count, parameters) }
        let scale = Magnitude.scale(series)
        guard scale == 1 else {
            var answer = assess(series.map { $0 * scale }, parameters: parameters)
            answer.point = answer.point.map { $0 / scale }
            return answer
        }
        let centred = CentredSeries(series)
        if centred.isBelowPrecision { return tooFine(centred, parameters) }
        return classify(centred, parameters)
    }

    private static func classify(
        _ centred: CentredSeries, _ parameters: EmbeddingParameters
    ) -> Assessment {
        let series = centred.values
        if let settled = SettledPoint(centred) { return rest(settled, parameters) }
        let frame = Frame(series, parameters)
        if centred.isMonotone {
            let way = series[series.count - 1] > series[0] ? "rises" : "falls"
            return frame.assessment(
                .drifting, confidence: 1,
                reason: "It only \(way) and has not arrived, so the window has no attractor.",
                dimension: 1)
        }
        let trend = TrendTest(series)
        if trend.isDrifting { return drift(trend, frame) }
        let lines = LineSpectrum(series)
        if let lines, lines.predicts, let answer = regular(lines, frame) {
            if answer.attractorClass == .quasiPeriodic, let repetition = Repetition(series),
                repetition.isExact
            {
                return cycle(repetition, frame)
            }
            return answer
        }
        return irregular(frame)
    }

    static func lyapunov(
        _ series: [Double], parameters: EmbeddingParameters
    ) -> LyapunovEstimator.Result? {
        let scale = Magnitude.scale(series)
        let values = scale == 1 ? series : series.map { $0 * scale }
        let frame = Frame(CentredSeries(values).values, parameters)
        guard series.count >= minimumCount else { return nil }
        return LyapunovEstimator.estimate(
            frame.series, dimension: frame.fixedDimension ?? max(2, frame.scan().dimension),
            delay: frame.delay, theilerWindow: frame.theilerWindow,
            oversampled: frame.isOversampled)
    }

    /// A series with the parameters of its embedding.
    private struct Frame {
        let series: [Double]
        let isOversampled: Bool
        let delay: Int
        let theilerWindow: Int
        let fixedDimension: Int?

        init(_ series: [Double], _ parameters: EmbeddingParameters) {
            self.series = series
            isOversampled = DelaySelection.isOversampled(series)
            delay = parameters.delay ?? DelaySelection.delay(series)
            theilerWindow =
                parameters.theilerWindow
                ?? DelaySelection.theilerWindow(delay: delay, isOversampled: isOversampled)
            fixedDimension = parameters.dimension
        }

        func scan() -> EmbeddingScan {
            EmbeddingScan(series, delay: delay, theilerWindow: theilerWindow, queries: 200)
        }

        func assessment(
            _ attractorClass: Assessment.Class, confidence: Double?, reason: String,
            dimension: Int
        ) -> Assessment {
            Assessment(
                attractorClass: attractorClass, confidence: confidence, reason: reason,
                delay: delay, dimension: fixedDimension ?? dimension,
                theilerWindow: theilerWindow)
        }
    }

    private static func tooFew(_ count: Int, _ parameters: EmbeddingParameters) -> Assessment {
        let missing = minimumCount - count
        return Assessment(
            attractorClass: .undetermined,
            reason: "\(missing) more samples are needed for any statement.", missing: missing,
            delay: parameters.delay ?? 1, dimension: parameters.dimension ?? 1,
            theilerWindow: parameters.theilerWindow ?? 0)
    }

    private static func tooFine(
        _ centred: CentredSeries, _ parameters: EmbeddingParameters
    ) -> Assessment {
        Assessment(
            attractorClass: .undetermined,
            reason: "Its variation of \(Decimal.text(centred.range)) around "
                + "\(Decimal.text(centred.mean)) is below the precision of its numbers.",
            delay: parameters.delay ?? 1, dimension: parameters.dimension ?? 1,
            theilerWindow: parameters.theilerWindow ?? 0)
    }

    private static func rest(
        _ settled: SettledPoint, _ parameters: EmbeddingParameters
    ) -> Assessment {
        let point = Decimal.text(settled.point)
        let reason =
            settled.remaining == 0
            ? "The series rests at \(point)."
            : "The series settles at \(point); \(Decimal.percent(settled.remaining)) of its "
                + "greatest spread remain."
        return Assessment(
            attractorClass: .fixedPoint, confidence: 1 - settled.remaining,
            lyapunov: settled.rate, reason: reason, point: settled.point,
            delay: parameters.delay ?? 1, dimension: parameters.dimension ?? 1,
            theilerWindow: parameters.theilerWindow ?? 0)
    }

    private static func drift(_ trend: TrendTest, _ frame: Frame) -> Assessment {
        let what = trend.isStep ? "A change of level" : "A trend"
        let confidence = Mathematics.normalBelow(
            trend.ratio.squareRoot() - TrendTest.limit.squareRoot())
        return frame.assessment(
            .drifting, confidence: confidence,
            reason: "\(what) makes up \(Decimal.percent(trend.explained)) of the variance, so the "
                + "window has no attractor.",
            dimension: 1)
    }

    /// Periodic or quasi-periodic, or nil when there is more to the series than lines and noise.
    private static func regular(_ lines: LineSpectrum, _ frame: Frame) -> Assessment? {
        if neighboursKnowMore(than: lines, frame) { return nil }
        let predicted = 1 - lines.unseenShare
        var answer = frame.assessment(
            lines.isPeriodic ? .periodic : .quasiPeriodic, confidence: max(0.5, predicted),
            reason: "", dimension: lines.isPeriodic ? 2 : 1 + 2 * lines.frequencies.count)
        answer.frequencies = lines.frequencies
        answer.period = lines.frequencies.first.map { 1 / $0 }
        let share = Decimal.percent(predicted)
        if lines.isPeriodic {
            answer.reason =
                "A cycle of \(Decimal.text(answer.period ?? 0)) samples predicts \(share) of the "
                + "unseen third of the window."
        } else {
            answer.reason =
                "\(lines.frequencies.count) frequencies without a common period predict \(share) "
                + "of the unseen third of the window."
        }
        if frame.isOversampled {
            answer.lyapunov = LyapunovEstimate(
                perSample: 0, low: -lines.growthBound, high: lines.growthBound)
        }
        return answer
    }

    /// Whether the states' neighbours predict better than the lines do.
    ///
    /// They cannot when the lines leave nothing but noise, whose square the neighbours' mean has to
    /// miss. A chaotic band around a cycle is predicted by its neighbours and not by its lines.
    private static func neighboursKnowMore(than lines: LineSpectrum, _ frame: Frame) -> Bool {
        if lines.unseenShare < 1e-5 || (lines.unseenShare < 0.003 && !lines.isExhausted) {
            return false
        }
        let scan = frame.scan()
        guard let error = scan.predictionErrors.min() else { return false }
        return error < 0.5 * lines.unseenShare
    }

    /// Periodic when the series comes back to itself, whatever its spectrum.
    private static func repeating(_ frame: Frame) -> Assessment? {
        guard let repetition = Repetition(frame.series),
            let error = frame.scan().predictionErrors.min(), repetition.explains(error)
        else { return nil }
        return cycle(repetition, frame)
    }

    private static func cycle(_ repetition: Repetition, _ frame: Frame) -> Assessment {
        let share = 1 - repetition.difference
        var answer = frame.assessment(
            .periodic, confidence: max(0.5, share),
            reason: "It comes back to \(Decimal.percent(share)) of itself after "
                + "\(Decimal.text(repetition.period)) samples.",
            dimension: 2)
        answer.period = repetition.period
        answer.frequencies = [1 / repetition.period]
        return answer
    }

    private static func irregular(_ frame: Frame) -> Assessment {
        if let answer = repeating(frame) { return answer }
        if let walk = walk(frame) {
            return frame.assessment(
                .stochastic, confidence: walk.confidence,
                reason: "It wanders like a sum of noise: its steps are not predictable.",
                dimension: walk.dimension)
        }
        let scan = frame.scan()
        let dimension = frame.fixedDimension ?? max(2, scan.dimension)
        guard
            let test = SurrogateTest(frame.series, scan: scan)
        else {
            return frame.assessment(
                .undetermined, confidence: nil,
                reason: "The window is too short for its delay of \(frame.delay) samples.",
                dimension: dimension)
        }
        if !test.isDeterministic && test.ratio < 0.3 {
            return frame.assessment(
                .undetermined, confidence: nil,
                reason: "It is predictable, but so is some linear noise with the same spectrum.",
                dimension: dimension)
        }
        guard test.isDeterministic else {
            return frame.assessment(
                .stochastic, confidence: test.confidence,
                reason: "Neighbouring states predict it no better than they predict linear noise "
                    + "with the same spectrum (error ratio \(Decimal.text(test.ratio))).",
                dimension: dimension)
        }
        return deterministic(frame, test, scan, dimension)
    }

    private static func deterministic(
        _ frame: Frame, _ test: SurrogateTest, _ scan: EmbeddingScan, _ dimension: Int
    ) -> Assessment {
        // Four delays are about one turn.
        let turns = Double(frame.series.count) / Double(4 * frame.delay)
        if frame.isOversampled && turns < fewestTurns {
            return frame.assessment(
                .undetermined, confidence: nil,
                reason: "The window holds only \(Decimal.text(turns)) turns, of which "
                    + "\(Decimal.text(fewestTurns)) are needed to tell chaos.",
                dimension: dimension)
        }
        let result = LyapunovEstimator.estimate(
            frame.series, dimension: dimension, delay: frame.delay,
            theilerWindow: frame.theilerWindow, oversampled: frame.isOversampled)
        guard let result, result.estimate.perSample > 0 else {
            return frame.assessment(
                .undetermined, confidence: nil,
                reason: "It is deterministic but neither repeats nor diverges in this window.",
                dimension: dimension)
        }
        let estimate = result.estimate
        let error = max((estimate.high - estimate.perSample) / 2, 1e-300)
        let positive = Mathematics.normalBelow(min(estimate.perSample / error, 40))
        var answer = frame.assessment(
            .chaotic, confidence: test.confidence * positive, reason: "", dimension: dimension)
        let noise = noise(frame, scan)
        let scaling = ScalingRegion(result, noise: noise, frame.isOversampled, frame.delay)
        if scaling.estimate != nil && positive < 0.6 {
            return frame.assessment(
                .undetermined, confidence: nil,
                reason: "It is deterministic, but whether its neighbours part is within the error.",
                dimension: dimension)
        }
        answer.lyapunov = scaling.estimate
        answer.lyapunovAbsence = scaling.absence
        let parting =
            scaling.estimate.map { "part by \(Decimal.text($0.perSample)) nats a sample." }
            ?? "part, at a rate that cannot be told."
        answer.reason =
            "Neighbouring states predict it (error \(Decimal.percent(test.ratio)) of that of "
            + "linear noise) and " + parting
        return answer
    }

    /// The noise in the embedding that predicts best. An embedding that does not unfold a flow shows
    /// noise where there is none, so a closer one is asked, too, before much is believed.
    private static func noise(_ frame: Frame, _ scan: EmbeddingScan) -> Double {
        func share(_ dimension: Int, _ delay: Int) -> Double {
            NoiseLevel(
                frame.series, dimension: dimension, delay: delay,
                theilerWindow: frame.theilerWindow)?.share ?? 0
        }
        let first = share(scan.bestPredicting, frame.delay)
        guard first > ScalingRegion.noiseLimit, frame.delay > 1 else { return first }
        return min(first, share(5, max(1, frame.delay / 3)))
    }

    /// How sure it is that the series is a sum of noise, which wanders slowly and whose steps are no
    /// more predictable than noise; nil when it is none. Surrogates of such a series miss the
    /// mismatch of its ends and are predicted worse than it is.
    private static func walk(_ frame: Frame) -> (confidence: Double, dimension: Int)? {
        let lags = frame.series.count / 24
        let correlation = DelaySelection.autocorrelation(frame.series, lags: lags)
        guard correlation.allSatisfy({ $0 > 0.3679 }) else { return nil }
        let steps = zip(frame.series.dropFirst(), frame.series).map { $0 - $1 }
        let inner = Frame(steps, EmbeddingParameters())
        let scan = inner.scan()
        let dimension = max(2, scan.dimension)
        guard let test = SurrogateTest(steps, scan: scan) else { return (0.5, dimension) }
        // Steps that are known beforehand are no noise, whatever the surrogates say.
        return test.isDeterministic || test.error < 0.1 ? nil : (test.confidence, dimension)
    }
}
