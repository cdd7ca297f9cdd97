import Engine
import Interface
import JSONText
import Networking
import PeerProtocol
import QUIC
import Sharing
import Timeline

/// A host on its endpoint's thread: gives connections to whoever speaks their protocol, and what
/// comes of it to the loop.
final class HostUser: EndpointUser {
    private let host: PeerHost
    private let web: WebHost
    /// Whose connections are whose.
    private var protocols: [ConnectionHandle: String] = [:]
    private let board: HostBoard
    private let history: LogHistory
    private var nextReport = Instant.zero
    private var shownCount = 0

    /// How often the loop hears of round trips and rates while somebody is there.
    private static let reportInterval = Interval.milliseconds(500)

    init(_ host: PeerHost, _ web: WebHost, board: HostBoard, history: LogHistory) {
        self.host = host
        self.web = web
        self.board = board
        self.history = history
    }

    var deadline: Instant? {
        let report = shownCount > 0 ? nextReport : nil
        return [host.deadline, web.deadline, report].compactMap { $0 }.min()
    }

    func endpointChanged(_ endpoint: Endpoint, at now: Instant) {
        for event in endpoint.takeEvents() {
            switch protocolName(of: event, on: endpoint) {
            case WebHost.protocolName: web.process(event, on: endpoint, at: now)
            case PeerProtocol.applicationProtocol: host.process(event, on: endpoint, at: now)
            default: break
            }
        }
        let guestsChanged = work(on: endpoint, at: now)
        let readersChanged = work(forWebOn: endpoint, at: now)
        if guestsChanged || readersChanged || now >= nextReport { report(endpoint, at: now) }
    }

    /// What the connection of an event speaks; nil while it has said nothing.
    private func protocolName(of event: EndpointEvent, on endpoint: Endpoint) -> String? {
        if case .closed = event.kind { return protocols.removeValue(forKey: event.connection) }
        if let known = protocols[event.connection] { return known }
        guard let name = endpoint.protocolName(of: event.connection) else { return nil }
        protocols[event.connection] = name
        return name
    }

    // MARK: what the loop wants

    func append(_ events: [Event]) {
        host.append(events)
        web.append(events)
    }

    /// Answers a question of a reader.
    func answer(_ question: HostBoard.Question, with answer: HostBoard.Answer) {
        switch answer {
        case .snapshot(let bytes): web.supply(snapshot: bytes, for: question.number)
        case .metrics(let families): web.supply(metrics: families, for: question.number)
        }
    }

    func sendAway(_ peer: String, on endpoint: Endpoint, at now: Instant) {
        let reason = "the host sent us away"
        for guest in host.status(on: endpoint, at: now) where "\(guest.peer)" == peer {
            host.remove(guest.peer, reason: reason, on: endpoint, at: now)
        }
        for reader in web.status(on: endpoint, at: now) where "\(reader.reader)" == peer {
            web.remove(reader.reader, reason: reason, on: endpoint, at: now)
        }
    }

    /// Sends everybody the rest and then goodbye, while `isTakingLeave`.
    func close(on endpoint: Endpoint, at now: Instant) {
        host.close(reason: Self.farewell, on: endpoint, at: now)
        web.close(reason: Self.farewell, on: endpoint, at: now)
    }

    private static let farewell = "the host has ended the session"

    /// Whether somebody still waits for the rest or for the goodbye.
    var isTakingLeave: Bool { host.isTakingLeave || web.isTakingLeave }

    /// Ends all connections that are left; the driver closes after it.
    func cutOff(on endpoint: Endpoint, at now: Instant) {
        host.cutOff(on: endpoint)
        web.cutOff(reason: Self.farewell, at: now)
    }

    /// Sends everybody away, since the log cannot go on.
    func abandon(_ reason: String, on endpoint: Endpoint, at now: Instant) {
        host.abandon(reason: reason, on: endpoint)
        web.cutOff(reason: reason, at: now)
    }

    // MARK: the work

    /// Serves guests; whether somebody came or went.
    private func work(on endpoint: Endpoint, at now: Instant) -> Bool {
        host.advance(on: endpoint, at: now)
        var guestsChanged = false
        for output in host.takeOutput() {
            switch output {
            case .historyWanted(let request): read(request)
            case .joined(let peer, let name, let address, let permission):
                guestsChanged = true
                let may = permission == .speak ? "may speak" : "watches"
                let who = name.isEmpty ? "somebody" : name
                log("\(peer)", .opened(detail: "\(who) from \(address) \(may)"), at: now)
            case .left(let peer, let reason):
                guestsChanged = true
                log("\(peer)", .closed(code: nil, reason: reason), at: now)
            case .order(let peer, let number, let order):
                take(order, number, of: peer, on: endpoint, at: now)
            }
        }
        return guestsChanged
    }

    /// Sends readers what is new, and asks for what they need; whether somebody came or went.
    private func work(forWebOn endpoint: Endpoint, at now: Instant) -> Bool {
        var readersChanged = false
        web.advance(on: endpoint, at: now)
        for output in web.takeOutput() {
            switch output {
            case .historyWanted(let request): read(request)
            case .snapshotWanted(let number, let session):
                board.put(HostBoard.Question(number: number, session: session))
            case .metricsWanted(let number):
                board.put(HostBoard.Question(number: number, session: nil))
            case .joined(let reader, let form, let source, let address):
                readersChanged = true
                let detail = "\(form.rawValue) of \(source.name) for \(address)"
                log("\(reader)", .opened(detail: detail), at: now)
            case .left(let reader, let reason):
                readersChanged = true
                log("\(reader)", .closed(code: nil, reason: reason), at: now)
            }
        }
        return readersChanged
    }

    private func read(_ request: WebHistoryRequest) {
        let board = board
        history.read(from: request.from, to: request.end, limit: request.byteLimit) { result in
            board.driver?.execute { _, user, now in
                guard let web = (user as? HostUser)?.web else { return }
                switch result {
                case .success(let events): web.supply(events, for: request, at: now)
                case .failure(let error): web.fail(request, reason: "\(error)")
                }
            }
        }
    }

    private func report(_ endpoint: Endpoint, at now: Instant) {
        nextReport = now + Self.reportInterval
        let guests = host.status(on: endpoint, at: now).map { Peer($0) }
        let all = guests + web.status(on: endpoint, at: now).map { Peer($0) }
        shownCount = all.count
        board.show(all)
    }

    private func log(_ peer: String, _ payload: Payload, at now: Instant) {
        guard board.logsPeers else {
            // The log is a recording's; who comes and goes is only said.
            switch payload {
            case .opened(let detail): board.tell("\(peer): \(detail)")
            case .closed(_, let reason): board.tell("\(peer) left: \(reason)")
            default: break
            }
            return
        }
        board.inbox.post(Inbox.Arrival(time: now, source: SourceID(peer), payload: payload))
    }

    /// Reads what a guest has missed, beside this thread.
    private func read(_ request: HistoryRequest) {
        let board = board
        history.read(from: request.from, to: request.end, limit: request.byteLimit) { result in
            board.driver?.execute { endpoint, user, now in
                guard let user = user as? HostUser else { return }
                switch result {
                case .success(let events):
                    user.host.supply(
                        events, isEnd: events.isEmpty, for: request, on: endpoint, at: now)
                case .failure(let error):
                    user.host.fail(request, reason: "\(error)", on: endpoint)
                }
            }
        }
    }

    /// Does what a guest asks: it is in the log, and the session's client carries it out.
    private func take(
        _ order: PeerOrder, _ number: UInt64, of peer: PeerID, on endpoint: Endpoint,
        at now: Instant
    ) {
        guard board.logsPeers else {
            host.refuse(
                order: number, of: peer, reason: "this is a recording", on: endpoint)
            return
        }
        log("\(peer)", .received(order.json.bytes), at: now)
        board.inbox.post(
            Inbox.Request(session: SourceID(order.session), wish: ClientWish(order)))
    }
}

extension ClientWish {
    /// What a guest's order is for the client of a session.
    init(_ order: PeerOrder) {
        switch order {
        case .say(_, let text): self = .say(text)
        case .interrupt: self = .interrupt
        case .createResponse: self = .createResponse
        case .cancelResponse: self = .cancelResponse
        }
    }
}

extension PeerOrder {
    /// The order for the host of `session`; nil for what only the host itself can do.
    init?(_ wish: ClientWish, of session: SourceID) {
        switch wish {
        case .say(let text): self = .say(session: session.name, text: text)
        case .interrupt: self = .interrupt(session: session.name)
        case .createResponse: self = .createResponse(session: session.name)
        case .cancelResponse: self = .cancelResponse(session: session.name)
        default: return nil
        }
    }

    /// How the order stands in the host's log.
    var json: JSON {
        switch self {
        case .say(let session, let text):
            ["order": "say", "session": .string(session), "text": .string(text)]
        case .interrupt(let session): ["order": "interrupt", "session": .string(session)]
        case .createResponse(let session):
            ["order": "create_response", "session": .string(session)]
        case .cancelResponse(let session):
            ["order": "cancel_response", "session": .string(session)]
        }
    }
}

extension Peer {
    /// What the screen shows of a connection.
    init(_ status: PeerStatus) {
        self.init(
            id: "\(status.peer)", name: status.name, address: status.address,
            maySpeak: status.permission == .speak)
        take(status.statistics)
        sendRate = status.sendRate
        receiveRate = status.receiveRate
        eventsBehind = status.streams.map(\.sequencesBehind).max() ?? 0
        isOnSummary = status.isBehind
        let sorted = status.streams.sorted { ($0.urgency, $0.name) < ($1.urgency, $1.name) }
        streams = sorted.map { stream in
            PeerStream(
                name: stream.name, priority: stream.urgency, events: stream.events,
                bytes: stream.bytes, rate: stream.rate, isBehind: stream.isBehind)
        }
    }

    /// What the screen shows of a connection that reads over HTTP/3.
    init(_ status: WebReaderStatus) {
        self.init(
            id: "\(status.reader)",
            name: status.forms.map(\.rawValue).joined(separator: ", "),
            address: status.address, maySpeak: false)
        isReader = true
        take(status.statistics)
        sendRate = status.sendRate
        receiveRate = status.receiveRate
        eventsBehind = status.streams.map(\.sequencesBehind).max() ?? 0
        isOnSummary = status.isBehind
        streams = status.streams.map { stream in
            PeerStream(
                name: "\(stream.source.name) (\(stream.form.rawValue))",
                priority: stream.urgency, events: stream.events, bytes: stream.bytes,
                rate: stream.rate, isBehind: stream.isBehind)
        }
    }

    private mutating func take(_ statistics: ConnectionStatistics) {
        latestRoundTrip = statistics.latestRoundTrip.milliseconds
        smoothedRoundTrip = statistics.smoothedRoundTrip.milliseconds
        minimumRoundTrip = statistics.minimumRoundTrip.milliseconds
        bytesSent = statistics.bytesSent
        bytesReceived = statistics.bytesReceived
        packetsSent = statistics.packetsSent
        packetsLost = statistics.packetsLost
        congestionWindow = statistics.congestionWindow
        bytesInFlight = statistics.bytesInFlight
        deliveryRate = statistics.deliveryRate
    }
}
