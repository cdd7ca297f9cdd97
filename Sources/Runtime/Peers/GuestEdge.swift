package import Engine
package import Interface
import Networking
import PeerProtocol
import QUIC
import Sharing
import Synchronization
import Terminal
package import Timeline

/// A guest's side of sharing: an endpoint on a thread of its own that brings another machine's log.
package final class GuestEdge: LogSharing {
    /// Whether the host has let us in.
    package enum Arrival: Sendable, Equatable {
        case waiting
        /// With the header line of the log.
        case welcomed(header: [UInt8])
        case refused(reason: String)
    }

    /// Where the host is, as it was asked for.
    package let address: String
    private let threads = NetworkThreads()
    let driver: QUICDriver
    private let board: GuestBoard

    /// Begins to connect.
    package init(_ options: JoiningOptions, inbox: Inbox, clock: MonotonicClock) throws {
        let environment = processEnvironment()
        address = AddressText.of(options.host, options.port)
        let remote = try NetworkAddress.resolving(host: options.host, port: options.port)
        let files = try PeerFiles.standard(environment, instead: options.stateDirectory)
        var client = ClientSettings(
            serverName: options.host, protocols: [PeerProtocol.applicationProtocol])
        client.transport.congestionControl = options.congestionControl
        client.transport.idleTimeout = HostEdge.silence
        let endpoint = try Self.endpoint(options, files)
        client.resumption = files.resumption(for: address, trust: endpoint.trust)
        board = GuestBoard(
            PeersState(role: .guest, address: address, maySpeak: false), inbox: inbox,
            tickets: GuestBoard.Tickets(files: files, address: address, trust: endpoint.trust))
        driver = try QUICDriver(
            endpoint, host: remote.isIPv6 ? "::" : "0.0.0.0", port: 0,
            threads: threads, now: { clock.now }
        ) { [board] in GuestUser(board, SourceWatch(towards: remote)) }
        var random = SystemRandomNumberGenerator()
        var settings = PeerGuestSettings(
            name: options.name ?? HostName.current,
            key: (0..<PeerProtocol.guestLength).map { _ in .random(in: 0...255, using: &random) },
            client: client, remote: remote, local: driver.localAddress)
        settings.token = try PeerToken.read(options.tokenPath, environment) ?? []
        settings.giveUpTime = options.patience
        driver.execute { [settings] endpoint, user, now in
            (user as? GuestUser)?.join(PeerGuest(settings), on: endpoint, at: now)
        }
    }

    private static func endpoint(
        _ options: JoiningOptions, _ files: PeerFiles
    ) throws -> EndpointSettings {
        var settings = EndpointSettings()
        settings.wallClockAtZero = UInt64(WallClock.unixSeconds * 1e9)
        if let hash = options.hash {
            settings.trust = .certificate(hash: hash.bytes)
        } else if let path = options.authorityPath {
            settings.trust = try .authorities(file: path)
        } else if let own = files.authority {
            settings.trust = .authorities(pem: own)
        }
        if let directory = options.certificateDirectory {
            settings.clientIdentity = try PeerFiles(directory: directory).identity()
        }
        return settings
    }

    package var arrival: Arrival { board.arrival }

    // MARK: LogSharing

    package func append(_ events: [Event]) {}

    package func drained() {
        guard board.mayGoOn else { return }
        driver.execute { endpoint, user, now in
            (user as? GuestUser)?.goOn(on: endpoint, at: now)
        }
    }

    package func attend(_ app: inout App) {
        for notice in board.takeNotices() { app.notify(notice) }
    }

    package var state: PeersState? { board.peers }

    package func ask(_ wish: ClientWish, of session: SourceID) -> String? {
        guard let order = PeerOrder(wish, of: session) else {
            return "only the host of this session can do that"
        }
        driver.execute { endpoint, user, now in
            (user as? GuestUser)?.send(order, on: endpoint, at: now)
        }
        return nil
    }

    package func sendAway(peer: String) {}

    package func close() {
        driver.execute { endpoint, user, now in
            (user as? GuestUser)?.leave(on: endpoint, at: now)
        }
        driver.close(with: threads)
    }
}

/// What a guest's two threads know of each other: the loop's and the endpoint's.
final class GuestBoard: Sendable {
    private struct State {
        var arrival = GuestEdge.Arrival.waiting
        var peers: PeersState
        var notices: [String] = []
        /// What the endpoint was told last that may come.
        var room = Inbox.Room.all
    }

    private let state: Mutex<State>
    private let inbox: Inbox
    private let tickets: Tickets

    /// Where tickets for this host are kept.
    struct Tickets: Sendable {
        var files: PeerFiles
        var address: String
        var trust: Trust
    }

    init(_ peers: PeersState, inbox: Inbox, tickets: Tickets) {
        state = Mutex(State(peers: peers))
        self.inbox = inbox
        self.tickets = tickets
    }

    var arrival: GuestEdge.Arrival { state.withLock { $0.arrival } }
    var peers: PeersState { state.withLock { $0.peers } }

    /// Whether more may come than the endpoint was told.
    var mayGoOn: Bool {
        let room = inbox.room
        return state.withLock { state in
            guard state.room != .all, state.room != room, room != .none else { return false }
            return true
        }
    }

    func takeNotices() -> [String] {
        state.withLock { state in
            defer { state.notices = [] }
            return state.notices
        }
    }

    // MARK: for the endpoint's thread

    /// Brings events of one source to the loop; returns what may still come.
    func post(_ events: [Event]) -> Inbox.Room {
        let isUrgent = events.first.map { SourceClass(ofSource: $0.source.name) == .tokens }
        let room = inbox.post(copiesOf: events, isUrgent: isUrgent ?? false)
        // The loop may have taken all of it in between, and then asks no more.
        return room == .all && state.withLock({ $0.room }) == .all ? .all : look()
    }

    /// What may come now that the loop has taken some.
    func look() -> Inbox.Room {
        while true {
            let room = inbox.room
            state.withLock { $0.room = room }
            if inbox.room == room { return room }
        }
    }

    func change(_ body: (inout PeersState) -> Void) {
        let isNews = state.withLock { state in
            let before = state.peers
            body(&state.peers)
            return state.peers != before
        }
        if isNews { inbox.wake() }
    }

    func arrive(_ arrival: GuestEdge.Arrival) {
        state.withLock { state in
            if state.arrival == .waiting { state.arrival = arrival }
        }
        inbox.wake()
    }

    func tell(_ notice: String) {
        // Only the last would be read; the other side may cause as many as it likes.
        state.withLock { $0.notices = $0.notices.suffix(63) + [notice] }
        inbox.wake()
    }

    func keep(_ resumption: ResumptionState) {
        do throws(FileError) {
            try tickets.files.keep(resumption, for: tickets.address, trust: tickets.trust)
        } catch {
            tell("the ticket for the next time cannot be kept: \(error)")
        }
    }
}
