/// A subsequence and its nearest neighbour.
package struct ProfileEntry: Sendable, Equatable {
    /// The first position of the subsequence.
    package var start: Int
    /// The first position of its nearest neighbour, or nil when all others are too close in time.
    package var neighbour: Int?
    /// The z-normalised Euclidean distance to it; infinite without one.
    package var distance: Double

    package init(start: Int, neighbour: Int?, distance: Double) {
        self.start = start
        self.neighbour = neighbour
        self.distance = distance
    }
}

/// The matrix profile of a stream: for every subsequence of the history its nearest neighbour under
/// z-normalised Euclidean distance, kept up to date with every sample.
///
/// The task of STAMPI (Yeh et al., Matrix Profile I, ICDM 2016) by the covariance recurrence of
/// SCAMP (Zimmerman et al., Matrix Profile XIV, SoCC 2019): the covariance of two subsequences
/// follows from that of their predecessors, so it is kept by lag and updated in place; one lag a
/// sample is computed afresh, so that rounding does not build up. O(history + length) a sample.
/// Constant subsequences follow stumpy: 0 apart from each other, √length from all others. Those
/// with a NaN or infinity have no neighbour.
package struct MatrixProfileStream: Sendable {
    package let length: Int
    /// Subsequences this close in time are not neighbours: a quarter of the length, rounded up.
    package let exclusion: Int
    /// How many subsequences back a neighbour may lie.
    package let history: Int
    /// The number of samples observed so far.
    package private(set) var position = 0

    private var samples: RecentColumns
    private var subsequences: RecentColumns
    /// By lag: the covariance (times length) with the latest subsequence, and the correlation.
    private var covariances: [Double]
    private var correlations: [Double]
    private var freshLag = 0
    private var lastMean = 0.0
    private var lastBroken = -1

    /// What is kept of each subsequence.
    private enum Column {
        static let edge = 0
        static let slope = 1
        static let inverseNorm = 2
        static let offset = 3
        static let best = 4
        static let neighbour = 5
        static let count = 6
    }

    /// A profile of subsequences of `length` samples with neighbours up to `history` samples back.
    package init(length: Int, history: Int) {
        precondition(length >= 3 && history >= 1, "a subsequence has three samples or more")
        self.length = length
        self.history = history
        exclusion = (length + 3) / 4
        samples = RecentColumns(columns: 1, capacity: history + length + 1)
        subsequences = RecentColumns(columns: Column.count, capacity: history + 1)
        covariances = [Double](repeating: 0, count: history + 1)
        correlations = covariances
    }

    /// Takes in the next sample; the subsequence it completes with its nearest earlier neighbour.
    package mutating func observe(_ sample: Double) -> ProfileEntry? {
        if !sample.isFinite { lastBroken = position }
        samples.push()
        samples[0, 0] = sample.isFinite ? sample : 0
        position += 1
        guard position >= length else { return nil }
        appendSubsequence()
        let start = position - length
        let lags = min(history, start)
        if lags > exclusion {
            updateCovariances(lags)
            chooseNeighbours(start: start, lags: lags)
        } else if start > 0 {
            // Within the exclusion zone nothing is compared, and the recurrence starts behind it.
            covariances[lags] = 0
        }
        return entry(lag: 0)
    }

    /// The profile of the history, neighbours on both sides, oldest subsequence first.
    package func profile() -> [ProfileEntry] {
        let start = position - length
        return start < 0 ? [] : (0...min(history, start)).reversed().map(entry)
    }

    /// The entry with the least distance, and its neighbour: the stream's best motif.
    package func motif() -> ProfileEntry? {
        profile().filter { $0.neighbour != nil }.min { $0.distance < $1.distance }
    }

    /// The entry with the greatest finite distance: the most unusual subsequence.
    package func discord() -> ProfileEntry? {
        profile().filter { $0.neighbour != nil }.max { $0.distance < $1.distance }
    }

    private func entry(lag: Int) -> ProfileEntry {
        let start = position - length - lag
        let correlation = subsequences[Column.best, lag]
        if correlation == -.infinity {
            return ProfileEntry(start: start, neighbour: nil, distance: .infinity)
        }
        return ProfileEntry(
            start: start, neighbour: Int(subsequences[Column.neighbour, lag]),
            distance: (2 * Double(length) * max(0, 1 - correlation)).squareRoot())
    }

    private mutating func appendSubsequence() {
        let (mean, square, scale) = moments()
        let isBroken = lastBroken > position - 1 - length
        let isFlat = square <= scale * 1e-26
        let entering = samples[0, 0]
        let leaving = position > length ? samples[0, length] : entering
        let meanBefore = position > length ? lastMean : mean
        subsequences.push()
        subsequences[Column.edge, 0] = (entering - leaving) / 2
        subsequences[Column.slope, 0] = (entering - mean) + (leaving - meanBefore)
        subsequences[Column.inverseNorm, 0] = isFlat || isBroken ? 0 : 1 / square.squareRoot()
        // A correlation of ½ is √length apart; two constants add up to 1.
        subsequences[Column.offset, 0] = isBroken ? -.infinity : isFlat ? 0.5 : 0
        subsequences[Column.best, 0] = -.infinity
        subsequences[Column.neighbour, 0] = -1
        lastMean = mean
    }

    /// Mean, sum of squared deviations and sum of squares of the last `length` samples.
    private mutating func moments() -> (mean: Double, square: Double, scale: Double) {
        let length = length
        return unsafe samples.withLatest { latest in
            var sum = 0.0
            for place in 0..<length { unsafe sum += latest[place] }
            let mean = sum / Double(length)
            var (square, scale) = (0.0, 0.0)
            for place in 0..<length {
                let value = unsafe latest[place]
                square += (value - mean) * (value - mean)
                scale += value * value
            }
            return (mean, square, scale)
        } ?? (0, 0, 0)
    }

    /// The covariance of the latest subsequence with the one `lag` before it, from its definition.
    private mutating func covariance(lag: Int) -> Double {
        let length = length
        let mean = lastMean
        return unsafe samples.withLatest { latest in
            var (sum, product) = (0.0, 0.0)
            for place in 0..<length { unsafe sum += latest[lag + place] }
            let other = sum / Double(length)
            for place in 0..<length {
                unsafe product += (latest[place] - mean) * (latest[lag + place] - other)
            }
            return product
        } ?? 0
    }
}

extension MatrixProfileStream {
    private mutating func updateCovariances(_ lags: Int) {
        let (stride, first) = (subsequences.stride, exclusion + 1)
        unsafe covariances.withUnsafeMutableBufferPointer { covariances in
            _ = unsafe subsequences.withLatest { latest in
                let edges = unsafe latest + Column.edge * stride
                let slopes = unsafe latest + Column.slope * stride
                let (edge, slope) = unsafe (edges[0], slopes[0])
                for lag in first..<lags + 1 {
                    unsafe covariances[lag] += edges[lag] * slope + slopes[lag] * edge
                }
            }
        }
        // The oldest lag is new while the history grows; another one is refreshed in turn.
        if position - length <= history { covariances[lags] = covariance(lag: lags) }
        freshLag = freshLag < first || freshLag >= lags ? first : freshLag + 1
        covariances[freshLag] = covariance(lag: freshLag)
    }

    private mutating func chooseNeighbours(start: Int, lags: Int) {
        let (stride, first) = (subsequences.stride, exclusion + 1)
        var top = -Double.infinity
        var topLag = 0
        unsafe covariances.withUnsafeMutableBufferPointer { covariances in
            unsafe correlations.withUnsafeMutableBufferPointer { correlations in
                _ = unsafe subsequences.withLatest { latest in
                    let inverses = unsafe latest + Column.inverseNorm * stride
                    let offsets = unsafe latest + Column.offset * stride
                    let (inverse, offset) = unsafe (inverses[0], offsets[0])
                    for lag in first..<lags + 1 {
                        unsafe correlations[lag] =
                            covariances[lag] * inverses[lag] * inverse + (offsets[lag] + offset)
                    }
                    let bests = unsafe latest + Column.best * stride
                    let neighbours = unsafe latest + Column.neighbour * stride
                    let name = Double(start)
                    for lag in first..<lags + 1 {
                        let value = unsafe correlations[lag]
                        let isBetter = unsafe value > bests[lag]
                        unsafe bests[lag] = isBetter ? value : bests[lag]
                        unsafe neighbours[lag] = isBetter ? name : neighbours[lag]
                    }
                    for lag in first..<lags + 1 where unsafe correlations[lag] > top {
                        top = unsafe correlations[lag]
                        topLag = lag
                    }
                }
            }
        }
        if topLag > 0 {
            subsequences[Column.best, 0] = top
            subsequences[Column.neighbour, 0] = Double(start - topLag)
        }
    }
}
