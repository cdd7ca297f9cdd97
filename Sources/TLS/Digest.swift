internal import COpenSSL

/// Hash functions of OpenSSL.
package enum Digest {
    /// SHA-1 (RFC 3174), which the WebSocket handshake uses as a check, not for security.
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        unsafe SHA1(bytes, bytes.count, &digest)
        return digest
    }
}
