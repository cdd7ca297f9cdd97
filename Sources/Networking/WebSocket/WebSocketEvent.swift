package import TLS
package import Timeline

/// What happens on a WebSocket, in order. The first is `opened` or `failed`; after `closed` or
/// `failed` nothing comes any more.
package enum WebSocketEvent: Equatable, Sendable {
    case opened(WebSocketHandshake)
    case text([UInt8])
    case binary([UInt8])
    /// Answered already, unless the options say transparent.
    case ping([UInt8])
    /// `roundTrip` is known for the answer to our own ping.
    case pong([UInt8], roundTrip: Interval?)
    /// The far end wants to close; answered already, unless the options say transparent.
    case closing(code: Int?, reason: String)
    /// Whether more can be sent without waiting; false when the network is slower than we are.
    case writable(Bool)
    /// Messages that found no room in the send queue and are lost.
    case dropped(messages: Int, bytes: Int)
    case closed(WebSocketClosure)
    case failed(NetworkError)
}

/// How a WebSocket ended by close frames.
package struct WebSocketClosure: Equatable, Sendable {
    /// The code in the first close frame; nil when it held none (1005).
    package var code: Int?
    package var reason: String
    /// Whether both ends sent a close frame.
    package var isClean: Bool
    /// Whether ours came first.
    package var isOurs: Bool

    package init(code: Int?, reason: String, isClean: Bool, isOurs: Bool) {
        self.code = code
        self.reason = reason
        self.isClean = isClean
        self.isOurs = isOurs
    }
}

/// How a WebSocket was opened.
package struct WebSocketHandshake: Equatable, Sendable {
    /// The header fields of the far end's half of the handshake.
    package var fields: HTTPFields
    package var subprotocol: String?
    /// Nil on `ws://`, and for servers.
    package var tls: TLSConnection.Agreement?
    package var timing: Timing

    /// How long each step took.
    package struct Timing: Equatable, Sendable {
        /// Name look-up and TCP.
        package var connect: Interval
        /// The HTTP proxy's tunnel; nil without one.
        package var tunnel: Interval?
        /// The TLS handshake; nil without TLS.
        package var tls: Interval?
        /// From the HTTP request to the 101.
        package var upgrade: Interval

        package init(
            connect: Interval = .zero, tunnel: Interval? = nil, tls: Interval? = nil,
            upgrade: Interval = .zero
        ) {
            self.connect = connect
            self.tunnel = tunnel
            self.tls = tls
            self.upgrade = upgrade
        }

        package var total: Interval {
            connect + (tunnel ?? .zero) + (tls ?? .zero) + upgrade
        }
    }

    package init(
        fields: HTTPFields = [:], subprotocol: String? = nil, tls: TLSConnection.Agreement? = nil,
        timing: Timing = Timing()
    ) {
        self.fields = fields
        self.subprotocol = subprotocol
        self.tls = tls
        self.timing = timing
    }
}
