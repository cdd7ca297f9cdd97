import PeerProtocol
import QUIC
import Timeline

/// What a guest knows of one of the host's sources.
final class GuestSource {
    let name: String
    /// All events of the source before this sequence are there.
    var next: UInt64
    var kind = SourceClass.telemetry
    /// Whether this connection has a stream of it.
    var isStreaming = false
    var events: UInt64 = 0
    var bytes: UInt64 = 0
    /// The sequence after its last event, as far as the host has told.
    var end: UInt64 = 0
    var isBehind = false
    private var rate = RateMeter()

    init(name: String, next: UInt64) { (self.name, self.next) = (name, next) }

    func endedConnection() { (isStreaming, isBehind) = (false, false) }

    func status(at now: Instant) -> PeerStreamStatus {
        PeerStreamStatus(
            name: name, urgency: kind.urgency, bytes: bytes, events: events,
            rate: rate.read(bytes, at: now), sequencesBehind: end > next ? end - next : 0,
            isBehind: isBehind)
    }
}

/// A stream from the host.
final class IncomingStream {
    var decoder = EventDecoder()
    /// Known when the stream's header has been read.
    var source: GuestSource?
}
