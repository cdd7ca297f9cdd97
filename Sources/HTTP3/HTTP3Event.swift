package import QUIC

/// A stream of one connection.
package struct HTTP3Stream: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var connection: ConnectionHandle
    package var id: StreamID

    package init(connection: ConnectionHandle, id: StreamID) {
        (self.connection, self.id) = (connection, id)
    }

    package static func < (a: HTTP3Stream, b: HTTP3Stream) -> Bool {
        (a.connection.value, a.id) < (b.connection.value, b.id)
    }

    package var description: String { "\(connection).\(id)" }
}

/// What happened on HTTP/3 connections; a WebTransport session is named by its request's stream.
package enum HTTP3Event: Equatable, Sendable {
    /// The peer's settings came.
    case ready(ConnectionHandle, HTTP3PeerSettings)
    /// A client asks; its body follows.
    case request(HTTP3Stream, RequestHead)
    /// A server answers; after informational ones another follows.
    case response(HTTP3Stream, ResponseHead)
    /// A piece of a message's body, or of a WebTransport stream.
    case body(HTTP3Stream, [UInt8])
    case trailers(HTTP3Stream, [HeaderField])
    /// The message, or the stream, is complete.
    case end(HTTP3Stream)
    /// What was coming on a stream was given up, by the peer or because it was not allowed.
    case reset(HTTP3Stream, code: HTTP3ErrorCode)
    /// The peer does not want more of what is being sent.
    case stopped(HTTP3Stream)
    /// `send` may go on.
    case writable(HTTP3Stream)
    /// A datagram of an extended CONNECT (RFC 9297) or a WebTransport session.
    case datagram(HTTP3Stream, [UInt8])
    /// The peer takes no requests from this stream on.
    case goAway(ConnectionHandle, StreamID)
    /// The server accepted a WebTransport session.
    case webTransportOpened(HTTP3Stream)
    /// The peer opened a stream in a session.
    case webTransportStream(HTTP3Stream, session: HTTP3Stream)
    /// The session is over, with the peer's words; its streams are reset.
    case webTransportClosed(HTTP3Stream, code: UInt32, reason: String)
    /// The connection is over; nothing follows.
    case closed(ConnectionHandle, CloseReason)
}
