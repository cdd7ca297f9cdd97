import NIOCore
import NIOHTTP1
import NIOPosix
import TLS
import Timeline

/// Takes a client's connection from a URL to an open WebSocket: TCP, the proxy's tunnel, TLS,
/// the handshake. Lives on the connection's thread until then.
final class ClientConnector {
    private let core: WebSocketCore
    private let request: ClientRequest
    private let tls: TLSContext?
    private let proxy: TunnelSettings.Proxy?
    private var timing = WebSocketHandshake.Timing()
    private var agreement: TLSConnection.Agreement?
    private var stepBegan = NIODeadline.now()
    private var channel: (any Channel)?
    private var deadline: Scheduled<Void>?

    init(
        core: WebSocketCore, request: ClientRequest, tls: TLSContext?, proxy: TunnelSettings.Proxy?
    ) {
        self.core = core
        self.request = request
        self.tls = tls
        self.proxy = proxy
    }

    func begin() {
        let timeout = core.options.connectTimeout
        core.giveUp = {
            self.deadline?.cancel()
            self.channel?.close(promise: nil)
        }
        deadline = core.loop.assumeIsolated().scheduleTask(in: timeout.amount) {
            self.fail(NetworkError(.timeout, "\(self.place) did not answer in time"))
        }
        let host = proxy?.host ?? request.url.host
        let port = proxy?.port ?? request.url.port
        ClientBootstrap(group: core.loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .connectTimeout(timeout.amount)
            .connect(host: host, port: port).assumeIsolated().whenComplete { result in
                switch result {
                case .success(let channel): self.connected(channel)
                case .failure(let error): self.fail(.connecting(to: self.place, error))
                }
            }
    }

    /// Who is at the other end of TCP, for messages.
    private var place: String {
        proxy.map { "the proxy \($0.host):\($0.port)" } ?? "\(request.url.host):\(request.url.port)"
    }

    private func connected(_ channel: any Channel) {
        guard core.isConnecting else {
            channel.close(promise: nil)
            return
        }
        self.channel = channel
        timing.connect = lap()
        attempt { if let proxy { try tunnel(proxy, channel) } else { try secure(channel) } }
    }

    private func tunnel(_ proxy: TunnelSettings.Proxy, _ channel: any Channel) throws {
        let authority =
            request.url.host.contains(":")
            ? "[\(request.url.host)]:\(request.url.port)"
            : "\(request.url.host):\(request.url.port)"
        var headers = HTTPHeaders([("Host", authority)])
        if let authorization = proxy.authorization {
            headers.add(name: "Proxy-Authorization", value: authorization.reveal())
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: .CONNECT, uri: authority, headers: headers)
        let outcome = HTTPExchange.Outcome(
            onAgreement: { _ in
                self.timing.tunnel = self.lap()
                try self.secure(channel)
            },
            onRefusal: { answer in
                self.fail(
                    NetworkError(
                        .tunnelRefused(answer),
                        "\(self.place) opened no tunnel: \(answer.status) \(answer.reason)"))
            }, onFailure: { self.fail(NetworkError(translating: $0)) })
        try HTTPExchange(
            head, bodyLimit: core.options.maximumErrorBodyBytes,
            agreesOn: { (200..<300).contains($0) }, outcome: outcome
        ).install(on: channel)
    }

    private func secure(_ channel: any Channel) throws {
        guard request.url.isSecure else { return try upgrade(channel) }
        guard let tls else {
            throw NetworkError(.address, "\(request.url): TLS was not set up")
        }
        let connection = try TLSConnection(client: tls, host: request.url.host)
        let handler = TLSHandler(connection) { result in
            switch result {
            case .success(let agreement):
                self.agreement = agreement
                self.timing.tls = self.lap()
                self.attempt { try self.upgrade(channel) }
            case .failure(let error): self.fail(NetworkError(translating: error))
            }
        }
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private func upgrade(_ channel: any Channel) throws {
        let outcome = HTTPExchange.Outcome(
            onAgreement: { try self.open(channel, $0) },
            onRefusal: { answer in
                self.fail(
                    NetworkError(
                        .handshakeRefused(answer),
                        "\(self.request.url.host) refused the WebSocket: \(answer.status) \(answer.reason)"
                    ))
            }, onFailure: { self.fail(NetworkError(translating: $0)) })
        try HTTPExchange(
            request.head, bodyLimit: core.options.maximumErrorBodyBytes, agreesOn: { $0 == 101 },
            outcome: outcome
        ).install(on: channel)
    }

    private func open(_ channel: any Channel, _ answer: HTTPAnswer) throws {
        guard core.isConnecting else { throw NetworkError(.cancelled, "given up") }
        let subprotocol = try request.check(answer)
        timing.upgrade = lap()
        deadline?.cancel()
        try WebSocketHandler.install(on: channel, core: core)
        core.opened(
            WebSocketHandshake(
                fields: answer.fields, subprotocol: subprotocol, tls: agreement, timing: timing))
        core.start(channel)
    }

    private func attempt(_ step: () throws -> Void) {
        do {
            try step()
        } catch {
            fail(NetworkError(translating: error))
        }
    }

    private func fail(_ error: NetworkError) {
        deadline?.cancel()
        core.failed(error)
        channel?.close(promise: nil)
    }

    /// The time since the last step.
    private func lap() -> Interval {
        let now = NIODeadline.now()
        defer { stepBegan = now }
        return Interval(now - stepBegan)
    }
}
