import PeerProtocol
import QUIC
import Timeline

/// The log that guests follow: each event is encoded once, and the newest stay in memory.
///
/// Guests hold numbers of blocks, not queues, so a slow guest costs no memory here.
final class SharedLog {
    /// What came before this sequence is in the history only.
    let origin: UInt64
    /// The sequence of the next event.
    private(set) var head: UInt64
    private(set) var sources: [SharedSource] = []
    private(set) var tailBytes = 0
    private var blockCount = 0
    private var numbers: [SourceID: Int] = [:]
    private var last: (source: SourceID, number: Int)?
    private var changed: [Int] = []
    /// Blocks in the order of their making, for forgetting the oldest.
    private var order: [(source: Int, block: Int)] = []
    private var orderHead = 0
    private let settings: PeerHostSettings

    init(_ settings: PeerHostSettings, origin: UInt64) {
        (self.settings, self.origin, head) = (settings, origin, origin)
    }

    func append(_ events: [Event]) {
        for event in events {
            precondition(event.sequence == head, "the log's events come in order, without gaps")
            head += 1
            let number = number(of: event.source)
            let source = sources[number]
            source.append(event)
            if !source.isChanged {
                source.isChanged = true
                changed.append(number)
            }
            if source.openBytes >= settings.block { seal(number) }
        }
    }

    /// Makes blocks of what is new, and tells the sources that have new ones.
    func seal(at now: Instant) -> [Int] {
        for number in changed {
            seal(number)
            sources[number].note(now)
            sources[number].isChanged = false
        }
        var out: [Int] = []
        swap(&out, &changed)
        return out
    }

    private func seal(_ number: Int) {
        let source = sources[number]
        let before = source.tailBytes
        guard source.seal() else { return }
        blockCount += 1
        tailBytes += source.tailBytes - before
        order.append((number, source.endBlock - 1))
    }

    /// Forgets old blocks beyond the limits; the newest of a source stays as long as it can.
    func forget() {
        while orderHead < order.count {
            let (number, block) = order[orderHead]
            let source = sources[number]
            if block >= source.firstBlock {
                guard tailBytes > settings.tail else { break }
                removeFirstBlock(of: source)
            }
            orderHead += 1
        }
        if orderHead >= 64, orderHead * 2 >= order.count {
            order.removeFirst(orderHead)
            orderHead = 0
        }
        // A quiet source's old block may stand before what busy ones left here.
        if order.count - orderHead > 64 + 2 * blockCount {
            order = order[orderHead...].filter { $0.block >= sources[$0.source].firstBlock }
            orderHead = 0
        }
    }

    /// As `forget`, for one source that has changed.
    func forget(source number: Int) {
        let source = sources[number]
        while source.tailBytes > settings.tailOfSource, source.endBlock - source.firstBlock > 1 {
            removeFirstBlock(of: source)
        }
    }

    private func removeFirstBlock(of source: SharedSource) {
        tailBytes -= source.removeFirstBlock()
        blockCount -= 1
    }

    /// The number of a source, which it gets when it is first met.
    func number(of source: SourceID) -> Int {
        if let last, last.source == source { return last.number }
        let number: Int
        if let known = numbers[source] {
            number = known
        } else {
            number = sources.count
            sources.append(SharedSource(number: number, name: source.name, origin: origin))
            numbers[source] = number
        }
        last = (source, number)
        return number
    }
}
