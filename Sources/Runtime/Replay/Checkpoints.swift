import Engine
import Timeline

/// Copies of the engine along a recording, so that a seek folds only a short way.
///
/// At most `limit` are kept; when there are more, every other one goes and the distance doubles,
/// so memory is bounded and a seek costs O(events / limit) on any length.
struct Checkpoints: Sendable {
    struct Entry: Sendable {
        /// The sequence number of the first event not yet in `engine`.
        var nextSequence: UInt64
        /// The time of the last event in it.
        var time: Instant
        var engine: Engine
    }

    private(set) var entries: [Entry] = []
    private var distance: UInt64
    private let limit: Int

    init(distance: UInt64 = 1024, limit: Int = 12) {
        self.distance = distance
        self.limit = limit
    }

    /// Whether a copy here would be kept; asked first, because already handing one over costs.
    func wants(_ nextSequence: UInt64) -> Bool {
        guard let last = entries.last else { return true }
        return nextSequence >= last.nextSequence + distance
    }

    /// Keeps a copy if the last one is far enough away.
    mutating func offer(nextSequence: UInt64, time: Instant, engine: Engine) {
        guard wants(nextSequence) else { return }
        entries.append(Entry(nextSequence: nextSequence, time: time, engine: engine))
        guard entries.count > limit else { return }
        entries = entries.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        distance *= 2
    }

    /// The last copy that holds no event after `time`.
    func last(notAfter time: Instant) -> Entry? {
        entries.last { $0.time <= time }
    }

    /// The last copy that does not hold the event `sequence`.
    func last(before sequence: UInt64) -> Entry? {
        entries.last { $0.nextSequence <= sequence }
    }
}
