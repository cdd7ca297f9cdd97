package import Timeline

/// The earliest of many deadlines, each of which may change often.
///
/// A changed deadline leaves its old entry behind; entries that no longer hold are dropped when
/// they come up. O(log n) per change.
package struct DeadlineHeap: Sendable {
    private struct Entry {
        var time: Instant
        var key: UInt64
    }

    private var entries: [Entry] = []
    private var current: [UInt64: Instant] = [:]

    package init() {}

    package var isEmpty: Bool { current.isEmpty }
    package var count: Int { current.count }

    /// Sets, changes or (nil) removes the deadline of a key.
    package mutating func set(_ time: Instant?, for key: UInt64) {
        guard current[key] != time else { return }
        current[key] = time
        guard let time else { return }
        if entries.count > 64, entries.count > 4 * current.count { rebuild() }
        push(Entry(time: time, key: key))
    }

    /// The earliest deadline.
    package mutating func first() -> Instant? {
        while let entry = entries.first {
            if current[entry.key] == entry.time { return entry.time }
            pop()
        }
        return nil
    }

    /// A key whose deadline has come; its deadline is removed.
    package mutating func popDue(_ now: Instant) -> UInt64? {
        guard let time = first(), time <= now else { return nil }
        let key = entries[0].key
        current[key] = nil
        pop()
        return key
    }

    private mutating func rebuild() {
        entries.removeAll(keepingCapacity: true)
        for (key, time) in current.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
            entries.append(Entry(time: time, key: key))
        }
    }

    private func isBefore(_ a: Entry, _ b: Entry) -> Bool { (a.time, a.key) < (b.time, b.key) }

    private mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0, isBefore(entries[child], entries[(child - 1) / 2]) {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func pop() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        entries[0] = last
        var parent = 0
        while true {
            let (left, right) = (2 * parent + 1, 2 * parent + 2)
            var least = parent
            if left < entries.count, isBefore(entries[left], entries[least]) { least = left }
            if right < entries.count, isBefore(entries[right], entries[least]) { least = right }
            guard least != parent else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
