package import Timeline

/// How fast and how evenly tokens come; a token is one delta of text or transcript.
package struct TokenStatistics: Sendable {
    package internal(set) var total = 0
    /// Gaps in ms between successive tokens of one response.
    package internal(set) var gaps = QuantileSketch()
    /// A running mean of how much successive gaps differ, as RFC 3550 §6.4.1 does for packets.
    package internal(set) var jitterMilliseconds: Double?
    package internal(set) var recent = Window<Double>(limit: 256)
    /// Tokens in each of the last `rateWindowSeconds` whole seconds: bucket = second mod count.
    var secondCounts: [Int] = Array(repeating: 0, count: Self.rateWindowSeconds)
    var lastSecond: Int64 = 0
    var firstAt: Instant?
    var lastGap: Double?

    package static let rateWindowSeconds = 5

    package init() {}

    /// The last 256 gaps in ms, oldest first.
    package var recentGaps: [Double] { Array(recent) }
    package var p50: Double? { gaps.quantile(0.5) }
    package var p95: Double? { gaps.quantile(0.95) }
    package var p99: Double? { gaps.quantile(0.99) }

    /// Tokens per second over the running second and the four before it; nil before the first token.
    package func ratePerSecond(_ now: Instant) -> Double? {
        guard let firstAt else { return nil }
        let second = now.nanoseconds / 1_000_000_000
        var tokens = 0
        for age in 0..<Int64(Self.rateWindowSeconds) where second - age >= 0 {
            let place = second - age
            if place <= lastSecond, lastSecond - place < Int64(Self.rateWindowSeconds) {
                tokens += secondCounts[Int(place % Int64(Self.rateWindowSeconds))]
            }
        }
        let windowStart = Swift.max(
            (second - Int64(Self.rateWindowSeconds) + 1) * 1_000_000_000, firstAt.nanoseconds)
        let seconds = Swift.max(Double(now.nanoseconds - windowStart) / 1e9, 1)
        return Double(tokens) / seconds
    }

    /// The share of the gaps in each bin of `histogramBounds`.
    package var histogram: [HistogramBin] {
        zip(Self.histogramBounds, Self.histogramBounds.dropFirst()).map { low, high in
            HistogramBin(low: low, high: high, count: gaps.count(from: low, below: high))
        }
    }

    /// Bounds of the histogram's bins in ms: 1–2–5 steps.
    package static let histogramBounds: [Double] = [
        0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, .infinity,
    ]
}

/// How many values lie in `low ..< high`.
package struct HistogramBin: Equatable, Sendable {
    package var low: Double
    package var high: Double
    package var count: Int

    package init(low: Double, high: Double, count: Int) {
        self.low = low
        self.high = high
        self.count = count
    }
}
