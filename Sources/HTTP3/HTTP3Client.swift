package import QUIC
package import Timeline

/// Asks HTTP/3 servers (RFC 9114).
package final class HTTP3Client: HTTP3Connections {
    package init(_ settings: HTTP3Settings = HTTP3Settings()) {
        super.init(settings, isServer: false)
    }

    /// Begins a connection; requests may be made at once.
    package func connect(
        _ client: ClientSettings, to remote: NetworkAddress, from local: NetworkAddress,
        on endpoint: Endpoint, at now: Instant
    ) throws(QUICError) -> ConnectionHandle {
        var client = client
        client.protocols = [Self.protocolName]
        let handle = try endpoint.connect(client, to: remote, from: local, at: now)
        guard begin(handle, on: endpoint) != nil else {
            throw QUICError(operation: "begin HTTP/3", message: "the library refused")
        }
        return handle
    }

    /// Asks; a body follows with `send` and `finish` unless there is none.
    package func request(
        _ head: RequestHead, on handle: ConnectionHandle, hasBody: Bool = false
    ) throws(QUICError) -> HTTP3Stream {
        guard let connection = connections[handle], connection.peerGoAway == nil,
            !connection.isFailed
        else {
            throw QUICError(operation: "make a request", message: "the connection takes none")
        }
        let id = try connection.endpoint.openStream(
            .bidirectional, on: handle, priority: head.priority,
            isIdempotent: head.method == "GET" || head.method == "HEAD")
        let message = MessageStream(
            id, isServer: false, mayBeWebTransport: false, headerLimit: settings.maximumFieldSection
        )
        message.isBodyless = head.method == "HEAD"
        connection.messages[id] = message
        connection.nextRequest = max(connection.nextRequest, id.value + 4)
        if head.connectProtocol == "webtransport" {
            connection.sessions[id] = WebTransportSession()
        }
        let stays = hasBody || head.method == "CONNECT"
        connection.send(head: head.lines, on: id, isEnd: !stays)
        collect(connection)
        return connection.reference(id)
    }

    /// Asks for a WebTransport session; `webTransportOpened` or another answer follows. The
    /// server's settings must have come and allow it.
    package func openWebTransport(
        authority: String, path: String, fields: [HeaderField] = [], on handle: ConnectionHandle
    ) throws(QUICError) -> HTTP3Stream {
        guard let peer = connections[handle]?.peer, peer.allowsExtendedConnect,
            peer.allowsWebTransport, peer.allowsDatagrams
        else {
            throw QUICError(
                operation: "open a WebTransport session", message: "the server does not take any")
        }
        return try request(
            RequestHead(
                method: "CONNECT", authority: authority, path: path,
                connectProtocol: "webtransport",
                fields: [HeaderField("sec-webtransport-http3-draft02", "1")] + fields),
            on: handle)
    }

    /// Changes how urgent a request's response is (RFC 9218, section 7).
    package func updatePriority(_ priority: StreamPriority, of stream: HTTP3Stream) {
        let field = "u=\(priority.urgency)" + (priority.isIncremental ? ", i" : "")
        let payload = VariableInteger.bytes(UInt64(stream.id.value)) + Array(field.utf8)
        connections[stream.connection]?.sendControl(
            FrameType.frame(FrameType.priorityUpdateOfRequest, payload))
    }
}
