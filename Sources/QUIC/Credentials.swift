internal import CQUIC

/// A side's certificate and whom it trusts, read once for many connections.
@safe
final class Credentials {
    let handle: gnutls_certificate_credentials_t

    init(identity: Identity?, trust: Trust?) throws(QUICError) {
        var allocated: gnutls_certificate_credentials_t?
        try QUICError.check(
            "prepare credentials", unsafe gnutls_certificate_allocate_credentials(&allocated))
        guard let allocated = unsafe allocated else {
            throw QUICError(operation: "prepare credentials", message: "out of memory")
        }
        unsafe handle = allocated
        switch trust {
        case .system:
            try QUICError.check(
                "read the system's authorities",
                unsafe gnutls_certificate_set_x509_system_trust(handle))
        case .authorities(let pem):
            let count = unsafe try GnuTLSBytes.with(Array(pem.utf8)) { (datum) throws(QUICError) in
                try QUICError.check(
                    "read the authorities",
                    unsafe gnutls_certificate_set_x509_trust_mem(
                        handle, datum, GNUTLS_X509_FMT_PEM))
            }
            guard count > 0 else {
                throw QUICError(operation: "read the authorities", message: "no certificate found")
            }
        case .certificate, nil: break
        }
        guard let identity else { return }
        unsafe try GnuTLSBytes.with(Array(identity.chain.utf8)) { (chain) throws(QUICError) in
            unsafe try GnuTLSBytes.with(Array(identity.key.utf8)) { (key) throws(QUICError) in
                _ = try QUICError.check(
                    "read the certificate and its key",
                    unsafe gnutls_certificate_set_x509_key_mem(
                        handle, chain, key, GNUTLS_X509_FMT_PEM))
            }
        }
    }

    deinit { unsafe gnutls_certificate_free_credentials(handle) }
}

/// Which ciphers and groups a handshake may use, parsed once.
@safe
final class CipherChoice {
    let handle: gnutls_priority_t

    /// AES first: it is the fastest with the processor's help.
    private static let text =
        "NORMAL:-VERS-ALL:+VERS-TLS1.3:%DISABLE_TLS13_COMPAT_MODE:-CIPHER-ALL:+AES-128-GCM"
        + ":+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-CCM:-GROUP-ALL:+GROUP-X25519"
        + ":+GROUP-SECP256R1:+GROUP-SECP384R1:+GROUP-SECP521R1"

    init() throws(QUICError) {
        var parsed: gnutls_priority_t?
        try QUICError.check(
            "choose ciphers", unsafe gnutls_priority_init(&parsed, Self.text, nil))
        guard let parsed = unsafe parsed else {
            throw QUICError(operation: "choose ciphers", message: "out of memory")
        }
        unsafe handle = parsed
    }

    deinit { unsafe gnutls_priority_deinit(handle) }
}
