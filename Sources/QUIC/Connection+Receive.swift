internal import CQUIC
import Timeline

extension Connection {
    /// Takes one UDP datagram; true when the server should answer with Retry instead.
    func receive(
        _ bytes: UnsafeRawBufferPointer, path: PathStorage, ecn: ExplicitCongestionNotification,
        at now: Instant
    ) -> Bool {
        switch phase {
        case .open: break
        // After an error the library's state is not to be relied on.
        case .closeRequested: return false
        case .closing:
            packetsSinceClose += 1
            // Answer the first, second, fourth, eighth … (RFC 9000, section 10.2.1).
            if packetsSinceClose & (packetsSinceClose - 1) == 0 { held = closePacket }
            return false
        case .draining, .gone: return false
        }
        activity = now
        statistics.bytesReceived += UInt64(bytes.count)
        statistics.packetsReceived += 1
        unsafe scratch.packetInfo.pointee.ecn = UInt32(ecn.rawValue)
        let code = unsafe ngtcp2_conn_read_pkt_versioned(
            handle, path.path, NGTCP2_PKT_INFO_VERSION, scratch.packetInfo,
            bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count,
            Self.timestamp(now))
        forgetTLS()
        guard code != 0 else { return false }
        if code == NGTCP2_ERR_RETRY { return true }
        readFailed(code, at: now)
        return false
    }

    private func readFailed(_ code: Int32, at now: Instant) {
        switch code {
        case NGTCP2_ERR_DRAINING where isResetByPeer:
            finish(CloseReason(cause: .statelessReset, isLocal: false))
        case NGTCP2_ERR_DRAINING:
            let reason = peerReason
            if shouldTryWithoutEarlyData(reason), retried(version, at: now) { return }
            phase = .draining
            endpoint.handshakeEnded(of: self)
            closeDeadline = now + closePeriod
            tell(.closed(reason))
        case NGTCP2_ERR_DROP_CONN:
            finish(CloseReason(cause: .dropped, isLocal: true))
        case NGTCP2_ERR_RECV_VERSION_NEGOTIATION:
            let known = offeredVersions.first { ngtcp2_is_supported_version($0) != 0 }
            if let known, !wasRestarted, retried(known, at: now) { return }
            finish(CloseReason(cause: .versionNegotiation, isLocal: true))
        default:
            fail(code)
        }
    }

    private func retried(_ version: UInt32, at now: Instant) -> Bool {
        do throws(QUICError) {
            try restart(version: version, at: now)
            return true
        } catch {
            finish(CloseReason(cause: .dropped, message: error.description, isLocal: true))
            return true
        }
    }

    /// Some servers refuse the whole connection when they do not want its early data.
    private func shouldTryWithoutEarlyData(_ reason: CloseReason) -> Bool {
        isEarlyDataTried && !isHandshakeDone && !wasRestarted && reason.cause == .tls
    }

    /// Ends the connection for an error of this side's library.
    func fail(_ code: Int32) {
        guard case .open = phase else { return }
        if code == NGTCP2_ERR_CRYPTO {
            let alert = unsafe ngtcp2_conn_get_tls_alert(handle)
            var message = tls?.verificationFailure ?? ""
            if message.isEmpty {
                let error = unsafe ngtcp2_conn_get_tls_error(handle)
                message =
                    error == 0
                    ? unsafe String(cString: ngtcp2_strerror(code))
                    : unsafe String(cString: gnutls_strerror(error))
            }
            request(CloseReason(cause: .tls, code: UInt64(alert), message: message, isLocal: true))
        } else {
            request(
                CloseReason(
                    cause: .transport, code: ngtcp2_err_infer_quic_transport_error_code(code),
                    message: unsafe String(cString: ngtcp2_strerror(code)), isLocal: true))
        }
    }

    /// A close is to be sent; the first reason counts.
    func request(_ reason: CloseReason) {
        guard case .open = phase else { return }
        phase = .closeRequested(reason)
    }

    /// What the peer's CONNECTION_CLOSE says.
    private var peerReason: CloseReason {
        var error = unsafe ngtcp2_connection_close_error()
        unsafe ngtcp2_conn_get_connection_close_error(handle, &error)
        let bytes = unsafe UnsafeBufferPointer(start: error.reason, count: error.reasonlen)
        let message = unsafe String(decoding: bytes, as: UTF8.self)
        let code = unsafe error.error_code
        if unsafe error.type == NGTCP2_CONNECTION_CLOSE_ERROR_CODE_TYPE_APPLICATION {
            return CloseReason(cause: .application, code: code, message: message, isLocal: false)
        }
        // 0x100 and the alert (RFC 9001, section 4.8).
        if (0x100...0x1ff).contains(code) {
            return CloseReason(cause: .tls, code: code - 0x100, message: message, isLocal: false)
        }
        return CloseReason(cause: .transport, code: code, message: message, isLocal: false)
    }

    /// Nothing more is sent or received.
    func finish(_ reason: CloseReason) {
        if case .gone = phase { return }
        phase = .gone
        endpoint.handshakeEnded(of: self)
        tell(.closed(reason))
    }

    /// Three probe timeouts (RFC 9000, section 10.2).
    var closePeriod: Interval {
        let probe = unsafe ngtcp2_conn_get_pto(handle)
        return Interval(nanoseconds: Int64(min(3 * probe, 10_000_000_000)))
    }

    // MARK: Time

    /// A deadline has come.
    func expire(at now: Instant) {
        switch phase {
        case .closing, .draining:
            if let closeDeadline, closeDeadline <= now { phase = .gone }
        case .open:
            guard let due = deadline, due <= now else { return }
            if let confirmationDeadline, confirmationDeadline <= now {
                return finish(CloseReason(cause: .handshakeTimeout, isLocal: true))
            }
            let code = unsafe ngtcp2_conn_handle_expiry(handle, Self.timestamp(now))
            switch code {
            case 0: break
            case NGTCP2_ERR_IDLE_CLOSE: finish(CloseReason(cause: .idleTimeout, isLocal: true))
            case NGTCP2_ERR_HANDSHAKE_TIMEOUT:
                finish(CloseReason(cause: .handshakeTimeout, isLocal: true))
            default: fail(code)
            }
        case .closeRequested, .gone: break
        }
    }

    var deadline: Instant? {
        switch phase {
        case .open:
            expiry
        case .closing, .draining: closeDeadline
        case .closeRequested, .gone: nil
        }
    }

    /// The library's next deadline or ours, whichever is sooner.
    private var expiry: Instant? {
        let own = unsafe Self.instant(ngtcp2_conn_get_expiry(handle))
        guard let confirmationDeadline else { return own }
        return own.map { min($0, confirmationDeadline) } ?? confirmationDeadline
    }

    // MARK: The path and the keys

    func migrate(to local: NetworkAddress, probing: Bool, at now: Instant) throws(QUICError) {
        guard !isServer, isHandshakeConfirmed, case .open = phase else {
            throw QUICError(
                operation: "migrate", message: "only a client with a confirmed handshake can")
        }
        let path = PathStorage()
        path.set(local: local, remote: addresses.remote)
        let code =
            probing
            ? unsafe ngtcp2_conn_initiate_migration(handle, path.path, Self.timestamp(now))
            : unsafe ngtcp2_conn_initiate_immediate_migration(
                handle, path.path, Self.timestamp(now))
        guard code == 0 else { throw .transport("migrate", code) }
    }

    /// Lets a server hear at once from where its client is to be reached now.
    func announcePath() {
        guard !isServer, isHandshakeConfirmed, case .open = phase else { return }
        askForAcknowledgement()
    }

    /// The library refuses while the last update is not confirmed or young; it is tried again.
    ///
    /// An update is confirmed by the acknowledgement of a packet with the new keys. Until then the
    /// library (0.12) does not understand the peer's next update, and who has nothing to send but
    /// acknowledgements would wait for ever; so a packet that asks for one follows.
    func updateKeyIfWanted(at now: Instant) {
        guard wantsKeyUpdate, isHandshakeConfirmed, mayUpdateKeys(at: now),
            unsafe ngtcp2_conn_initiate_key_update(handle, Self.timestamp(now)) == 0
        else { return }
        wantsKeyUpdate = false
        askForAcknowledgement()
    }

    /// When both sides began an update at once, one may go on to the next while the other waits for
    /// a lost acknowledgement, and never understands it. After half a minute that has been repeated.
    private func mayUpdateKeys(at now: Instant) -> Bool {
        guard keysPrepared > 1, let keyTime else { return true }
        return keyTime + .seconds(30) <= now
    }

    /// Lets the next packet be one that is acknowledged, whatever it carries.
    private func askForAcknowledgement() {
        wantsAcknowledgement = true
        unsafe ngtcp2_conn_set_keep_alive_timeout(handle, 1)
    }

    /// A packet that asks for an acknowledgement was written.
    func askedForAcknowledgement() {
        wantsAcknowledgement = false
        applyKeepAlive()
    }

    /// Called back once the handshake is confirmed, and again after each update.
    func nextKeysPrepared() {
        keysPrepared += 1
        keyTime = endpoint.lastTime
    }

    func applyKeepAlive() {
        unsafe ngtcp2_conn_set_keep_alive_timeout(
            handle, UInt64(settings.keepAlive?.nanoseconds ?? 0))
    }

    /// In nanoseconds.
    var smoothedRoundTrip: Int64 {
        var stat = ngtcp2_conn_stat()
        unsafe ngtcp2_conn_get_conn_stat_versioned(handle, NGTCP2_CONN_STAT_VERSION, &stat)
        return Int64(clamping: stat.smoothed_rtt)
    }

    var currentStatistics: ConnectionStatistics {
        var out = statistics
        guard let handle = unsafe handle else { return out }
        var stat = ngtcp2_conn_stat()
        unsafe ngtcp2_conn_get_conn_stat_versioned(handle, NGTCP2_CONN_STAT_VERSION, &stat)
        func interval(_ value: UInt64) -> Interval {
            Interval(nanoseconds: value > UInt64(Int64.max) ? 0 : Int64(value))
        }
        out.latestRoundTrip = interval(stat.latest_rtt)
        out.smoothedRoundTrip = interval(stat.smoothed_rtt)
        out.minimumRoundTrip = interval(stat.min_rtt)
        out.roundTripVariance = interval(stat.rttvar)
        out.congestionWindow = stat.cwnd
        out.slowStartThreshold = stat.ssthresh
        out.bytesInFlight = stat.bytes_in_flight
        out.deliveryRate = stat.delivery_rate_sec
        out.probeTimeouts = stat.pto_count
        out.keyUpdates = keysPrepared > 0 ? keysPrepared - 1 : 0
        out.pathPayload = usualPayload
        return out
    }
}
