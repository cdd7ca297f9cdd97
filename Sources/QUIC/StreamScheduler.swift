/// Chooses the stream that the next bytes come from.
///
/// Strict between urgencies. Within one, streams that are not incremental are served one after
/// another in the order of their ids; the incremental ones take turns, and the whole of the others
/// takes one turn among them (RFC 9218, section 10). Every operation costs O(log n) at most; no
/// operation costs more when other streams wait.
package struct StreamScheduler: Sendable {
    private struct Place {
        var priority: StreamPriority
        /// Distinguishes a stream that waits from what it left behind in a queue before.
        var ticket: UInt64
    }

    private struct Waiting {
        var stream: Int64
        var ticket: UInt64
    }

    private struct Level {
        var turns = Queue()
        var sequential = Heap()
        var sequentialCount = 0
        var incrementalCount = 0
        /// Whether the sequential streams have the next turn.
        var sequentialIsNext = true
        var count: Int { sequentialCount + incrementalCount }
    }

    private var places: [Int64: Place] = [:]
    private var levels = [Level](repeating: Level(), count: StreamPriority.levels)
    private var nextTicket: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { places.isEmpty }
    package var count: Int { places.count }

    /// The urgency of what comes next.
    package var urgency: Int? { levels.firstIndex { $0.count > 0 } }

    package func contains(_ stream: Int64) -> Bool { places[stream] != nil }

    /// A stream has something to send.
    package mutating func insert(_ stream: Int64, priority: StreamPriority) {
        guard places[stream] == nil else { return setPriority(priority, of: stream) }
        nextTicket += 1
        let waiting = Waiting(stream: stream, ticket: nextTicket)
        places[stream] = Place(priority: priority, ticket: nextTicket)
        let urgency = priority.urgency
        if priority.isIncremental {
            levels[urgency].incrementalCount += 1
            levels[urgency].turns.append(waiting)
            if levels[urgency].turns.count > 64 + 4 * levels[urgency].incrementalCount {
                levels[urgency].turns.filter { places[$0.stream]?.ticket == $0.ticket }
            }
        } else {
            levels[urgency].sequentialCount += 1
            levels[urgency].sequential.insert(waiting)
            if levels[urgency].sequential.count > 64 + 4 * levels[urgency].sequentialCount {
                levels[urgency].sequential.filter { places[$0.stream]?.ticket == $0.ticket }
            }
        }
    }

    /// A stream has nothing to send, or may not.
    package mutating func remove(_ stream: Int64) {
        guard let place = places.removeValue(forKey: stream) else { return }
        let urgency = place.priority.urgency
        if place.priority.isIncremental {
            levels[urgency].incrementalCount -= 1
        } else {
            levels[urgency].sequentialCount -= 1
        }
        if levels[urgency].count == 0 { levels[urgency] = Level() }
    }

    package mutating func setPriority(_ priority: StreamPriority, of stream: Int64) {
        guard let place = places[stream], place.priority != priority else { return }
        remove(stream)
        insert(stream, priority: priority)
    }

    /// The stream whose turn it is; it keeps its turn until `tookTurn`.
    package mutating func next() -> Int64? {
        guard let urgency else { return nil }
        if levels[urgency].incrementalCount == 0
            || levels[urgency].sequentialIsNext && levels[urgency].sequentialCount > 0
        {
            while let waiting = levels[urgency].sequential.first {
                if places[waiting.stream]?.ticket == waiting.ticket { return waiting.stream }
                levels[urgency].sequential.removeFirst()
            }
        }
        while let waiting = levels[urgency].turns.first {
            if places[waiting.stream]?.ticket == waiting.ticket { return waiting.stream }
            levels[urgency].turns.removeFirst()
        }
        return nil
    }

    /// The stream filled a packet; the next one of its urgency follows when they share.
    package mutating func tookTurn(_ stream: Int64) {
        guard let place = places[stream] else { return }
        let urgency = place.priority.urgency
        guard place.priority.isIncremental else {
            levels[urgency].sequentialIsNext = false
            return
        }
        levels[urgency].sequentialIsNext = true
        guard let first = levels[urgency].turns.first, first.ticket == place.ticket else { return }
        levels[urgency].turns.removeFirst()
        levels[urgency].turns.append(first)
    }

    /// First in, first out; the room before the head is given back by halves.
    private struct Queue {
        private var items: [Waiting] = []
        private var head = 0

        var first: Waiting? { head < items.count ? items[head] : nil }
        var count: Int { items.count - head }

        mutating func filter(_ isValid: (Waiting) -> Bool) {
            items = items[head...].filter(isValid)
            head = 0
        }

        mutating func append(_ item: Waiting) { items.append(item) }

        mutating func removeFirst() {
            head += 1
            if head >= 32, head * 2 >= items.count {
                items.removeFirst(head)
                head = 0
            }
        }
    }

    /// A binary heap by stream id.
    private struct Heap {
        private var items: [Waiting] = []

        var first: Waiting? { items.first }
        var count: Int { items.count }

        mutating func filter(_ isValid: (Waiting) -> Bool) {
            // What is sorted is a heap.
            items = items.filter(isValid).sorted { $0.stream < $1.stream }
        }

        mutating func insert(_ item: Waiting) {
            items.append(item)
            var child = items.count - 1
            while child > 0 {
                let parent = (child - 1) / 2
                guard items[child].stream < items[parent].stream else { return }
                items.swapAt(child, parent)
                child = parent
            }
        }

        mutating func removeFirst() {
            let last = items.removeLast()
            guard !items.isEmpty else { return }
            items[0] = last
            var parent = 0
            while true {
                var least = parent
                for child in [2 * parent + 1, 2 * parent + 2]
                where child < items.count && items[child].stream < items[least].stream {
                    least = child
                }
                guard least != parent else { return }
                items.swapAt(parent, least)
                parent = least
            }
        }
    }
}
