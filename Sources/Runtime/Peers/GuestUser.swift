import Interface
import Networking
import PeerProtocol
import QUIC
import Sharing
import Timeline

/// A guest on its endpoint's thread: what the host sends goes to the loop.
final class GuestUser: EndpointUser {
    private let board: GuestBoard
    private var guest: PeerGuest?
    private var nextReport = Instant.zero
    private var isConnected = false
    /// Nothing more counts: the copy is complete as it is.
    private var isOver = false
    private var room = Inbox.Room.all
    /// How far the host is ahead, by source.
    private var behind: [String: PeerSummary] = [:]

    /// Whether the host is to be told of another address of ours.
    private var watch: SourceWatch

    private static let reportInterval = Interval.milliseconds(500)

    init(_ board: GuestBoard, _ watch: SourceWatch) { (self.board, self.watch) = (board, watch) }

    var deadline: Instant? {
        let report = isConnected ? nextReport : nil
        return [guest?.deadline, report].compactMap { $0 }.min()
    }

    func endpointChanged(_ endpoint: Endpoint, at now: Instant) {
        guard let guest else { return }
        for event in endpoint.takeEvents() { guest.process(event, on: endpoint, at: now) }
        guest.advance(on: endpoint, at: now)
        // Taking one may make room for the next.
        while true {
            let outputs = guest.takeOutput()
            if outputs.isEmpty { break }
            for output in outputs where !isOver { take(output, guest, endpoint, now) }
        }
        if isConnected, now >= nextReport {
            nextReport = now + Self.reportInterval
            report(endpoint, at: now)
            if watch.mustAnnounce() { endpoint.announcePaths() }
        }
    }

    // MARK: what the loop wants

    func join(_ guest: PeerGuest, on endpoint: Endpoint, at now: Instant) {
        self.guest = guest
        guest.begin(on: endpoint, at: now)
    }

    /// The loop has taken what it had.
    func goOn(on endpoint: Endpoint, at now: Instant) {
        if let guest { read(board.look(), guest, endpoint, now) }
    }

    /// Reads as much as the loop has room for.
    private func read(
        _ room: Inbox.Room, _ guest: PeerGuest, _ endpoint: Endpoint, _ now: Instant
    ) {
        guard room != self.room else { return }
        self.room = room
        let limit: Int? =
            switch room {
            case .none: nil
            case .urgentOnly: SourceClass.tokens.urgency
            case .all: 7
            }
        guest.setReading(upTo: limit, on: endpoint, at: now)
    }

    func send(_ order: PeerOrder, on endpoint: Endpoint, at now: Instant) {
        guest?.send(order, on: endpoint, at: now)
    }

    func leave(on endpoint: Endpoint, at now: Instant) { guest?.leave(on: endpoint, at: now) }

    // MARK: what the host brings

    private func take(
        _ output: PeerGuestOutput, _ guest: PeerGuest, _ endpoint: Endpoint, _ now: Instant
    ) {
        switch output {
        case .welcomed(let welcome): take(welcome, guest, endpoint, now)
        case .events(let events):
            read(board.post(events), guest, endpoint, now)
        case .complete, .orderTaken: break
        case .summary(let summaries):
            for summary in summaries { behind[summary.source] = summary.isBehind ? summary : nil }
            nextReport = now
        case .orderRefused(_, let reason): board.tell("the host refuses: \(reason)")
        case .resumption(let state): board.keep(state)
        case .interrupted(let reason, _):
            isConnected = false
            behind = [:]
            board.change { peers in
                peers.link = .interrupted(reason: reason)
                peers.peers = []
            }
        case .ended(let reason, let inOrder): end(reason, inOrder: inOrder)
        }
    }

    private func take(
        _ welcome: PeerWelcome, _ guest: PeerGuest, _ endpoint: Endpoint, _ now: Instant
    ) {
        if welcome.isNewLog, case .welcomed = board.arrival {
            // What is on the screen is the copy of a log that is over.
            guest.leave(on: endpoint, at: now)
            return end("the host has begun another log")
        }
        isConnected = true
        nextReport = now
        board.change { peers in
            peers.link = .up
            peers.maySpeak = welcome.permission == .speak
        }
        board.arrive(.welcomed(header: welcome.header))
    }

    private func end(_ reason: String, inOrder: Bool = false) {
        isConnected = false
        isOver = true
        board.arrive(.refused(reason: reason))
        board.change { peers in
            if case .ended = peers.link { return }
            peers.link = .ended(reason: reason)
            peers.endedInOrder = inOrder
            peers.peers = []
        }
    }

    private func report(_ endpoint: Endpoint, at now: Instant) {
        guard let status = guest?.status(on: endpoint, at: now) else { return }
        var host = Peer(status)
        host.id = "host"
        host.isOnSummary = !behind.isEmpty
        if let most = behind.values.map({ $0.head - min($0.head, $0.sent) }).max() {
            host.eventsBehind = most
        }
        board.change { $0.peers = [host] }
    }
}
