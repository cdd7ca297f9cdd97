import Timeline

/// One stream of a connection: what waits to be sent and what waits to be read.
final class StreamState {
    let id: StreamID
    var priority: StreamPriority
    /// Whether its data may go with 0-RTT, since doing it twice does no harm.
    let isIdempotent: Bool
    var queue = SendQueue()

    /// Whether the library knows the stream; one opened early waits for the handshake.
    var isOpen = false
    /// Whether the library has closed it: both directions are done.
    var isClosed = false
    /// Whether the peer's flow control holds it back.
    var isBlocked = false
    /// Whether it waits for the connection's flow control.
    var isHeld = false
    /// Whether a writer was told to wait.
    var isWriterWaiting = false
    /// The code of a reset or a stop that is to be sent once the stream is open.
    var pendingReset: UInt64?
    var pendingStop: UInt64?
    var isReset = false
    var lossCount = 0

    /// How far ahead of the reader the peer may send; nil until something was read.
    var window: UInt64?
    /// What was read since the window was last looked at, and when that was.
    var readCount: UInt64 = 0
    var windowTime: Instant?

    var received: [UInt8] = []
    /// Whether its reader leaves the buffer here.
    var isReadInPlace = false
    var isPeerFinished = false
    /// Whether the reader has seen the end, or there is none to see.
    var isReadDone = false
    var isReadableTold = false
    /// Whether some of what waits came as early data.
    var isEarly = false

    init(id: StreamID, priority: StreamPriority, isIdempotent: Bool) {
        (self.id, self.priority, self.isIdempotent) = (id, priority, isIdempotent)
    }

    var canForget: Bool { isClosed && isReadDone && received.isEmpty }
}
