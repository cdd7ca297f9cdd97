internal import COpenSSL

/// One TLS connection without input or output of its own: bytes in, bytes out.
///
/// What came from the network goes in by `receive`, what shall go to it comes out of
/// `takeOutput`; plaintext goes in by `send` and comes out of `takePlaintext`. After every call
/// look at `state` and take the output. Not to be used from two threads at once.
@safe package final class TLSConnection {
    package enum State: Equatable, Sendable {
        case handshaking
        case open
        /// The far end said that it sends no more.
        case closed
        case failed(TLSError)
    }

    /// What the handshake agreed on.
    package struct Agreement: Equatable, Sendable {
        /// "TLSv1.3"
        package var version: String
        package var cipher: String
        package var applicationProtocol: String?

        package init(version: String, cipher: String, applicationProtocol: String?) {
            self.version = version
            self.cipher = cipher
            self.applicationProtocol = applicationProtocol
        }
    }

    package private(set) var state = State.handshaking
    /// Known from the end of the handshake on.
    package private(set) var agreement: Agreement?

    private let context: TLSContext
    private let connection: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private let host: String
    /// Given to `send` before the handshake was over.
    private var waiting: [UInt8] = []
    private var plaintext: [UInt8] = []
    /// Room for the plaintext of one record.
    private var record = [UInt8](repeating: 0, count: 1 << 14)
    private var isEnded = false

    /// A client of `host` (a name or an address), whose certificate must be for it.
    package convenience init(client context: TLSContext, host: String) throws(TLSError) {
        precondition(!context.isServer, "a server's context for a client")
        try self.init(context, host: host)
        unsafe SSL_set_connect_state(connection)
        let isAddress =
            unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host) == 1
        if !isAddress {
            unsafe SSL_set_hostflags(
                connection, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            guard unsafe SSL_set1_host(connection, host) == 1,
                unsafe COpenSSL_set_server_name(connection, host) == 1
            else { throw TLSError.fromQueue(.configuration, "the host name \(host)") }
        }
        ERR_clear_error()
        advance()
    }

    /// The server's end of a connection.
    package convenience init(server context: TLSContext) throws(TLSError) {
        precondition(context.isServer, "a client's context for a server")
        try self.init(context, host: "the client")
        unsafe SSL_set_accept_state(connection)
    }

    private init(_ context: TLSContext, host: String) throws(TLSError) {
        self.context = context
        self.host = host
        ERR_clear_error()
        guard let connection = unsafe SSL_new(context.handle),
            let incoming = unsafe BIO_new(BIO_s_mem()),
            let outgoing = unsafe BIO_new(BIO_s_mem())
        else {
            throw TLSError.fromQueue(.configuration, "starting a connection")
        }
        unsafe COpenSSL_set_end_of_memory(incoming, -1)
        // The connection owns both from here on.
        unsafe SSL_set_bio(connection, incoming, outgoing)
        unsafe self.connection = unsafe connection
        unsafe self.incoming = unsafe incoming
        unsafe self.outgoing = unsafe outgoing
    }

    deinit { unsafe SSL_free(connection) }

    // MARK: the network's side

    /// Takes in bytes that came from the network, cut anywhere.
    package func receive(_ bytes: RawSpan) {
        guard !isEnded, !isOver else { return }
        unsafe bytes.withUnsafeBytes { bytes in
            // A memory BIO takes everything; its length is an `int`.
            var rest = unsafe bytes[...]
            while unsafe !rest.isEmpty {
                let part = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 24))
                unsafe BIO_write(incoming, part.baseAddress, CInt(part.count))
                unsafe rest = unsafe rest.dropFirst(part.count)
            }
        }
        advance()
    }

    package func receive(_ bytes: some Collection<UInt8>) {
        unsafe receive(Array(bytes).span.bytes)
    }

    /// The network's stream has ended; without TLS's own end before, that is `.truncated`.
    package func receiveEnd() {
        guard !isEnded, !isOver else { return }
        isEnded = true
        unsafe COpenSSL_set_end_of_memory(incoming, 0)
        advance()
        if !isOver {
            fail(TLSError(.truncated, "the stream was cut off: it ended without TLS's own end"))
        }
    }

    /// What shall go to the network, in order; also alerts after a failure.
    package func takeOutput() -> [UInt8] {
        let count = unsafe BIO_ctrl_pending(outgoing)
        guard count > 0 else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let read = unsafe BIO_read(outgoing, buffer.baseAddress, CInt(clamping: count))
            filled = max(0, Int(read))
        }
    }

    // MARK: the program's side

    /// Sends plaintext; before the end of the handshake it waits for it.
    package func send(_ bytes: RawSpan) {
        switch state {
        case .handshaking:
            unsafe bytes.withUnsafeBytes { unsafe waiting.append(contentsOf: $0) }
        case .open, .closed: unsafe bytes.withUnsafeBytes { unsafe write($0) }
        case .failed: return
        }
    }

    package func send(_ bytes: [UInt8]) { unsafe send(bytes.span.bytes) }

    /// Plaintext that was received and not taken yet.
    package func takePlaintext() -> [UInt8] {
        defer { plaintext = [] }
        return plaintext
    }

    /// Tells the far end that no more is sent (close_notify).
    package func close() {
        guard agreement != nil else { return }
        if case .failed = state { return }
        ERR_clear_error()
        unsafe SSL_shutdown(connection)
        ERR_clear_error()
    }

    // MARK: the machine

    private var isOver: Bool {
        switch state {
        case .handshaking, .open: false
        case .closed, .failed: true
        }
    }

    private func advance() {
        if state == .handshaking { handshake() }
        if state == .open { read() }
    }

    private func handshake() {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(connection)
        guard result != 1 else {
            finishHandshake()
            return
        }
        switch unsafe SSL_get_error(connection, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return
        default:
            let verification = unsafe SSL_get_verify_result(connection)
            if !context.isServer, verification != X509_V_OK {
                fail(.verification(verification, host: host))
            } else if isEnded {
                ERR_clear_error()
                fail(TLSError(.truncated, "the far end hung up in the middle of the handshake"))
            } else {
                fail(.fromQueue(.protocolViolation, "the handshake with \(host)"))
            }
        }
    }

    private func finishHandshake() {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        unsafe SSL_get0_alpn_selected(connection, &name, &length)
        let chosen = unsafe name.map {
            unsafe String(
                decoding: UnsafeBufferPointer(start: $0, count: Int(length)), as: UTF8.self)
        }
        if chosen == nil, context.requiresApplicationProtocol {
            fail(
                TLSError(
                    .applicationProtocol, "\(host) chose none of the application protocols"))
            return
        }
        agreement = Agreement(
            version: unsafe String(cString: SSL_get_version(connection)),
            cipher: unsafe String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(connection))),
            applicationProtocol: chosen)
        state = .open
        let bytes = waiting
        waiting = []
        if !bytes.isEmpty { unsafe bytes.withUnsafeBytes { unsafe write($0) } }
    }

    private func read() {
        ERR_clear_error()
        while true {
            let count = unsafe record.withUnsafeMutableBytes { buffer in
                unsafe SSL_read(connection, buffer.baseAddress, CInt(buffer.count))
            }
            plaintext += record.prefix(max(0, Int(count)))
            guard count <= 0 else { continue }
            switch unsafe SSL_get_error(connection, count) {
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return
            case SSL_ERROR_ZERO_RETURN: state = .closed
            default: fail(.fromQueue(.protocolViolation, "reading from \(host)"))
            }
            return
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) {
        guard unsafe !bytes.isEmpty else { return }
        ERR_clear_error()
        var written = 0
        // A memory BIO takes everything at once, so this is whole or an error.
        let result = unsafe SSL_write_ex(connection, bytes.baseAddress, bytes.count, &written)
        if result != 1 { fail(.fromQueue(.protocolViolation, "writing to \(host)")) }
    }

    private func fail(_ error: TLSError) {
        waiting = []
        state = .failed(error)
    }
}
