/// Why a stream or a connection was given up (RFC 9114, section 8.1; RFC 9204, section 6).
package struct HTTP3ErrorCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package var rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
    private init(_ rawValue: UInt64) { self.rawValue = rawValue }

    package static let datagramError = Self(0x33)
    package static let noError = Self(0x100)
    package static let generalProtocolError = Self(0x101)
    package static let internalError = Self(0x102)
    package static let streamCreationError = Self(0x103)
    package static let closedCriticalStream = Self(0x104)
    package static let frameUnexpected = Self(0x105)
    package static let frameError = Self(0x106)
    package static let excessiveLoad = Self(0x107)
    package static let idError = Self(0x108)
    package static let settingsError = Self(0x109)
    package static let missingSettings = Self(0x10a)
    package static let requestRejected = Self(0x10b)
    package static let requestCancelled = Self(0x10c)
    package static let requestIncomplete = Self(0x10d)
    package static let messageError = Self(0x10e)
    package static let connectError = Self(0x10f)
    package static let versionFallback = Self(0x110)
    package static let decompressionFailed = Self(0x200)
    package static let encoderStreamError = Self(0x201)
    package static let decoderStreamError = Self(0x202)
    /// WebTransport (draft-ietf-webtrans-http3): a stream came before its session and too many
    /// waited already; and a stream's session has ended.
    package static let bufferedStreamRejected = Self(0x3994_bd84)
    package static let sessionGone = Self(0x170d_7b68)

    package var description: String { "0x" + String(rawValue, radix: 16) }

    /// The code on the wire of an application's code of a WebTransport stream: those that HTTP/3
    /// reserves (0x1f * N + 0x21) are left out.
    package static func webTransport(_ code: UInt32) -> HTTP3ErrorCode {
        Self(0x52e4_a40f_a8db + UInt64(code) + UInt64(code) / 0x1e)
    }

    /// The application's code of a WebTransport stream; nil for codes of other kinds.
    package var webTransportCode: UInt32? {
        guard rawValue >= 0x52e4_a40f_a8db, (rawValue - 0x21) % 0x1f != 0 else { return nil }
        let shifted = rawValue - 0x52e4_a40f_a8db
        return UInt32(exactly: shifted - shifted / 0x1f)
    }
}

/// What a peer did against the protocol.
package struct HTTP3Error: Error, Equatable, Sendable, CustomStringConvertible {
    package var code: HTTP3ErrorCode
    package var message: String
    /// Whether only one stream suffers; otherwise the connection ends.
    package var isOfStream: Bool

    package init(_ code: HTTP3ErrorCode, _ message: String, isOfStream: Bool = false) {
        (self.code, self.message, self.isOfStream) = (code, message, isOfStream)
    }

    package var description: String { "\(message) (\(code))" }
}
