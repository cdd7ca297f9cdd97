/// How often a series pattern is found by chance: the running permutation test of its confidence.
///
/// Neighbouring samples of a measured series are alike, so not samples but blocks of a quarter of
/// the pattern change places: the null hypothesis keeps the stream's texture and gives up its
/// order. Seeded permutations of the last samples are searched a few samples for every sample of
/// the stream, so that no report has to wait for its test; the least cost of each is kept. p is the
/// share of the last 99 permutations with a stretch as cheap, the stream itself counted among them.
struct ShuffledSeries: Sendable {
    private enum Best: Sendable {
        case byValue(BestSubsequence)
        case byShape(NormalisedSearch)
    }

    static let permutations = 99
    /// Fewer permutations than these say too little.
    static let fewest = 19

    /// Samples that are shuffled, when the stream has as many.
    let window: Int
    private let pattern: SeriesPattern
    private let block: Int
    private var best: Best
    private var samples: [Double] = []
    private var place = 0
    private var costs: [Double] = []
    private var sizes: [Int] = []
    private var oldest = 0
    private var random = SplitMix(seed: 0x5345_5249_4553)

    /// nil for a pattern without order: fewer than two samples, or not finite.
    init?(_ pattern: SeriesPattern) {
        guard pattern.samples.count > 1, let best = Self.search(for: pattern) else { return nil }
        self.pattern = pattern
        self.best = best
        block = (pattern.samples.count + 3) / 4
        window = max(256, 8 * pattern.samples.count)
    }

    private static func search(for pattern: SeriesPattern) -> Best? {
        guard allFinite(pattern.samples) else { return nil }
        switch pattern.comparison {
        case .byValue:
            return .byValue(BestSubsequence(query: pattern.samples, limit: pattern.threshold))
        case .byShape(let radius):
            return NormalisedSearch(
                bestMatchFor: pattern.samples, radius: max(0, radius), limit: pattern.threshold
            ).map { .byShape($0) }
        }
    }

    /// Searches on, in proportion to one sample of the stream.
    mutating func advance(over recent: RecentColumns, streamLength: Int) {
        // Fewer than sixteen blocks have too little order to lose.
        guard streamLength >= 16 * block else { return }
        // Once the history is full it only has to follow the stream's drift.
        let isFull = costs.count == Self.permutations && sizes[oldest] == window
        for _ in 0..<(isFull ? 2 : 16) {
            if place == samples.count { begin(recent, min(streamLength, window)) }
            step(samples[place])
            place += 1
            if place == samples.count { record() }
        }
    }

    private mutating func begin(_ recent: RecentColumns, _ size: Int) {
        var blocks = stride(from: 0, to: size, by: block).map { $0..<min(size, $0 + block) }
        random.shuffle(&blocks)
        samples.removeAll(keepingCapacity: true)
        for block in blocks {
            for place in block { samples.append(recent[0, size - 1 - place]) }
        }
        place = 0
        if let fresh = Self.search(for: pattern) { best = fresh }
    }

    private mutating func step(_ sample: Double) {
        switch best {
        case .byValue(var search):
            best = .byValue(Self.nothing)
            _ = search.observe(sample)
            best = .byValue(search)
        case .byShape(var search):
            best = .byValue(Self.nothing)
            _ = search.observe(sample)
            best = .byShape(search)
        }
    }

    /// Stands in while a search is taken out to be changed in place.
    private static let nothing = BestSubsequence(query: [0])

    private mutating func record() {
        let cost: Double
        switch best {
        case .byValue(let search): cost = search.best?.cost ?? .infinity
        case .byShape(let search): cost = search.best?.cost ?? .infinity
        }
        if costs.count < Self.permutations {
            costs.append(cost)
            sizes.append(samples.count)
        } else {
            costs[oldest] = cost
            sizes[oldest] = samples.count
            oldest = (oldest + 1) % Self.permutations
        }
    }

    /// One minus p for a match of this cost, or nil while there are too few permutations of windows
    /// at least half as long as the present one.
    func confidence(of cost: Double, streamLength: Int) -> Double? {
        let size = min(streamLength, window)
        var (drawn, hits) = (0, 0)
        for slot in costs.indices where 2 * sizes[slot] > size {
            drawn += 1
            if costs[slot] <= cost { hits += 1 }
        }
        if drawn < Self.fewest { return nil }
        return 1 - Double(hits + 1) / Double(drawn + 1)
    }
}
