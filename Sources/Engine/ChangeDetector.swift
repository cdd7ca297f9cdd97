import Dynamics

/// Watches one series for changes of level and of shape, sample by sample.
struct ChangeDetector: Sendable {
    /// A change and the sample it began with.
    struct Found {
        var kind: SeriesChange.Kind
        var sample: Int
    }

    private var level = PageHinkley(tolerance: 0.5, threshold: 20, warmUp: 48, outlier: 5)
    private var shape = RegimeSegmentation(window: Self.window, length: Self.length)
    private var lastShape = -Self.window

    private static let window = 512
    private static let length = 24
    /// Samples from one look at the shape's boundary to the next.
    private static let rhythm = 32

    /// The change that the sample proves, if any.
    mutating func observe(_ sample: Double) -> Found? {
        let change = level.observe(sample)
        shape.observe(sample)
        if let change { return Found(kind: change.isUpward ? .rise : .fall, sample: change.onset) }
        guard shape.observed >= Self.window / 2, shape.observed % Self.rhythm == 0,
            let boundary = shape.boundary(limit: 0.25),
            boundary.sample - lastShape > 5 * Self.length
        else { return nil }
        lastShape = boundary.sample
        return Found(kind: .shape, sample: boundary.sample)
    }
}
