/// Streams of one direction that have an id but that the peer does not know yet.
///
/// Ids are given in the order of opening, so what was sent early and rejected is opened again
/// under the same ids.
struct PendingStreams {
    private var waiting: [StreamState] = []
    private var head = 0
    /// How many were opened so far, pending ones included.
    private(set) var opened: Int64 = 0

    var count: Int { waiting.count - head }
    var first: StreamState? { head < waiting.count ? waiting[head] : nil }

    mutating func append(_ stream: StreamState) {
        waiting.append(stream)
        opened += 1
    }

    mutating func removeFirst() {
        head += 1
        if head >= 32, head * 2 >= waiting.count {
            waiting.removeFirst(head)
            head = 0
        }
    }

    /// Streams that were open wait again, before those that never were.
    mutating func restore(_ streams: [StreamState]) {
        waiting = streams + waiting[head...]
        head = 0
    }
}

/// The streams that wait, of both directions.
struct PendingStreamsByDirection {
    private var bidirectional = PendingStreams()
    private var unidirectional = PendingStreams()

    subscript(direction: StreamID.Direction) -> PendingStreams {
        get { direction == .bidirectional ? bidirectional : unidirectional }
        _modify {
            if direction == .bidirectional {
                yield &bidirectional
            } else {
                yield &unidirectional
            }
        }
    }
}

/// Datagrams that wait to be sent.
struct DatagramQueue {
    struct Item {
        var id: UInt64
        var bytes: SharedBytes
    }

    private var items: [Item] = []
    private var head = 0
    private(set) var nextID: UInt64 = 0

    var count: Int { items.count - head }
    var first: Item? { head < items.count ? items[head] : nil }

    mutating func append(_ bytes: SharedBytes) -> UInt64 {
        items.append(Item(id: nextID, bytes: bytes))
        nextID += 1
        return nextID - 1
    }

    mutating func removeFirst() {
        head += 1
        if head >= 32, head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
    }
}
