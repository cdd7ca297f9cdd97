internal import CQUIC

/// The functions that the library calls; each notes what happened in its `Connection`.
@safe
enum Callbacks {
    private static func connection(_ context: UnsafeMutableRawPointer?) -> Connection {
        guard let context = unsafe context else {
            preconditionFailure("every connection is made with a context")
        }
        return unsafe Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
    }

    private static func stream(_ context: UnsafeMutableRawPointer?) -> StreamState? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<StreamState>.fromOpaque(context).takeUnretainedValue()
    }

    static func table(isServer: Bool) -> ngtcp2_callbacks {
        var table = ngtcp2_callbacks()
        addCryptography(to: &table, isServer: isServer)
        addConnection(to: &table, isServer: isServer)
        addStreams(to: &table)
        addDatagrams(to: &table)
        return table
    }

    private static func addCryptography(to table: inout ngtcp2_callbacks, isServer: Bool) {
        if isServer {
            unsafe table.recv_client_initial = ngtcp2_crypto_recv_client_initial_cb
        } else {
            unsafe table.client_initial = ngtcp2_crypto_client_initial_cb
            unsafe table.recv_retry = ngtcp2_crypto_recv_retry_cb
        }
        unsafe table.recv_crypto_data = { conn, level, offset, data, count, context in
            guard unsafe Callbacks.connection(context).tls != nil else {
                // After the handshake a client has nothing to say to TLS (RFC 9001, section 6).
                unsafe ngtcp2_conn_set_tls_alert(conn, 10)
                return NGTCP2_ERR_CRYPTO
            }
            return unsafe ngtcp2_crypto_recv_crypto_data_cb(
                conn, level, offset, data, count, context)
        }
        unsafe table.encrypt = ngtcp2_crypto_encrypt_cb
        unsafe table.decrypt = ngtcp2_crypto_decrypt_cb
        unsafe table.hp_mask = ngtcp2_crypto_hp_mask_cb
        unsafe table.update_key = {
            conn, rxSecret, txSecret, rxContext, rxIV, txContext, txIV, rxNow, txNow, count, context
            in
            unsafe Callbacks.connection(context).nextKeysPrepared()
            return unsafe ngtcp2_crypto_update_key_cb(
                conn, rxSecret, txSecret, rxContext, rxIV, txContext, txIV, rxNow, txNow, count,
                context)
        }
        unsafe table.delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb
        unsafe table.delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb
        unsafe table.get_path_challenge_data = ngtcp2_crypto_get_path_challenge_data_cb
        unsafe table.version_negotiation = ngtcp2_crypto_version_negotiation_cb
        unsafe table.rand = { target, count, _ in
            let code = unsafe gnutls_rnd(GNUTLS_RND_NONCE, target, count)
            precondition(code == 0, "the system gives no random bytes")
        }
    }

    private static func addConnection(to table: inout ngtcp2_callbacks, isServer: Bool) {
        unsafe table.get_new_connection_id = { _, cid, token, length, context in
            guard let cid = unsafe cid, let token = unsafe token else {
                return NGTCP2_ERR_CALLBACK_FAILURE
            }
            let connection = unsafe Callbacks.connection(context)
            let identifier = ConnectionIdentifier.random(
                steeringByte: connection.endpoint.settings.steeringByte, length: length)
            unsafe cid.pointee = identifier.cValue
            connection.endpoint.writeResetToken(of: identifier) { bytes in
                for (index, byte) in bytes.enumerated() { unsafe token[index] = byte }
            }
            connection.register(identifier)
            return 0
        }
        unsafe table.remove_connection_id = { _, cid, context in
            guard let cid = unsafe cid else { return NGTCP2_ERR_CALLBACK_FAILURE }
            unsafe Callbacks.connection(context).retire(ConnectionIdentifier(cid.pointee))
            return 0
        }
        unsafe table.dcid_status = { _, kind, _, _, token, context in
            guard let token = unsafe token else { return 0 }
            let bytes = unsafe UnsafeRawBufferPointer(start: token, count: ResetToken.length)
            unsafe Callbacks.connection(context).peerToken(
                ResetToken(bytes),
                isActive: kind == Int32(NGTCP2_CONNECTION_ID_STATUS_TYPE_ACTIVATE.rawValue))
            return 0
        }
        unsafe table.handshake_completed = { _, context in
            unsafe Callbacks.connection(context).handshakeCompleted()
            return 0
        }
        unsafe table.handshake_confirmed = { _, context in
            let connection = unsafe Callbacks.connection(context)
            (connection.isHandshakeConfirmed, connection.confirmationDeadline) = (true, nil)
            return 0
        }
        unsafe table.early_data_rejected = { _, context in
            unsafe Callbacks.connection(context).earlyDataRejected()
            return 0
        }
        unsafe table.recv_new_token = { _, token, context in
            guard let token = unsafe token else { return 0 }
            let bytes = unsafe UnsafeBufferPointer(
                start: token.pointee.base, count: token.pointee.len)
            unsafe Callbacks.connection(context).note(token: Array(bytes))
            return 0
        }
        unsafe table.recv_stateless_reset = { _, _, context in
            unsafe Callbacks.connection(context).isResetByPeer = true
            return 0
        }
        unsafe table.recv_version_negotiation = { _, _, versions, count, context in
            unsafe Callbacks.connection(context).offeredVersions = unsafe Array(
                UnsafeBufferPointer(start: versions, count: count))
            return 0
        }
        unsafe table.path_validation = { _, _, path, result, context in
            guard let path = unsafe path else { return 0 }
            var (local, remote) = unsafe (path.pointee.local, path.pointee.remote)
            unsafe Callbacks.connection(context).tell(
                .pathValidated(
                    local: NetworkAddress(quic_load_address(&local)),
                    remote: NetworkAddress(quic_load_address(&remote)),
                    holds: result == NGTCP2_PATH_VALIDATION_RESULT_SUCCESS))
            return 0
        }
    }

    private static func addStreams(to table: inout ngtcp2_callbacks) {
        unsafe table.stream_open = { conn, id, context in
            let state = unsafe Callbacks.connection(context).peerOpened(id)
            return unsafe ngtcp2_conn_set_stream_user_data(
                conn, id, Unmanaged.passUnretained(state).toOpaque())
        }
        unsafe table.recv_stream_data = { _, flags, _, _, data, count, context, streamContext in
            guard let state = unsafe Callbacks.stream(streamContext) else { return 0 }
            let bytes = unsafe UnsafeRawBufferPointer(start: data, count: count)
            unsafe Callbacks.connection(context).received(
                bytes, on: state, isEnd: flags & UInt32(NGTCP2_STREAM_DATA_FLAG_FIN) != 0,
                isEarly: flags & UInt32(NGTCP2_STREAM_DATA_FLAG_EARLY) != 0)
            return 0
        }
        unsafe table.acked_stream_data_offset = {
            conn, id, offset, count, context, streamContext in
            guard let state = unsafe Callbacks.stream(streamContext) else { return 0 }
            let losses = unsafe ngtcp2_conn_get_stream_loss_count(conn, id)
            unsafe Callbacks.connection(context).acknowledged(state, offset + count, losses: losses)
            return 0
        }
        unsafe table.stream_close = { conn, flags, id, code, context, streamContext in
            guard let state = unsafe Callbacks.stream(streamContext) else { return 0 }
            let losses = unsafe ngtcp2_conn_get_stream_loss_count(conn, id)
            let hasCode = flags & UInt32(NGTCP2_STREAM_CLOSE_FLAG_APP_ERROR_CODE_SET) != 0
            unsafe Callbacks.connection(context).closed(
                state, code: hasCode ? code : nil, losses: losses)
            return 0
        }
        unsafe table.stream_reset = { _, _, _, code, context, streamContext in
            guard let state = unsafe Callbacks.stream(streamContext) else { return 0 }
            unsafe Callbacks.connection(context).peerReset(state, code: code)
            return 0
        }
        unsafe table.extend_max_stream_data = { _, _, _, context, streamContext in
            guard let state = unsafe Callbacks.stream(streamContext) else { return 0 }
            unsafe Callbacks.connection(context).unblocked(state)
            return 0
        }
        unsafe table.extend_max_local_streams_bidi = { _, _, context in
            unsafe Callbacks.connection(context).mayOpen = true
            return 0
        }
        unsafe table.extend_max_local_streams_uni = { _, _, context in
            unsafe Callbacks.connection(context).mayOpen = true
            return 0
        }
    }

    private static func addDatagrams(to table: inout ngtcp2_callbacks) {
        unsafe table.recv_datagram = { _, flags, data, count, context in
            let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
            unsafe Callbacks.connection(context).received(
                datagram: bytes, isEarly: flags & UInt32(NGTCP2_DATAGRAM_FLAG_EARLY) != 0)
            return 0
        }
        unsafe table.ack_datagram = { _, id, context in
            unsafe Callbacks.connection(context).tell(.datagramAcknowledged(id))
            return 0
        }
        unsafe table.lost_datagram = { _, id, context in
            let connection = unsafe Callbacks.connection(context)
            connection.statistics.datagramsLost += 1
            connection.statistics.packetsLost += 1
            connection.tell(.datagramLost(id))
            return 0
        }
    }

    static let qlog: ngtcp2_qlog_write = { context, _, data, count in
        guard let data = unsafe data else { return }
        unsafe Callbacks.connection(context).qlog.append(
            contentsOf: UnsafeRawBufferPointer(start: data, count: count))
    }
}
