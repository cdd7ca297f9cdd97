import NIOCore
import NIOHTTP1

/// Reads the requests of one client, one at a time, and writes the answers.
final class ServerRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Phase {
        case reading
        /// A request is with the hook.
        case waiting
        /// An answer of unknown length is being written.
        case answering
        /// The HTTP handlers are leaving for a WebSocket.
        case upgrading
        case over
    }

    private let settings: WebSocketServer.Settings
    private let onRequest: WebSocketServer.Hook
    private let encoder = HTTPResponseEncoder()
    private let decoder = ByteToMessageHandler(
        HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
    private var phase = Phase.reading
    private var context: ChannelHandlerContext?
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var current: IncomingRequest?
    private var departure: (() -> Void)?
    /// What arrived while a request was waiting for its answer.
    private var later: [NIOAny] = []
    /// A client that sends more requests than this without reading answers is cut.
    private static let laterLimit = 256

    init(settings: WebSocketServer.Settings, onRequest: @escaping WebSocketServer.Hook) {
        self.settings = settings
        self.onRequest = onRequest
    }

    func install(on channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandlers([encoder, decoder, self])
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase == .reading else {
            later.append(data)
            if later.count > Self.laterLimit, phase != .upgrading { context.close(promise: nil) }
            return
        }
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part):
            guard body.count + part.readableBytes <= settings.maximumBodyBytes else {
                head = nil
                return refuse(413, "the request is larger than this server takes")
            }
            body.append(contentsOf: part.readableBytesView)
        case .end: complete(context)
        }
    }

    private func complete(_ context: ChannelHandlerContext) {
        guard let head else { return }
        let request = HTTPRequest(
            method: head.method.rawValue, target: head.uri, fields: HTTPFields(head.headers),
            body: body)
        body = []
        let incoming = IncomingRequest(
            request, isWebSocket: Handshake.isAsked(for: request),
            peer: context.channel.remoteAddress.map(Self.text) ?? "unknown",
            options: settings.options, handler: self, loop: context.eventLoop)
        if let problem = Handshake.problem(in: request) {
            phase = .waiting
            current = incoming
            return answer(incoming, problem)
        }
        phase = .waiting
        current = incoming
        onRequest(incoming)
    }

    private static func text(_ address: SocketAddress) -> String {
        let host = address.ipAddress ?? "unknown"
        let name = host.contains(":") ? "[\(host)]" : host
        return address.port.map { "\(name):\($0)" } ?? name
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if phase == .upgrading {
            context.fireErrorCaught(error)
        } else if error is HTTPParserError, phase == .reading {
            refuse(400, "this is no HTTP request")
        } else {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if phase != .upgrading { phase = .over }
        current = nil
        let leave = departure
        departure = nil
        leave?()
        context.fireChannelInactive()
    }

    // MARK: answering; what belongs to an older request is ignored

    func answer(_ request: IncomingRequest, _ answer: HTTPAnswer) {
        guard current === request, phase == .waiting else { return }
        var fields = answer.fields.without(["content-length", "transfer-encoding", "connection"])
        if answer.status != 204, answer.status != 304 {
            fields.append("Content-Length", String(answer.body.count))
        }
        let keeps = writeHead(
            status: answer.status, reason: answer.reason, fields: fields, isHead: false)
        if !answer.body.isEmpty, request.request.method != "HEAD" { writeBody(answer.body) }
        finishAnswer(keeps: keeps)
    }

    func begin(_ request: IncomingRequest, status: Int, fields: HTTPFields) {
        guard current === request, phase == .waiting else { return }
        phase = .answering
        var fields = fields.without(["content-length", "transfer-encoding", "connection"])
        fields.append("Transfer-Encoding", "chunked")
        keepsAlive = writeHead(status: status, reason: "", fields: fields, isHead: true)
    }

    private var keepsAlive = false

    func write(_ request: IncomingRequest, _ bytes: [UInt8]) {
        guard current === request, phase == .answering, !bytes.isEmpty else { return }
        writeBody(bytes)
        context?.flush()
    }

    func end(_ request: IncomingRequest) {
        guard current === request, phase == .answering else { return }
        finishAnswer(keeps: keepsAlive)
    }

    func abort(_ request: IncomingRequest) {
        guard current === request else { return }
        context?.close(promise: nil)
    }

    func onDeparture(_ request: IncomingRequest, _ work: @escaping () -> Void) {
        guard current === request, phase != .over else { return work() }
        departure = work
    }

    private func refuse(_ status: Int, _ words: String) {
        phase = .waiting
        let keeps = writeHead(
            status: status, reason: "",
            fields: [
                "Content-Type": "text/plain; charset=utf-8",
                "Content-Length": String(words.utf8.count),
            ], isHead: false)
        writeBody(Array(words.utf8))
        finishAnswer(keeps: keeps && false)
    }

    /// Writes the head; whether the connection may serve another request afterwards.
    private func writeHead(
        status: Int, reason: String, fields: HTTPFields, isHead: Bool
    ) -> Bool {
        // After a request to upgrade the parser has stopped, so such a connection ends here.
        let keeps =
            (head?.isKeepAlive ?? false) && current?.isWebSocket != true
            && head?.headers.contains(name: "upgrade") != true
        var headers = fields.headers
        if !keeps { headers.add(name: "Connection", value: "close") }
        let known = HTTPResponseStatus(statusCode: status)
        let line = reason.isEmpty ? known : .custom(code: UInt(status), reasonPhrase: reason)
        let response = HTTPResponseHead(
            version: .http1_1, status: line, headers: headers)
        context?.write(wrapOutboundOut(.head(response)), promise: nil)
        if isHead { context?.flush() }
        return keeps
    }

    private func writeBody(_ bytes: [UInt8]) {
        context?.write(
            wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
    }

    private func finishAnswer(keeps: Bool) {
        guard let context else { return }
        current = nil
        departure = nil
        head = nil
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
        guard keeps else {
            phase = .over
            let channel = context.channel
            written.futureResult.assumeIsolated().whenComplete { _ in channel.close(promise: nil) }
            return
        }
        phase = .reading
        let waiting = later
        later = []
        for data in waiting { channelRead(context: context, data: data) }
    }

    // MARK: upgrading

    func accept(
        _ request: IncomingRequest, _ core: WebSocketCore, subprotocol: String?, fields: HTTPFields
    ) {
        guard current === request, phase == .waiting, let context else {
            return core.failed(
                NetworkError(.lost, "the client left before its WebSocket was accepted"))
        }
        phase = .upgrading
        current = nil
        departure = nil
        let response = HTTPResponseHead(
            version: .http1_1, status: .switchingProtocols,
            headers: Handshake.answer(to: request.request, subprotocol, fields).headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        let operations = context.pipeline.syncOperations
        let handshake = WebSocketHandshake(
            fields: request.request.fields, subprotocol: subprotocol)
        operations.removeHandler(encoder, promise: nil)
        operations.removeHandler(decoder).assumeIsolated()
            .whenComplete { _ in self.hand(over: context, core, handshake) }
    }

    private func hand(
        over context: ChannelHandlerContext, _ core: WebSocketCore, _ handshake: WebSocketHandshake
    ) {
        guard context.channel.isActive else {
            return core.failed(
                NetworkError(.lost, "the client left while its WebSocket was accepted"))
        }
        do {
            try WebSocketHandler.install(on: context.channel, core: core)
        } catch {
            core.failed(NetworkError(translating: error))
            return context.close(promise: nil)
        }
        core.opened(handshake)
        core.start(context.channel)
        for data in later { context.fireChannelRead(data) }
        if !later.isEmpty { context.fireChannelReadComplete() }
        later = []
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
