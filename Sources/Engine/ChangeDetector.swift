import Dynamics

/// Watches one series for changes of level and of shape, sample by sample.
struct ChangeDetector: Sendable {
    /// A change and the sample it began with.
    struct Found {
        var kind: SeriesChange.Kind
        var sample: Int
    }

    private var level = PageHinkley(tolerance: 0.5, threshold: 20, warmUp: 48, outlier: 5)
    /// Of means of blocks: a shape is longer than a block, and the search costs O(window) each.
    private var shape = RegimeSegmentation(window: Self.window, length: Self.length)
    private var block = 0.0
    private var blockCount = 0
    private var lastShape = -Self.window

    /// Samples in a block.
    private static let thinning = 4
    /// In blocks, as all that follows.
    private static let window = 128
    private static let length = 12
    /// From one look at the shape's boundary to the next.
    private static let rhythm = 8

    /// The change that the sample proves, if any.
    mutating func observe(_ sample: Double) -> Found? {
        let change = level.observe(sample)
        let isBlock = thin(sample)
        if let change { return Found(kind: change.isUpward ? .rise : .fall, sample: change.onset) }
        guard isBlock, shape.observed >= Self.window / 2, shape.observed % Self.rhythm == 0,
            let boundary = shape.boundary(limit: 0.25),
            boundary.sample - lastShape > 5 * Self.length
        else { return nil }
        lastShape = boundary.sample
        return Found(kind: .shape, sample: boundary.sample * Self.thinning)
    }

    /// Adds a sample to the block; true when that completes it.
    private mutating func thin(_ sample: Double) -> Bool {
        block += sample
        blockCount += 1
        guard blockCount == Self.thinning else { return false }
        shape.observe(block / Double(Self.thinning))
        (block, blockCount) = (0, 0)
        return true
    }
}
