package import PeerProtocol
package import Timeline

/// Whom a host lets in, to what, and how much it keeps for them.
package struct PeerHostSettings: Sendable {
    /// What this machine calls itself.
    package var name: String
    /// What guests must show; nil takes all who can connect.
    package var token: [UInt8]?
    package var permission = PeerPermission.watch
    /// The sources that guests may see.
    package var shares = SourceSelection.all
    package var maximumGuests = 64
    /// Sources of one log; a guest of a log with more is sent away.
    package var maximumSources = 65_536
    /// Encoded events that are kept in memory, of one source and of all; what guests still need
    /// after that is read again from the log's history.
    package var tailOfSource = 8 << 20
    package var tail = 64 << 20
    /// A block of events is sent when it has so many bytes, or nothing more is there.
    package var block = 32 << 10
    /// Bytes of one stream that wait in the transport to be sent; more wait here.
    package var queue = 256 << 10
    /// Payload bytes of one answer from history.
    package var portion = 1 << 20
    /// Whether large transfers are kept from filling the path's buffers while tokens flow.
    package var limitsBulk = true
    /// Whether the log is a recording that plays: a host that was started anew is behind its
    /// guests, and what they have already comes again the same.
    package var playsAgain = false
    /// How long a connection may say nothing before its hello.
    package var greetingTime = Interval.seconds(10)
    /// A source is behind when what waits for a guest is older.
    package var patience = Interval.seconds(1)
    /// A guest may send so many orders at once, and then one in each interval.
    package var ordersAtOnce = 64
    package var orderInterval = Interval.milliseconds(50)
    package var summaryInterval = Interval.seconds(0.5)
    package var headInterval = Interval.milliseconds(25)

    package init(name: String) { self.name = name }
}

/// A guest of one host, from 1; the same guest keeps its number when it comes again.
package struct PeerID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var number: UInt64

    package init(_ number: UInt64) { self.number = number }

    /// Its source in the host's log: `peer/1`.
    package var description: String { "peer/\(number)" }

    package static func < (a: PeerID, b: PeerID) -> Bool { a.number < b.number }
}

/// A part of the log that a guest needs and the memory no longer has.
package struct HistoryRequest: Hashable, Sendable {
    /// Names the request; its answer is given once.
    package var number: UInt64
    package var peer: PeerID
    /// Events are wanted from this sequence on, all sources, in order,
    package var from: UInt64
    /// at most to before this one,
    package var end: UInt64
    /// and about so many payload bytes, but at least one event.
    package var byteLimit: Int

    package init(number: UInt64, peer: PeerID, from: UInt64, end: UInt64, byteLimit: Int) {
        self.number = number
        self.peer = peer
        self.from = from
        self.end = end
        self.byteLimit = byteLimit
    }
}

/// What a host tells the program.
package enum PeerHostOutput: Equatable, Sendable {
    /// Answer with `supply` or `fail`.
    case historyWanted(HistoryRequest)
    case joined(PeerID, name: String, address: String, permission: PeerPermission)
    case left(PeerID, reason: String)
    /// The guest has been told that the order was taken; `refuse` tells it otherwise.
    case order(PeerID, number: UInt64, PeerOrder)
}
