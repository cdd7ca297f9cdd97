package import QUIC
package import Timeline

/// The HTTP/3 connections of an endpoint's user, clients' or servers'; confined to the endpoint's
/// thread.
///
/// The endpoint may have other users: only events of connections whose application protocol is
/// "h3" are given to `process`. What happened is taken with `takeOutput`, after every call.
package class HTTP3Connections {
    package let settings: HTTP3Settings
    let isServer: Bool
    var connections: [ConnectionHandle: HTTP3Connection] = [:]
    private var output: [HTTP3Event] = []

    init(_ settings: HTTP3Settings, isServer: Bool) {
        (self.settings, self.isServer) = (settings, isServer)
    }

    package static let protocolName = "h3"

    package var connectionCount: Int { connections.count }

    /// What happened since the last call, in order.
    package func takeOutput() -> [HTTP3Event] {
        var out: [HTTP3Event] = []
        swap(&out, &output)
        return out
    }

    /// Takes an event of one of these connections. A server's connections begin with any event.
    package func process(_ event: EndpointEvent, on endpoint: Endpoint, at now: Instant) {
        var connection = connections[event.connection]
        if connection == nil, isServer {
            if case .closed = event.kind { return }
            connection = begin(event.connection, on: endpoint)
        }
        guard let connection else { return }
        connection.process(event.kind)
        collect(connection)
        if case .closed = event.kind { connections[event.connection] = nil }
    }

    /// Nothing here waits for a time of its own.
    package func advance(on endpoint: Endpoint, at now: Instant) {}

    package var deadline: Instant? { nil }

    func begin(_ handle: ConnectionHandle, on endpoint: Endpoint) -> HTTP3Connection? {
        do throws(HTTP3Error) {
            let connection = try HTTP3Connection(
                handle, on: endpoint, isServer: isServer, settings: settings)
            connections[handle] = connection
            connection.start()
            return connection
        } catch {
            endpoint.close(handle, code: error.code.rawValue, reason: error.message)
            return nil
        }
    }

    func collect(_ connection: HTTP3Connection) {
        output += connection.events
        connection.events.removeAll(keepingCapacity: true)
    }

    func with(_ handle: ConnectionHandle, _ body: (HTTP3Connection) -> Void) {
        guard let connection = connections[handle] else { return }
        body(connection)
        collect(connection)
    }

    // MARK: Messages and streams

    /// Queues a piece of a body or of a WebTransport stream; false when the writer should wait for
    /// `writable`.
    @discardableResult
    package func send(_ bytes: [UInt8], on stream: HTTP3Stream) -> Bool {
        connections[stream.connection]?.send(bytes, on: stream.id) ?? true
    }

    @discardableResult
    package func send(_ bytes: SharedBytes, on stream: HTTP3Stream) -> Bool {
        connections[stream.connection]?.send(bytes, on: stream.id) ?? true
    }

    package func sendTrailers(_ fields: [HeaderField], on stream: HTTP3Stream) {
        with(stream.connection) { $0.send(head: fields, on: stream.id, isEnd: true) }
    }

    /// Nothing more will be sent on the stream.
    package func finish(_ stream: HTTP3Stream) {
        with(stream.connection) { $0.finish(stream.id) }
    }

    /// Gives a message up in both directions; nothing more is told of it.
    package func cancel(_ stream: HTTP3Stream, code: HTTP3ErrorCode = .requestCancelled) {
        with(stream.connection) { $0.cancel(stream.id, code) }
    }

    /// Wants no more of a message's body, without calling that an error.
    package func stopReading(_ stream: HTTP3Stream) {
        with(stream.connection) { $0.stopReading(stream.id) }
    }

    /// Leaves what comes with the peer, until `resumeReading`.
    package func pauseReading(_ stream: HTTP3Stream) {
        with(stream.connection) { $0.pause(stream.id, true) }
    }

    package func resumeReading(_ stream: HTTP3Stream) {
        with(stream.connection) { $0.pause(stream.id, false) }
    }

    package func setPriority(_ priority: StreamPriority, of stream: HTTP3Stream) {
        connections[stream.connection].map {
            $0.endpoint.setPriority(priority, of: stream.id, of: stream.connection)
        }
    }

    /// Bytes queued and not yet sent once.
    package func unsentBytes(_ stream: HTTP3Stream) -> Int {
        connections[stream.connection]?.endpoint.unsentBytes(stream.id, of: stream.connection) ?? 0
    }

    /// Bytes queued or on their way.
    package func unacknowledgedBytes(_ stream: HTTP3Stream) -> Int {
        connections[stream.connection]?.endpoint
            .unacknowledgedBytes(stream.id, of: stream.connection) ?? 0
    }

    /// Where a connection's peer is now; nil when it has ended.
    package func remoteAddress(of handle: ConnectionHandle) -> NetworkAddress? {
        connections[handle]?.endpoint.addresses(handle)?.remote
    }

    package func peerSettings(_ handle: ConnectionHandle) -> HTTP3PeerSettings? {
        connections[handle]?.peer
    }

    /// Takes no more requests, and ends the connection when the others are done.
    package func shutDown(_ handle: ConnectionHandle) {
        with(handle) { $0.shutDown() }
    }

    // MARK: WebTransport

    /// Opens a stream in a session.
    package func openWebTransportStream(
        _ direction: StreamID.Direction, in session: HTTP3Stream,
        priority: StreamPriority = .standard
    ) throws(QUICError) -> HTTP3Stream {
        guard let connection = connections[session.connection] else {
            throw QUICError(operation: "open a stream", message: "the connection has ended")
        }
        return connection.reference(
            try connection.openWebTransportStream(direction, in: session.id, priority: priority))
    }

    package func closeWebTransport(
        _ session: HTTP3Stream, code: UInt32 = 0, reason: String = ""
    ) {
        with(session.connection) {
            $0.closeWebTransport(session.id, code: code, reason: reason)
        }
    }

    package func maximumDatagramSize(_ session: HTTP3Stream) -> Int {
        connections[session.connection]?.maximumDatagramSize(session.id) ?? 0
    }

    /// False when it is too large, too many wait, or the peer takes none.
    package func sendDatagram(_ bytes: [UInt8], in session: HTTP3Stream) -> Bool {
        connections[session.connection]?.sendDatagram(bytes, in: session.id) ?? false
    }
}
