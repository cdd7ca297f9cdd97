internal import CQUIC
import Timeline

/// One connection: the library's state, its TLS session, and the streams above it.
///
/// The library calls back in the middle of reading and writing. A callback only notes what
/// happened (`Connection+Callbacks`); nothing is written or closed before the call has returned.
/// What the library holds pointers to lies on the heap, so no access to this object stays open
/// while it runs.
@safe
final class Connection {
    enum Phase {
        case open
        /// A close is to be sent with the next batch.
        case closeRequested(CloseReason)
        /// The close was sent; it is repeated to whoever still sends.
        case closing
        case draining
        case gone
    }

    let number: ConnectionHandle
    unowned let endpoint: Endpoint
    let settings: TransportSettings
    let server: Server?
    let client: ClientSettings?

    private(set) var handle: OpaquePointer?
    private(set) var tls: TLSSession?
    /// Where the library writes during a call; shared, since calls of one endpoint never overlap.
    let scratch: Scratch

    /// The UDP payload that is known without probing, if any.
    private(set) var fixedPayload: Int?

    var phase = Phase.open
    var isHandshakeDone = false
    /// Whether both sides know that it is done.
    var isHandshakeConfirmed = false
    /// A client gives up then when it does not know yet that the server has finished too: until
    /// that a change of its address, or the server's end, goes unnoticed.
    var confirmationDeadline: Instant?
    var isEarlyDataTried = false
    var wasRestarted = false
    var isResetByPeer = false
    var closeWhenDelivered: CloseReason?
    /// Whether it waits, before it closes, for all it has sent to arrive.
    var isDeliveringLastWords: Bool {
        guard case .open = phase else { return false }
        return closeWhenDelivered != nil
    }
    var wantsKeyUpdate = false
    /// When a packet was last received or written.
    var activity = Instant.zero
    /// When the keys of the next update were made last.
    var keyTime: Instant?
    /// Whether the next packet is to ask for an acknowledgement: one that confirms a key update, or
    /// that shows by which way we are reached.
    var wantsAcknowledgement = false
    /// How often keys were derived in advance: once with the handshake, once after each update.
    var keysPrepared: UInt64 = 0
    var isTouched = false
    var batchesInTurn = 0
    /// What goes next, before anything new: it did not fit the batch it was made for.
    var held: DatagramBatch?
    var closePacket: DatagramBatch?
    var packetsSinceClose: UInt64 = 0
    var closeDeadline: Instant?

    var identifiers: Set<ConnectionIdentifier> = []
    /// Of the identifiers those that are not in use any more, the oldest first.
    private var retired: [ConnectionIdentifier] = []
    var peerResetTokens: Set<ResetToken> = []
    var offeredVersions: [UInt32] = []
    var version: UInt32 = 1
    var ticket: [UInt8] = []
    var token: [UInt8] = []
    var qlog: [UInt8] = []

    var streams: [Int64: StreamState] = [:]
    var scheduler = StreamScheduler()
    /// Streams that wait for the connection's flow control.
    var heldByConnection: [Int64] = []
    /// Streams that wait for the peer's permission, by direction.
    var pending = PendingStreamsByDirection()
    var mayOpen = true
    /// The application protocol, once the handshake is done; a server's TLS is forgotten then.
    var agreedProtocol = ""
    /// Those of the peer, which the library never forgets.
    var unidirectionalStreamsEnded: UInt64 = 0
    var datagrams = DatagramQueue()
    var statistics = ConnectionStatistics()

    /// A client's connection.
    init(
        number: ConnectionHandle, endpoint: Endpoint, client: ClientSettings,
        local: NetworkAddress, remote: NetworkAddress, at now: Instant
    ) throws(QUICError) {
        (self.number, self.endpoint, self.client, server) = (number, endpoint, client, nil)
        (settings, version, scratch) = (client.transport, client.version, endpoint.scratch)
        let resumption = client.usableResumption
        token = resumption?.token ?? []
        choosePayload(local, remote)
        try open(
            local: local, remote: remote, original: nil, resumption: resumption,
            withEarlyData: client.allowsEarlyData && resumption?.version == client.version, at: now)
    }

    /// A server's connection.
    init(
        number: ConnectionHandle, endpoint: Endpoint, server: Server, initial: InitialPacket,
        local: NetworkAddress, remote: NetworkAddress, at now: Instant
    ) throws(QUICError) {
        (self.number, self.endpoint, self.server, client) = (number, endpoint, server, nil)
        (settings, version) = (server.settings.transport, initial.version)
        scratch = endpoint.scratch
        choosePayload(local, remote)
        try accept(initial, local: local, remote: remote, at: now)
    }

    deinit { precondition(unsafe handle == nil, "the endpoint destroys what it drops") }

    var isServer: Bool { server != nil }

    private func choosePayload(_ local: NetworkAddress, _ remote: NetworkAddress) {
        fixedPayload = settings.fixedPayload
        if fixedPayload == nil, local.isLoopback || local.isWildcard, remote.isLoopback {
            fixedPayload = endpoint.settings.loopbackPayload
        }
    }

    /// The most that one UDP datagram may hold now; a peer says with its handshake what it takes.
    var largestPayload: Int {
        let most = unsafe ngtcp2_conn_get_max_tx_udp_payload_size(handle)
        guard fixedPayload != nil else { return most }
        guard isHandshakeDone,
            let remote = unsafe ngtcp2_conn_get_remote_transport_params(handle)
        else { return min(most, Int(NGTCP2_MAX_UDP_PAYLOAD_SIZE)) }
        return min(most, Int(min(unsafe remote.pointee.max_udp_payload_size, 65_527)))
    }

    /// What a packet of the path usually holds.
    var usualPayload: Int {
        min(largestPayload, unsafe ngtcp2_conn_get_path_max_tx_udp_payload_size(handle))
    }

    /// The library's time; its zero would mean "never" in places.
    static func timestamp(_ now: Instant) -> UInt64 { UInt64(now.nanoseconds) + 1_000_000_000 }

    static func instant(_ timestamp: UInt64) -> Instant? {
        guard timestamp < UInt64(Int64.max) else { return nil }
        return Instant(nanoseconds: Int64(timestamp) - 1_000_000_000)
    }

    func tell(_ kind: EndpointEvent.Kind) {
        endpoint.tell(EndpointEvent(connection: number, kind: kind))
    }

    // MARK: Making the library's state

    private func open(
        local: NetworkAddress, remote: NetworkAddress, original: UInt32?,
        resumption: ResumptionState?, withEarlyData: Bool, at now: Instant
    ) throws(QUICError) {
        guard let client else { preconditionFailure("only a client opens") }
        let source = ConnectionIdentifier.random(steeringByte: endpoint.settings.steeringByte)
        let destination = ConnectionIdentifier.random(steeringByte: nil, length: 18)
        var (scid, dcid) = (source.cValue, destination.cValue)
        confirmationDeadline = now + settings.handshakeTimeout
        var callbacks = Callbacks.table(isServer: false)
        var parameters = unsafe transportParameters()
        let path = PathStorage()
        path.set(local: local, remote: remote)
        var made: OpaquePointer?
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        func create(_ settings: UnsafeMutablePointer<ngtcp2_settings>) -> Int32 {
            unsafe ngtcp2_conn_client_new_versioned(
                &made, &dcid, &scid, path.path, version, NGTCP2_CALLBACKS_VERSION, &callbacks,
                NGTCP2_SETTINGS_VERSION, settings, NGTCP2_TRANSPORT_PARAMS_VERSION, &parameters,
                nil, context)
        }
        // The library compares with what it would have chosen, against downgrades.
        var known = [version]
        let code = unsafe withLibrarySettings(token: token, at: now) { settings in
            guard let original else { return unsafe create(settings) }
            return unsafe known.withUnsafeMutableBufferPointer { versions in
                unsafe settings.pointee.original_version = original
                unsafe settings.pointee.preferred_versions = versions.baseAddress
                unsafe settings.pointee.preferred_versionslen = versions.count
                return unsafe create(settings)
            }
        }
        guard code == 0 else { throw .transport("connect", code) }
        unsafe handle = made
        do {
            let early = withEarlyData && resumption.map { !$0.ticket.isEmpty } == true
            let session = try TLSSession.client(
                self, client, endpoint.clientCredentials(), endpoint.ciphers,
                trust: endpoint.settings.trust, resumption: resumption, withEarlyData: early)
            tls = session
            unsafe ngtcp2_conn_set_tls_native_handle(
                handle, UnsafeMutableRawPointer(session.handle))
            if early, let resumption { useEarly(resumption.limits) }
        } catch {
            destroy()
            throw error
        }
        isEarlyDataTried = withEarlyData && resumption.map { !$0.ticket.isEmpty } == true
        register(source)
    }

    private func useEarly(_ limits: ResumptionState.Limits) {
        var early = unsafe ngtcp2_transport_params()
        unsafe ngtcp2_transport_params_default_versioned(NGTCP2_TRANSPORT_PARAMS_VERSION, &early)
        unsafe early.initial_max_stream_data_bidi_local = limits.streamDataBidirectionalLocal
        unsafe early.initial_max_stream_data_bidi_remote = limits.streamDataBidirectionalRemote
        unsafe early.initial_max_stream_data_uni = limits.streamDataUnidirectional
        unsafe early.initial_max_data = limits.data
        unsafe early.initial_max_streams_bidi = limits.streamsBidirectional
        unsafe early.initial_max_streams_uni = limits.streamsUnidirectional
        unsafe early.active_connection_id_limit = limits.connectionIDs
        unsafe early.max_datagram_frame_size = limits.datagramFrame
        unsafe ngtcp2_conn_set_early_remote_transport_params_versioned(
            handle, NGTCP2_TRANSPORT_PARAMS_VERSION, &early)
    }

    private func accept(
        _ initial: InitialPacket, local: NetworkAddress, remote: NetworkAddress, at now: Instant
    ) throws(QUICError) {
        guard let server else { preconditionFailure("only a server accepts") }
        let source = ConnectionIdentifier.random(steeringByte: endpoint.settings.steeringByte)
        var (scid, dcid) = (source.cValue, initial.source.cValue)
        var callbacks = Callbacks.table(isServer: true)
        var parameters = unsafe transportParameters()
        if let original = initial.original {
            unsafe parameters.original_dcid = original.cValue
            unsafe parameters.retry_scid = initial.destination.cValue
            unsafe parameters.retry_scid_present = 1
        } else {
            unsafe parameters.original_dcid = initial.destination.cValue
        }
        unsafe parameters.stateless_reset_token_present = 1
        endpoint.writeResetToken(of: source) { bytes in
            unsafe withUnsafeMutableBytes(of: &parameters.stateless_reset_token) {
                unsafe $0.copyBytes(from: bytes)
            }
        }
        let path = PathStorage()
        path.set(local: local, remote: remote)
        var made: OpaquePointer?
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let code = unsafe withLibrarySettings(token: initial.token, at: now) { settings in
            unsafe settings.pointee.qlog.odcid = initial.destination.cValue
            return unsafe ngtcp2_conn_server_new_versioned(
                &made, &dcid, &scid, path.path, initial.version, NGTCP2_CALLBACKS_VERSION,
                &callbacks, NGTCP2_SETTINGS_VERSION, settings, NGTCP2_TRANSPORT_PARAMS_VERSION,
                &parameters, nil, context)
        }
        guard code == 0 else { throw .transport("accept a connection", code) }
        unsafe handle = made
        do {
            let session = try TLSSession.server(self, server, endpoint.ciphers)
            tls = session
            unsafe ngtcp2_conn_set_tls_native_handle(
                handle, UnsafeMutableRawPointer(session.handle))
        } catch {
            destroy()
            throw error
        }
        register(source)
        register(initial.destination)
    }

    private func transportParameters() -> ngtcp2_transport_params {
        var out = unsafe ngtcp2_transport_params()
        unsafe ngtcp2_transport_params_default_versioned(NGTCP2_TRANSPORT_PARAMS_VERSION, &out)
        unsafe out.initial_max_stream_data_bidi_local = settings.initialStreamWindow
        unsafe out.initial_max_stream_data_bidi_remote = settings.initialStreamWindow
        unsafe out.initial_max_stream_data_uni = settings.initialStreamWindow
        unsafe out.initial_max_data = settings.initialConnectionWindow
        unsafe out.initial_max_streams_bidi = settings.maximumBidirectionalStreams
        unsafe out.initial_max_streams_uni = settings.maximumUnidirectionalStreams
        unsafe out.max_idle_timeout = UInt64(settings.idleTimeout.nanoseconds)
        // The most that the library takes.
        unsafe out.active_connection_id_limit = 8
        unsafe out.max_datagram_frame_size = settings.maximumDatagramFrame
        return unsafe out
    }

    private func withLibrarySettings(
        token: [UInt8], at now: Instant,
        _ body: (UnsafeMutablePointer<ngtcp2_settings>) -> Int32
    ) -> Int32 {
        var out = unsafe ngtcp2_settings()
        unsafe ngtcp2_settings_default_versioned(NGTCP2_SETTINGS_VERSION, &out)
        unsafe out.cc_algo =
            switch settings.congestionControl {
            case .reno: NGTCP2_CC_ALGO_RENO
            case .cubic: NGTCP2_CC_ALGO_CUBIC
            case .bbr2: NGTCP2_CC_ALGO_BBR2
            }
        unsafe out.initial_ts = Self.timestamp(now)
        if let guess = settings.initialRoundTrip {
            unsafe out.initial_rtt = UInt64(guess.nanoseconds)
        }
        unsafe out.max_window = settings.maximumConnectionWindow
        // The library (0.12) may grow a stream's window in a frame for which the packet has no room;
        // it then grants what it does not take. So windows of streams grow by `widen`.
        unsafe out.max_stream_window = 0
        unsafe out.handshake_timeout = UInt64(settings.handshakeTimeout.nanoseconds)
        if let payload = fixedPayload {
            unsafe out.max_tx_udp_payload_size = payload
            unsafe out.no_tx_udp_payload_size_shaping = 1
            unsafe out.no_pmtud = 1
        }
        if settings.qlog { unsafe out.qlog.write = unsafe Callbacks.qlog }
        var copy = token
        return unsafe copy.withUnsafeMutableBufferPointer { bytes in
            if bytes.count > 0 {
                unsafe out.token = unsafe ngtcp2_vec(base: bytes.baseAddress, len: bytes.count)
            }
            return unsafe body(&out)
        }
    }

    /// Begins anew with the streams there are: another version, or without early data.
    func restart(version: UInt32, at now: Instant) throws(QUICError) {
        guard let handle = unsafe handle, let client else { return }
        let original = self.version
        var path = unsafe ngtcp2_conn_get_path(handle).pointee
        let local = unsafe NetworkAddress(quic_load_address(&path.local))
        let remote = unsafe NetworkAddress(quic_load_address(&path.remote))
        destroy()
        (wasRestarted, self.version, mayOpen) = (true, version, true)
        rewindStreams()
        try open(
            local: local, remote: remote, original: original == version ? nil : original,
            resumption: original == version ? nil : client.usableResumption, withEarlyData: false,
            at: now)
    }

    /// Gives back what the library holds; the streams stay.
    func destroy() {
        for identifier in identifiers { endpoint.unregister(identifier) }
        for token in peerResetTokens { endpoint.unregister(token) }
        release()
        tellLog()
    }

    /// As `destroy`, when the endpoint itself goes away.
    func release() {
        identifiers.removeAll()
        retired.removeAll()
        peerResetTokens.removeAll()
        held = nil
        guard let handle = unsafe handle else { return }
        unsafe ngtcp2_conn_del(handle)
        unsafe self.handle = nil
        tls = nil
    }

    /// A server needs its TLS session no more once the handshake is done and the ticket sent; it is
    /// most of what an idle connection would hold.
    func forgetTLS() {
        guard isServer, isHandshakeDone, tls != nil else { return }
        unsafe ngtcp2_conn_set_tls_native_handle(handle, nil)
        tls = nil
    }

    func register(_ identifier: ConnectionIdentifier) {
        if identifiers.insert(identifier).inserted { endpoint.register(identifier, self) }
    }

    /// The peer uses an id no more. What is still on its way with it must not be answered with a
    /// reset, which would end the connection; so the last few keep their route.
    func retire(_ identifier: ConnectionIdentifier) {
        guard identifiers.contains(identifier) else { return }
        retired.append(identifier)
        guard retired.count > 8 else { return }
        let oldest = retired.removeFirst()
        identifiers.remove(oldest)
        endpoint.unregister(oldest)
    }

    func tellLog() {
        guard !qlog.isEmpty else { return }
        tell(.qlog(qlog))
        qlog.removeAll()
    }
}

/// What a server needs of a client's first packet.
struct InitialPacket {
    var version: UInt32
    var source: ConnectionIdentifier
    var destination: ConnectionIdentifier
    /// The destination before a Retry packet; nil without one.
    var original: ConnectionIdentifier?
    var token: [UInt8]
}
