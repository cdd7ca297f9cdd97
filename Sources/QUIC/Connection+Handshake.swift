internal import CQUIC
import Timeline

extension Connection {
    /// The handshake is complete; called back by the library.
    func handshakeCompleted() {
        keepConnectionIDsBack()
        if !isServer, isEarlyDataTried, let tls, !tls.isEarlyDataAccepted {
            _ = unsafe ngtcp2_conn_early_data_rejected(handle)
        }
        isHandshakeDone = true
        agreedProtocol = tls?.protocolName ?? ""
        mayOpen = true
        if let server {
            isHandshakeConfirmed = true
            endpoint.handshakeEnded(of: self)
            if server.givesTickets { tls?.sendTicket() }
            sendToken(lifetime: server.settings.tokenLifetime.nanoseconds)
        }
        applyKeepAlive()
        tell(.connected(information))
        for stream in streams.values where stream.isOpen { schedule(stream) }
    }

    private func sendToken(lifetime: Int64) {
        guard lifetime > 0 else { return }
        guard let path = unsafe ngtcp2_conn_get_path(handle) else { return }
        let token = unsafe endpoint.regularToken(for: path.pointee.remote)
        guard !token.isEmpty else { return }
        _ = unsafe ngtcp2_conn_submit_new_token(handle, token, token.count)
    }

    var information: ConnectionInformation {
        let (local, remote) = addresses
        return ConnectionInformation(
            protocolName: tls?.protocolName ?? "",
            serverName: isServer ? tls?.askedName ?? "" : client?.serverName ?? "",
            version: unsafe ngtcp2_conn_get_negotiated_version(handle),
            cipher: tls?.cipher ?? "", peerCertificateHash: tls?.peerCertificateHash,
            isResumed: tls?.isResumed ?? false,
            isEarlyDataAccepted: tls?.isEarlyDataAccepted ?? false, local: local, remote: remote,
            wasRetried: wasRetried)
    }

    private var wasRetried: Bool {
        if isServer {
            guard let local = unsafe ngtcp2_conn_get_local_transport_params(handle) else {
                return false
            }
            return unsafe local.pointee.retry_scid_present != 0
        }
        return unsafe ngtcp2_conn_after_retry(handle) != 0
    }

    /// The path in use.
    var addresses: (local: NetworkAddress, remote: NetworkAddress) {
        guard let path = unsafe ngtcp2_conn_get_path(handle) else {
            preconditionFailure("a connection has a path")
        }
        var (local, remote) = unsafe (path.pointee.local, path.pointee.remote)
        return unsafe (
            NetworkAddress(quic_load_address(&local)), NetworkAddress(quic_load_address(&remote))
        )
    }

    /// The server did not take the early data: everything is sent again, under the same ids.
    func earlyDataRejected() {
        rewindStreams()
        tell(.earlyDataRejected)
    }

    func rewindStreams() {
        heldByConnection.removeAll()
        scheduler = StreamScheduler()
        for direction in [StreamID.Direction.bidirectional, .unidirectional] {
            let opened = streams.values
                .filter {
                    $0.isOpen && $0.id.direction == direction
                        && $0.id.isClientInitiated != isServer
                }
                .sorted { $0.id < $1.id }
            for stream in opened {
                stream.queue.rewind()
                (stream.isOpen, stream.isBlocked, stream.isHeld) = (false, false, false)
            }
            pending[direction].restore(opened)
        }
        statistics.streamsOpen = 0
        mayOpen = true
    }

    func note(ticket: [UInt8]) {
        self.ticket = ticket
        tellResumption()
    }

    /// Sees to it that two fewer connection ids are given out than the peer allows, which is any
    /// endpoint's choice (RFC 9000, section 5.1.1).
    ///
    /// The library goes on counting an id that it has given back while a move is examined anew, and
    /// then accuses a peer that makes use of the place. It has no setting for what it gives out,
    /// and reads the limit from what is changed here; nothing was given out before.
    private func keepConnectionIDsBack() {
        guard let remote = unsafe ngtcp2_conn_get_remote_transport_params(handle),
            unsafe remote.pointee.active_connection_id_limit >= 4
        else { return }
        let parameters = unsafe UnsafeMutablePointer(mutating: remote)
        unsafe parameters.pointee.active_connection_id_limit =
            min(
                parameters.pointee.active_connection_id_limit, 8) - 2
    }

    func note(token: [UInt8]) {
        self.token = token
        tellResumption()
    }

    private func tellResumption() {
        guard isHandshakeDone, let client, let tls,
            let remote = unsafe ngtcp2_conn_get_remote_transport_params(handle)
        else { return }
        let limits = unsafe ResumptionState.Limits(
            streamDataBidirectionalLocal: remote.pointee.initial_max_stream_data_bidi_local,
            streamDataBidirectionalRemote: remote.pointee.initial_max_stream_data_bidi_remote,
            streamDataUnidirectional: remote.pointee.initial_max_stream_data_uni,
            data: remote.pointee.initial_max_data,
            streamsBidirectional: remote.pointee.initial_max_streams_bidi,
            streamsUnidirectional: remote.pointee.initial_max_streams_uni,
            connectionIDs: remote.pointee.active_connection_id_limit,
            datagramFrame: remote.pointee.max_datagram_frame_size)
        tell(
            .resumption(
                ResumptionState(
                    serverName: client.serverName, protocolName: tls.protocolName,
                    version: unsafe ngtcp2_conn_get_negotiated_version(handle), ticket: ticket,
                    limits: limits, token: token)))
    }

    /// A line as programs that decrypt captures read it.
    func note(keyLabel: String, secret: [UInt8]) {
        guard let random = tls?.clientRandom else { return }
        func hexadecimal(_ bytes: [UInt8]) -> String {
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        tell(.keyLog("\(keyLabel) \(hexadecimal(random)) \(hexadecimal(secret))"))
    }

    func peerToken(_ token: ResetToken, isActive: Bool) {
        if isActive {
            if peerResetTokens.insert(token).inserted { endpoint.register(token, self) }
        } else if peerResetTokens.remove(token) != nil {
            endpoint.unregister(token)
        }
    }
}
