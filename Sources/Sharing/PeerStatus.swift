package import PeerProtocol
package import QUIC

/// How the connection with a peer fares, for the screen.
package struct PeerStatus: Equatable, Sendable {
    /// The guest's number at its host.
    package var peer: PeerID
    /// What the other side calls itself.
    package var name: String
    package var address: String
    package var permission: PeerPermission
    package var statistics: ConnectionStatistics
    /// UDP payload bytes per second.
    package var sendRate = 0.0
    package var receiveRate = 0.0
    package var streams: [PeerStreamStatus] = []

    package init(
        peer: PeerID, name: String, address: String, permission: PeerPermission,
        statistics: ConnectionStatistics
    ) {
        self.peer = peer
        self.name = name
        self.address = address
        self.permission = permission
        self.statistics = statistics
    }

    /// Whether the guest gets counts of some source, and its events later.
    package var isBehind: Bool { streams.contains { $0.isBehind } }
}

/// One source's stream.
package struct PeerStreamStatus: Equatable, Sendable {
    package var name: String
    /// 0 first, 7 last (RFC 9218).
    package var urgency: Int
    /// Bytes and events given to the transport, or received.
    package var bytes: UInt64
    package var events: UInt64
    /// Bytes per second.
    package var rate: Double
    /// How far the guest is behind in the log's sequence, which counts other sources' events too.
    package var sequencesBehind: UInt64
    package var isBehind: Bool

    package init(
        name: String, urgency: Int, bytes: UInt64, events: UInt64, rate: Double,
        sequencesBehind: UInt64, isBehind: Bool
    ) {
        self.name = name
        self.urgency = urgency
        self.bytes = bytes
        self.events = events
        self.rate = rate
        self.sequencesBehind = sequencesBehind
        self.isBehind = isBehind
    }
}
