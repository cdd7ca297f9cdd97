internal import CQUIC

/// What a certificate file says of its first certificate.
package struct LeafCertificate: Equatable, Sendable {
    /// SHA-256 of its DER.
    package let hash: [UInt8]
    /// Seconds since 1970 between which it holds.
    package let validity: ClosedRange<Int>

    /// Reads the first certificate of `chain` (PEM).
    package init(chain: String) throws(QUICError) {
        var made: gnutls_x509_crt_t?
        try QUICError.check("read a certificate", unsafe gnutls_x509_crt_init(&made))
        guard let made = unsafe made else {
            throw QUICError(operation: "read a certificate", message: "out of memory")
        }
        defer { unsafe gnutls_x509_crt_deinit(made) }
        unsafe try GnuTLSBytes.with(Array(chain.utf8)) { (datum) throws(QUICError) in
            _ = try QUICError.check(
                "read a certificate",
                unsafe gnutls_x509_crt_import(made, datum, GNUTLS_X509_FMT_PEM))
        }
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        try QUICError.check(
            "read a certificate",
            unsafe gnutls_x509_crt_get_fingerprint(made, GNUTLS_DIG_SHA256, &bytes, &count))
        hash = bytes
        let start = unsafe gnutls_x509_crt_get_activation_time(made)
        let end = unsafe gnutls_x509_crt_get_expiration_time(made)
        validity = start...max(start, end)
    }
}
