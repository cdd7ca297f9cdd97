import PeerProtocol
import QUIC
import Timeline

/// One source of the shared log: its newest events as encoded blocks, the same for all guests.
final class SharedSource {
    struct Block {
        var bytes: SharedBytes
        /// The sequence after the source's last event before the block.
        var start: UInt64
        var end: UInt64
        var events: Int
        /// When it was made; nil until `advance` tells the time.
        var time: Instant?

        /// What it costs in memory, about.
        var cost: Int { bytes.count + SharedSource.blockCost }
    }

    private static let blockCost = 128

    let announced: AnnouncedSource
    private(set) var encoder: EventEncoder
    private var eventsInBlock = 0
    /// The sequence after the last event before the block that is being filled.
    private var blockStart: UInt64
    private var blocks: [Block] = []
    private var head = 0
    /// The number of the first block that is still there; numbers count from 0.
    private(set) var firstBlock = 0
    /// Every event of the source from this sequence on is in a block that is still there.
    private(set) var tailStart: UInt64
    private(set) var tailBytes = 0
    /// Blocks from this number on do not know their time.
    private var firstUntimed = 0
    /// Events and payload bytes since the host began.
    private(set) var events: UInt64 = 0
    private(set) var bytes: UInt64 = 0
    /// Whether the log has noted that it has new events.
    var isChanged = false

    init(number: Int, name: String, origin: UInt64) {
        announced = AnnouncedSource(
            number: UInt64(number), name: name, kind: SourceClass(ofSource: name))
        (tailStart, blockStart) = (origin, origin)
        encoder = EventEncoder(next: origin)
    }

    /// The sequence after the last event.
    var end: UInt64 { encoder.next }
    /// The number that the next block gets.
    var endBlock: Int { firstBlock + blocks.count - head }

    func append(_ event: Event) {
        if eventsInBlock == 0 {
            blockStart = encoder.next
            encoder.beginBlock()
        }
        let before = encoder.bytes.count
        encoder.append(event)
        eventsInBlock += 1
        events += 1
        bytes += UInt64(encoder.bytes.count - before)
    }

    var openBytes: Int { encoder.bytes.count }

    /// Closes the block that is being filled; false when there is none.
    func seal() -> Bool {
        guard eventsInBlock > 0 else { return false }
        let block = Block(
            bytes: SharedBytes(encoder.bytes), start: blockStart, end: encoder.next,
            events: eventsInBlock, time: nil)
        blocks.append(block)
        tailBytes += block.cost
        encoder.removeBytes()
        eventsInBlock = 0
        return true
    }

    /// Blocks since the last call were made at about this time.
    func note(_ now: Instant) {
        for number in max(firstUntimed, firstBlock)..<endBlock {
            blocks[head + number - firstBlock].time = now
        }
        firstUntimed = endBlock
    }

    /// A block by its number; nil before the first and after the last.
    func block(_ number: Int) -> Block? {
        let index = head + number - firstBlock
        return number >= firstBlock && index < blocks.count ? blocks[index] : nil
    }

    /// Forgets the first block, and gives what it cost.
    func removeFirstBlock() -> Int {
        let block = blocks[head]
        head += 1
        firstBlock += 1
        tailStart = block.end
        tailBytes -= block.cost
        if head >= 16, head * 2 >= blocks.count {
            blocks.removeFirst(head)
            head = 0
        } else {
            // The room in the array stays a little longer, the bytes do not.
            blocks[head - 1].bytes = Self.nothing
        }
        return block.cost
    }

    private static let nothing = SharedBytes([])

    /// The number of the first block that ends after a sequence. O(log n).
    func firstBlock(endingAfter sequence: UInt64) -> Int {
        var (low, high) = (head, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle].end > sequence { high = middle } else { low = middle + 1 }
        }
        return firstBlock + low - head
    }
}
