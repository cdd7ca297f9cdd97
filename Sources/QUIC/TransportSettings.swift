package import Timeline

/// How both ends of a connection behave; the same for clients and servers.
package struct TransportSettings: Sendable {
    package enum CongestionControl: String, Sendable, CaseIterable { case reno, cubic, bbr2 }

    package var congestionControl = CongestionControl.cubic
    /// How many streams of each direction the peer may have open.
    package var maximumBidirectionalStreams: UInt64 = 1_000
    package var maximumUnidirectionalStreams: UInt64 = 1_000
    /// How many unidirectional streams the peer may use before the connection ends, with a reason:
    /// the library (0.12) keeps some 300 bytes of each for as long as the connection lasts.
    package var mostUnidirectionalStreamsEver: UInt64 = 1 << 20
    /// Flow control: what a peer may send before it is read, at first and at most.
    package var initialConnectionWindow: UInt64 = 1 << 20
    package var initialStreamWindow: UInt64 = 256 << 10
    package var maximumConnectionWindow: UInt64 = 24 << 20
    package var maximumStreamWindow: UInt64 = 16 << 20
    package var idleTimeout = Interval.seconds(30)
    package var handshakeTimeout = Interval.seconds(10)
    /// Sends something when nothing else was for so long; nil never.
    package var keepAlive: Interval?
    /// The guess before the first measurement; small for known near paths.
    package var initialRoundTrip: Interval?
    /// Largest datagram frame that is accepted; 0 refuses datagrams.
    package var maximumDatagramFrame: UInt64 = 65_535
    /// Datagrams that wait to be sent; more are refused.
    package var maximumQueuedDatagrams = 1_024
    /// Datagrams go before streams of this urgency or later ones.
    package var datagramUrgency = 2
    /// Streams that wait for the peer's permission; more are refused.
    package var maximumPendingStreams = 65_536
    /// `send` says wait above the first, `writable` comes below the second (bytes not yet sent).
    package var sendHighWater = 1 << 20
    package var sendLowWater = 256 << 10
    /// Most UDP datagrams in one batch (1 to 64).
    package var maximumSegments = 64
    /// A fixed UDP payload for paths known to carry it; nil starts at 1,200 and discovers more.
    package var fixedPayload: Int?
    package var qlog = false
    package var keyLog = false

    package init() {}
}

/// Whom a connection trusts.
package enum Trust: Equatable, Sendable {
    case system
    /// Certificates in PEM.
    case authorities(pem: String)
    /// One certificate, by the SHA-256 of its DER, whatever its name, age and authority.
    case certificate(hash: [UInt8])

    /// Fails where there is nothing to trust, before anything is connected.
    package func validate() throws(QUICError) { _ = try Credentials(identity: nil, trust: self) }
}

/// A certificate chain and its private key, both in PEM.
package struct Identity: Equatable, Sendable {
    package var chain: String
    package var key: String

    package init(chain: String, key: String) { (self.chain, self.key) = (chain, key) }
}

/// What a client wants of a connection.
package struct ClientSettings: Sendable {
    /// The name or address that the server's certificate must have.
    package var serverName: String
    /// Wanted application protocols, the best first (ALPN).
    package var protocols: [String]
    package var transport = TransportSettings()
    package var resumption: ResumptionState?
    /// Whether idempotent streams may go with the first packet.
    package var allowsEarlyData = true
    /// Version 1 unless tests want otherwise.
    package var version: UInt32 = 1

    package init(serverName: String, protocols: [String]) {
        (self.serverName, self.protocols) = (serverName, protocols)
    }
}

/// How a server takes connections.
package struct ServerSettings: Sendable {
    package enum Validation: Equatable, Sendable {
        case always
        /// Only while more handshakes than this are under way, or more first packets than this
        /// came to nothing in the same second.
        case whenHalfOpenExceeds(Int)
    }

    package var identity: Identity
    package var protocols: [String]
    package var transport = TransportSettings()
    /// Whose clients may come; nil takes all.
    package var clientTrust: Trust?
    package var validation = Validation.whenHalfOpenExceeds(256)
    package var maximumConnections = 20_000
    package var maximumHalfOpen = 2_000
    package var allowsEarlyData = true
    /// How many tickets of early data are remembered, and for how long.
    package var antiReplayCapacity = 65_536
    package var antiReplayWindow = Interval.seconds(10)
    /// For endpoints that share a secret: the tickets that any of them has seen.
    package var antiReplayRecord: AntiReplayRecord?
    /// How long a Retry token and a NEW_TOKEN token hold.
    package var retryTokenLifetime = Interval.seconds(10)
    package var tokenLifetime = Interval.seconds(86_400)

    package init(identity: Identity, protocols: [String]) {
        (self.identity, self.protocols) = (identity, protocols)
    }
}

/// What an endpoint is, whatever its connections.
package struct EndpointSettings: Sendable {
    package var trust = Trust.system
    /// What clients show to a server that asks.
    package var clientIdentity: Identity?
    package var server: ServerSettings?
    /// 32 secret bytes; those of a server that restarts with the same ones can be reset, and its
    /// tickets and tokens stay valid. Random when nil.
    package var secret: [UInt8]?
    /// Nanoseconds since 1970 at instant zero, for the age of address tokens.
    package var wallClockAtZero: UInt64 = 0
    /// First byte of every connection id, for steering between the sockets of one port.
    package var steeringByte: UInt8?
    /// The UDP payload where both ends are on this machine, as far as the peer takes so much: a
    /// tenth of the usual number of packets costs half. Nil for none larger than elsewhere.
    package var loopbackPayload: Int? = 16_000
    /// Stateless answers (reset, retry, version negotiation) per second; more are not given.
    package var maximumStatelessAnswers = 1_000

    package init() {}
}
