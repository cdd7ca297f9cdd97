internal import CQUIC

/// One TLS 1.3 handshake, tied to a connection by a reference that the helper library follows.
@safe
final class TLSSession {
    let handle: gnutls_session_t
    private let reference = UnsafeMutablePointer<ngtcp2_crypto_conn_ref>.allocate(capacity: 1)
    /// The only certificate that a server may show, where it is known by its hash.
    private var expectedHash: [UInt8]?
    private var hasOtherHash = false
    /// GnuTLS keeps the pointer to the name that it verifies.
    private var verifiedName: UnsafeMutablePointer<CChar>?

    private init(flags: gnutls_init_flags_t, connection: Connection, ciphers: CipherChoice)
        throws(QUICError)
    {
        var made: gnutls_session_t?
        try QUICError.check("begin TLS", unsafe gnutls_init(&made, UInt32(flags.rawValue)))
        guard let made = unsafe made else {
            throw QUICError(operation: "begin TLS", message: "out of memory")
        }
        unsafe handle = made
        unsafe reference.initialize(
            to: ngtcp2_crypto_conn_ref(
                get_conn: { reference in
                    guard let context = unsafe reference?.pointee.user_data else { return nil }
                    return unsafe Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
                        .handle
                }, user_data: Unmanaged.passUnretained(connection).toOpaque()))
        unsafe gnutls_session_set_ptr(handle, reference)
        try QUICError.check("begin TLS", unsafe gnutls_priority_set(handle, ciphers.handle))
        guard connection.settings.keyLog else { return }
        unsafe gnutls_session_set_keylog_function(handle) { session, label, secret in
            guard let label = unsafe label, let secret = unsafe secret else { return 0 }
            unsafe TLSSession.connection(of: session)?.note(
                keyLabel: String(cString: label), secret: GnuTLSBytes.copy(secret.pointee))
            return 0
        }
    }

    deinit {
        unsafe gnutls_deinit(handle)
        unsafe reference.deallocate()
        unsafe free(verifiedName)
    }

    static func connection(of session: gnutls_session_t?) -> Connection? {
        guard let pointer = unsafe gnutls_session_get_ptr(session) else { return nil }
        let reference = unsafe pointer.assumingMemoryBound(to: ngtcp2_crypto_conn_ref.self)
        guard let context = unsafe reference.pointee.user_data else { return nil }
        return unsafe Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
    }

    /// A client that verifies the chain and the name, always.
    static func client(
        _ connection: Connection, _ settings: ClientSettings, _ credentials: Credentials,
        _ ciphers: CipherChoice, trust: Trust, resumption: ResumptionState?, withEarlyData: Bool
    ) throws(QUICError) -> TLSSession {
        var flags = GNUTLS_CLIENT.rawValue | GNUTLS_NO_END_OF_EARLY_DATA.rawValue
        if withEarlyData { flags |= GNUTLS_ENABLE_EARLY_DATA.rawValue }
        let session = try TLSSession(
            flags: gnutls_init_flags_t(flags), connection: connection, ciphers: ciphers)
        try QUICError.check(
            "begin TLS",
            unsafe gnutls_credentials_set(
                session.handle, GNUTLS_CRD_CERTIFICATE, UnsafeMutableRawPointer(credentials.handle))
        )
        guard unsafe ngtcp2_crypto_gnutls_configure_client_session(session.handle) == 0 else {
            throw QUICError(operation: "begin TLS", message: "the session cannot be prepared")
        }
        if case .certificate(let hash) = trust {
            session.expect(hash)
        } else {
            unsafe session.verifiedName = unsafe strdup(settings.serverName)
            unsafe gnutls_session_set_verify_cert(session.handle, session.verifiedName, 0)
        }
        if !NetworkAddress.isNumeric(settings.serverName) {
            let name = Array(settings.serverName.utf8)
            try QUICError.check(
                "name the server",
                unsafe gnutls_server_name_set(
                    session.handle, GNUTLS_NAME_DNS, name, name.count))
        }
        // Early data is in the protocol of the ticket, so no other may be chosen with it.
        let names = withEarlyData ? resumption.map { [$0.protocolName] } : nil
        try session.setProtocols(names ?? settings.protocols, serverChooses: false)
        unsafe gnutls_handshake_set_hook_function(
            session.handle, UInt32(GNUTLS_HANDSHAKE_NEW_SESSION_TICKET.rawValue),
            Int32(quic_hook_post)
        ) { session, _, _, _, _ in
            var ticket = unsafe gnutls_datum_t()
            let code = unsafe gnutls_session_get_data2(session, &ticket)
            guard code == 0 else { return code }
            unsafe TLSSession.connection(of: session)?.note(ticket: GnuTLSBytes.take(ticket))
            return 0
        }
        if let resumption, !resumption.ticket.isEmpty {
            // A ticket that cannot be read costs a full handshake, nothing else.
            _ = unsafe gnutls_session_set_data(
                session.handle, resumption.ticket, resumption.ticket.count)
        }
        return session
    }

    static func server(
        _ connection: Connection, _ server: Server, _ ciphers: CipherChoice
    ) throws(QUICError) -> TLSSession {
        var flags =
            GNUTLS_SERVER.rawValue | GNUTLS_NO_AUTO_SEND_TICKET.rawValue
            | GNUTLS_NO_END_OF_EARLY_DATA.rawValue
        if server.settings.allowsEarlyData { flags |= GNUTLS_ENABLE_EARLY_DATA.rawValue }
        let session = try TLSSession(
            flags: gnutls_init_flags_t(flags), connection: connection, ciphers: ciphers)
        try QUICError.check(
            "begin TLS",
            unsafe gnutls_credentials_set(
                session.handle, GNUTLS_CRD_CERTIFICATE,
                UnsafeMutableRawPointer(server.credentials.handle)))
        if server.givesTickets {
            unsafe try GnuTLSBytes.with(server.ticketKey) { (key) throws(QUICError) in
                _ = try QUICError.check(
                    "begin TLS", unsafe gnutls_session_ticket_enable_server(session.handle, key))
            }
        }
        // No protocol offered is not an error by itself.
        unsafe gnutls_handshake_set_hook_function(
            session.handle, UInt32(GNUTLS_HANDSHAKE_CLIENT_HELLO.rawValue), Int32(quic_hook_post)
        ) { session, _, _, _, _ in
            var name = unsafe gnutls_datum_t()
            return unsafe gnutls_alpn_get_selected_protocol(session, &name)
        }
        guard unsafe ngtcp2_crypto_gnutls_configure_server_session(session.handle) == 0 else {
            throw QUICError(operation: "begin TLS", message: "the session cannot be prepared")
        }
        if server.settings.allowsEarlyData {
            unsafe gnutls_anti_replay_enable(session.handle, server.antiReplay.handle)
            _ = unsafe gnutls_record_set_max_early_data_size(session.handle, Int(UInt32.max))
        }
        try session.setProtocols(server.settings.protocols, serverChooses: true)
        if server.settings.clientTrust != nil {
            unsafe gnutls_certificate_server_set_request(session.handle, GNUTLS_CERT_REQUIRE)
            unsafe gnutls_session_set_verify_cert(session.handle, nil, 0)
        }
        return session
    }

    private func setProtocols(_ names: [String], serverChooses: Bool) throws(QUICError) {
        precondition(
            !names.isEmpty && names.allSatisfy { (1...255).contains($0.utf8.count) },
            "a protocol's name has 1 to 255 bytes")
        var flags = GNUTLS_ALPN_MANDATORY.rawValue
        if serverChooses { flags |= GNUTLS_ALPN_SERVER_PRECEDENCE.rawValue }
        var bytes = names.flatMap { Array($0.utf8) }
        let code = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var next = buffer.baseAddress
            let list = unsafe names.map { name in
                defer { unsafe next = unsafe next.map { unsafe $0 + name.utf8.count } }
                return unsafe gnutls_datum_t(data: next, size: UInt32(name.utf8.count))
            }
            return unsafe gnutls_alpn_set_protocols(handle, list, UInt32(list.count), UInt32(flags))
        }
        try QUICError.check("name the protocols", code)
    }

    var isResumed: Bool { unsafe gnutls_session_is_resumed(handle) != 0 }

    var isEarlyDataAccepted: Bool {
        unsafe gnutls_session_get_flags(handle) & UInt32(GNUTLS_SFLAGS_EARLY_DATA.rawValue) != 0
    }

    var protocolName: String {
        var name = unsafe gnutls_datum_t()
        guard unsafe gnutls_alpn_get_selected_protocol(handle, &name) == 0 else { return "" }
        return unsafe String(decoding: GnuTLSBytes.copy(name), as: UTF8.self)
    }

    /// What the client asked for; on a server only.
    var askedName: String {
        var name = [UInt8](repeating: 0, count: 256)
        var count = name.count
        var kind: UInt32 = 0
        guard unsafe gnutls_server_name_get(handle, &name, &count, &kind, 0) == 0 else { return "" }
        return String(decoding: name.prefix(count), as: UTF8.self)
    }

    var cipher: String {
        unsafe gnutls_cipher_get_name(gnutls_cipher_get(handle)).map { unsafe String(cString: $0) }
            ?? ""
    }

    var peerCertificateHash: [UInt8]? {
        var count: UInt32 = 0
        guard let chain = unsafe gnutls_certificate_get_peers(handle, &count), count > 0 else {
            return nil
        }
        var hash = [UInt8](repeating: 0, count: 32)
        var size = hash.count
        guard unsafe gnutls_fingerprint(GNUTLS_DIG_SHA256, chain, &hash, &size) == 0 else {
            return nil
        }
        return hash
    }

    /// Takes the server with this certificate only.
    private func expect(_ hash: [UInt8]) {
        expectedHash = hash
        unsafe gnutls_session_set_verify_function(handle) { session in
            guard let tls = unsafe TLSSession.connection(of: session)?.tls else {
                return GNUTLS_E_CERTIFICATE_ERROR
            }
            tls.hasOtherHash = tls.peerCertificateHash != tls.expectedHash
            return tls.hasOtherHash ? GNUTLS_E_CERTIFICATE_ERROR : 0
        }
    }

    /// Why the peer's certificate was refused; empty when it was not.
    var verificationFailure: String {
        if hasOtherHash { return "the server has another certificate than the one expected" }
        let status = unsafe gnutls_session_get_verify_cert_status(handle)
        guard status != 0, status != UInt32.max else { return "" }
        var text = unsafe gnutls_datum_t()
        guard
            unsafe gnutls_certificate_verification_status_print(
                status, GNUTLS_CRT_X509, &text, 0) == 0
        else { return "certificate status \(status)" }
        let bytes = unsafe GnuTLSBytes.take(text).filter { $0 != 0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Sends a ticket; a client without one connects in full next time.
    func sendTicket() { _ = unsafe gnutls_session_ticket_send(handle, 1, 0) }

    /// The client's random, by which key log lines are found.
    var clientRandom: [UInt8] {
        var client = unsafe gnutls_datum_t()
        var server = unsafe gnutls_datum_t()
        unsafe gnutls_session_get_random(handle, &client, &server)
        return unsafe GnuTLSBytes.copy(client)
    }
}
