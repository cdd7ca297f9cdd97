import NIOCore
import NIOHTTP1
import NIOPosix
import TLS
import Timeline

/// One plain HTTP request that is asked upstream; the answer goes back piece by piece as it comes.
final class HTTPForward {
    private let request: IncomingRequest
    private let url: WebSocketURL
    private let client: WebSocketClient
    private var channel: (any Channel)?

    init(_ request: IncomingRequest, to url: WebSocketURL, client: WebSocketClient) {
        self.request = request
        self.url = url
        self.client = client
    }

    /// On the request's thread.
    func begin() {
        guard client.tunnels.proxy(for: url) == nil else {
            return fail(
                NetworkError(.address, "plain HTTP is not forwarded through another proxy"))
        }
        ClientBootstrap(group: request.thread.loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(10))
            .connect(host: url.host, port: url.port).assumeIsolated().whenComplete { result in
                switch result {
                case .success(let channel): self.connected(channel)
                case .failure(let error):
                    self.fail(.connecting(to: self.url.hostField, error))
                }
            }
    }

    private func connected(_ channel: any Channel) {
        self.channel = channel
        request.onDeparture { channel.close(promise: nil) }
        do {
            guard url.isSecure else { return try ask(channel) }
            guard let tls = client.tls else {
                throw NetworkError(.address, "\(url): TLS was not set up")
            }
            let connection = try TLSConnection(client: tls, host: url.host)
            let handler = TLSHandler(connection) { result in
                do {
                    _ = try result.get()
                    try self.ask(channel)
                } catch {
                    self.fail(NetworkError(translating: error))
                }
            }
            try channel.pipeline.syncOperations.addHandler(handler)
        } catch {
            fail(NetworkError(translating: error))
        }
    }

    private func ask(_ channel: any Channel) throws {
        let asked = request.request
        var headers = HTTPHeaders([("Host", url.hostField), ("Connection", "close")])
        headers.add(contentsOf: asked.fields.without(WebSocketRelay.hopByHop).headers)
        if !asked.body.isEmpty || asked.method == "POST" {
            headers.add(name: "Content-Length", value: String(asked.body.count))
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: asked.method), uri: url.target,
            headers: headers)
        let handler = HTTPForwardHandler(head, asked.body, request) { self.fail($0) }
        try channel.pipeline.syncOperations.addHandlers([
            HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder()), handler,
        ])
    }

    private func fail(_ error: NetworkError) {
        request.answer(.badGateway(error))
        channel?.close(promise: nil)
    }
}

/// Sends the request and passes the answer on.
final class HTTPForwardHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let body: [UInt8]
    private let request: IncomingRequest
    private let onFailure: (NetworkError) -> Void
    private var hasBegun = false
    private var isDone = false

    init(
        _ head: HTTPRequestHead, _ body: [UInt8], _ request: IncomingRequest,
        onFailure: @escaping (NetworkError) -> Void
    ) {
        self.head = head
        self.body = body
        self.request = request
        self.onFailure = onFailure
    }

    func handlerAdded(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !body.isEmpty {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let answer):
            guard answer.status.code >= 200 else { return }
            let status = Int(answer.status.code)
            let fields = HTTPFields(answer.headers).without(WebSocketRelay.hopByHop)
            if head.method == .HEAD || status == 204 || status == 304 {
                isDone = true
                request.answer(HTTPAnswer(status: status, fields: fields))
                context.close(promise: nil)
            } else {
                hasBegun = true
                request.begin(status: status, fields: fields)
            }
        case .body(let part): request.write(Array(part.readableBytesView))
        case .end:
            guard hasBegun else { return }
            isDone = true
            request.end()
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(NetworkError(translating: error), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(NetworkError(.lost, "the upstream hung up before it had answered"), context)
        context.fireChannelInactive()
    }

    private func fail(_ error: NetworkError, _ context: ChannelHandlerContext) {
        guard !isDone else { return }
        isDone = true
        // An answer that has begun can only be cut, so that the client sees that it is not whole.
        if hasBegun { request.abort() } else { onFailure(error) }
        context.close(promise: nil)
    }
}
