import HTTP3
import Networking
import QUIC
import Timeline

/// Gets resources on one connection, then tries a WebTransport session.
final class WebFetchingUser: ConnectingUser {
    private(set) var result = WebResult()
    private(set) var resumption: ResumptionState?
    private let keepsTicket: Bool
    private let journal: Journal
    private let work: WebWork
    private let whenDone: () -> Void
    private let client = HTTP3Client()
    private var connection: ConnectionHandle?
    private var authority = ""
    private var start = Instant.zero
    private var givesUp: Instant?
    private var order: [HTTP3Stream] = []
    private var received: [HTTP3Stream: Int] = [:]
    private var bodies: [HTTP3Stream: [UInt8]] = [:]
    private var waiting = 0
    private var session: HTTP3Stream?
    private var echoes: Set<HTTP3Stream> = []
    private var echoed = 0
    private var isDone = false

    init(
        _ journal: Journal, _ work: WebWork, keepsTicket: Bool, whenDone: @escaping () -> Void
    ) {
        (self.journal, self.work, self.whenDone) = (journal, work, whenDone)
        self.keepsTicket = keepsTicket
    }

    var deadline: Instant? { isDone ? nil : givesUp }

    func begin(
        _ settings: ClientSettings, to remote: NetworkAddress, from local: NetworkAddress,
        on endpoint: Endpoint, at now: Instant
    ) {
        start = now
        givesUp = now + .seconds(60)
        authority = "\(settings.serverName):\(remote.port)"
        do throws(QUICError) {
            let connection = try client.connect(
                settings, to: remote, from: local, on: endpoint, at: now)
            self.connection = connection
            let fields = work.priority.map { [HeaderField("priority", $0)] } ?? []
            for path in work.paths {
                for _ in 0..<work.times {
                    let head = RequestHead(authority: authority, path: path, fields: fields)
                    order.append(try client.request(head, on: connection))
                    waiting += 1
                }
            }
        } catch {
            fail(error.description)
        }
    }

    func endpointChanged(_ endpoint: Endpoint, at now: Instant) {
        for event in endpoint.takeEvents() {
            journal.note(event)
            note(event)
            client.process(event, on: endpoint, at: now)
            for event in client.takeOutput() { take(event, endpoint) }
        }
        if let givesUp, now >= givesUp { fail("no answer within 60 s") }
        if !isDone, isComplete {
            result.seconds = (now - start).seconds
            if work.bodies {
                result.bodies = order.map { String(decoding: bodies[$0] ?? [], as: UTF8.self) }
            }
            if let session { client.closeWebTransport(session, code: 7, reason: "done") }
            if let connection {
                endpoint.closeWhenDelivered(connection, code: HTTP3ErrorCode.noError.rawValue)
            }
            finish()
        }
    }

    private func note(_ event: EndpointEvent) {
        switch event.kind {
        case .connected(let information):
            result.resumed = information.isResumed
            result.early = information.isEarlyDataAccepted
            result.retried = information.wasRetried
        case .earlyDataRejected: result.earlyRejected = true
        case .resumption(let state): resumption = state
        default: break
        }
    }

    private var isComplete: Bool {
        waiting == 0 && connection != nil && (!keepsTicket || resumption?.hasTicket == true)
            && (work.webtransport == nil
                || result.webTransportBytes == 2 * work.bytes
                    && result.webTransportDatagrams != nil)
    }

    private func take(_ event: HTTP3Event, _ endpoint: Endpoint) {
        switch event {
        case .ready: openSession()
        case .response(_, let head):
            if !head.isInformational { result.statuses.append(head.status) }
        case .body(let stream, let bytes): take(bytes, stream)
        case .end(let stream):
            if order.contains(stream) { waiting -= 1 }
            if echoes.contains(stream) { result.webTransportBytes = echoed }
        case .reset(let stream, let code): fail("stream \(stream) was reset: \(code)")
        case .webTransportOpened(let session): exchange(session)
        case .webTransportStream(let stream, _): echoes.insert(stream)
        case .datagram(_, let bytes):
            if bytes == Array("datagram".utf8) { result.webTransportDatagrams = 1 }
        case .webTransportClosed(_, let code, let reason): fail("session: \(code) \(reason)")
        case .closed(_, let reason): fail(reason.description)
        default: break
        }
    }

    private func take(_ bytes: [UInt8], _ stream: HTTP3Stream) {
        let place = received[stream] ?? 0
        received[stream] = place + bytes.count
        if echoes.contains(stream) { echoed += bytes.count } else { result.bytes += bytes.count }
        if work.bodies { bodies[stream, default: []] += bytes }
        if work.pattern || echoes.contains(stream), !Pattern.continues(bytes, from: place) {
            fail("stream \(stream): other bytes than expected from \(place) on")
        }
    }

    private func openSession() {
        guard let path = work.webtransport, let connection else { return }
        do throws(QUICError) {
            session = try client.openWebTransport(
                authority: authority, path: path, on: connection)
        } catch {
            fail(error.description)
        }
    }

    private func exchange(_ session: HTTP3Stream) {
        do throws(QUICError) {
            for direction in [StreamID.Direction.bidirectional, .unidirectional] {
                let stream = try client.openWebTransportStream(direction, in: session)
                if direction == .bidirectional { echoes.insert(stream) }
                client.send(Pattern.bytes(from: 0, count: work.bytes), on: stream)
                client.finish(stream)
            }
            if !client.sendDatagram(Array("datagram".utf8), in: session) {
                fail("no datagram can be sent")
            }
        } catch {
            fail(error.description)
        }
    }

    private func fail(_ reason: String) {
        guard !isDone else { return }
        result.failure = reason
        finish()
    }

    private func finish() {
        isDone = true
        whenDone()
    }
}
