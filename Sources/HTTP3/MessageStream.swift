import QUIC

/// A request's stream with its response: what has been read of it and what was sent.
final class MessageStream {
    enum Phase {
        /// The head is to come, maybe after informational ones.
        case head
        case body
        /// After the trailers nothing may follow.
        case trailed
    }

    let id: StreamID
    var decoder: FrameDecoder
    /// Read but not yet understood.
    var input: ArraySlice<UInt8> = []
    var isInputEnded = false
    var isEarly = false
    var phase = Phase.head
    /// A field section that waits for the table.
    var section: QPACKSection?
    /// What content-length still promises.
    var bodyLeft: UInt64?
    /// Whether the reader wants no more now.
    var isPaused = false
    /// Whether the response to this request has no body, whatever its length says.
    var isBodyless = false
    var isHeadSent = false
    /// Whether everything that came was told, or nothing more will be.
    var isReceived = false
    /// Whether nothing more will be sent.
    var isSent = false
    /// Why the stream is closed; nil while it is not.
    var closeCode: HTTP3ErrorCode?

    init(_ id: StreamID, isServer: Bool, mayBeWebTransport: Bool, headerLimit: Int) {
        self.id = id
        decoder = FrameDecoder(
            .message(isServer: isServer, mayBeWebTransport: mayBeWebTransport),
            headerLimit: headerLimit)
    }

    var isDone: Bool { isReceived && isSent }

    /// Bytes of a field section that is not whole, or waits for the table.
    var heldCount: Int { isReceived ? 0 : decoder.heldCount + (section?.heldCount ?? 0) }
    /// As many as the connection has counted.
    var countedHeld = 0
}

/// A stream that the peer opened and that is no message: its first integers tell what it is.
struct InboundStream {
    enum Kind {
        case undetermined
        case control(FrameDecoder)
        case encoder
        case decoder
        /// A WebTransport stream whose session is to be read.
        case webTransport
    }

    var kind = Kind.undetermined
    var integer = IntegerDecoder()
}

/// A WebTransport session: the stream of its request and the streams that belong to it.
struct WebTransportSession {
    var isEstablished = false
    /// Streams that came before the session was answered.
    var capsules = CapsuleDecoder()
    var streams: Set<StreamID> = []
}

/// A stream of a WebTransport session.
struct WebTransportStream {
    var session: StreamID
    /// Whether the owner knows it; before it is not read.
    var isTold: Bool
    /// What came with the stream's first integers.
    var input: ArraySlice<UInt8> = []
    var isInputEnded = false
    var isPaused = false
    var isReceived = false
    var isSent = false
    /// Whether the peer wants nothing on it.
    var isStopped = false
    /// Why nothing more comes; nil while more may.
    var closeCode: HTTP3ErrorCode?
}
