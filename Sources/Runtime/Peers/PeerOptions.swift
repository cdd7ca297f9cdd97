package import PeerProtocol
package import QUIC
import Sharing
package import Timeline
import TextEncodings

/// What the command line says about sharing a log.
package struct HostingOptions: Sendable {
    package var host: String
    package var port: Int
    /// The sessions that are shared; nil shares the whole log.
    package var sources: [String]?
    package var permission = PeerPermission.watch
    /// With `certificate.pem` and `key.pem`; nil makes and keeps a development certificate.
    package var certificateDirectory: String?
    /// PEM of the authorities whose guests may join; nil asks for no certificate.
    package var guestAuthorityPath: String?
    /// A file of mode 600 with the token, instead of the environment's.
    package var tokenPath: String?
    package var name: String?
    /// Origins of pages that may read without a token, beside the host's own.
    package var origins: Set<String> = []
    package var congestionControl = TransportSettings.CongestionControl.cubic
    /// Where certificate and secret are kept; nil is in the user's state directory.
    package var stateDirectory: String?

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// A page's origin as it is compared; nil for what is none.
    package static func origin(_ text: String) -> String? { OriginPolicy.normalized(text) }

    /// The variable with the token that guests need.
    static let tokenVariable = "MIDSTREAM_PEER_TOKEN"
}

/// What the command line says about joining a log.
package struct JoiningOptions: Sendable {
    package var host: String
    package var port: Int
    /// Takes this certificate only.
    package var hash: CertificateHash?
    package var authorityPath: String?
    /// With a certificate to show to the host.
    package var certificateDirectory: String?
    package var tokenPath: String?
    package var name: String?
    package var recordPath: String?
    /// How long the host may be away.
    package var patience = Interval.seconds(60)
    package var congestionControl = TransportSettings.CongestionControl.cubic
    /// Where this machine's own authority and the tickets of hosts are kept; nil is in the user's
    /// state directory.
    package var stateDirectory: String?

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

/// The SHA-256 of a certificate.
package struct CertificateHash: Equatable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// 64 hexadecimal digits; colons between bytes are allowed.
    package init?(_ text: String) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: ":") }
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[start..<start + 2], as: UTF8.self)
            guard !pair.hasPrefix("+"), !pair.hasPrefix("-"), let byte = UInt8(pair, radix: 16)
            else { return nil }
            bytes.append(byte)
        }
        self.bytes = bytes
    }

    package var description: String { bytes.hexadecimal }
}
