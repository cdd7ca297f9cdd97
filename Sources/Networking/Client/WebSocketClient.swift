package import TLS

/// Opens WebSockets: `ws://` and `wss://`, directly or through an HTTP proxy.
package struct WebSocketClient: Sendable {
    package let threads: NetworkThreads
    /// Nil only where no `wss://` is used.
    package let tls: TLSContext?
    package let tunnels: TunnelSettings

    package init(
        threads: NetworkThreads, tls: TLSContext?, tunnels: TunnelSettings = TunnelSettings()
    ) {
        self.threads = threads
        self.tls = tls
        self.tunnels = tunnels
    }

    /// As the environment says: `SSL_CERT_FILE`, `SSLKEYLOGFILE`, `HTTPS_PROXY`, `NO_PROXY` ….
    ///
    /// - Parameter authorities: PEM files of authorities that are trusted beside the system's.
    package init(
        threads: NetworkThreads, environment: [String: String], authorities: [String] = []
    ) throws {
        // HTTP/1.1 is what a WebSocket handshake needs; a server may choose none.
        let settings = TLSContext.ClientSettings(
            environment: environment, authorities: authorities,
            applicationProtocols: ["http/1.1"])
        self.init(
            threads: threads, tls: try TLSContext(client: settings),
            tunnels: try TunnelSettings(environment: environment))
    }

    /// Begins to connect and returns at once; the first event tells how it went.
    ///
    /// - Parameters:
    ///   - fields: header fields of the request beside those of the handshake.
    ///   - thread: where to connect; the next of the client's threads when nil.
    package func connect(
        to url: WebSocketURL, fields: HTTPFields = [:], subprotocols: [String] = [],
        options: WebSocketOptions = WebSocketOptions(), on thread: NetworkThread? = nil,
        receiver: @escaping WebSocketConnection.Receiver
    ) -> WebSocketConnection {
        let connection = WebSocketConnection(
            thread: thread ?? threads.next(), role: .client, options: options, receiver: receiver)
        let request = ClientRequest(url: url, fields: fields, subprotocols: subprotocols)
        connection.onThread { core in
            ClientConnector(
                core: core, request: request, tls: tls, proxy: tunnels.proxy(for: url)
            ).begin()
        }
        return connection
    }
}
