import NIOCore
import NIOPosix
package import TLS

/// A listening server: every request goes to a hook, which accepts a WebSocket or answers.
package final class WebSocketServer: Sendable {
    /// Decides about a request, now or later; called on the request's thread.
    package typealias Hook = @Sendable (IncomingRequest) -> Void

    package struct Settings: Sendable {
        package var options: WebSocketOptions
        /// For `wss://`; nil for `ws://`.
        package var tls: TLSContext?
        /// A request's body above is answered with 413.
        package var maximumBodyBytes: Int

        package init(
            options: WebSocketOptions = WebSocketOptions(), tls: TLSContext? = nil,
            maximumBodyBytes: Int = 32 << 20
        ) {
            self.options = options
            self.tls = tls
            self.maximumBodyBytes = maximumBodyBytes
        }
    }

    package let host: String
    /// The port that is listened on, also where 0 asked for any.
    package let port: Int
    private let channel: any Channel

    /// Listens on `host` and `port` (0: any that is free). Waits for the system, so it must not be
    /// called on a networking thread.
    package init(
        host: String, port: Int, threads: NetworkThreads, settings: Settings = Settings(),
        onRequest: @escaping Hook
    ) throws(NetworkError) {
        do {
            channel = try ServerBootstrap(group: threads.group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(.socketOption(.so_keepalive), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Self.prepare(channel, settings: settings, onRequest: onRequest)
                    }
                }
                .bind(host: host, port: port).wait()
        } catch {
            let reason = (error as? IOError).map { SystemMessage.text($0.errnoCode) }
            throw NetworkError(
                .listening, "cannot listen on \(host):\(port): \(reason ?? "\(error)")")
        }
        self.host = host
        self.port = channel.localAddress?.port ?? port
    }

    /// Takes no more connections; those that are open stay.
    package func stop() { channel.close(promise: nil) }

    private static func prepare(
        _ channel: any Channel, settings: Settings, onRequest: @escaping Hook
    ) throws {
        if let tls = settings.tls {
            let handler = TLSHandler(try TLSConnection(server: tls)) { _ in }
            try channel.pipeline.syncOperations.addHandler(handler)
        }
        try ServerRequestHandler(settings: settings, onRequest: onRequest).install(on: channel)
    }
}
