import Timeline

/// Arrivals taken from the inbox, in order, and how much they hold.
///
/// What was taken out is let go at once; the room of the entries is used again when it is half of
/// all, so an arrival costs O(1) on the average.
struct ArrivalQueue {
    private var arrivals: [Inbox.Arrival] = []
    private var first = 0
    /// What the payloads hold.
    private(set) var bytes = 0

    var count: Int { arrivals.count - first }
    var isEmpty: Bool { count == 0 }

    /// Whether there is enough of it for now: no more is taken from the inbox.
    func isFull(count most: Int) -> Bool { count >= most || bytes >= Self.byteLimit }

    private static let byteLimit = 1 << 20

    mutating func append(contentsOf new: [Inbox.Arrival]) {
        for arrival in new { bytes += arrival.payload.byteCount }
        if isEmpty {
            (arrivals, first) = (new, 0)
        } else {
            arrivals += new
        }
    }

    mutating func popFirst() -> Inbox.Arrival? {
        guard first < arrivals.count else { return nil }
        var arrival = Inbox.Arrival(time: .zero, source: Inbox.source, payload: .statistics([]))
        swap(&arrival, &arrivals[first])
        first += 1
        bytes -= arrival.payload.byteCount
        if 2 * first >= arrivals.count {
            arrivals.removeFirst(first)
            first = 0
        }
        return arrival
    }
}
