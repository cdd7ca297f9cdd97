package import Timeline

/// How a WebSocket behaves.
package struct WebSocketOptions: Sendable {
    /// Messages and frames above are refused with close code 1009.
    package var maximumMessageBytes: Int
    /// What may wait to be sent; above it, messages are dropped and reported.
    package var sendLimitBytes: Int
    /// Messages above are sent in several frames; nil never splits.
    package var fragmentBytes: Int?
    /// From the call until the WebSocket is open.
    package var connectTimeout: Interval
    /// How long the far end may take to answer a close frame.
    package var closeTimeout: Interval
    /// How often we ask whether the far end is still there; nil never.
    package var pingInterval: Interval?
    /// How long it may be silent after that.
    package var pongTimeout: Interval
    /// Whether text that is not UTF-8 ends the connection (1007), as RFC 6455 §8.1 asks.
    package var validatesText: Bool
    /// Passes control frames to the receiver instead of answering them: the owner relays them.
    package var isTransparent: Bool
    /// How much is kept of the body of a refused handshake.
    package var maximumErrorBodyBytes: Int

    package init(
        maximumMessageBytes: Int = 16 << 20, sendLimitBytes: Int = 64 << 20,
        fragmentBytes: Int? = nil, connectTimeout: Interval = .seconds(10),
        closeTimeout: Interval = .seconds(10), pingInterval: Interval? = .seconds(20),
        pongTimeout: Interval = .seconds(20), validatesText: Bool = true,
        isTransparent: Bool = false, maximumErrorBodyBytes: Int = 1 << 20
    ) {
        precondition(fragmentBytes.map { $0 > 0 } ?? true, "a fragment holds something")
        self.maximumMessageBytes = maximumMessageBytes
        self.sendLimitBytes = sendLimitBytes
        self.fragmentBytes = fragmentBytes
        self.connectTimeout = connectTimeout
        self.closeTimeout = closeTimeout
        self.pingInterval = pingInterval
        self.pongTimeout = pongTimeout
        self.validatesText = validatesText
        self.isTransparent = isTransparent
        self.maximumErrorBodyBytes = maximumErrorBodyBytes
    }

    /// For one half of a relay: nothing is answered, added or judged on the way.
    package static var relay: WebSocketOptions {
        WebSocketOptions(
            closeTimeout: .seconds(30), pingInterval: nil, validatesText: false,
            isTransparent: true)
    }
}
