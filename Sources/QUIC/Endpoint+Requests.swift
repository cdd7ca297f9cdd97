package import Timeline

/// What an application asks of its connections. Requests on connections or streams that are gone
/// do nothing, since their end may not have been read yet.
extension Endpoint {
    // MARK: Streams

    /// Opens a stream; until the peer allows it, what is written waits. Idempotent streams may go
    /// with 0-RTT, where an attacker could repeat them.
    package func openStream(
        _ direction: StreamID.Direction, on handle: ConnectionHandle,
        priority: StreamPriority = .standard, isIdempotent: Bool = false
    ) throws(QUICError) -> StreamID {
        guard let connection = connection(handle) else {
            throw QUICError(operation: "open a stream", message: "the connection has ended")
        }
        defer { touch(connection) }
        return try connection.openStream(direction, priority: priority, isIdempotent: isIdempotent)
    }

    /// Queues a copy of bytes; false when the writer should wait for `writable`.
    @discardableResult
    package func send(_ bytes: RawSpan, on stream: StreamID, of handle: ConnectionHandle) -> Bool {
        guard let (connection, state) = writable(stream, handle) else { return false }
        state.queue.append(copying: bytes)
        return connection.afterAppending(state)
    }

    @discardableResult
    package func send(_ bytes: [UInt8], on stream: StreamID, of handle: ConnectionHandle) -> Bool {
        unsafe send(bytes.span.bytes, on: stream, of: handle)
    }

    /// Queues bytes without copying them.
    @discardableResult
    package func send(_ bytes: SharedBytes, on stream: StreamID, of handle: ConnectionHandle)
        -> Bool
    {
        guard let (connection, state) = writable(stream, handle) else { return false }
        state.queue.append(bytes)
        return connection.afterAppending(state)
    }

    /// Nothing more will be sent on the stream.
    package func finish(_ stream: StreamID, of handle: ConnectionHandle) {
        guard let (connection, state) = writable(stream, handle) else { return }
        state.queue.finish()
        connection.schedule(state)
    }

    private func writable(_ stream: StreamID, _ handle: ConnectionHandle)
        -> (Connection, StreamState)?
    {
        guard let (connection, state) = find(stream, handle), case .open = connection.phase,
            !state.isReset, !state.isClosed, !state.queue.isFinished,
            stream.direction == .bidirectional || stream.isClientInitiated != connection.isServer
        else { return nil }
        return (connection, state)
    }

    private func find(_ stream: StreamID, _ handle: ConnectionHandle)
        -> (Connection, StreamState)?
    {
        guard let connection = connection(handle), let state = connection.streams[stream.value]
        else { return nil }
        touch(connection)
        return (connection, state)
    }

    /// Gives up sending; the peer learns the code.
    package func reset(_ stream: StreamID, of handle: ConnectionHandle, code: UInt64) {
        guard let (connection, state) = find(stream, handle) else { return }
        connection.reset(state, code: code)
    }

    /// Gives up reading; the peer learns the code and stops.
    package func stopReading(_ stream: StreamID, of handle: ConnectionHandle, code: UInt64) {
        guard let (connection, state) = find(stream, handle) else { return }
        connection.stopReading(state, code: code)
    }

    /// Holds from the next packet on.
    package func setPriority(
        _ priority: StreamPriority, of stream: StreamID, of handle: ConnectionHandle
    ) {
        guard let (connection, state) = find(stream, handle) else { return }
        connection.setPriority(priority, of: state)
    }

    /// What has come on a stream since the last read; nil when nothing has. Only what is read
    /// makes room for more.
    package func read(_ stream: StreamID, of handle: ConnectionHandle) -> StreamData? {
        guard let (connection, state) = find(stream, handle) else { return nil }
        return connection.read(state)
    }

    /// As `read`, with the bytes lent to `body`; false when there are none.
    package func read(
        _ stream: StreamID, of handle: ConnectionHandle, _ body: (RawSpan, _ isEnd: Bool) -> Void
    ) -> Bool {
        guard let (connection, state) = find(stream, handle) else { return false }
        return connection.read(state, body)
    }

    /// Bytes queued and not yet sent once.
    package func unsentBytes(_ stream: StreamID, of handle: ConnectionHandle) -> Int {
        connection(handle)?.streams[stream.value]?.queue.unsent ?? 0
    }

    /// Bytes queued or on their way.
    package func unacknowledgedBytes(_ stream: StreamID, of handle: ConnectionHandle) -> Int {
        connection(handle)?.streams[stream.value]?.queue.unacknowledged ?? 0
    }

    // MARK: Datagrams

    /// The most that a datagram can hold now; 0 when the peer takes none.
    package func maximumDatagramSize(of handle: ConnectionHandle) -> Int {
        connection(handle)?.maximumDatagramSize ?? 0
    }

    /// Queues a datagram and gives the number by which its fate is told; nil when it is too large
    /// or too many wait already.
    package func sendDatagram(_ bytes: SharedBytes, on handle: ConnectionHandle) -> UInt64? {
        guard let connection = connection(handle),
            bytes.count <= connection.maximumDatagramSize,
            connection.datagrams.count < connection.settings.maximumQueuedDatagrams
        else { return nil }
        touch(connection)
        return connection.datagrams.append(bytes)
    }

    package func sendDatagram(_ bytes: [UInt8], on handle: ConnectionHandle) -> UInt64? {
        sendDatagram(SharedBytes(bytes), on: handle)
    }

    // MARK: The connection

    /// Ends the connection at once; the peer reads the code and the reason. Without either, those
    /// of a close that waits for delivery hold.
    package func close(_ handle: ConnectionHandle, code: UInt64 = 0, reason: String = "") {
        guard let connection = connection(handle) else { return }
        let own = CloseReason(cause: .application, code: code, message: reason, isLocal: true)
        connection.request(
            code == 0 && reason.isEmpty ? connection.closeWhenDelivered ?? own : own)
        touch(connection)
    }

    /// Ends the connection as soon as the peer has everything that was sent.
    package func closeWhenDelivered(
        _ handle: ConnectionHandle, code: UInt64 = 0, reason: String = ""
    ) {
        guard let connection = connection(handle) else { return }
        connection.closeWhenDelivered = CloseReason(
            cause: .application, code: code, message: reason, isLocal: true)
        touch(connection)
    }

    /// Moves a client's connection to another local address, after probing it unless told not to.
    package func migrate(
        _ handle: ConnectionHandle, to local: NetworkAddress, probing: Bool = true,
        at now: Instant
    ) throws(QUICError) {
        guard let connection = connection(handle) else { return }
        defer { touch(connection) }
        try connection.migrate(to: local, probing: probing, at: now)
    }

    /// The way to the peers may be another one now: each connected client says at once where it is
    /// to be reached, and not with the next keep-alive.
    ///
    /// A server that is still examining where its client was before does not follow it back there
    /// (a second, or three round trips), so call it again after a moment.
    package func announcePaths() {
        for handle in handles {
            guard let connection = connection(handle) else { continue }
            connection.announcePath()
            touch(connection)
        }
    }

    /// Changes the keys as soon as the protocol allows, and not sooner than half a minute after the
    /// last change.
    package func updateKeys(_ handle: ConnectionHandle) {
        guard let connection = connection(handle) else { return }
        connection.wantsKeyUpdate = true
        touch(connection)
    }

    package func statistics(_ handle: ConnectionHandle) -> ConnectionStatistics? {
        connection(handle)?.currentStatistics
    }

    /// The path in use.
    package func addresses(_ handle: ConnectionHandle)
        -> (local: NetworkAddress, remote: NetworkAddress)?
    {
        connection(handle)?.addresses
    }

    /// The application protocol (ALPN) that both sides have agreed on; nil before that.
    package func protocolName(of handle: ConnectionHandle) -> String? {
        guard let connection = connection(handle) else { return nil }
        let known = connection.agreedProtocol
        let name = known.isEmpty ? connection.tls?.protocolName ?? "" : known
        return name.isEmpty ? nil : name
    }
}
