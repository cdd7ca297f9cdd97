/// A bounded series of samples with its delay embedding, fed one sample at a time.
///
/// The last `capacity` samples are kept in a ring. Every `refreshEvery` samples the whole window is
/// assessed by the same function as a batch, so stream and batch agree on the same window.
package struct PhaseSpace: Sendable {
    package let capacity: Int
    package let refreshEvery: Int
    /// Samples that were seen, the rejected ones not counted.
    package private(set) var observed: UInt64 = 0
    /// Samples that were not finite and therefore not stored.
    package private(set) var rejected = 0
    package private(set) var assessment: Assessment
    /// The window that was assessed, oldest first; what is measured beside the class is measured on
    /// it, so that numbers do not depend on when somebody looks.
    package private(set) var assessedSamples: [Double] = []
    /// How many samples had been seen then.
    package private(set) var assessedAt: UInt64 = 0
    private let parameters: EmbeddingParameters
    private var ring: [Double] = []
    private var oldest = 0
    private var sinceRefresh = 0

    /// A nil `delay` or `dimension` is chosen from the data at each refresh.
    package init(
        capacity: Int = 1024, delay: Int? = nil, dimension: Int? = nil,
        theilerWindow: Int? = nil, refreshEvery: Int = 32
    ) {
        precondition(capacity >= 1 && refreshEvery >= 1, "a phase space needs room and a rhythm")
        self.capacity = capacity
        self.refreshEvery = refreshEvery
        parameters = EmbeddingParameters(
            delay: delay, dimension: dimension, theilerWindow: theilerWindow)
        assessment = AttractorClassifier.assess([], parameters: parameters)
        ring.reserveCapacity(capacity)
    }

    /// Appends a sample in O(1), and assesses the window anew at every `refreshEvery`-th.
    ///
    /// NaN and the infinities are counted in `rejected` and not stored.
    package mutating func observe(_ sample: Double) {
        guard sample.isFinite else {
            rejected += 1
            return
        }
        if ring.count < capacity {
            ring.append(sample)
        } else {
            ring[oldest] = sample
            oldest = oldest + 1 == capacity ? 0 : oldest + 1
        }
        observed += 1
        sinceRefresh += 1
        if sinceRefresh == refreshEvery {
            refresh()
        } else if observed <= UInt64(AttractorClassifier.minimumCount) {
            // How much is still missing is known at every sample, and costs nothing to say.
            assess()
        }
    }

    /// Assesses the present window now, without waiting for the next refresh.
    package mutating func refresh() {
        sinceRefresh = 0
        assess()
    }

    private mutating func assess() {
        assessedSamples = samples
        assessedAt = observed
        assessment = AttractorClassifier.assess(assessedSamples, parameters: parameters)
    }

    /// The kept samples, oldest first, at most `capacity`.
    package var samples: [Double] { Array(ring[oldest...]) + ring[..<oldest] }

    package var count: Int { ring.count }

    /// The sample `back` places before the newest one, in O(1).
    package func sample(back: Int) -> Double {
        precondition(back >= 0 && back < ring.count, "no such sample in the window")
        let place = oldest - 1 - back
        return ring[place >= 0 ? place : place + ring.count]
    }

    /// Appends the samples after the first `seen`, oldest first, as far back as they are kept.
    ///
    /// Mutating only so that a series within an array is read in place and not copied first.
    package mutating func read(from seen: UInt64, into samples: inout [Double]) {
        let new = Int(min(observed - seen, UInt64(ring.count)))
        for back in (0..<new).reversed() { samples.append(sample(back: back)) }
    }

    package var delay: Int { assessment.delay }

    package var dimension: Int { assessment.dimension }

    /// The first longest run of finite samples.
    package static func longestFiniteStretch(_ series: [Double]) -> Range<Int> {
        var (best, start) = (0..<0, 0)
        for place in 0...series.count where place == series.count || !series[place].isFinite {
            if place - start > best.count { best = start..<place }
            start = place + 1
        }
        return best
    }

    /// What can be said of a whole series, as if its samples had been observed in a window of its
    /// length. Of a series with samples that are not finite the longest stretch without is assessed:
    /// what lies on both sides of a gap are no neighbours in time.
    package static func assess(
        _ series: [Double], delay: Int? = nil, dimension: Int? = nil, theilerWindow: Int? = nil
    ) -> Assessment {
        AttractorClassifier.assess(
            Array(series[longestFiniteStretch(series)]),
            parameters: EmbeddingParameters(
                delay: delay, dimension: dimension, theilerWindow: theilerWindow))
    }

    /// The largest Lyapunov exponent of a series whatever its class, with the curve it was fitted
    /// to; nil when there are too few distinct states. Noise has a value here, too, without meaning.
    package static func lyapunov(
        _ series: [Double], delay: Int? = nil, dimension: Int? = nil, theilerWindow: Int? = nil
    ) -> LyapunovEstimator.Result? {
        AttractorClassifier.lyapunov(
            Array(series[longestFiniteStretch(series)]),
            parameters: EmbeddingParameters(
                delay: delay, dimension: dimension, theilerWindow: theilerWindow))
    }
}
