/// The past operator `S` with a bound over a two-valued stream, in amortised constant time.
///
/// It keeps the clock readings at which the right side held and the left side has held since;
/// those older than the bound are dropped from the front. Without an upper bound the oldest one
/// is enough; otherwise memory is the number of such events within the bound.
struct SinceQueue: Sendable {
    let bound: Interval?
    private var readings = Window<Int64>(filler: 0)

    init(bound: Interval?) { self.bound = bound }

    @inline(__always)
    mutating func step(left: Bool, right: Bool, clock: Int64) -> Bool {
        if !left { readings.drop(before: readings.end) }
        guard let bound else {
            if right && readings.isEmpty { readings.append(clock) }
            return !readings.isEmpty
        }
        if right { push(clock, bound) }
        if let upper = bound.upper {
            while !readings.isEmpty && clock - readings[readings.first] > upper {
                readings.drop(before: readings.first + 1)
            }
        }
        return !readings.isEmpty && clock - readings[readings.first] >= bound.lower
    }

    private mutating func push(_ clock: Int64, _ bound: Interval) {
        if bound.upper == nil {
            if readings.isEmpty { readings.append(clock) }
            return
        }
        if bound.lower == 0 { readings.drop(before: readings.end) }
        readings.append(clock)
    }

    /// The readings kept.
    var count: Int { readings.count }
}
