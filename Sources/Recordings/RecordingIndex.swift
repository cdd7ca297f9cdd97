package import Timeline

/// Where to begin reading a recording to reach a time or a place in it.
///
/// Every `stride`th event is noted, or the first after 64 KiB of lines, whichever comes earlier.
/// When there are more than `capacity` notes every second one is dropped and the strides double,
/// so a recording of any length costs at most 2 MiB; a seek then reads at most one stride.
package struct RecordingIndex: Equatable, Sendable {
    /// The beginning of one event's line, and what a reader must know to go on from there.
    package struct Entry: Equatable, Sendable {
        package var sequence: UInt64
        package var time: Instant
        /// Byte offset of the line in the file.
        package var offset: Int
        /// The line's number, from 1.
        package var line: Int

        package init(sequence: UInt64, time: Instant, offset: Int, line: Int) {
            self.sequence = sequence
            self.time = time
            self.offset = offset
            self.line = line
        }
    }

    package private(set) var entries: [Entry] = []
    private var stride: UInt64
    private var byteStride: Int
    private let capacity: Int

    package init(stride: UInt64 = 256, byteStride: Int = 65_536, capacity: Int = 65_536) {
        precondition(stride > 0 && byteStride > 0 && capacity > 1)
        self.stride = stride
        self.byteStride = byteStride
        self.capacity = capacity
    }

    /// Tells the index of the next event in file order; most are not kept. Amortised O(1).
    package mutating func note(sequence: UInt64, time: Instant, offset: Int, line: Int = 0) {
        if let last = entries.last {
            guard sequence > last.sequence else { return }
            guard sequence - last.sequence >= stride || offset - last.offset >= byteStride else {
                return
            }
        }
        entries.append(Entry(sequence: sequence, time: time, offset: offset, line: line))
        if entries.count > capacity { thin() }
    }

    /// The last noted event strictly before `time`: every event at or after `time` follows it.
    ///
    /// Nil means the beginning of the file. O(log n).
    package func position(before time: Instant) -> Entry? {
        last { $0.time < time }
    }

    /// The last noted event at or before `sequence`; nil means the beginning. O(log n).
    package func position(beforeSequence sequence: UInt64) -> Entry? {
        last { $0.sequence <= sequence }
    }

    /// The last entry that satisfies a condition which holds for a prefix of the entries.
    private func last(where holds: (Entry) -> Bool) -> Entry? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if holds(entries[middle]) { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : entries[low - 1]
    }

    private mutating func thin() {
        entries = entries.enumerated().compactMap { $0.offset.isMultiple(of: 2) ? $0.element : nil }
        stride *= 2
        byteStride *= 2
    }
}
