/// The last `limit` values of a stream, oldest first, read as a collection from index 0.
///
/// Values lie in chunks of 64, so that after a copy of the whole window (a checkpoint) the next
/// change copies one chunk and the list of chunks instead of every value. Appending is O(1)
/// amortised; the oldest value leaves when the limit is passed. Windows
/// are on the path of every event, so they live in this module, where they are specialised.
package struct Window<Element: Sendable>: Sendable {
    private static var chunkSize: Int { 64 }

    /// How many values are kept at most.
    package let limit: Int
    /// How many values have left at the old end.
    package private(set) var droppedCount = 0
    package private(set) var count = 0
    private var chunks: [ContiguousArray<Element>] = []
    /// Values of the first chunk that have left already.
    private var skipped = 0

    package init(limit: Int) {
        precondition(limit >= 1, "a window has room for a value")
        self.limit = limit
    }

    /// How many values were ever appended; the next value's absolute number.
    package var total: Int { droppedCount + count }

    package mutating func append(_ element: Element) {
        if count == limit { removeFirst() }
        if let last = chunks.indices.last, chunks[last].count < Self.chunkSize {
            chunks[last].append(element)
        } else {
            var chunk: ContiguousArray<Element> = []
            chunk.reserveCapacity(Swift.min(Self.chunkSize, limit))
            chunk.append(element)
            chunks.append(chunk)
        }
        count += 1
    }

    /// Drops the oldest value; a chunk is released when its last value leaves.
    package mutating func removeFirst() {
        precondition(count > 0, "the window is empty")
        skipped += 1
        count -= 1
        droppedCount += 1
        if skipped == chunks[0].count {
            chunks.removeFirst()
            skipped = 0
        }
    }

    /// The position of the value with this absolute number (0 was the first ever appended), when
    /// it is still here.
    package func position(ofNumber number: Int) -> Int? {
        let position = number - droppedCount
        return position >= 0 && position < count ? position : nil
    }
}

extension Window: RandomAccessCollection, MutableCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    package var isEmpty: Bool { count == 0 }

    package var last: Element? { count == 0 ? nil : self[count - 1] }

    package subscript(position: Int) -> Element {
        _read {
            precondition(position >= 0 && position < count, "no such place in the window")
            let place = position + skipped
            yield chunks[place / Self.chunkSize][place % Self.chunkSize]
        }
        _modify {
            precondition(position >= 0 && position < count, "no such place in the window")
            let place = position + skipped
            yield &chunks[place / Self.chunkSize][place % Self.chunkSize]
        }
    }
}

extension Window: Equatable where Element: Equatable {
    package static func == (a: Window, b: Window) -> Bool {
        a.limit == b.limit && a.droppedCount == b.droppedCount && a.elementsEqual(b)
    }
}
