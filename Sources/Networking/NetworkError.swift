package import QUIC
package import TLS

/// Why a connection could not be made or broke; `message` is for one line and holds no secret.
package struct NetworkError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// The URL, or what it says, cannot be used.
        case address
        /// No connection: an unknown name, nobody listens, no route.
        case unreachable
        case timeout
        case tls(TLSError)
        /// The HTTP proxy did not open a tunnel; the body of its answer is not kept.
        case tunnelRefused(HTTPAnswer)
        /// The far end answered the handshake, but not with a WebSocket.
        case handshakeRefused(HTTPAnswer)
        /// It agreed to a WebSocket in a way that RFC 6455 does not allow.
        case handshakeInvalid
        /// The connection ended without a close frame (1006).
        case lost
        /// The far end stopped answering: no pong in time.
        case silent
        /// The far end broke RFC 6455; it was told this close code.
        case protocolViolation(closeCode: Int)
        /// We gave up while connecting, or cut the connection ourselves.
        case cancelled
        /// No port to listen on.
        case listening
        /// QUIC's libraries refused a setting, a certificate for instance.
        case transport(QUICError)
    }

    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }

    /// The close code that stands for this failure (RFC 6455 §7.4.1); nil before the opening.
    package var closeCode: Int? {
        switch kind {
        case .lost, .silent, .cancelled: 1006
        case .protocolViolation(let code): code
        case .tls: 1015
        default: nil
        }
    }

    /// What the far end said instead of a WebSocket.
    package var answer: HTTPAnswer? {
        switch kind {
        case .handshakeRefused(let answer), .tunnelRefused(let answer): answer
        default: nil
        }
    }
}
