package import Timeline

/// Stands between clients and an upstream: what one end sends reaches the other at once and
/// unchanged; whoever listens gets a copy afterwards.
///
/// Each client's session and its upstream connection live on one thread, so nothing waits for
/// another thread on the way. A slow end slows the other by TCP, never by loss.
package struct WebSocketRelay: Sendable {
    package enum Direction: Equatable, Sendable {
        /// From the client to the upstream.
        case up
        case down
    }

    /// What a session's listener is told, after it was forwarded.
    package enum Notice: Equatable, Sendable {
        /// Both halves are open; `detail` holds no secrets.
        case opened(detail: String)
        case text(Direction, [UInt8])
        case binary(Direction, [UInt8])
        /// Left away by fault injection.
        case left(Direction, bytes: Int)
        /// A message that found no room in a send queue and is lost.
        case dropped(Direction, messages: Int, bytes: Int)
        case closed(code: Int?, reason: String)
        case failed(reason: String)
    }

    package typealias Listener = @Sendable (Notice) -> Void

    let client: WebSocketClient
    let upstream: WebSocketURL
    let faults: Faults
    let options: WebSocketOptions

    /// - Parameter upstream: its path, when it has one, comes before the client's.
    package init(
        client: WebSocketClient, upstream: WebSocketURL, faults: Faults = Faults(),
        options: WebSocketOptions = .relay
    ) {
        self.client = client
        self.upstream = upstream
        self.faults = faults
        self.options = options
    }

    /// Relays a request: a WebSocket as a session, anything else as HTTP.
    ///
    /// - Parameter session: makes the listener of a WebSocket session.
    package func serve(_ request: IncomingRequest, session: () -> Listener) {
        guard request.isWebSocket else {
            return HTTPForward(request, to: destination(of: request), client: client).begin()
        }
        RelaySession(request, relay: self, listener: session()).begin()
    }

    func destination(of request: IncomingRequest) -> WebSocketURL {
        var url = upstream
        url.target = Self.join(upstream.target, request.request.target)
        return url
    }

    /// The upstream's path before the client's, unless the client's begins with it already.
    package static func join(_ base: String, _ target: String) -> String {
        var prefix = base.prefix { $0 != "?" }
        while prefix.last == "/" { prefix = prefix.dropLast() }
        if prefix.isEmpty || target == prefix || target.hasPrefix(prefix + "/")
            || target.hasPrefix(prefix + "?")
        {
            return target
        }
        return prefix + (target.hasPrefix("/") ? target : "/" + target)
    }

    /// The fields that belong to one connection, not to the message (RFC 9110 §7.6.1).
    static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade", "content-length", "host",
    ]
}

extension WebSocketRelay {
    /// What a relay does wrong on purpose, to test agents against a bad network.
    package struct Faults: Equatable, Sendable {
        /// Every message arrives this much later.
        package var delay: Interval
        /// The share of messages that never arrive, 0 to 1.
        package var drop: Double
        /// When a session is closed with 1011; nil never.
        package var closeAfter: Interval?
        package var seed: UInt64

        package init(
            delay: Interval = .zero, drop: Double = 0, closeAfter: Interval? = nil,
            seed: UInt64 = 1
        ) {
            self.delay = delay
            self.drop = drop
            self.closeAfter = closeAfter
            self.seed = seed
        }
    }
}
