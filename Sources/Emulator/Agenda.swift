import Timeline

/// What is due when: a binary heap by time, first come first served among equals.
///
/// Adding and taking are O(log n).
struct Agenda<Entry: Sendable>: Sendable {
    private struct Slot: Sendable {
        var due: Instant
        var order: UInt64
        var entry: Entry

        func precedes(_ other: Slot) -> Bool { (due, order) < (other.due, other.order) }
    }

    private var heap: [Slot] = []
    private var nextOrder: UInt64 = 0

    var count: Int { heap.count }

    /// When the first entry is due.
    var nextDue: Instant? { heap.first?.due }

    mutating func add(_ entry: Entry, at due: Instant) {
        heap.append(Slot(due: due, order: nextOrder, entry: entry))
        nextOrder += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the first entry if it is due at `time`.
    mutating func next(until time: Instant) -> (due: Instant, entry: Entry)? {
        guard let first = heap.first, first.due <= time else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.due, first.entry)
    }

    mutating func removeAll() { heap.removeAll() }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].precedes(heap[least]) {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
