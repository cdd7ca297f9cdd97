/// A message of the control stream.
package enum PeerMessage: Equatable, Sendable {
    /// The guest's first message.
    case hello(Hello)
    /// The host's first message, when the guest may come.
    case welcome(Welcome)
    /// The host's first and last message, when it may not.
    case refused(Refusal)
    /// The host will send, or sends, a source's events.
    case source(AnnouncedSource)
    /// How much happens in sources that the guest does not get at once.
    case summary([SourceSummary])
    /// How far the log goes, and each source that has gone on since the last of these.
    case head(Head)
    /// What a guest asks; its number is its own, increasing.
    case order(number: UInt64, PeerOrder)
    case orderTaken(number: UInt64)
    case orderRefused(number: UInt64, reason: String)
    /// The last message of whoever leaves.
    case bye(Bye)

    package struct Hello: Equatable, Sendable {
        /// The highest version that the guest speaks.
        package var version: UInt64
        package var name: String
        /// 16 random bytes that make it the same guest when it comes again.
        package var guest: [UInt8]
        package var token: [UInt8]
        package var wanted: SourceSelection
        /// What the guest has already.
        package var resumption: PeerPosition?

        package init(
            version: UInt64 = PeerProtocol.version, name: String, guest: [UInt8], token: [UInt8],
            wanted: SourceSelection, resumption: PeerPosition?
        ) {
            self.version = version
            self.name = name
            self.guest = guest
            self.token = token
            self.wanted = wanted
            self.resumption = resumption
        }
    }

    package struct Welcome: Equatable, Sendable {
        /// The version that is spoken.
        package var version: UInt64
        package var log: LogID
        package var name: String
        /// The guest's number at this host.
        package var peer: UInt64
        package var permission: PeerPermission
        /// Whether what the guest has is part of this log; otherwise it gets all from the start.
        package var resumes: Bool
        /// The sequence of the next event.
        package var head: UInt64
        /// The recording's header line, which only the recordings' reader understands.
        package var header: [UInt8]
        package var sources: [AnnouncedSource]

        package init(
            version: UInt64, log: LogID, name: String, peer: UInt64, permission: PeerPermission,
            resumes: Bool, head: UInt64, header: [UInt8], sources: [AnnouncedSource]
        ) {
            self.version = version
            self.log = log
            self.name = name
            self.peer = peer
            self.permission = permission
            self.resumes = resumes
            self.head = head
            self.header = header
            self.sources = sources
        }
    }

    package struct Refusal: Equatable, Sendable {
        package var code: RefusalCode
        package var reason: String

        package init(_ code: RefusalCode, _ reason: String) {
            (self.code, self.reason) = (code, reason)
        }
    }

    package struct SourceSummary: Equatable, Sendable {
        package var number: UInt64
        /// Events and payload bytes of the source since the host began.
        package var events: UInt64
        package var bytes: UInt64
        /// The source has gone on to before this sequence,
        package var head: UInt64
        /// and was sent to before this one.
        package var sent: UInt64
        package var isBehind: Bool

        package init(
            number: UInt64, events: UInt64, bytes: UInt64, head: UInt64, sent: UInt64,
            isBehind: Bool
        ) {
            self.number = number
            self.events = events
            self.bytes = bytes
            self.head = head
            self.sent = sent
            self.isBehind = isBehind
        }
    }

    package struct Head: Equatable, Sendable {
        /// The sequence of the next event of the log.
        package var sequence: UInt64
        /// Sources by number with the sequence after their last event.
        package var sources: [(number: UInt64, end: UInt64)]

        package init(sequence: UInt64, sources: [(number: UInt64, end: UInt64)]) {
            (self.sequence, self.sources) = (sequence, sources)
        }

        package static func == (a: Head, b: Head) -> Bool {
            a.sequence == b.sequence && a.sources.elementsEqual(b.sources, by: ==)
        }
    }

    package struct Bye: Equatable, Sendable {
        /// Whether it may be worth coming again.
        package var mayReturn: Bool
        package var reason: String

        package init(mayReturn: Bool, reason: String) {
            (self.mayReturn, self.reason) = (mayReturn, reason)
        }
    }
}

/// A source of the host's log.
package struct AnnouncedSource: Equatable, Sendable {
    /// Its number on this connection, from 0.
    package var number: UInt64
    package var name: String
    package var kind: SourceClass

    package init(number: UInt64, name: String, kind: SourceClass) {
        (self.number, self.name, self.kind) = (number, name, kind)
    }
}

/// How much of a log somebody has.
package struct PeerPosition: Equatable, Sendable {
    package var log: LogID
    /// All wanted events before this sequence are there,
    package var complete: UInt64
    /// and of these sources all before a later one; sorted by name.
    package var sources: [(name: String, next: UInt64)]

    package init(log: LogID, complete: UInt64, sources: [(name: String, next: UInt64)] = []) {
        (self.log, self.complete, self.sources) = (log, complete, sources)
    }

    package static func == (a: PeerPosition, b: PeerPosition) -> Bool {
        a.log == b.log && a.complete == b.complete && a.sources.elementsEqual(b.sources, by: ==)
    }
}

/// Why a guest may not come.
package enum RefusalCode: Equatable, Hashable, Sendable {
    case version, token, full, closing
    /// Of a newer host.
    case other(UInt64)

    package init(_ value: UInt64) {
        switch value {
        case 1: self = .version
        case 2: self = .token
        case 3: self = .full
        case 4: self = .closing
        default: self = .other(value)
        }
    }

    package var value: UInt64 {
        switch self {
        case .version: 1
        case .token: 2
        case .full: 3
        case .closing: 4
        case .other(let value): value
        }
    }

    /// Whether it may be otherwise later.
    package var isPassing: Bool { self == .full || self == .closing }
}

/// What both sides of the protocol have in common.
package enum PeerProtocol {
    /// The application protocol's name in the TLS handshake (ALPN).
    package static let applicationProtocol = "midstream/1"
    package static let version: UInt64 = 1
    /// Longest body of a message.
    package static let maximumMessage = 1 << 20
    /// Longest body of an event.
    package static let maximumEvent = 64 << 20
    package static let maximumName = 1_024
    package static let maximumToken = 1_024
    /// Most names that a guest may want.
    package static let maximumWanted = 1_024
    package static let guestLength = 16
    /// Codes of a connection's close; 0 is that of a program that ended without a word.
    package static let closeMalformed: UInt64 = 1
    package static let closeRefused: UInt64 = 2
    package static let closeReplaced: UInt64 = 3
    package static let closeSilent: UInt64 = 4
    package static let closeHistory: UInt64 = 5
    /// Goodbye, for good and for a while.
    package static let closeGoodbye: UInt64 = 6
    package static let closeReturning: UInt64 = 7
    /// A refusal that may pass.
    package static let closeBusy: UInt64 = 8
    /// The host has ended before everything had arrived.
    package static let closeUnfinished: UInt64 = 9
}
