/// Why a TLS connection or its configuration failed, as a kind to act on and words for one line.
package struct TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// The certificate was valid once.
        case expired
        case notYetValid
        /// The certificate is for another host.
        case wrongHost
        /// The chain ends at an authority that is not trusted.
        case unknownAuthority
        /// The certificate vouches for itself.
        case selfSigned
        /// Another objection to the certificate.
        case certificate
        /// The stream ended without TLS's own end, so that something may be missing (RFC 8446 §6.1).
        case truncated
        /// The two ends share no version of TLS.
        case protocolVersion
        /// The far end agreed to none of the application protocols.
        case applicationProtocol
        /// What came is not TLS.
        case notTLS
        /// The far end ended the connection with an alert.
        case alert
        /// A broken record or handshake.
        case protocolViolation
        /// A file or a setting of our own.
        case configuration
    }

    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
}
