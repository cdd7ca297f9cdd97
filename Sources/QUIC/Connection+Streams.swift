internal import CQUIC
import Timeline

extension Connection {
    // MARK: What the application asks for

    func openStream(
        _ direction: StreamID.Direction, priority: StreamPriority, isIdempotent: Bool
    ) throws(QUICError) -> StreamID {
        guard case .open = phase, closeWhenDelivered == nil else {
            throw QUICError(operation: "open a stream", message: "the connection is closing")
        }
        guard pending[direction].count < settings.maximumPendingStreams else {
            throw QUICError(operation: "open a stream", message: "too many wait already")
        }
        let id = StreamID(
            pending[direction].opened * 4 + (isServer ? 1 : 0)
                + (direction == .bidirectional ? 0 : 2))
        let stream = StreamState(id: id, priority: priority, isIdempotent: isIdempotent)
        if direction == .unidirectional { stream.isReadDone = true }
        streams[id.value] = stream
        statistics.streamsOpened += 1
        pending[direction].append(stream)
        mayOpen = true
        return id
    }

    /// Opens what the peer allows, in the order of ids.
    func openPending() {
        guard mayOpen, isHandshakeDone || isEarlyDataTried else { return }
        mayOpen = false
        for direction in [StreamID.Direction.bidirectional, .unidirectional] {
            while let stream = pending[direction].first {
                let context = unsafe Unmanaged.passUnretained(stream).toOpaque()
                var id: Int64 = -1
                let code =
                    direction == .bidirectional
                    ? unsafe ngtcp2_conn_open_bidi_stream(handle, &id, context)
                    : unsafe ngtcp2_conn_open_uni_stream(handle, &id, context)
                guard code == 0 else { break }
                precondition(id == stream.id.value, "streams open in the order of their ids")
                pending[direction].removeFirst()
                stream.isOpen = true
                statistics.streamsOpen += 1
                if let code = stream.pendingReset {
                    unsafe ngtcp2_conn_shutdown_stream_write(handle, id, code)
                }
                if let code = stream.pendingStop {
                    unsafe ngtcp2_conn_shutdown_stream_read(handle, id, code)
                }
                schedule(stream)
            }
        }
    }

    /// Lets the scheduler know a stream that has something to send and may.
    func schedule(_ stream: StreamState) {
        guard stream.isOpen, !stream.isClosed, !stream.isBlocked, !stream.isReset,
            stream.queue.hasWork, isHandshakeDone || isServer || stream.isIdempotent
        else { return }
        scheduler.insert(stream.id.value, priority: stream.priority)
    }

    /// Whether the writer may go on at once.
    func afterAppending(_ stream: StreamState) -> Bool {
        schedule(stream)
        if stream.queue.unsent > settings.sendHighWater { stream.isWriterWaiting = true }
        return !stream.isWriterWaiting
    }

    func afterSending(_ stream: StreamState) {
        if !stream.queue.hasWork { scheduler.remove(stream.id.value) }
        if stream.isWriterWaiting, stream.queue.unsent <= settings.sendLowWater {
            stream.isWriterWaiting = false
            tell(.writable(stream.id))
        }
    }

    func reset(_ stream: StreamState, code: UInt64) {
        guard !stream.isReset, !stream.isClosed else { return }
        stream.isReset = true
        stream.pendingReset = code
        scheduler.remove(stream.id.value)
        stream.queue.abandon()
        if stream.isOpen {
            unsafe ngtcp2_conn_shutdown_stream_write(handle, stream.id.value, code)
        }
    }

    func stopReading(_ stream: StreamState, code: UInt64) {
        guard !stream.isReadDone else { return }
        stream.pendingStop = code
        if stream.isOpen, !stream.isClosed {
            unsafe ngtcp2_conn_shutdown_stream_read(handle, stream.id.value, code)
        }
        drop(stream)
        closeIfOnlyPeerWrites(stream, code: code)
    }

    /// Forgets what was received and not read; the peer may send as much elsewhere.
    private func drop(_ stream: StreamState) {
        let count = stream.received.count
        stream.received = []
        stream.isReadDone = true
        if count > 0 { unsafe ngtcp2_conn_extend_max_offset(handle, UInt64(count)) }
        forgetIfDone(stream)
    }

    func setPriority(_ priority: StreamPriority, of stream: StreamState) {
        stream.priority = priority
        scheduler.setPriority(priority, of: stream.id.value)
    }

    /// Hands over what has come, and lets the peer send as much again.
    func read(_ stream: StreamState) -> StreamData? {
        let isEnd = stream.isPeerFinished && !stream.isReadDone
        guard !stream.received.isEmpty || isEnd else { return nil }
        var bytes: [UInt8] = []
        swap(&bytes, &stream.received)
        let isEarly = stream.isEarly
        (stream.isReadableTold, stream.isEarly) = (false, false)
        if stream.isPeerFinished { stream.isReadDone = true }
        release(stream, bytes.count)
        return StreamData(bytes: bytes, isEnd: isEnd, isEarly: isEarly)
    }

    /// As `read`, without giving the buffer away.
    func read(_ stream: StreamState, _ body: (RawSpan, _ isEnd: Bool) -> Void) -> Bool {
        let isEnd = stream.isPeerFinished && !stream.isReadDone
        guard !stream.received.isEmpty || isEnd else { return false }
        var bytes: [UInt8] = []
        swap(&bytes, &stream.received)
        (stream.isReadableTold, stream.isEarly) = (false, false)
        if stream.isPeerFinished { stream.isReadDone = true }
        unsafe body(bytes.span.bytes, isEnd)
        let count = bytes.count
        stream.isReadInPlace = true
        if bytes.capacity > endpoint.spareBuffer.capacity {
            bytes.removeAll(keepingCapacity: true)
            swap(&bytes, &endpoint.spareBuffer)
        }
        release(stream, count)
        return true
    }

    private func release(_ stream: StreamState, _ count: Int) {
        if count > 0, unsafe handle != nil {
            if !stream.isClosed {
                // A stream that the library has just closed needs no more room.
                _ = unsafe ngtcp2_conn_extend_max_stream_offset(
                    handle, stream.id.value, UInt64(count) + widen(stream, UInt64(count)))
            }
            unsafe ngtcp2_conn_extend_max_offset(handle, UInt64(count))
        }
        forgetIfDone(stream)
    }

    /// How much wider a stream's window becomes: twice as wide while half of it is read within
    /// four round trips, since then it may be what limits the peer.
    private func widen(_ stream: StreamState, _ count: UInt64) -> UInt64 {
        let window = stream.window ?? settings.initialStreamWindow
        stream.window = window
        stream.readCount += count
        guard 2 * stream.readCount >= window else { return 0 }
        let now = endpoint.lastTime
        defer { (stream.readCount, stream.windowTime) = (0, now) }
        guard let before = stream.windowTime, window < settings.maximumStreamWindow,
            (now - before).nanoseconds < 4 * smoothedRoundTrip
        else { return 0 }
        let more = min(window, settings.maximumStreamWindow - window)
        stream.window = window + more
        return more
    }

    // MARK: What the library tells

    func peerOpened(_ id: Int64) -> StreamState {
        let stream = StreamState(id: StreamID(id), priority: .standard, isIdempotent: false)
        stream.isOpen = true
        streams[id] = stream
        statistics.streamsOpen += 1
        statistics.streamsOpened += 1
        tell(.streamOpened(stream.id))
        return stream
    }

    func received(
        _ bytes: UnsafeRawBufferPointer, on stream: StreamState, isEnd: Bool, isEarly: Bool
    ) {
        statistics.streamBytesReceived += UInt64(bytes.count)
        if isEarly { stream.isEarly = true }
        if isEnd { stream.isPeerFinished = true }
        if stream.isReadDone {
            // Nobody wants it; the connection's window is given back.
            unsafe ngtcp2_conn_extend_max_offset(handle, UInt64(bytes.count))
        } else {
            if stream.isReadInPlace, stream.received.isEmpty {
                swap(&stream.received, &endpoint.spareBuffer)
            }
            unsafe stream.received.append(contentsOf: bytes)
        }
        if !stream.isReadableTold, !stream.isReadDone {
            stream.isReadableTold = true
            tell(.readable(stream.id))
        }
        if isEnd { closeIfOnlyPeerWrites(stream, code: nil) }
    }

    func acknowledged(_ stream: StreamState, _ offset: UInt64, losses: Int) {
        count(losses, of: stream)
        stream.queue.acknowledge(offset)
    }

    private func count(_ losses: Int, of stream: StreamState) {
        statistics.packetsLost += UInt64(max(0, losses - stream.lossCount))
        stream.lossCount = max(stream.lossCount, losses)
    }

    func closed(_ stream: StreamState, code: UInt64?, losses: Int) {
        count(losses, of: stream)
        scheduler.remove(stream.id.value)
        stream.isClosed = true
        statistics.streamsOpen -= 1
        // The end may come with the close only, after a reset.
        if !stream.isPeerFinished, !stream.isReadDone { stream.isReadDone = true }
        tell(.streamClosed(stream.id, code: code))
        forgetIfDone(stream)
    }

    /// A stream is forgotten when it is closed and read; only then may the peer open another.
    private func forgetIfDone(_ stream: StreamState) {
        guard stream.canForget, streams.removeValue(forKey: stream.id.value) != nil,
            stream.id.isClientInitiated == isServer, unsafe handle != nil
        else { return }
        switch stream.id.direction {
        case .bidirectional: unsafe ngtcp2_conn_extend_max_streams_bidi(handle, 1)
        case .unidirectional:
            unsafe ngtcp2_conn_extend_max_streams_uni(handle, 1)
            unidirectionalStreamsEnded += 1
            if unidirectionalStreamsEnded >= settings.mostUnidirectionalStreamsEver {
                request(
                    CloseReason(
                        cause: .transport, message: "one connection holds no more streams",
                        isLocal: true))
            }
        }
    }

    func peerReset(_ stream: StreamState, code: UInt64) {
        guard !stream.isReadDone else { return }
        tell(.streamReset(stream.id, code: code))
        drop(stream)
        closeIfOnlyPeerWrites(stream, code: code)
    }

    /// The peer does not want more; the library has answered with a reset by itself, and tells
    /// the code when the stream closes.
    func peerStopped(_ stream: StreamState) {
        scheduler.remove(stream.id.value)
        guard !stream.isReset else { return }
        stream.isReset = true
        stream.queue.abandon()
        tell(.stopSending(stream.id))
    }

    /// The library (0.12) never closes a stream that only the peer writes to, since it waits for
    /// the acknowledgement of an end that is never sent; for us it ends with its data.
    private func closeIfOnlyPeerWrites(_ stream: StreamState, code: UInt64?) {
        guard stream.id.direction == .unidirectional, stream.id.isClientInitiated == isServer,
            !stream.isClosed
        else { return }
        _ = unsafe ngtcp2_conn_set_stream_user_data(handle, stream.id.value, nil)
        closed(stream, code: code, losses: 0)
    }

    func unblocked(_ stream: StreamState) {
        guard stream.isBlocked else { return }
        stream.isBlocked = false
        schedule(stream)
    }

    func received(datagram: [UInt8], isEarly: Bool) {
        statistics.datagramsReceived += 1
        tell(.datagram(datagram, isEarly: isEarly))
    }
}

/// What was read of a stream.
package struct StreamData: Equatable, Sendable {
    package var bytes: [UInt8]
    /// Whether nothing follows.
    package var isEnd: Bool
    /// Whether an attacker may have replayed it: only what is idempotent may be done with it.
    package var isEarly: Bool

    package init(bytes: [UInt8], isEnd: Bool, isEarly: Bool) {
        (self.bytes, self.isEnd, self.isEarly) = (bytes, isEnd, isEarly)
    }
}
