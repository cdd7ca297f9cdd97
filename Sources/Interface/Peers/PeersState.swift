/// The sharing of the log with other machines, as the shell sees it.
package struct PeersState: Sendable, Equatable {
    package enum Role: Sendable, Equatable {
        /// Others watch the log of this program.
        case host
        /// This program shows the log of another one.
        case guest
    }

    package enum Link: Sendable, Equatable {
        case up
        /// The way is lost; the shell goes on trying.
        case interrupted(reason: String)
        /// Nothing will come any more.
        case ended(reason: String)
    }

    package var role: Role
    /// Where a host listens, or where a guest's host is.
    package var address: String
    /// Whether guests may take part, and not only watch.
    package var maySpeak: Bool
    /// SHA-256 of a host's certificate, in hexadecimal; nil where it is of no interest.
    package var certificateHash: String?
    package var link = Link.up
    /// A host's guests and then its readers, or the one host of a guest.
    package var peers: [Peer] = []

    package init(role: Role, address: String, maySpeak: Bool, certificateHash: String? = nil) {
        self.role = role
        self.address = address
        self.maySpeak = maySpeak
        self.certificateHash = certificateHash
    }

    /// Whether the log is over because its host has ended it.
    package var endedInOrder = false
}

/// The other end of one QUIC connection.
package struct Peer: Sendable, Equatable {
    /// Its name in the log: "peer/1", or "web/1" of a reader; "host" where it is the host.
    package var id: String
    /// What it calls itself; how a reader reads: "SSE", "JSON Lines", "WebTransport".
    package var name: String
    package var address: String
    package var maySpeak: Bool
    /// Whether it is a browser or a script that reads over HTTP/3.
    package var isReader = false
    /// Round trips in milliseconds.
    package var latestRoundTrip = 0.0
    package var smoothedRoundTrip = 0.0
    package var minimumRoundTrip = 0.0
    /// Bytes per second.
    package var sendRate = 0.0
    package var receiveRate = 0.0
    package var bytesSent: UInt64 = 0
    package var bytesReceived: UInt64 = 0
    package var packetsSent: UInt64 = 0
    /// Packets sent that were declared lost.
    package var packetsLost: UInt64 = 0
    package var congestionWindow: UInt64 = 0
    package var bytesInFlight: UInt64 = 0
    /// Bytes per second, as acknowledgements tell.
    package var deliveryRate: UInt64 = 0
    /// Events of the log that have not been sent to it, or not come from it.
    package var eventsBehind: UInt64 = 0
    /// It is told how much happens, and gets the rest at its own pace.
    package var isOnSummary = false
    package var streams: [PeerStream] = []

    package init(id: String, name: String, address: String, maySpeak: Bool) {
        self.id = id
        self.name = name
        self.address = address
        self.maySpeak = maySpeak
    }

    /// The share of packets that were lost, from 0 to 1.
    package var loss: Double {
        packetsSent == 0 ? 0 : Double(packetsLost) / Double(packetsSent)
    }
}

/// One source's stream to or from a peer.
package struct PeerStream: Sendable, Equatable {
    package var name: String
    /// Urgency, 0 first and 7 last (RFC 9218).
    package var priority: Int
    package var events: UInt64
    package var bytes: UInt64
    /// Bytes per second.
    package var rate: Double
    package var isBehind: Bool

    package init(
        name: String, priority: Int, events: UInt64, bytes: UInt64, rate: Double = 0,
        isBehind: Bool = false
    ) {
        self.name = name
        self.priority = priority
        self.events = events
        self.bytes = bytes
        self.rate = rate
        self.isBehind = isBehind
    }
}
