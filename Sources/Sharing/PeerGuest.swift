package import PeerProtocol
package import QUIC
package import Timeline

/// Follows a host's log over a connection of a QUIC endpoint, on the endpoint's thread; connects
/// again by itself and goes on where it was.
package final class PeerGuest {
    enum Phase: Equatable {
        case idle
        case greeting(since: Instant)
        case watching(since: Instant)
        case waiting(until: Instant)
        case ended
    }

    let settings: PeerGuestSettings
    var phase = Phase.idle
    var outputs: [PeerGuestOutput] = []
    private var client: ClientSettings
    private(set) var connection: ConnectionHandle?
    private(set) var control: StreamID?
    var decoder = MessageDecoder()

    var log: LogID?
    var permission = PeerPermission.watch
    var hostName = ""
    var peer = PeerID(0)
    var refusal: PeerMessage.Refusal?
    var bye: PeerMessage.Bye?
    /// All wanted events before this sequence are there.
    var complete: UInt64 = 0
    /// What is known of each source, over all connections.
    var sources: [String: GuestSource] = [:]
    /// Sources by their number on this connection, and its streams.
    var numbers: [UInt64: GuestSource] = [:]
    var streams: [StreamID: IncomingStream] = [:]
    /// Bytes of events in `streams` whose rest has not come.
    var unfinished = 0
    /// What the host has said of its head and is not all there, oldest first.
    var heads: [PeerMessage.Head] = []
    var headEntries = 0
    /// The least urgent sources that are read (RFC 9218); nil reads none.
    var readingLimit: Int? = 7
    var unread: [StreamID] = []

    private var nextOrder: UInt64 = 1
    var openOrders: [UInt64] = []
    private var random: SeededRandom
    private var failures = 0
    /// What had come since when, after the handshake and before the welcome.
    private var heard: (bytes: UInt64, at: Instant, next: Instant)?
    private var lastContact: Instant?
    private var sendRate = RateMeter()
    private var receiveRate = RateMeter()

    /// A guest that has what `resumption` says, or nothing.
    package init(_ settings: PeerGuestSettings, resumingFrom resumption: PeerPosition? = nil) {
        self.settings = settings
        client = settings.client
        client.protocols = [PeerProtocol.applicationProtocol]
        // The library never closes streams that only the host writes to.
        client.transport.maximumUnidirectionalStreams = 65_536
        client.transport.maximumBidirectionalStreams = 0
        // Several sources that are not read for a while leave room for the others' events.
        client.transport.maximumStreamWindow = min(
            client.transport.maximumStreamWindow, client.transport.maximumConnectionWindow / 4)
        if client.transport.keepAlive == nil {
            client.transport.keepAlive = Interval(
                nanoseconds: client.transport.idleTimeout.nanoseconds / 3)
        }
        random = SeededRandom(seed: settings.key.reduce(0) { $0 << 7 &+ $0 &+ UInt64($1) })
        guard let resumption else { return }
        log = resumption.log
        complete = resumption.complete
        for (name, next) in resumption.sources {
            sources[name] = GuestSource(name: name, next: max(next, complete))
        }
    }

    /// Events that came again and were dropped.
    package internal(set) var duplicates: UInt64 = 0

    /// How much of the log is there.
    package var position: PeerPosition? {
        guard let log else { return nil }
        let ahead = sources.values.filter { $0.next > complete }.sorted { $0.name < $1.name }
        return PeerPosition(
            log: log, complete: complete, sources: ahead.map { ($0.name, $0.next) })
    }

    package func takeOutput() -> [PeerGuestOutput] {
        var out: [PeerGuestOutput] = []
        swap(&out, &outputs)
        return out
    }

    // MARK: Connecting

    /// Connects for the first time.
    package func begin(on endpoint: Endpoint, at now: Instant) {
        guard phase == .idle else { return }
        guard settings.token.count <= PeerProtocol.maximumToken else {
            return end("a token has at most 1,024 bytes")
        }
        guard settings.wanted.names?.count ?? 0 <= PeerProtocol.maximumWanted else {
            return end("at most 1,024 sources can be chosen by name")
        }
        lastContact = now
        connect(on: endpoint, at: now)
    }

    private func connect(on endpoint: Endpoint, at now: Instant) {
        do throws(QUICError) {
            let connection = try endpoint.connect(
                client, to: settings.remote, from: settings.local, at: now)
            self.connection = connection
            phase = .greeting(since: now)
            // The hello may go with the first packet: the host acts only when it knows that it is
            // no replay.
            let control = try endpoint.openStream(
                .bidirectional, on: connection, priority: StreamPriority(urgency: 0),
                isIdempotent: true)
            self.control = control
            endpoint.send(hello.encoded, on: control, of: connection)
        } catch {
            interrupt(error.description, at: now)
        }
    }

    private var hello: PeerMessage {
        var resumption = position
        // What is left out comes again and is dropped here.
        var size = 0
        resumption?.sources.removeAll { source in
            size += source.name.utf8.count + 20
            return size > PeerProtocol.maximumMessage / 2
        }
        return .hello(
            PeerMessage.Hello(
                name: settings.name, guest: settings.key, token: settings.token,
                wanted: settings.wanted, resumption: resumption))
    }

    private func forgetConnection() {
        (connection, control, decoder) = (nil, nil, MessageDecoder())
        (refusal, bye, heard) = (nil, nil, nil)
        (streams, unfinished) = ([:], 0)
        numbers = [:]
        (heads, headEntries) = ([], 0)
        unread = []
        for source in sources.values { source.endedConnection() }
        for number in openOrders {
            outputs.append(
                .orderRefused(
                    number: number, reason: "the connection broke before the host took it"))
        }
        openOrders = []
    }

    /// Waits, and then connects again.
    ///
    /// - Parameter silence: for how long nothing had come when the connection was given up.
    func interrupt(_ reason: String, silence: Interval = .zero, at now: Instant) {
        if case .watching(let since) = phase, now - since > .seconds(5) { failures = 0 }
        if case .watching = phase { lastContact = now - silence }
        forgetConnection()
        if let time = settings.giveUpTime, let lastContact, now - lastContact >= time {
            return end("no contact for \(Int(time.seconds)) s: \(reason)")
        }
        let longest = settings.longestWait.nanoseconds
        let wait = min(longest, settings.shortestWait.nanoseconds << Int64(min(failures, 20)))
        failures += 1
        let retry = now + Interval(nanoseconds: Int64(Double(wait) * (0.75 + random.unit() / 2)))
        phase = .waiting(until: retry)
        outputs.append(.interrupted(reason: reason, retryAt: retry))
    }

    func end(_ reason: String, inOrder: Bool = false) {
        guard phase != .ended else { return }
        forgetConnection()
        phase = .ended
        outputs.append(.ended(reason: reason, inOrder: inOrder))
    }

    /// Ends because the host sent what nobody can read.
    func fail(_ reason: String, on endpoint: Endpoint) {
        if let connection {
            endpoint.close(connection, code: PeerProtocol.closeMalformed, reason: reason)
        }
        end(reason)
    }

    /// Says goodbye.
    package func leave(on endpoint: Endpoint, at now: Instant) {
        if let connection, let control {
            let bye = PeerMessage.bye(PeerMessage.Bye(mayReturn: false, reason: "left"))
            endpoint.send(bye.encoded, on: control, of: connection)
            endpoint.closeWhenDelivered(
                connection, code: PeerProtocol.closeGoodbye, reason: "left")
        }
        end("left", inOrder: true)
    }

    // MARK: Events and time

    package func process(_ event: EndpointEvent, on endpoint: Endpoint, at now: Instant) {
        guard let connection, event.connection == connection else { return }
        switch event.kind {
        case .connected:
            heard = endpoint.statistics(connection).map { ($0.bytesReceived, now, now) }
        case .resumption(let state):
            client.resumption = state
            outputs.append(.resumption(state))
        case .readable(let stream):
            if stream == control || mayRead(stream) {
                read(stream, on: endpoint, at: now)
            } else {
                unread.append(stream)
            }
        case .streamReset(let stream, let code):
            endpoint.close(connection, code: PeerProtocol.closeMalformed)
            interrupt("the host gave up stream \(stream) with code \(code)", at: now)
        case .closed(let reason): closed(reason, on: endpoint, at: now)
        default: break
        }
    }

    private func closed(_ reason: CloseReason, on endpoint: Endpoint, at now: Instant) {
        let isApplication = reason.cause == .application
        // The goodbye itself may be lost.
        if bye.map({ !$0.mayReturn })
            ?? (isApplication && reason.code == PeerProtocol.closeGoodbye)
        {
            readRest(on: endpoint, at: now)
            return part(bye?.reason ?? reason.message)
        }
        if isApplication, reason.code == PeerProtocol.closeUnfinished {
            return part(reason.message)
        }
        if let refusal, !refusal.code.isPassing { return end(refusal.reason) }
        let words = bye?.reason ?? refusal?.reason ?? reason.description
        switch reason.cause {
        case .tls, .versionNegotiation: end(words)
        case .application where Self.finalCodes.contains(reason.code): end(words)
        case .idleTimeout:
            interrupt(words, silence: client.transport.idleTimeout, at: now)
        default: interrupt(words, at: now)
        }
    }

    /// Takes what has come, whether the program has room for it or not: it will not come again.
    private func readRest(on endpoint: Endpoint, at now: Instant) {
        let limit = readingLimit
        readingLimit = 7
        readWaiting(on: endpoint, at: now)
        readingLimit = limit
    }

    /// Ends as the host wants it, in order if everything has come that was before its goodbye.
    private func part(_ reason: String) {
        if bye != nil, heads.isEmpty { return end(reason, inOrder: true) }
        end("\(reason), and its last events may be missing")
    }

    /// What connecting again would not mend.
    private static let finalCodes: [UInt64] = [
        PeerProtocol.closeMalformed, PeerProtocol.closeRefused, PeerProtocol.closeReplaced,
        PeerProtocol.closeHistory,
    ]

    /// When `advance` is to be called at the latest.
    package var deadline: Instant? {
        switch phase {
        case .idle, .ended, .watching: nil
        case .greeting(let since): answerEnd(since)
        case .waiting(let time): time
        }
    }

    /// When the host has had its time to welcome us, or the time to give up has come.
    private func greetingEnd(_ since: Instant) -> Instant {
        let end = since + settings.greetingTime
        guard let time = settings.giveUpTime, let lastContact else { return end }
        return min(end, max(since, lastContact + time))
    }

    /// When to look whether the host has been heard, at the latest.
    private func answerEnd(_ since: Instant) -> Instant {
        heard.map { min(greetingEnd(since), $0.next) } ?? greetingEnd(since)
    }

    /// Whether nothing has come for too long; looks a few times in that time.
    private func isSilent(on endpoint: Endpoint, at now: Instant) -> Bool {
        guard let connection, let known = heard, now >= known.next,
            let bytes = endpoint.statistics(connection)?.bytesReceived
        else { return false }
        let next = now + Interval(nanoseconds: settings.answerTime.nanoseconds / 6)
        heard = (bytes, bytes > known.bytes ? now : known.at, next)
        return bytes == known.bytes && now - known.at >= settings.answerTime
    }

    package func advance(on endpoint: Endpoint, at now: Instant) {
        switch phase {
        case .greeting(let since)
        where now >= greetingEnd(since) || isSilent(on: endpoint, at: now):
            if let connection {
                endpoint.close(connection, code: PeerProtocol.closeSilent, reason: "no welcome")
            }
            interrupt("the host does not answer", at: now)
        case .waiting(let time) where now >= time: connect(on: endpoint, at: now)
        default: break
        }
    }

    /// Reads only sources that are at least as urgent as `limit` (0 first, 7 last), or none with
    /// nil; for the others the host waits. For a program that has more than it can take.
    package func setReading(upTo limit: Int?, on endpoint: Endpoint, at now: Instant) {
        readingLimit = limit
        readWaiting(on: endpoint, at: now)
    }

    /// Whether a stream of events is read now; events say from where they go on, which is known
    /// with the welcome.
    private func mayRead(_ stream: StreamID) -> Bool {
        guard case .watching = phase, let readingLimit else { return false }
        // What a stream brings is known when its header was read.
        return streams[stream]?.source.map { $0.kind.urgency <= readingLimit } ?? true
    }

    func readWaiting(on endpoint: Endpoint, at now: Instant) {
        var waiting: [StreamID] = []
        swap(&waiting, &unread)
        for stream in waiting where connection != nil {
            if mayRead(stream) {
                read(stream, on: endpoint, at: now)
            } else {
                unread.append(stream)
            }
        }
    }

    // MARK: Orders

    /// Asks the host for something; the answer comes as output with the number given here.
    @discardableResult
    package func send(_ order: PeerOrder, on endpoint: Endpoint, at now: Instant) -> UInt64 {
        let number = nextOrder
        nextOrder += 1
        let message = PeerMessage.order(number: number, order).encoded
        let reason: String? =
            if permission != .speak {
                "the host lets guests only watch"
            } else if message.count > PeerProtocol.maximumMessage
                || order.session.utf8.count > PeerProtocol.maximumName
            {
                "the text is too long"
            } else {
                nil
            }
        if case .watching = phase, let connection, let control, reason == nil {
            openOrders.append(number)
            endpoint.send(message, on: control, of: connection)
        } else {
            outputs.append(.orderRefused(number: number, reason: reason ?? "not connected"))
        }
        return number
    }

    // MARK: Status

    /// How the connection fares; nil while there is none.
    package func status(on endpoint: Endpoint, at now: Instant) -> PeerStatus? {
        guard let connection, let statistics = endpoint.statistics(connection) else { return nil }
        var status = PeerStatus(
            peer: peer, name: hostName, address: settings.remote.description,
            permission: permission, statistics: statistics)
        status.sendRate = sendRate.read(statistics.bytesSent, at: now)
        status.receiveRate = receiveRate.read(statistics.bytesReceived, at: now)
        status.streams = sources.values.filter(\.isStreaming).sorted { $0.name < $1.name }
            .map { $0.status(at: now) }
        return status
    }
}
