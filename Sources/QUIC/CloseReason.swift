/// Why a connection ended, as both sides can read it.
package struct CloseReason: Equatable, Sendable, CustomStringConvertible {
    package enum Cause: Equatable, Sendable {
        /// An application closed; the code is its own.
        case application
        /// A transport error (RFC 9000, section 20.1).
        case transport
        /// A TLS alert; the code is the alert's number.
        case tls
        /// Nothing came for the idle timeout.
        case idleTimeout
        case handshakeTimeout
        /// The peer has forgotten the connection.
        case statelessReset
        /// No common version.
        case versionNegotiation
        /// The library gave up without a word for the peer.
        case dropped
    }

    package var cause: Cause
    package var code: UInt64
    package var message: String
    /// Whether this side ended the connection.
    package var isLocal: Bool

    package init(cause: Cause, code: UInt64 = 0, message: String = "", isLocal: Bool) {
        (self.cause, self.code, self.message, self.isLocal) = (cause, code, message, isLocal)
    }

    package var description: String {
        let who = isLocal ? "closed here" : "closed by the peer"
        let text = message.isEmpty ? "" : ": \(message)"
        switch cause {
        case .application: return "\(who), code \(code)\(text)"
        case .transport: return "\(who), transport error \(code)\(text)"
        case .tls:
            // The library's own words say less than the alert's name.
            let words = Self.alertNames[code].map { isLocal && !message.isEmpty ? text : ": \($0)" }
            return "\(who), TLS alert \(code)\(words ?? text)"
        case .idleTimeout: return "idle timeout"
        case .handshakeTimeout: return "handshake timeout"
        case .statelessReset: return "the peer no longer knows the connection"
        case .versionNegotiation: return "no common version"
        case .dropped: return "dropped\(text)"
        }
    }

    /// What certificates and protocols fail with (RFC 8446, section 6.2).
    private static let alertNames: [UInt64: String] = [
        40: "no common ciphers or groups", 42: "the certificate is not accepted",
        43: "the kind of certificate is not accepted", 44: "the certificate was revoked",
        45: "the certificate has expired", 46: "the certificate is not accepted",
        48: "the certificate's authority is not known", 112: "no such name here",
        116: "a certificate is required", 120: "no common application protocol",
    ]
}
