import HTTP3
import Networking
import QUIC
import Timeline

/// Answers requests with as many bytes as their path says, and everything else with itself.
final class WebServingUser: EndpointUser {
    private let journal: Journal
    private let server = HTTP3Server()
    /// Bytes of the pattern still to be queued.
    private var owed: [HTTP3Stream: Int] = [:]
    private var answers: [HTTP3Stream: HTTP3Stream] = [:]

    init(_ journal: Journal) { self.journal = journal }

    var deadline: Instant? { nil }

    func endpointChanged(_ endpoint: Endpoint, at now: Instant) {
        for event in endpoint.takeEvents() {
            journal.note(event)
            tell(event)
            server.process(event, on: endpoint, at: now)
            for event in server.takeOutput() { take(event) }
        }
    }

    private func tell(_ event: EndpointEvent) {
        switch event.kind {
        case .connected(let information):
            Journal.tell(
                ConnectionReport(
                    event: "connected", connection: event.connection.value,
                    resumed: information.isResumed, early: information.isEarlyDataAccepted,
                    retried: information.wasRetried, cipher: information.cipher,
                    remote: information.remote.description))
        case .closed(let reason):
            Journal.tell(WebReport(event: "closed", text: reason.description))
        default: break
        }
    }

    private func take(_ event: HTTP3Event) {
        switch event {
        case .request(let stream, let head): answer(head, stream)
        case .body(let stream, let bytes): server.send(bytes, on: answers[stream] ?? stream)
        case .end(let stream): finish(stream)
        case .writable(let stream): pay(stream)
        case .stopped(let stream), .reset(let stream, _): owed[stream] = nil
        case .datagram(let session, let bytes): _ = server.sendDatagram(bytes, in: session)
        case .webTransportStream(let stream, let session): greet(stream, session)
        case .webTransportClosed(_, let code, let reason):
            Journal.tell(WebReport(event: "sessionClosed", text: reason, code: code))
        default: break
        }
    }

    private func answer(_ head: RequestHead, _ stream: HTTP3Stream) {
        Journal.tell(
            WebReport(
                event: "request", text: "\(head.method) \(head.path)",
                priority: head.fields["priority"], early: head.isEarly))
        if head.connectProtocol == "webtransport" { return server.acceptWebTransport(stream) }
        switch (head.method, Int(head.path.dropFirst())) {
        case ("GET", let count?) where count >= 0:
            let length = HeaderField("content-length", "\(count)")
            server.respond(to: stream, ResponseHead(status: 200, fields: [length]))
            owed[stream] = count
            pay(stream)
        case ("GET", _):
            let text = Array("<!doctype html><title>web</title><p id=\"shown\">yes</p>\n".utf8)
            let type = HeaderField("content-type", head.path == "/" ? "text/html" : "text/plain")
            let status = head.path == "/" ? 200 : 404
            server.respond(to: stream, ResponseHead(status: status, fields: [type]))
            server.send(text, on: stream)
            server.finish(stream)
        default: server.respond(to: stream, ResponseHead(status: 200))
        }
    }

    private func pay(_ stream: HTTP3Stream) {
        guard var rest = owed[stream] else { return }
        var mayGoOn = true
        while rest >= Pattern.block.count, mayGoOn {
            mayGoOn = server.send(Pattern.block, on: stream)
            rest -= Pattern.block.count
        }
        if rest < Pattern.block.count, mayGoOn {
            server.send(Pattern.bytes(from: 0, count: rest), on: stream)
            rest = 0
        }
        owed[stream] = rest == 0 ? nil : rest
        if rest == 0 { server.finish(stream) }
    }

    /// A one-way stream is answered by another.
    private func greet(_ stream: HTTP3Stream, _ session: HTTP3Stream) {
        guard stream.id.direction == .unidirectional else { return }
        do throws(QUICError) {
            answers[stream] = try server.openWebTransportStream(.unidirectional, in: session)
        } catch {
            Journal.complain(error.description)
        }
    }

    private func finish(_ stream: HTTP3Stream) {
        guard owed[stream] == nil else { return }
        server.finish(answers.removeValue(forKey: stream) ?? stream)
    }
}

struct WebReport: Encodable {
    var event: String
    var text = ""
    var code: UInt32?
    var priority: String?
    var early: Bool?
}
