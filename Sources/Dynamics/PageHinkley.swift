/// Finds shifts of the mean of a stream, in O(1) per sample.
///
/// Page (Biometrika 41, 1954) and Hinkley (1971), two-sided: the sums of what lies above and below
/// the running mean, less a tolerance, raise an alarm when they have left their extreme by more
/// than the threshold. Both are in standard deviations of the stream so far, so units do not matter.
package struct PageHinkley: Sendable, Equatable {
    /// A shift of the mean.
    package struct Change: Sendable, Equatable {
        /// The sample at which the sum left its extreme, counted from 0: where the shift began.
        package var onset: Int
        /// The sample at which the alarm was raised.
        package var alarm: Int
        package var isUpward: Bool

        package init(onset: Int, alarm: Int, isUpward: Bool) {
            self.onset = onset
            self.alarm = alarm
            self.isUpward = isUpward
        }
    }

    private let tolerance: Double
    private let threshold: Double
    private let warmUp: Int
    private let outlier: Double
    private var place = -1
    private var count = 0
    private var mean = 0.0
    private var squares = 0.0
    private var rise = (sum: 0.0, onset: 0)
    private var fall = (sum: 0.0, onset: 0)

    /// Deviations up to `tolerance` do not count; the sums alarm beyond `threshold`; the first
    /// `warmUp` samples after the start and after every alarm only teach the mean and the spread.
    ///
    /// One sample counts for at most `outlier` deviations, by default for the whole threshold.
    package init(
        tolerance: Double = 0.5, threshold: Double = 12, warmUp: Int = 30, outlier: Double? = nil
    ) {
        precondition(tolerance >= 0 && threshold > 0 && warmUp >= 2, "the spread needs samples")
        self.tolerance = tolerance
        self.threshold = threshold
        self.warmUp = warmUp
        self.outlier = outlier ?? threshold
    }

    /// Takes a sample and returns the change it proves; a sample that is not finite is passed over.
    package mutating func observe(_ sample: Double) -> Change? {
        place += 1
        guard sample.isFinite else { return nil }
        let spread = count > 1 ? (squares / Double(count - 1)).squareRoot() : 0
        if count >= warmUp, spread > 0 || sample != mean {
            let score =
                spread > 0 ? (sample - mean) / spread : (sample > mean ? outlier : -outlier)
            if let change = accumulate(max(-outlier, min(outlier, score))) {
                self = PageHinkley(
                    tolerance: tolerance, threshold: threshold, warmUp: warmUp, outlier: outlier)
                place = change.alarm
                return change
            }
        }
        learn(sample)
        return nil
    }

    private mutating func accumulate(_ score: Double) -> Change? {
        if rise.sum <= 0 { rise = (0, place) }
        if fall.sum <= 0 { fall = (0, place) }
        rise.sum += score - tolerance
        fall.sum += -score - tolerance
        if rise.sum > threshold {
            return Change(onset: rise.onset, alarm: place, isUpward: true)
        }
        if fall.sum > threshold {
            return Change(onset: fall.onset, alarm: place, isUpward: false)
        }
        return nil
    }

    /// Welford's running mean and sum of squares.
    private mutating func learn(_ sample: Double) {
        count += 1
        let before = sample - mean
        mean += before / Double(count)
        squares += before * (sample - mean)
    }

    package static func == (left: PageHinkley, right: PageHinkley) -> Bool {
        left.tolerance == right.tolerance && left.threshold == right.threshold
            && left.warmUp == right.warmUp && left.outlier == right.outlier
            && left.place == right.place
            && left.count == right.count && left.mean == right.mean
            && left.squares == right.squares && left.rise == right.rise && left.fall == right.fall
    }
}
