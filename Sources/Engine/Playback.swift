import Timeline

/// A listener simulated: audio is played from its first chunk on, in real time, on arrival.
///
/// Chunks wait in a queue of segments, one per run of chunks of the same entry. When the queue is
/// empty before the audio is done and more comes later, the silence between was an underrun.
/// O(1) amortised per event.
struct Playback: Sendable {
    /// A run of audio of one item.
    struct Segment: Sendable {
        var itemID: String
        var responseID: String
        var remaining: Double
    }

    /// What was played since the last look.
    struct Played {
        var itemID: String
        var responseID: String
        var milliseconds: Double
    }

    private(set) var segments: [Segment] = []
    private(set) var buffered = 0.0
    private var last = Instant.zero
    /// When the queue ran empty with more audio to come.
    private(set) var starvedSince: Instant?
    private var expectsMore = false

    /// More segments than this are not told apart; the rest counts as the last one's.
    private static let segmentLimit = 64

    var isPlaying: Bool { buffered > 0 }

    /// Lets time pass until `now` and gives what was heard meanwhile, in order.
    mutating func advance(to now: Instant, _ heard: (Played) -> Void) {
        let elapsed = (now - last).milliseconds
        defer { last = now }
        guard buffered > 0, elapsed > 0 else { return }
        var left = elapsed
        var finished = 0
        for index in segments.indices where left > 0 {
            let part = min(segments[index].remaining, left)
            left -= part
            segments[index].remaining -= part
            heard(
                Played(
                    itemID: segments[index].itemID, responseID: segments[index].responseID,
                    milliseconds: part))
            if segments[index].remaining <= 0 { finished += 1 }
        }
        segments.removeFirst(finished)
        buffered = segments.reduce(0) { $0 + $1.remaining }
        if segments.isEmpty {
            buffered = 0
            if expectsMore { starvedSince = now - .milliseconds(left) }
        }
    }

    /// Queues a chunk; the silence before it when the queue had run empty.
    mutating func enqueue(
        _ milliseconds: Double, itemID: String, responseID: String, at now: Instant
    ) -> Interval? {
        let silence = starvedSince.map { now - $0 }
        starvedSince = nil
        expectsMore = true
        buffered += milliseconds
        if let index = segments.indices.last,
            segments[index].itemID == itemID || segments.count == Self.segmentLimit
        {
            segments[index].remaining += milliseconds
        } else {
            segments.append(
                Segment(itemID: itemID, responseID: responseID, remaining: milliseconds))
        }
        return silence
    }

    /// The audio is complete: an empty queue is no underrun any more.
    mutating func finish() {
        expectsMore = false
        starvedSince = nil
    }

    /// Stops and forgets what was not played.
    mutating func cut() {
        segments = []
        buffered = 0
        finish()
    }
}
