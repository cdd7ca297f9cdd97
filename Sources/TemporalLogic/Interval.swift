/// A metric bound of a temporal operator: a closed range of distances in time or in events.
struct Interval: Sendable, Hashable {
    /// What a distance is measured in.
    enum Unit: Sendable, Hashable {
        case events
        case nanoseconds
    }

    var lower: Int64
    /// No upper bound when absent.
    var upper: Int64?
    var unit: Unit

    /// Whether the bound says nothing, as if it were absent.
    var isTrivial: Bool { lower == 0 && upper == nil }

    func contains(_ distance: Int64) -> Bool {
        distance >= lower && (upper.map { distance <= $0 } ?? true)
    }
}
