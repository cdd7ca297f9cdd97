/// Finds in a stream the windows that look like a query whatever their level and scale: each window
/// of the query's length, z-normalised, is compared by dynamic time warping.
///
/// A cascade as in the UCR suite (Rakthanmanon et al., KDD 2012): the ends, Keogh's bound with the
/// query's most extreme values first, then warping that is abandoned early, given what the bound
/// says is still to come. Of overlapping windows within the threshold the cheapest is reported, as
/// soon as no window that overlaps it can follow. O(m) a sample for most samples, O(m · radius) at
/// worst. A window with a NaN or infinity matches nothing; constant ones and queries are all zero.
package struct NormalisedSearch: Sendable {
    /// The greatest sum of squared differences that counts.
    package let threshold: Double
    package let radius: Int
    /// The number of samples observed so far.
    package private(set) var position = 0
    /// The cheapest window so far.
    package private(set) var best: SubsequenceMatch?
    private let onlyBest: Bool
    private let query: [Double]
    private let envelope: WarpingEnvelope
    private let order: [Int]
    private var samples: RecentColumns
    private var window: [Double]
    private var bounds: [Double]
    private var warping = EarlyAbandoningWarping()
    private var lastBroken = -1
    private var open: SubsequenceMatch?

    /// Reports windows within `threshold`; nil when the query is empty or not finite.
    package init?(query: [Double], radius: Int, threshold: Double) {
        self.init(query: query, radius: radius, threshold: threshold, onlyBest: false)
    }

    /// Reports nothing, but follows the best window of the stream within `limit` in `best`, which is
    /// faster.
    package init?(
        bestMatchFor query: [Double], radius: Int, limit: Double = .greatestFiniteMagnitude
    ) {
        self.init(query: query, radius: radius, threshold: limit, onlyBest: true)
    }

    private init?(query: [Double], radius: Int, threshold: Double, onlyBest: Bool) {
        guard !query.isEmpty, allFinite(query) else { return nil }
        precondition(radius >= 0, "a warping radius is not negative")
        let normalised = zNormalised(query)
        self.query = normalised
        self.radius = radius
        self.threshold = threshold
        self.onlyBest = onlyBest
        envelope = WarpingEnvelope(of: normalised, radius: radius)
        order = normalised.indices.sorted {
            let (a, b) = (normalised[$0].magnitude, normalised[$1].magnitude)
            return a == b ? $0 < $1 : a > b
        }
        samples = RecentColumns(columns: 1, capacity: query.count)
        window = normalised
        bounds = normalised + [0]
    }

    /// Takes in the next sample; the match that became final with it, if one did.
    package mutating func observe(_ sample: Double) -> SubsequenceMatch? {
        if !sample.isFinite { lastBroken = position }
        samples.push()
        samples[0, 0] = sample.isFinite ? sample : 0
        position += 1
        let start = position - query.count
        if start > lastBroken, let cost = cost(limit: limit) {
            let match = SubsequenceMatch(start: start, end: position - 1, cost: cost)
            if cost < best?.cost ?? .infinity { best = match }
            if !onlyBest { open = match }
        }
        // The next window begins behind the open one.
        if let held = open, start >= held.end { return finish() }
        return nil
    }

    /// What is still open at the end of the stream.
    package mutating func finish() -> SubsequenceMatch? {
        defer { open = nil }
        return open
    }

    /// What a window has to be below, or at, to matter.
    private var limit: Double {
        if onlyBest { return best?.cost.nextDown ?? threshold }
        return open?.cost.nextDown ?? threshold
    }

    /// The cost of the current window, or nil when it exceeds `limit`.
    private mutating func cost(limit: Double) -> Double? {
        let count = query.count
        let (mean, scale) = moments()
        let first = (samples[0, count - 1] - mean) * scale - query[0]
        let last = (samples[0, 0] - mean) * scale - query[count - 1]
        if first * first + (count == 1 ? 0 : last * last) > limit { return nil }
        guard keoghBound(mean, scale, limit) else { return nil }
        // What all columns from here on add at least.
        for place in stride(from: count - 1, through: 0, by: -1) {
            bounds[place] += bounds[place + 1]
        }
        return warping.pathCost(
            query, window, radius: radius, limit: limit, remaining: bounds)
    }

    /// Normalises the window as far as Keogh's bound stays within the limit; false when it does not.
    private mutating func keoghBound(_ mean: Double, _ scale: Double, _ limit: Double) -> Bool {
        let count = query.count
        var sum = 0.0
        bounds[count] = 0
        for place in order {
            let value = (samples[0, count - 1 - place] - mean) * scale
            let outside = max(value - envelope.upper[place], envelope.lower[place] - value, 0)
            window[place] = value
            bounds[place] = outside * outside
            sum += outside * outside
            if sum > limit { return false }
        }
        return true
    }

    /// The window's mean and the inverse of its standard deviation; 0 for a constant window.
    private mutating func moments() -> (mean: Double, scale: Double) {
        let count = query.count
        return unsafe samples.withLatest { latest in
            var sum = 0.0
            for place in 0..<count { unsafe sum += latest[place] }
            let mean = sum / Double(count)
            var (square, scale) = (0.0, 0.0)
            for place in 0..<count {
                let value = unsafe latest[place]
                square += (value - mean) * (value - mean)
                scale += value * value
            }
            let isFlat = square <= scale * 1e-26
            return (mean, isFlat ? 0 : 1 / (square / Double(count)).squareRoot())
        } ?? (0, 0)
    }
}

/// The series with mean 0 and standard deviation 1; a constant one becomes all zero.
package func zNormalised(_ series: [Double]) -> [Double] {
    if series.isEmpty { return [] }
    let mean = series.reduce(0, +) / Double(series.count)
    let square = series.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let scale = series.reduce(0) { $0 + $1 * $1 }
    if square <= scale * 1e-26 { return [Double](repeating: 0, count: series.count) }
    let deviation = (square / Double(series.count)).squareRoot()
    return series.map { ($0 - mean) / deviation }
}
