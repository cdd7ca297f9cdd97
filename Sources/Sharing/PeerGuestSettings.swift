package import PeerProtocol
package import QUIC
package import Timeline

/// Whom a guest joins, and as what.
package struct PeerGuestSettings: Sendable {
    /// What this machine calls itself; the host sees the first 128 characters.
    package var name: String
    /// 16 random bytes by which the host knows it again.
    package var key: [UInt8]
    /// At most 1,024 bytes.
    package var token: [UInt8] = []
    package var wanted = SourceSelection.all
    /// The connection's settings; the application protocol, what streams may come and the
    /// keep-alive are set here.
    package var client: ClientSettings
    package var remote: NetworkAddress
    package var local: NetworkAddress
    /// How long after the last contact it gives up; nil never.
    package var giveUpTime: Interval? = .seconds(300)
    /// The first and the longest wait before it connects again.
    package var shortestWait = Interval.milliseconds(100)
    package var longestWait = Interval.seconds(5)
    /// How long a host may take for its welcome.
    package var greetingTime = Interval.seconds(15)
    /// How long nothing at all may come between the handshake and the welcome. The address of
    /// this side may have changed before the host knew it for good; then it hears no more.
    package var answerTime = Interval.seconds(3)
    /// Bytes that events may hold together whose rest has not come: four of the largest.
    package var unfinishedLimit = 256 << 20

    package init(
        name: String, key: [UInt8], client: ClientSettings, remote: NetworkAddress,
        local: NetworkAddress
    ) {
        precondition(key.count == PeerProtocol.guestLength, "a guest has 16 random bytes")
        self.name = String(name.prefix(128))
        self.key = key
        self.client = client
        self.remote = remote
        self.local = local
    }
}

/// What a guest learns when it has joined.
package struct PeerWelcome: Equatable, Sendable {
    package var log: LogID
    /// The recording's header line.
    package var header: [UInt8]
    package var hostName: String
    package var permission: PeerPermission
    /// This guest's number at the host.
    package var peer: PeerID
    /// Whether it is another log than before, or the first: what came so far is no part of it.
    package var isNewLog: Bool
    /// The sequence of the host's next event.
    package var head: UInt64
    /// Names of the sources so far.
    package var sources: [String]

    package init(
        log: LogID, header: [UInt8], hostName: String, permission: PeerPermission, peer: PeerID,
        isNewLog: Bool, head: UInt64, sources: [String]
    ) {
        self.log = log
        self.header = header
        self.hostName = hostName
        self.permission = permission
        self.peer = peer
        self.isNewLog = isNewLog
        self.head = head
        self.sources = sources
    }
}

/// How much happens in a source whose events come later.
package struct PeerSummary: Equatable, Sendable {
    package var source: String
    /// Events and bytes of the source since the host began.
    package var events: UInt64
    package var bytes: UInt64
    /// The source has gone on to before this sequence, and was sent to before the other.
    package var head: UInt64
    package var sent: UInt64
    package var isBehind: Bool

    package init(
        source: String, events: UInt64, bytes: UInt64, head: UInt64, sent: UInt64, isBehind: Bool
    ) {
        self.source = source
        self.events = events
        self.bytes = bytes
        self.head = head
        self.sent = sent
        self.isBehind = isBehind
    }
}

/// What a guest tells the program.
package enum PeerGuestOutput: Equatable, Sendable {
    case welcomed(PeerWelcome)
    /// Events as they came: of each source all, once and in order; sources overtake each other.
    case events([Event])
    /// All events before this sequence that the guest is to see have come.
    case complete(through: UInt64)
    case summary([PeerSummary])
    case orderTaken(number: UInt64)
    case orderRefused(number: UInt64, reason: String)
    /// Keep it, as secret as a password, for the next connection to the same host.
    case resumption(ResumptionState)
    /// The connection broke; it is tried again.
    case interrupted(reason: String, retryAt: Instant)
    /// Nothing more will come; in order when the host or this side said goodbye.
    case ended(reason: String, inOrder: Bool)
}
