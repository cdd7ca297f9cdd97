package import PeerProtocol
package import QUIC
package import Timeline

/// Shares one log with guests over the connections of a QUIC endpoint, on the endpoint's thread.
///
/// Each source of the log has a stream of its own to each guest. A guest that is slower than the
/// log costs no memory: it reads from the newest blocks while they are there, and what it has
/// missed then is asked for with `historyWanted`. See docs/PEER.md.
package final class PeerHost {
    let settings: PeerHostSettings
    let logID: LogID
    let header: [UInt8]
    let log: SharedLog
    private(set) var watchers: [ConnectionHandle: Watcher] = [:]
    /// Who has said nothing yet, the oldest first.
    private var greeting: [Watcher] = []
    /// Who is here, in the order of joining.
    private(set) var watching: [Watcher] = []
    var outputs: [PeerHostOutput] = []
    private var numbers = GuestNumbers()
    var nextRequest: UInt64 = 1
    /// How the host takes its leave, once it does.
    var farewell: Farewell?

    /// The longest header line, in bytes; it goes in one message.
    package static let maximumHeader = PeerProtocol.maximumMessage / 2

    /// A host of the log `logID`, whose header line is opaque here.
    ///
    /// - Parameter nextSequence: the sequence of the first event that `append` will bring; those
    ///   before are in the history.
    package init(
        _ settings: PeerHostSettings, logID: LogID, header: [UInt8], nextSequence: UInt64 = 0
    ) {
        precondition(header.count <= Self.maximumHeader, "a header has at most 512 KiB")
        (self.settings, self.logID, self.header) = (settings, logID, header)
        log = SharedLog(settings, origin: nextSequence)
    }

    // MARK: The log

    /// Takes new events of the log; `advance` sends them.
    package func append(_ events: [Event]) { log.append(events) }

    /// The sequence of the next event.
    package var head: UInt64 { log.head }

    /// What the encoded events in memory cost, in bytes.
    package var tailBytes: Int { log.tailBytes }

    /// What happened since the last call.
    package func takeOutput() -> [PeerHostOutput] {
        var out: [PeerHostOutput] = []
        swap(&out, &outputs)
        return out
    }

    // MARK: Connections

    /// Takes an event of a connection that speaks the peer protocol.
    package func process(_ event: EndpointEvent, on endpoint: Endpoint, at now: Instant) {
        if case .closed(let reason) = event.kind { return closed(event.connection, reason) }
        let watcher = watcher(event.connection, at: now)
        switch event.kind {
        case .connected:
            watcher.isConfirmed = true
            watcher.address = endpoint.addresses(watcher.connection)?.remote.description ?? ""
            readControl(of: watcher, on: endpoint, at: now)
        case .streamOpened(let stream): opened(stream, by: watcher, on: endpoint)
        case .readable(let stream) where stream == watcher.control:
            readControl(of: watcher, on: endpoint, at: now)
        case .streamReset(let stream, _) where stream == watcher.control,
            .stopSending(let stream) where stream == watcher.control:
            drop(
                watcher, PeerProtocol.closeMalformed, "the control stream was given up",
                on: endpoint)
        case .stopSending:
            drop(watcher, PeerProtocol.closeMalformed, "a source was given up", on: endpoint)
        default: break
        }
    }

    private func watcher(_ connection: ConnectionHandle, at now: Instant) -> Watcher {
        if let known = watchers[connection] { return known }
        let watcher = Watcher(connection, at: now)
        watchers[connection] = watcher
        greeting.append(watcher)
        return watcher
    }

    func join(_ watcher: Watcher) {
        watcher.phase = .watching
        watching.append(watcher)
    }

    /// The first stream that a guest opens both ways is its control stream; it needs no other.
    private func opened(_ stream: StreamID, by watcher: Watcher, on endpoint: Endpoint) {
        guard stream.isClientInitiated else { return }
        if stream.direction == .bidirectional, watcher.control == nil {
            watcher.control = stream
            endpoint.setPriority(StreamPriority(urgency: 0), of: stream, of: watcher.connection)
            return
        }
        drop(watcher, PeerProtocol.closeMalformed, "a guest has one stream", on: endpoint)
    }

    private func closed(_ connection: ConnectionHandle, _ reason: CloseReason) {
        guard let watcher = watchers.removeValue(forKey: connection) else { return }
        leave(watcher, reason.message.isEmpty ? reason.description : reason.message)
    }

    /// Says once that a guest has left.
    func leave(_ watcher: Watcher, _ reason: String) {
        if case .watching = watcher.phase {
            outputs.append(.left(watcher.peer, reason: reason))
            watching.removeAll { $0 === watcher }
        }
        watcher.phase = .leaving
        watcher.sources = []
        watcher.waiting = []
        watcher.sinceHead = []
        watcher.request = nil
    }

    /// Ends a connection that went wrong.
    func drop(_ watcher: Watcher, _ code: UInt64, _ reason: String, on endpoint: Endpoint) {
        if case .leaving = watcher.phase { return }
        leave(watcher, reason)
        endpoint.close(watcher.connection, code: code, reason: reason)
    }

    /// Tells a guest after all that its order cannot be.
    package func refuse(
        order number: UInt64, of peer: PeerID, reason: String, on endpoint: Endpoint
    ) {
        for watcher in watching where watcher.peer == peer {
            tell(watcher, .orderRefused(number: number, reason: reason), on: endpoint)
        }
    }

    func tell(_ watcher: Watcher, _ message: PeerMessage, on endpoint: Endpoint) {
        guard let control = watcher.control else { return }
        endpoint.send(message.encoded, on: control, of: watcher.connection)
    }

    /// The number that a guest has had before, or the lowest that is free.
    func number(of key: [UInt8]) -> PeerID {
        numbers.number(of: key, present: Set(watching.map(\.key)))
    }

    // MARK: Time

    /// When `advance` is to be called at the latest.
    package var deadline: Instant? {
        var soonest: Instant?
        func add(_ time: Instant) { soonest = soonest.map { min($0, time) } ?? time }
        if let oldest = greeting.first { add(oldest.since + settings.greetingTime) }
        for watcher in watching {
            if watcher.toldHead < log.head { add(watcher.headTime) }
            if let time = watcher.summaryTime { add(time) }
            if let time = watcher.requestTime { add(time) }
        }
        return soonest
    }

    /// Sends what there is to send.
    package func advance(on endpoint: Endpoint, at now: Instant) {
        let changed = log.seal(at: now)
        for watcher in watching {
            note(changed, for: watcher, on: endpoint)
            feed(watcher, on: endpoint, at: now)
            tellHead(watcher, on: endpoint, at: now)
            tellSummary(watcher, on: endpoint, at: now)
            sayFarewell(to: watcher, on: endpoint)
        }
        dropSilent(on: endpoint, at: now)
        for number in changed { log.forget(source: number) }
        log.forget()
    }

    private func dropSilent(on endpoint: Endpoint, at now: Instant) {
        var count = 0
        for watcher in greeting {
            if case .greeting = watcher.phase {
                guard now >= watcher.since + settings.greetingTime else { break }
                drop(watcher, PeerProtocol.closeSilent, "no hello came", on: endpoint)
            }
            count += 1
        }
        greeting.removeFirst(count)
    }
}
