internal import CQUIC
import Timeline

extension Connection {
    /// What the next packet is filled with.
    private enum Source {
        case stream(StreamState)
        case datagram(DatagramQueue.Item)
        case nothing
    }

    /// Packets of one batch so far.
    private struct Run {
        var position = 0
        var segment = 0
        var count = 0
        var path: (local: NetworkAddress, remote: NetworkAddress)?
        var ecn: UInt32 = 0
    }

    /// Writes the next batch; nil when there is nothing to send now.
    func writeBatch(into buffer: UnsafeMutableRawBufferPointer, at now: Instant)
        -> DatagramBatch.Header?
    {
        if let held {
            self.held = nil
            return unsafe write(held, into: buffer)
        }
        if case .closeRequested(let reason) = phase {
            writeClose(reason, at: now)
            guard let packet = closePacket else { return nil }
            return unsafe write(packet, into: buffer)
        }
        guard case .open = phase else { return nil }
        openPending()
        releaseHeldStreams()
        updateKeyIfWanted(at: now)
        var run = Run()
        unsafe fill(&run, buffer, at: now)
        if run.count > 0 {
            // A keep-alive is due one nanosecond after the last packet, not before.
            if wantsAcknowledgement, activity < now { askedForAcknowledgement() }
            activity = now
        }
        if settings.qlog { tellLog() }
        if let reason = closeWhenDelivered, run.count == 0, isDelivered {
            closeWhenDelivered = nil
            request(reason)
            return unsafe writeBatch(into: buffer, at: now)
        }
        guard run.count > 0, let path = run.path else {
            if case .closeRequested = phase { return unsafe writeBatch(into: buffer, at: now) }
            return nil
        }
        // Pacing with the first guess of the round trip would hold up the handshake.
        if isHandshakeDone { unsafe ngtcp2_conn_update_pkt_tx_time(handle, Self.timestamp(now)) }
        statistics.bytesSent += UInt64(run.position)
        statistics.packetsSent += UInt64(run.count)
        return DatagramBatch.Header(
            byteCount: run.position, segmentSize: run.segment, local: path.local,
            remote: path.remote, ecn: ExplicitCongestionNotification(bits: run.ecn))
    }

    private func write(_ batch: DatagramBatch, into buffer: UnsafeMutableRawBufferPointer)
        -> DatagramBatch.Header
    {
        unsafe batch.bytes.withUnsafeBytes { unsafe buffer.copyMemory(from: $0) }
        statistics.bytesSent += UInt64(batch.bytes.count)
        statistics.packetsSent += 1
        return batch.header
    }

    private func fill(
        _ run: inout Run, _ buffer: UnsafeMutableRawBufferPointer, at now: Instant
    ) {
        guard let base = buffer.baseAddress else { return }
        let most = largestPayload
        let usual = max(1, usualPayload)
        let quantum = unsafe ngtcp2_conn_get_send_quantum(handle) / usual
        let packets = max(1, min(settings.maximumSegments, quantum))
        let limit = min(buffer.count, 65_507)
        while run.count < packets, run.position + most <= limit {
            let target = unsafe (base + run.position).assumingMemoryBound(to: UInt8.self)
            let size = unsafe writePacket(to: target, room: most, at: now)
            guard size > 0 else { return }
            let path = scratch.path.load()
            let ecn = unsafe scratch.packetInfo.pointee.ecn
            if run.count == 0 {
                (run.path, run.ecn, run.segment) = (path, ecn, size)
            } else if size > run.segment || ecn != run.ecn || path.local != run.path?.local
                || path.remote != run.path?.remote
            {
                let bytes = unsafe Array(UnsafeBufferPointer(start: target, count: size))
                held = DatagramBatch(
                    bytes: bytes,
                    header: DatagramBatch.Header(
                        byteCount: size, segmentSize: size, local: path.local,
                        remote: path.remote, ecn: ExplicitCongestionNotification(bits: ecn)))
                return
            }
            run.count += 1
            run.position += size
            if size < run.segment { return }
        }
    }

    /// Fills one packet from as many streams as fit; 0 when nothing may be sent now.
    private func writePacket(
        to target: UnsafeMutablePointer<UInt8>, room: Int, at now: Instant
    ) -> Int {
        while true {
            let size: Int
            switch nextSource() {
            case .stream(let stream):
                guard let result = unsafe write(stream, to: target, room: room, at: now) else {
                    continue
                }
                size = result
            case .datagram(let item):
                guard let result = unsafe write(item, to: target, room: room, at: now) else {
                    continue
                }
                size = result
            case .nothing:
                size = unsafe ngtcp2_conn_writev_stream_versioned(
                    handle, scratch.path.path, NGTCP2_PKT_INFO_VERSION, scratch.packetInfo, target,
                    room,
                    nil, UInt32(NGTCP2_WRITE_STREAM_FLAG_NONE), -1, nil, 0, Self.timestamp(now))
            }
            if size >= 0 { return size }
            fail(Int32(truncatingIfNeeded: size))
            return 0
        }
    }

    private func nextSource() -> Source {
        if let item = datagrams.first, isHandshakeDone,
            (scheduler.urgency ?? StreamPriority.levels) >= settings.datagramUrgency
        {
            return .datagram(item)
        }
        guard !scheduler.isEmpty else { return .nothing }
        let room = unsafe ngtcp2_conn_get_max_data_left(handle)
        while let id = scheduler.next() {
            guard let stream = streams[id] else {
                scheduler.remove(id)
                continue
            }
            if room > 0 || stream.queue.unsent == 0 { return .stream(stream) }
            hold(stream)
        }
        return .nothing
    }

    /// The connection's flow control is used up; all such streams wait for more.
    private func hold(_ stream: StreamState) {
        scheduler.remove(stream.id.value)
        guard !stream.isHeld else { return }
        stream.isHeld = true
        heldByConnection.append(stream.id.value)
    }

    private func releaseHeldStreams() {
        guard !heldByConnection.isEmpty, unsafe ngtcp2_conn_get_max_data_left(handle) > 0 else {
            return
        }
        let waiting = heldByConnection
        heldByConnection.removeAll(keepingCapacity: true)
        for id in waiting {
            guard let stream = streams[id] else { continue }
            stream.isHeld = false
            schedule(stream)
        }
    }

    /// Nil when the packet has room for more or the stream could not go.
    private func write(
        _ stream: StreamState, to target: UnsafeMutablePointer<UInt8>, room: Int, at now: Instant
    ) -> Int? {
        let id = stream.id.value
        let (count, bytes) = unsafe stream.queue.gather(
            into: scratch.pieces, capacity: Scratch.pieceCount, limit: room)
        let withFinish = stream.queue.isFinished && bytes == stream.queue.unsent
        var flags = UInt32(NGTCP2_WRITE_STREAM_FLAG_MORE)
        if withFinish { flags |= UInt32(NGTCP2_WRITE_STREAM_FLAG_FIN) }
        let size = unsafe ngtcp2_conn_writev_stream_versioned(
            handle, scratch.path.path, NGTCP2_PKT_INFO_VERSION, scratch.packetInfo, target, room,
            scratch.written,
            flags, id, scratch.pieces, count, Self.timestamp(now))
        switch Int32(truncatingIfNeeded: size) {
        case NGTCP2_ERR_STREAM_DATA_BLOCKED:
            if unsafe ngtcp2_conn_get_max_data_left(handle) == 0 {
                hold(stream)
            } else {
                stream.isBlocked = true
                scheduler.remove(id)
            }
            return nil
        case NGTCP2_ERR_STREAM_SHUT_WR, NGTCP2_ERR_STREAM_NOT_FOUND:
            peerStopped(stream)
            return nil
        default: break
        }
        let taken = unsafe scratch.written.pointee
        if taken >= 0 {
            stream.queue.advance(taken, withFinish: withFinish && taken == bytes)
            statistics.streamBytesSent += UInt64(taken)
            if size > 0 { scheduler.tookTurn(id) }
            afterSending(stream)
        }
        return size == Int(NGTCP2_ERR_WRITE_MORE) ? nil : size
    }

    private func write(
        _ item: DatagramQueue.Item, to target: UnsafeMutablePointer<UInt8>, room: Int,
        at now: Instant
    ) -> Int? {
        unsafe scratch.pieces[0] = unsafe ngtcp2_vec(
            base: item.bytes.pointer.assumingMemoryBound(to: UInt8.self), len: item.bytes.count)
        let size = unsafe ngtcp2_conn_writev_datagram_versioned(
            handle, scratch.path.path, NGTCP2_PKT_INFO_VERSION, scratch.packetInfo, target, room,
            scratch.accepted,
            // The library does not take pieces without a byte.
            UInt32(NGTCP2_WRITE_DATAGRAM_FLAG_MORE), item.id, scratch.pieces,
            item.bytes.count > 0 ? 1 : 0, Self.timestamp(now))
        let isTaken = unsafe scratch.accepted.pointee != 0
        let isTooLarge = item.bytes.count > maximumDatagramSize
        let isRefused =
            size == Int(NGTCP2_ERR_INVALID_STATE) || size == Int(NGTCP2_ERR_INVALID_ARGUMENT)
        if isTaken {
            statistics.datagramsSent += 1
            datagrams.removeFirst()
        } else if isTooLarge || isRefused {
            // The path has become narrower since it was queued.
            datagrams.removeFirst()
            statistics.datagramsLost += 1
            tell(.datagramLost(item.id))
        }
        if size == Int(NGTCP2_ERR_WRITE_MORE) || isRefused { return nil }
        return size == 0 && isTooLarge ? nil : size
    }

    /// The most that fits one packet of the path, with the longest header.
    var maximumDatagramSize: Int {
        guard let handle = unsafe handle,
            let remote = unsafe ngtcp2_conn_get_remote_transport_params(handle)
        else { return 0 }
        let frame = unsafe remote.pointee.max_datagram_frame_size
        guard frame > 3 else { return 0 }
        let header = 1 + Int(NGTCP2_MAX_CIDLEN) + 4 + 16 + 3
        return max(0, min(usualPayload - header, Int(min(frame, 65_535)) - 3))
    }

    /// Whether the peer has acknowledged everything that was sent.
    private var isDelivered: Bool {
        datagrams.count == 0
            && streams.values.allSatisfy { !$0.queue.hasWork && $0.queue.unacknowledged == 0 }
    }

    private func writeClose(_ reason: CloseReason, at now: Instant) {
        var error = unsafe ngtcp2_connection_close_error()
        unsafe ngtcp2_connection_close_error_default(&error)
        var bytes = [UInt8](repeating: 0, count: Int(NGTCP2_MAX_UDP_PAYLOAD_SIZE))
        let message = Array(reason.message.utf8.prefix(512))
        let path = scratch.path
        let size = unsafe message.withUnsafeBufferPointer { text -> Int in
            switch reason.cause {
            case .application:
                unsafe ngtcp2_connection_close_error_set_application_error(
                    &error, reason.code, text.baseAddress, text.count)
            case .tls:
                unsafe ngtcp2_connection_close_error_set_transport_error_tls_alert(
                    &error, UInt8(truncatingIfNeeded: reason.code), text.baseAddress, text.count)
            default:
                unsafe ngtcp2_connection_close_error_set_transport_error(
                    &error, reason.code, text.baseAddress, text.count)
            }
            return unsafe ngtcp2_conn_write_connection_close_versioned(
                handle, path.path, NGTCP2_PKT_INFO_VERSION, scratch.packetInfo, &bytes, bytes.count,
                &error, Self.timestamp(now))
        }
        endpoint.handshakeEnded(of: self)
        tell(.closed(reason))
        guard size > 0 else {
            phase = .gone
            return
        }
        phase = .closing
        closeDeadline = now + closePeriod
        let (local, remote) = path.load()
        closePacket = DatagramBatch(
            bytes: Array(bytes.prefix(size)),
            header: DatagramBatch.Header(
                byteCount: size, segmentSize: size, local: local, remote: remote,
                ecn: .notCapable))
    }
}

extension ExplicitCongestionNotification {
    init(bits: UInt32) {
        switch bits & 3 {
        case 1: self = .capable1
        case 2: self = .capable0
        case 3: self = .experienced
        default: self = .notCapable
        }
    }
}
