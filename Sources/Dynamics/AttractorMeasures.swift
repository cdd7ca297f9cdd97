/// Every number that describes an attractor, each with its interval or the reason for its absence.
///
/// These cost more than the class (tens of milliseconds for a thousand samples), so they are asked
/// for when somebody looks. Long series are measured on their newest part, as stated at each.
package struct AttractorMeasures: Sendable, Equatable {
    /// The divergence of nearest neighbours (Rosenstein) with the fitted line; nil when too short.
    package var divergence: LyapunovEstimator.Result?
    /// The divergence of whole neighbourhoods (Kantz) over the same region.
    package var kantz: LyapunovEstimator.Result?
    package var spectrum: LyapunovSpectrum?
    /// Why there is no spectrum.
    package var spectrumReason: String?
    package var correlationDimension: Estimate?
    package var permutationEntropy: Estimate?
    /// The length of the patterns whose entropy that is.
    package var permutationOrder: Int
    package var sampleEntropy: Estimate?
    package var zeroOne: Estimate?
    /// The samples from one used by the 0-1 test to the next.
    package var zeroOneStep: Int
    package var recurrence: RecurrenceMeasures?
    /// The share of false neighbours and Cao's E1 per dimension from 1.
    package var falseNeighbours: [Double]
    package var caoSaturation: [Double]

    /// Measures a series, or its longest finite stretch, by the embedding of its assessment.
    package init(_ series: [Double], _ assessment: Assessment) {
        let finite = Array(series[PhaseSpace.longestFiniteStretch(series)])
        let scale = Magnitude.scale(finite)
        // Around the mean, so that an offset changes nothing.
        let values = CentredSeries(scale == 1 ? finite : finite.map { $0 * scale }).values
        permutationOrder = Self.order(values.count)
        zeroOneStep = 1
        (falseNeighbours, caoSaturation) = ([], [])
        guard values.count >= AttractorClassifier.minimumCount, Moments(values).range > 0 else {
            spectrumReason = "The series is too short or does not move."
            return
        }
        let (delay, window) = (assessment.delay, assessment.theilerWindow)
        let dimension = max(2, assessment.dimension)
        let recent = Array(values.suffix(2000))
        let oversampled = DelaySelection.isOversampled(values)
        let scan = EmbeddingScan(values, delay: delay, theilerWindow: window, queries: 200)
        falseNeighbours = scan.falseShares
        caoSaturation = scan.saturation
        divergence = LyapunovEstimator.estimate(
            values, dimension: dimension, delay: delay, theilerWindow: window,
            oversampled: oversampled)
        if let divergence {
            kantz = KantzDivergence.estimate(
                values, dimension: dimension, delay: delay, theilerWindow: window,
                region: divergence.curve.times)
        }
        correlationDimension =
            CorrelationDimension(
                values, dimension: max(dimension, 2 + scan.dimension), delay: delay,
                theilerWindow: window, states: 400
            )?.estimate
        let order = permutationOrder
        permutationEntropy = Estimate.blocked(values) {
            PermutationEntropy.normalized($0, order: order, delay: delay)
        }?.within(0, 1)
        let tolerance = 0.2 * Moments(recent).standardDeviation
        sampleEntropy = Estimate.blocked(recent, blocks: 4) {
            SampleEntropy.value($0, tolerance: tolerance)
        }?.within(0, .infinity)
        // Thinned to what says something new, but to no fewer than 150 samples.
        zeroOneStep =
            oversampled ? max(1, min(DelaySelection.delay(values), values.count / 150)) : 1
        let thinned = stride(from: 0, to: values.count, by: zeroOneStep).map { values[$0] }
        zeroOne = ZeroOneTest.estimate(Array(thinned.suffix(1500)))
        recurrence = RecurrenceMeasures(values, dimension: dimension, delay: delay)
        recurrence?.threshold /= scale
        takeSpectrum(values, assessment, scan.dimension, oversampled: oversampled)
    }

    /// The longest patterns that every one of could have been seen five times.
    private static func order(_ count: Int) -> Int {
        count >= 3600 ? 6 : count >= 600 ? 5 : count >= 120 ? 4 : 3
    }

    private mutating func takeSpectrum(
        _ values: [Double], _ assessment: Assessment, _ dimension: Int, oversampled: Bool
    ) {
        if assessment.attractorClass != .chaotic {
            spectrumReason = "Only what is chaotic has a spectrum that local Jacobians can find."
        } else if oversampled {
            spectrumReason =
                "The samples follow a flow closely: the Jacobians of the directions that contract "
                + "cannot be told from noise."
        } else if assessment.delay > 1 {
            spectrumReason = "The Jacobians of one sample need a delay of 1."
        } else if let found = LyapunovSpectrum(
            values, dimension: dimension, theilerWindow: assessment.theilerWindow)
        {
            if found.residualShare > 0.005 {
                spectrumReason =
                    "Noise of \(Decimal.percent(found.residualShare)) of the variance hides the "
                    + "local Jacobians."
            } else if !agrees(found, assessment) {
                spectrumReason =
                    "Its first exponent, \(Decimal.text(found.exponents[0].value)), contradicts "
                    + "the divergence of neighbours."
            } else {
                spectrum = found
            }
        } else {
            spectrumReason = "There are too few states for local Jacobians."
        }
    }

    /// Whether the first exponent is the one that neighbours diverge by.
    private func agrees(_ found: LyapunovSpectrum, _ assessment: Assessment) -> Bool {
        guard let lyapunov = assessment.lyapunov else { return false }
        let slack = 0.15 * lyapunov.perSample + (lyapunov.high - lyapunov.low) / 2
        return (found.exponents[0].value - lyapunov.perSample).magnitude <= slack
    }
}

extension CorrelationDimension {
    /// The dimension with an interval that joins the fit's error and the bend of the curve.
    package var estimate: Estimate {
        let half = curve.count / 2
        func slope(_ points: ArraySlice<Point>) -> Double {
            LeastSquares(points.map { ($0.logDistance, $0.logShare) })?.slope ?? value
        }
        let bend = (slope(curve[...half]) - slope(curve[half...])) / 4
        return Estimate(value, margin: 2.2 * (error * error + bend * bend).squareRoot())
            .within(0, .infinity)
    }
}
