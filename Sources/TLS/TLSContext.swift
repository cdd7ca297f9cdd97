internal import COpenSSL

/// What the connections of one kind share: whom they trust, what they offer, who they are.
///
/// OpenSSL's contexts are counted and safe to share between threads once they are set up, which
/// ends with `init`; hence the unchecked `Sendable`.
@safe package final class TLSContext: @unchecked Sendable {
    /// A server's certificate chain and its key, as PEM files.
    package struct Identity: Equatable, Sendable {
        package var certificateChain: String
        package var privateKey: String

        package init(certificateChain: String, privateKey: String) {
            self.certificateChain = certificateChain
            self.privateKey = privateKey
        }
    }

    package struct ClientSettings: Sendable {
        /// PEM files of authorities that are trusted beside the system's.
        package var authorities: [String]
        /// Application protocols by preference (RFC 7301); none are offered when empty.
        package var applicationProtocols: [String]
        /// Whether a server that chooses no application protocol is refused.
        package var requiresApplicationProtocol: Bool
        /// Where the keys of sessions are appended for Wireshark, in NSS' format.
        package var keyLog: String?

        package init(
            authorities: [String] = [], applicationProtocols: [String] = [],
            requiresApplicationProtocol: Bool = false, keyLog: String? = nil
        ) {
            self.authorities = authorities
            self.applicationProtocols = applicationProtocols
            self.requiresApplicationProtocol = requiresApplicationProtocol
            self.keyLog = keyLog
        }

        /// As the environment asks: `SSL_CERT_FILE` names an authority file (and must be
        /// readable), `SSLKEYLOGFILE` a key log.
        package init(
            environment: [String: String], authorities: [String] = [],
            applicationProtocols: [String] = []
        ) {
            let file = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
            let keyLog = environment["SSLKEYLOGFILE"].flatMap { $0.isEmpty ? nil : $0 }
            self.init(
                authorities: authorities + (file.map { [$0] } ?? []),
                applicationProtocols: applicationProtocols, keyLog: keyLog)
        }
    }

    let handle: OpaquePointer
    let isServer: Bool
    let requiresApplicationProtocol: Bool
    private let shared: Shared

    /// What OpenSSL's callbacks reach.
    private final class Shared {
        let protocols: [UInt8]
        let keyLog: KeyLog?

        init(protocols: [UInt8], keyLog: KeyLog?) {
            self.protocols = protocols
            self.keyLog = keyLog
        }
    }

    /// A context of clients: TLS 1.2 or newer, chain and host are verified.
    package convenience init(client settings: ClientSettings = .init()) throws(TLSError) {
        try self.init(
            isServer: false, protocols: settings.applicationProtocols,
            requiresProtocol: settings.requiresApplicationProtocol, keyLog: settings.keyLog)
        unsafe SSL_CTX_set_verify(handle, SSL_VERIFY_PEER, nil)
        guard unsafe SSL_CTX_set_default_verify_paths(handle) == 1 else {
            throw TLSError.fromQueue(.configuration, "reading the system's authorities")
        }
        for file in settings.authorities {
            guard unsafe SSL_CTX_load_verify_file(handle, file) == 1 else {
                throw TLSError.fromQueue(.configuration, "reading authorities from \(file)")
            }
        }
        if !shared.protocols.isEmpty {
            // Other than everywhere else in OpenSSL, 0 means that it went well.
            guard
                unsafe SSL_CTX_set_alpn_protos(
                    handle, shared.protocols, UInt32(shared.protocols.count)) == 0
            else { throw TLSError.fromQueue(.configuration, "setting application protocols") }
        }
    }

    /// A context of servers with `identity`; clients are not asked who they are.
    package convenience init(
        server identity: Identity, applicationProtocols: [String] = []
    ) throws(TLSError) {
        try self.init(
            isServer: true, protocols: applicationProtocols, requiresProtocol: false, keyLog: nil)
        guard unsafe SSL_CTX_use_certificate_chain_file(handle, identity.certificateChain) == 1
        else {
            throw TLSError.fromQueue(
                .configuration, "reading the certificate \(identity.certificateChain)")
        }
        guard
            unsafe SSL_CTX_use_PrivateKey_file(handle, identity.privateKey, SSL_FILETYPE_PEM) == 1,
            unsafe SSL_CTX_check_private_key(handle) == 1
        else {
            throw TLSError.fromQueue(.configuration, "reading the key \(identity.privateKey)")
        }
        if !shared.protocols.isEmpty {
            unsafe SSL_CTX_set_alpn_select_cb(handle, Self.selectProtocol, nil)
        }
    }

    private init(
        isServer: Bool, protocols: [String], requiresProtocol: Bool, keyLog: String?
    ) throws(TLSError) {
        let method = unsafe isServer ? TLS_server_method() : TLS_client_method()
        guard let handle = unsafe SSL_CTX_new(method) else {
            throw TLSError.fromQueue(.configuration, "starting TLS")
        }
        unsafe self.handle = unsafe handle
        self.isServer = isServer
        requiresApplicationProtocol = requiresProtocol
        var wire: [UInt8] = []
        var isTooLong = false
        for name in protocols {
            isTooLong = isTooLong || name.utf8.isEmpty || name.utf8.count > 255
            wire.append(UInt8(truncatingIfNeeded: name.utf8.count))
            wire += name.utf8
        }
        var log: KeyLog?
        if let keyLog { log = try KeyLog(path: keyLog) }
        shared = Shared(protocols: wire, keyLog: log)
        if isTooLong {
            throw TLSError(.configuration, "an application protocol has 1 to 255 bytes")
        }
        guard unsafe COpenSSL_set_minimum_version(handle, TLS1_2_VERSION) == 1 else {
            throw TLSError.fromQueue(.configuration, "setting the version of TLS")
        }
        _ = unsafe COpenSSL_release_buffers(handle)
        unsafe COpenSSL_set_application_data(
            handle, Unmanaged.passUnretained(shared).toOpaque())
        if log != nil { unsafe SSL_CTX_set_keylog_callback(handle, Self.logKeys) }
    }

    deinit { unsafe SSL_CTX_free(handle) }

    // MARK: callbacks; the context outlives its connections, which hold it

    private static let logKeys: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?) -> Void = {
        connection, line in
        guard let line = unsafe line, let data = unsafe COpenSSL_application_data(connection)
        else { return }
        let shared = unsafe Unmanaged<Shared>.fromOpaque(data).takeUnretainedValue()
        unsafe shared.keyLog?.append(String(cString: line))
    }

    /// Chooses the first of the server's protocols that the client offers; none is fatal.
    private static let selectProtocol:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
            UnsafeMutablePointer<UInt8>?, UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
        ) -> CInt = { connection, chosen, length, offered, count, _ in
            guard let data = unsafe COpenSSL_application_data(connection) else {
                return SSL_TLSEXT_ERR_ALERT_FATAL
            }
            let shared = unsafe Unmanaged<Shared>.fromOpaque(data).takeUnretainedValue()
            guard let chosen = unsafe chosen, let offered = unsafe offered,
                let match = unsafe TLSContext.choice(
                    of: shared.protocols,
                    among: UnsafeBufferPointer(start: offered, count: Int(count)))
            else { return SSL_TLSEXT_ERR_ALERT_FATAL }
            unsafe chosen.pointee = unsafe offered + match.lowerBound
            unsafe length?.pointee = UInt8(match.count)
            return SSL_TLSEXT_ERR_OK
        }

    /// Where in `offered` the first of `ours` stands; both are lists of names after their lengths.
    private static func choice(
        of ours: [UInt8], among offered: UnsafeBufferPointer<UInt8>
    ) -> Range<Int>? {
        let theirs = unsafe Array(offered)
        for mine in names(in: ours) {
            for other in names(in: theirs) where ours[mine] == theirs[other] { return other }
        }
        return nil
    }

    private static func names(in list: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var position = 0
        while position < list.count {
            let start = position + 1
            let end = start + Int(list[position])
            guard end <= list.count else { break }
            found.append(start..<end)
            position = end
        }
        return found
    }
}
