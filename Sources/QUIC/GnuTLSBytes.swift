internal import CQUIC

/// Bytes in the shape that GnuTLS takes and gives.
enum GnuTLSBytes {
    /// Calls `body` with a datum that points to the bytes.
    static func with<R, E: Error>(
        _ bytes: [UInt8], _ body: (UnsafePointer<gnutls_datum_t>) throws(E) -> R
    ) throws(E) -> R {
        var copy = bytes
        let result: Result<R, E> = unsafe copy.withUnsafeMutableBufferPointer { buffer in
            var datum = unsafe gnutls_datum_t(
                data: buffer.baseAddress, size: UInt32(buffer.count))
            do throws(E) { return .success(try unsafe body(&datum)) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Copies and frees what GnuTLS allocated.
    static func take(_ datum: gnutls_datum_t) -> [UInt8] {
        defer { unsafe quic_gnutls_free(datum.data) }
        return unsafe copy(datum)
    }

    static func copy(_ datum: gnutls_datum_t) -> [UInt8] {
        unsafe Array(UnsafeBufferPointer(start: datum.data, count: Int(datum.size)))
    }

    /// Cryptographically strong random bytes.
    static func random(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let code = unsafe gnutls_rnd(GNUTLS_RND_RANDOM, &bytes, count)
        precondition(code == 0, "the system gives no random bytes")
        return bytes
    }

    /// A key for one purpose out of a secret (HKDF with SHA-256, RFC 5869).
    static func derive(_ count: Int, from secret: [UInt8], purpose: String) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: count)
        unsafe with(secret) { key in
            unsafe with(Array(purpose.utf8)) { info in
                let code = unsafe gnutls_hkdf_expand(GNUTLS_MAC_SHA256, key, info, &out, count)
                precondition(code == 0, "HKDF gives up to 8,160 bytes")
            }
        }
        return out
    }
}
