import Networking
import QUIC
import Timeline

/// Does a client's work on one connection and checks every byte of the answers.
final class FetchingUser: ConnectingUser {
    private(set) var result = FetchResult()
    private(set) var resumption: ResumptionState?
    private let journal: Journal
    private let work: FetchWork
    private let keepsTicket: Bool
    private let whenDone: () -> Void

    private var connection: ConnectionHandle?
    private var start = Instant.zero
    private var round = 0
    private var nextRound = Instant.zero
    /// By place in the round: what came, and what is still to be queued.
    private var expected: [StreamID: Int] = [:]
    private var received: [StreamID: Int] = [:]
    private var answers: [StreamID: [UInt8]] = [:]
    private var owed: [StreamID: Int] = [:]
    private var finished = 0
    private var datagramsSent = 0
    private var isConnected = false
    private var isDone = false
    private var givesUp: Instant?
    private(set) var deadline: Instant?

    init(_ journal: Journal, _ work: FetchWork, keepsTicket: Bool, whenDone: @escaping () -> Void) {
        (self.journal, self.work, self.keepsTicket) = (journal, work, keepsTicket)
        self.whenDone = whenDone
    }

    func begin(
        _ settings: ClientSettings, to remote: NetworkAddress, from local: NetworkAddress,
        on endpoint: Endpoint, at now: Instant
    ) {
        start = now
        givesUp = now + .seconds(120)
        do throws(QUICError) {
            connection = try endpoint.connect(settings, to: remote, from: local, at: now)
            if !work.onlyHandshake { try openStreams(endpoint) }
        } catch {
            fail(error.description)
        }
    }

    // MARK: Requests

    private func openStreams(_ endpoint: Endpoint) throws(QUICError) {
        guard let connection else { return }
        for _ in 0..<work.streams {
            let stream = try endpoint.openStream(
                work.unidirectional ? .unidirectional : .bidirectional, on: connection,
                isIdempotent: work.early && round == 0)
            expected[stream] = work.bytes
            if work.mode == .source {
                endpoint.send(Array("\(work.bytes)".utf8), on: stream, of: connection)
                endpoint.finish(stream, of: connection)
            } else {
                owed[stream] = work.bytes
                pay(stream, endpoint)
            }
        }
    }

    private func pay(_ stream: StreamID, _ endpoint: Endpoint) {
        guard let connection, var rest = owed[stream] else { return }
        var mayGoOn = true
        while rest >= Pattern.block.count, mayGoOn {
            mayGoOn = endpoint.send(Pattern.block, on: stream, of: connection)
            rest -= Pattern.block.count
        }
        if rest < Pattern.block.count, mayGoOn {
            endpoint.send(Pattern.bytes(from: 0, count: rest), on: stream, of: connection)
            rest = 0
        }
        owed[stream] = rest == 0 ? nil : rest
        if rest == 0 { endpoint.finish(stream, of: connection) }
    }

    private func sendDatagrams(_ endpoint: Endpoint) {
        guard let connection else { return }
        // A few at a time: nothing holds them back, and the receiver may be slow.
        while datagramsSent < work.datagrams, datagramsSent < result.datagramsReceived + 16 {
            let bytes = Pattern.bytes(from: datagramsSent, count: 100 + datagramsSent % 900)
            guard endpoint.sendDatagram(bytes, on: connection) != nil else { return }
            datagramsSent += 1
        }
    }

    // MARK: Answers

    func endpointChanged(_ endpoint: Endpoint, at now: Instant) {
        for event in endpoint.takeEvents() {
            journal.note(event)
            process(event, endpoint, now)
        }
        guard !isDone else { return }
        if isConnected { sendDatagrams(endpoint) }
        if let givesUp, now >= givesUp { return fail("no answer within 120 s") }
        goOn(endpoint, at: now)
        deadline = isDone ? nil : now + .milliseconds(20)
    }

    private func process(_ event: EndpointEvent, _ endpoint: Endpoint, _ now: Instant) {
        switch event.kind {
        case .connected(let information):
            isConnected = true
            result.handshakeSeconds = (now - start).seconds
            result.resumed = information.isResumed
            result.early = information.isEarlyDataAccepted
            result.retried = information.wasRetried
            result.cipher = information.cipher
        case .earlyDataRejected: result.earlyRejected = true
        case .resumption(let state): resumption = state
        case .readable(let stream): read(stream, endpoint)
        case .writable(let stream): pay(stream, endpoint)
        case .streamReset(let stream, let code): fail("stream \(stream) was reset: \(code)")
        case .datagram: result.datagramsReceived += 1
        case .pathValidated(_, _, let holds): if holds { result.paths += 1 }
        case .closed(let reason): fail(reason.description)
        default: break
        }
    }

    private func read(_ stream: StreamID, _ endpoint: Endpoint) {
        guard let connection else { return }
        while let data = endpoint.read(stream, of: connection) {
            result.bytesReceived += data.bytes.count
            let place = received[stream] ?? 0
            if work.mode == .sink {
                answers[stream, default: []] += data.bytes
            } else if !Pattern.continues(data.bytes, from: place) {
                return fail("stream \(stream): other bytes than expected from \(place) on")
            }
            received[stream] = place + data.bytes.count
            guard data.isEnd else { continue }
            finished += 1
            let isRight =
                work.mode == .sink
                ? answers[stream] == Array("\(work.bytes)".utf8)
                : received[stream] == work.bytes
            if !isRight { return fail("stream \(stream): \(place) bytes, not \(work.bytes)") }
            received[stream] = nil
        }
    }

    /// What is next when a round's answers are all there.
    private func goOn(_ endpoint: Endpoint, at now: Instant) {
        guard let connection, isConnected else { return }
        if let statistics = endpoint.statistics(connection) { note(statistics) }
        if !work.onlyHandshake {
            guard finished == work.streams * (round + 1) else { return }
        }
        if round == 0 {
            result.seconds = (now - start).seconds
            if work.updateKeys || work.migrate != nil { return beginSecondRound(endpoint, now) }
        }
        guard result.datagramsReceived >= work.datagrams else { return }
        if work.updateKeys || work.awaitKeyUpdate, result.keyUpdates == 0 {
            // It shows with later packets only.
            guard now >= nextRound else { return }
            nextRound = now + .milliseconds(200)
            return beginRound(endpoint)
        }
        if work.migrate != nil, result.paths == 0 { return }
        if keepsTicket, resumption?.hasTicket != true { return }
        endpoint.close(connection, code: 0, reason: "done")
        finish()
    }

    private func beginSecondRound(_ endpoint: Endpoint, _ now: Instant) {
        guard let connection else { return }
        nextRound = now + .milliseconds(200)
        do throws(QUICError) {
            if work.updateKeys { endpoint.updateKeys(connection) }
            if let migrate = work.migrate {
                guard let place = NetworkAddress(migrate) else {
                    return fail("\(migrate) is no address with a port")
                }
                try endpoint.migrate(connection, to: place, at: now)
            }
        } catch {
            return fail(error.description)
        }
        beginRound(endpoint)
    }

    private func beginRound(_ endpoint: Endpoint) {
        round += 1
        do throws(QUICError) { try openStreams(endpoint) } catch { fail(error.description) }
    }

    private func note(_ statistics: ConnectionStatistics) {
        result.keyUpdates = statistics.keyUpdates
        result.packetsLost = statistics.packetsLost
        result.pathPayload = statistics.pathPayload
        result.smoothedRoundTripSeconds = statistics.smoothedRoundTrip.seconds
    }

    private func fail(_ reason: String) {
        guard !isDone else { return }
        result.failure = reason
        finish()
    }

    private func finish() {
        isDone = true
        deadline = nil
        whenDone()
    }
}
