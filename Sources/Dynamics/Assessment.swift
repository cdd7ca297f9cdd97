/// What can be said of the attractor now, or how much is missing.
package struct Assessment: Sendable, Equatable {
    /// The kinds of long-term behaviour that are told apart.
    package enum Class: String, Sendable, CaseIterable {
        case fixedPoint, periodic, quasiPeriodic, chaotic, stochastic, drifting, undetermined
    }

    package var attractorClass: Class
    /// The chance that the class would stand in a repetition; nil when undetermined.
    package var confidence: Double?
    /// The largest Lyapunov exponent; nil when it cannot be estimated or has no meaning.
    package var lyapunov: LyapunovEstimate?
    /// Why a chaotic series has none: its noise or its shortness.
    package var lyapunovAbsence: String?
    /// One sentence that explains the class, or says why there is none.
    package var reason: String
    /// Samples still needed for any statement; 0 when there are enough.
    package var missing: Int
    /// Samples per cycle of a periodic series, or of the strongest line of a quasi-periodic one.
    package var period: Double?
    /// Cycles per sample of the independent lines of a periodic or quasi-periodic series.
    package var frequencies: [Double]
    /// The value that a fixed-point series has settled on.
    package var point: Double?
    package var delay: Int
    package var dimension: Int
    /// The samples along the orbit that do not count as neighbours (Theiler 1986).
    package var theilerWindow: Int

    package init(
        attractorClass: Class, confidence: Double? = nil, lyapunov: LyapunovEstimate? = nil,
        reason: String, missing: Int = 0, period: Double? = nil, frequencies: [Double] = [],
        point: Double? = nil, delay: Int = 1, dimension: Int = 1, theilerWindow: Int = 0
    ) {
        self.attractorClass = attractorClass
        self.confidence = confidence
        self.lyapunov = lyapunov
        self.reason = reason
        self.missing = missing
        self.period = period
        self.frequencies = frequencies
        self.point = point
        self.delay = delay
        self.dimension = dimension
        self.theilerWindow = theilerWindow
    }

    /// Why there is no largest Lyapunov exponent; nil when there is one.
    package var lyapunovReason: String? {
        guard lyapunov == nil else { return nil }
        if let lyapunovAbsence { return lyapunovAbsence }
        switch attractorClass {
        case .fixedPoint: return "The series rests from the start, so no approach can be measured."
        case .periodic, .quasiPeriodic:
            return "The samples are too far apart to follow neighbouring cycles."
        case .stochastic: return "The series is noise: neighbours part without a law."
        case .drifting: return "The series drifts: its neighbours are of different times."
        case .chaotic, .undetermined:
            return missing > 0
                ? "Too few samples: \(missing) more are needed." : "The class is not determined."
        }
    }
}
