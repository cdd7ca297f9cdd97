import QUIC
import Timeline

/// How much of the less urgent sources may be on its way while tokens are.
///
/// The scheduler lets a token overtake what was not sent; what was sent lies before it in the
/// buffers of the path, which a large transfer fills to the brim. So such a transfer is kept to
/// what the path takes without queueing for longer than a target: its window shrinks when the
/// round trip grows over the shortest one and grows otherwise, as LEDBAT does (RFC 6817). Where
/// no token was sent for a while there is no limit but the transport's.
struct BulkLimit {
    private(set) var window = Self.initial
    private var adjusted: Instant?
    private var urgentTime: Instant?

    static let initial = 128 << 10
    static let range = 64 << 10...16 << 20
    /// The sources of these urgencies are limited.
    static let urgencies = 4...7
    /// How long after a token the limit holds.
    private static let memory = Interval.seconds(2)

    mutating func noteUrgent(at now: Instant) { urgentTime = now }

    func holds(at now: Instant) -> Bool {
        urgentTime.map { now - $0 < Self.memory } ?? false
    }

    /// Adjusts the window, at most once in a round trip.
    mutating func update(_ statistics: ConnectionStatistics, at now: Instant) {
        let shortest = statistics.minimumRoundTrip
        guard let last = adjusted else {
            adjusted = now
            return
        }
        guard now - last >= max(statistics.smoothedRoundTrip, .milliseconds(1)) else { return }
        adjusted = now
        let delay = statistics.smoothedRoundTrip - shortest
        let target = max(.milliseconds(1), Interval(nanoseconds: shortest.nanoseconds / 4))
        if delay > target {
            let share = max(0.5, Double(target.nanoseconds) / Double(delay.nanoseconds))
            window = max(Self.range.lowerBound, Int(Double(window) * share))
        } else if statistics.bytesInFlight > UInt64(window / 2) {
            window = min(Self.range.upperBound, window + window / 4)
        }
    }
}
