internal import COpenSSL

extension TLSError {
    /// What OpenSSL's error queue of this thread says; the queue is empty afterwards.
    ///
    /// - Parameter kind: the kind when the queue names nothing more exact.
    static func fromQueue(_ kind: Kind, _ operation: String) -> TLSError {
        var first: UInt = 0
        while true {
            let code = ERR_get_error()
            if code == 0 { break }
            if first == 0 { first = code }
        }
        guard first != 0 else { return TLSError(kind, "\(operation) failed without a reason") }
        let reason = unsafe ERR_reason_error_string(first).map { unsafe String(cString: $0) }
        let exact = COpenSSL_library(first) == ERR_LIB_SSL ? Self.kind(of: first) : nil
        let words = exact.flatMap(words) ?? "\(operation) failed: \(reason ?? "error \(first)")"
        return TLSError(exact ?? kind, words)
    }

    /// What verification found wrong with the certificate of `host`.
    static func verification(_ result: Int, host: String) -> TLSError {
        let reason = unsafe String(cString: X509_verify_cert_error_string(result))
        let (kind, words): (Kind, String) =
            switch CInt(result) {
            case X509_V_ERR_CERT_HAS_EXPIRED: (.expired, "the certificate of \(host) has expired")
            case X509_V_ERR_CERT_NOT_YET_VALID:
                (.notYetValid, "the certificate of \(host) is not valid yet")
            case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
                (.wrongHost, "the certificate is not for \(host)")
            case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
                (.selfSigned, "the certificate of \(host) is signed by itself, not by an authority")
            case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
                X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
                (
                    .unknownAuthority,
                    "the authority of \(host)'s certificate is not known (\(reason))"
                )
            default: (.certificate, "the certificate of \(host) is not accepted: \(reason)")
            }
        return TLSError(kind, words)
    }

    private static func kind(of code: UInt) -> Kind? {
        switch COpenSSL_reason(code) {
        case SSL_R_UNEXPECTED_EOF_WHILE_READING: .truncated
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION,
            SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_VERSION_TOO_LOW:
            .protocolVersion
        case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL, SSL_R_NO_APPLICATION_PROTOCOL:
            .applicationProtocol
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST,
            SSL_R_PACKET_LENGTH_TOO_LONG:
            .notTLS
        // Alerts of the far end are its number above this (RFC 8446 section 6).
        case SSL_AD_REASON_OFFSET...SSL_AD_REASON_OFFSET + 255: .alert
        default: nil
        }
    }

    private static func words(_ kind: Kind) -> String? {
        switch kind {
        case .truncated: "the stream was cut off: it ended without TLS's own end"
        case .protocolVersion: "the far end speaks no version of TLS from 1.2 on"
        case .applicationProtocol: "the far end speaks none of the application protocols"
        case .notTLS: "the far end does not speak TLS"
        default: nil
        }
    }
}
