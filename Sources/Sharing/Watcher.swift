import PeerProtocol
import QUIC
import Timeline

/// A guest's connection as the host sees it.
final class Watcher {
    enum Phase {
        /// Its hello has not been read.
        case greeting
        case watching
        /// It was told to go, or has gone.
        case leaving
    }

    let connection: ConnectionHandle
    let since: Instant
    var phase = Phase.greeting
    /// Whether it has been told goodbye, and has not got everything up to that yet.
    var awaitsEnd = false
    /// Whether the handshake is complete, so that nothing that comes is a replay.
    var isConfirmed = false
    var control: StreamID?
    var decoder = MessageDecoder()

    var peer = PeerID(0)
    var name = ""
    var key: [UInt8] = []
    var address = ""
    var wanted = SourceSelection.all

    /// What the guest has and gets, by the number of the source; nil where it gets nothing.
    var sources: [WatchedSource?] = []
    /// Sources that are not for the guest.
    var ignored: Set<Int> = []
    /// Sources that have more for the guest than it was sent.
    var waiting: [Int] = []
    /// All events before this sequence of sources that are not in `sources` were sent.
    var rest: UInt64 = 0
    /// What the guest said that it had of those.
    var resumed: UInt64 = 0
    var bulk = BulkLimit()
    /// Bytes of less urgent sources that may be added now; nil without a limit.
    var bulkRoom: Int?
    var request: HistoryRequest?
    /// The class of sources that it is for (RFC 9218); nil where none is known.
    var requestUrgency: Int?
    /// When a history that had nothing is asked again.
    var requestTime: Instant?

    /// Sources that have gone on since the last head message, and that message.
    var sinceHead: [Int] = []
    var toldHead: UInt64 = 0
    var headTime = Instant.zero
    var summaryTime: Instant?
    /// Sources that it was told to be behind.
    var toldBehind: [Int] = []
    /// When orders would be used up, were they taken at their steady rate.
    var orderTime = Instant.zero
    var receiveRate = RateMeter()
    var rate = RateMeter()

    init(_ connection: ConnectionHandle, at now: Instant) {
        (self.connection, since) = (connection, now)
    }

    var isBehind: Bool { waiting.contains { sources[$0]?.isBehind ?? false } }
}

/// What a guest was sent of one source.
struct WatchedSource {
    let stream: StreamID
    /// All events of the source before this sequence were given to the transport,
    var position: UInt64
    /// the last of them before this one; the source has none in between.
    var sentEnd: UInt64
    /// The number of the next block in memory; nil while the history is read.
    var nextBlock: Int?
    var isBehind = false
    var isWaiting = false
    var isSinceHead = false
    var events: UInt64 = 0
    var bytes: UInt64 = 0
    var rate = RateMeter()
}

/// Bytes per second between two readings.
struct RateMeter {
    private var time: Instant?
    private var count: UInt64 = 0
    private(set) var rate = 0.0

    /// Takes a count at a time; readings closer than half a second give the last rate again.
    mutating func read(_ count: UInt64, at now: Instant) -> Double {
        guard let time else {
            (self.time, self.count) = (now, count)
            return 0
        }
        let passed = (now - time).seconds
        guard passed >= 0.5 else { return rate }
        rate = Double(count &- self.count) / passed
        (self.time, self.count) = (now, count)
        return rate
    }
}
