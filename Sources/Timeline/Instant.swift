/// A point in time: nanoseconds since the log began.
///
/// Nobody above the edges asks a clock; an instant always comes with an event.
package struct Instant: Comparable, Hashable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static let zero = Instant(nanoseconds: 0)

    /// The instant `milliseconds` ms after the log began.
    package static func milliseconds(_ milliseconds: Double) -> Instant {
        Instant(nanoseconds: Interval.milliseconds(milliseconds).nanoseconds)
    }

    package static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

    package static func - (a: Instant, b: Instant) -> Interval {
        Interval(nanoseconds: a.nanoseconds &- b.nanoseconds)
    }

    package static func + (a: Instant, b: Interval) -> Instant {
        let (sum, overflow) = a.nanoseconds.addingReportingOverflow(b.nanoseconds)
        return Instant(nanoseconds: overflow ? (b.nanoseconds < 0 ? .min : .max) : sum)
    }

    package static func - (a: Instant, b: Interval) -> Instant {
        a + Interval(nanoseconds: b.nanoseconds == .min ? .max : -b.nanoseconds)
    }
}

/// A signed length of time in nanoseconds.
package struct Interval: Comparable, Hashable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static let zero = Interval(nanoseconds: 0)

    /// The interval of `milliseconds` ms, rounded to nanoseconds and clamped to what fits.
    package static func milliseconds(_ milliseconds: Double) -> Interval {
        let value = (milliseconds * 1e6).rounded()
        guard value.isFinite else { return Interval(nanoseconds: value < 0 ? .min : .max) }
        if value >= 9.2e18 { return Interval(nanoseconds: .max) }
        if value <= -9.2e18 { return Interval(nanoseconds: .min) }
        return Interval(nanoseconds: Int64(value))
    }

    package static func seconds(_ seconds: Double) -> Interval { .milliseconds(seconds * 1e3) }

    package var milliseconds: Double { Double(nanoseconds) / 1e6 }
    package var seconds: Double { Double(nanoseconds) / 1e9 }

    package static func < (a: Interval, b: Interval) -> Bool { a.nanoseconds < b.nanoseconds }
    package static func + (a: Interval, b: Interval) -> Interval {
        Interval(nanoseconds: a.nanoseconds &+ b.nanoseconds)
    }
    package static func - (a: Interval, b: Interval) -> Interval {
        Interval(nanoseconds: a.nanoseconds &- b.nanoseconds)
    }
}
