import NIOCore

/// A request that waits for its answer; exactly one of the answers takes effect, the first.
///
/// Callable from any thread, now or later. A request that nobody answers keeps its connection
/// until the client leaves.
package final class IncomingRequest: Sendable {
    package let request: HTTPRequest
    /// Whether the client asks for a WebSocket (RFC 6455 §4.2.1).
    package let isWebSocket: Bool
    /// The thread that serves the client.
    package let thread: NetworkThread
    /// Where the client is, for the screen.
    package let peer: String
    private let options: WebSocketOptions
    private let handler: NIOLoopBound<ServerRequestHandler>

    init(
        _ request: HTTPRequest, isWebSocket: Bool, peer: String, options: WebSocketOptions,
        handler: ServerRequestHandler, loop: any EventLoop
    ) {
        self.request = request
        self.isWebSocket = isWebSocket
        self.peer = peer
        self.options = options
        thread = NetworkThread(loop: loop)
        self.handler = NIOLoopBound(handler, eventLoop: loop)
    }

    /// Agrees to a WebSocket.
    ///
    /// - Parameters:
    ///   - subprotocol: one of those the client offers; nil agrees to none.
    ///   - fields: header fields of the 101 beside those of the handshake.
    ///   - options: instead of the server's.
    package func accept(
        subprotocol: String? = nil, fields: HTTPFields = [:], options: WebSocketOptions? = nil,
        receiver: @escaping WebSocketConnection.Receiver
    ) -> WebSocketConnection {
        precondition(isWebSocket, "the client asked for no WebSocket")
        let connection = WebSocketConnection(
            thread: thread, role: .server, options: options ?? self.options, receiver: receiver)
        let handler = handler
        let request = self
        connection.onThread { core in
            handler.value.accept(request, core, subprotocol: subprotocol, fields: fields)
        }
        return connection
    }

    /// Answers with a whole body; a WebSocket is refused so.
    package func answer(_ answer: HTTPAnswer) {
        onThread { $0.answer(self, answer) }
    }

    /// Begins an answer whose length is not known yet; `write` and `end` follow.
    package func begin(status: Int, fields: HTTPFields = [:]) {
        onThread { $0.begin(self, status: status, fields: fields) }
    }

    package func write(_ bytes: [UInt8]) { onThread { $0.write(self, bytes) } }

    package func end() { onThread { $0.end(self) } }

    /// Cuts the client's connection without an answer.
    package func abort() { onThread { $0.abort(self) } }

    /// Called on the thread when the client leaves before it was answered.
    package func onDeparture(_ work: @escaping @Sendable () -> Void) {
        onThread { $0.onDeparture(self, work) }
    }

    private func onThread(_ work: @escaping @Sendable (ServerRequestHandler) -> Void) {
        let handler = handler
        if thread.isCurrent { return work(handler.value) }
        thread.loop.execute { work(handler.value) }
    }
}
