internal import CQUIC

/// What a stream has still to send, and what it sent and the peer has not acknowledged.
///
/// Small writes are gathered in chunks that grow from 256 B to 64 KiB; shared bytes are kept by
/// reference. No byte moves once it is here. All operations are O(1) amortised.
struct SendQueue {
    private struct Chunk {
        var bytes: SharedBytes
        /// How many bytes of it belong to the stream; the rest is room.
        var count: Int
        var isGrowing: Bool
    }

    private var chunks: [Chunk] = []
    /// The first chunk in use and its offset in the stream.
    private var head = 0
    private var headOffset: UInt64 = 0
    /// The chunk that the next byte to send is in, and that chunk's offset.
    private var cursor = 0
    private var cursorOffset: UInt64 = 0

    private(set) var acknowledged: UInt64 = 0
    private(set) var sent: UInt64 = 0
    private(set) var end: UInt64 = 0
    private(set) var isFinished = false
    private(set) var isFinishSent = false

    var unsent: Int { Int(end - sent) }
    var unacknowledged: Int { Int(end - acknowledged) }
    var hasWork: Bool { sent < end || isFinished && !isFinishSent }

    mutating func append(copying bytes: RawSpan) {
        var rest = bytes
        if let last = chunks.indices.last, last >= head, chunks[last].isGrowing {
            let room = min(chunks[last].bytes.count - chunks[last].count, rest.byteCount)
            if room > 0 {
                let target = unsafe chunks[last].bytes.pointer + chunks[last].count
                let part = rest.extracting(first: room)
                unsafe part.withUnsafeBytes { source in
                    unsafe target.copyMemory(from: source.baseAddress!, byteCount: room)
                }
                chunks[last].count += room
                end += UInt64(room)
                rest = rest.extracting(droppingFirst: room)
            }
        }
        guard rest.byteCount > 0 else { return }
        // Only chunks that were filled make larger ones: what stands between shared bytes stays
        // small.
        let last = chunks.last.map { $0.isGrowing ? $0.bytes.count : 0 } ?? 0
        let grown = min(max(256, 2 * last), 65_536)
        let count = rest.byteCount
        let chunk = unsafe SharedBytes(count: max(grown, count)) { target in
            unsafe rest.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
        }
        chunks.append(Chunk(bytes: chunk, count: count, isGrowing: true))
        end += UInt64(count)
    }

    mutating func append(_ bytes: SharedBytes) {
        guard bytes.count > 0 else { return }
        chunks.append(Chunk(bytes: bytes, count: bytes.count, isGrowing: false))
        end += UInt64(bytes.count)
    }

    private static let nothing = SharedBytes([])

    mutating func finish() { isFinished = true }

    /// Writes where the next bytes lie, at most `capacity` pieces, until `limit` bytes are covered.
    func gather(
        into pieces: UnsafeMutablePointer<ngtcp2_vec>, capacity: Int, limit: Int
    ) -> (pieces: Int, bytes: Int) {
        var (count, bytes) = (0, 0)
        var index = cursor
        var skipped = Int(sent - cursorOffset)
        while index < chunks.count, count < capacity, bytes < limit {
            let length = chunks[index].count - skipped
            if length > 0 {
                let start = unsafe chunks[index].bytes.pointer + skipped
                unsafe pieces[count] = unsafe ngtcp2_vec(
                    base: start.assumingMemoryBound(to: UInt8.self), len: length)
                count += 1
                bytes += length
            }
            skipped = 0
            index += 1
        }
        return (count, bytes)
    }

    /// The library took the next `count` bytes, and the end of the stream with them.
    mutating func advance(_ count: Int, withFinish: Bool) {
        sent += UInt64(count)
        while cursor < chunks.count, !isOpenEnd(cursor),
            sent >= cursorOffset + UInt64(chunks[cursor].count)
        {
            cursorOffset += UInt64(chunks[cursor].count)
            cursor += 1
        }
        if withFinish { isFinishSent = true }
    }

    /// The peer has everything before `offset`.
    mutating func acknowledge(_ offset: UInt64) {
        acknowledged = max(acknowledged, min(offset, sent))
        while head < cursor, headOffset + UInt64(chunks[head].count) <= acknowledged {
            headOffset += UInt64(chunks[head].count)
            // Its place is given back later, its bytes are at once.
            chunks[head].bytes = Self.nothing
            head += 1
        }
        if head >= 16, head * 2 >= chunks.count {
            chunks.removeFirst(head)
            cursor -= head
            head = 0
        }
    }

    /// Everything is to be sent again: early data was rejected. The library takes no
    /// acknowledgement of it before it knows that.
    mutating func rewind() {
        precondition(acknowledged == 0, "early data is not acknowledged before it is accepted")
        (sent, cursor, cursorOffset, isFinishSent) = (0, head, headOffset, false)
    }

    /// Forgets what was not sent: the stream was reset. What was sent stays until it is
    /// acknowledged or the stream closes.
    mutating func abandon() {
        (end, isFinished, isFinishSent) = (sent, true, true)
    }

    /// Whether a chunk is the last one and can still grow.
    private func isOpenEnd(_ index: Int) -> Bool {
        index == chunks.count - 1 && chunks[index].isGrowing
            && chunks[index].count < chunks[index].bytes.count
    }
}
