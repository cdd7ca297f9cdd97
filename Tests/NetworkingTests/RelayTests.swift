import Networking
import Synchronization
import Testing
import Timeline

/// What a relay's listener heard.
final class Notices: Sendable {
    private let all = Mutex<[WebSocketRelay.Notice]>([])
    private let ended = Promise<Void>()

    var listener: WebSocketRelay.Listener {
        { notice in
            self.all.withLock { $0.append(notice) }
            switch notice {
            case .closed, .failed: self.ended.fulfil(())
            default: break
            }
        }
    }

    /// Everything, when the session is over.
    func untilEnd() async -> [WebSocketRelay.Notice] {
        await ended.value()
        return all.withLock { $0 }
    }
}

@Suite(.timeLimit(.minutes(20)))
struct RelayTests {
    /// A relay in front of `upstream`, and its URL.
    private func startRelay(
        to upstream: WebSocketURL, faults: WebSocketRelay.Faults = .init(),
        listener: @escaping WebSocketRelay.Listener
    ) throws -> (WebSocketServer, WebSocketURL) {
        let relay = WebSocketRelay(client: client, upstream: upstream, faults: faults)
        let server = try WebSocketServer(
            host: "127.0.0.1", port: 0, threads: Loops.shared, settings: .init(options: .relay)
        ) { relay.serve($0) { listener } }
        return (
            server,
            WebSocketURL(isSecure: false, host: "127.0.0.1", port: server.port, target: "/v1/x?a=b")
        )
    }

    @Test(arguments: [1, 2, 3], [nil, 50])
    func `random messages pass byte for byte both ways`(
        seed: UInt64, fragment: Int?
    ) async throws {
        var random = SeededRandom(seed: seed)
        let messages = (0..<60).map { _ -> WebSocketEvent in
            let length = [0, 1, 125, 126, 1000, 70_000].randomElement(using: &random) ?? 0
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            // Text that is not UTF-8 passes, too: the ends judge, not the relay.
            return Bool.random(using: &random) ? .text(bytes) : .binary(bytes)
        }
        let options = WebSocketOptions(fragmentBytes: fragment, validatesText: false)
        let (upstream, url) = try startServer(options: options, receiver: echo)
        defer { upstream.stop() }
        let notices = Notices()
        let (relay, address) = try startRelay(to: url, listener: notices.listener)
        defer { relay.stop() }
        let collector = Collector()
        let connection = client.connect(
            to: address, options: options, receiver: collector.receiver)
        for message in messages {
            switch message {
            case .text(let bytes): connection.send(text: bytes)
            case .binary(let bytes): connection.send(binary: bytes)
            default: break
            }
        }
        var found: [WebSocketEvent] = []
        for await event in collector.events where event.isMessage {
            found.append(event)
            if found.count == messages.count { connection.close() }
        }
        #expect(found == messages)
        let heard = await notices.untilEnd()
        func copies(_ direction: WebSocketRelay.Direction) -> [WebSocketEvent] {
            heard.compactMap { notice in
                switch notice {
                case .text(direction, let bytes): .text(bytes)
                case .binary(direction, let bytes): .binary(bytes)
                default: nil
                }
            }
        }
        #expect(copies(.up) == messages && copies(.down) == messages)
        #expect(heard.last == .closed(code: 1000, reason: ""))
    }

    @Test(arguments: [nil, 1000, 1001, 1011, 3000, 4000])
    func `close codes pass from upstream to client and back`(code: Int?) async throws {
        let far = Collector()
        let (upstream, url) = try startServer { connection, event in
            far.receiver(connection, event)
            if case .text = event { connection.close(code: code, reason: "why") }
        }
        defer { upstream.stop() }
        let notices = Notices()
        let (relay, address) = try startRelay(to: url, listener: notices.listener)
        defer { relay.stop() }
        let collector = Collector()
        let connection = client.connect(to: address, receiver: collector.receiver)
        connection.send(text: [65])
        let reason = code == nil ? "" : "why"
        #expect(
            await collector.all().last
                == .closed(
                    WebSocketClosure(code: code, reason: reason, isClean: true, isOurs: false)))
        #expect(
            await far.all().last
                == .closed(
                    WebSocketClosure(code: code, reason: reason, isClean: true, isOurs: true)))
        #expect(await notices.untilEnd().last == .closed(code: code, reason: reason))
    }

    @Test func `pings and pongs pass through with their payload`() async throws {
        let (upstream, url) = try startServer(options: WebSocketOptions(pingInterval: nil)) {
            connection, event in
            switch event {
            case .opened: connection.send(ping: [9, 8, 7])
            case .pong(let payload, _): connection.close(code: 4000 + Int(payload[0]))
            default: break
            }
        }
        defer { upstream.stop() }
        let (relay, address) = try startRelay(to: url) { _ in }
        defer { relay.stop() }
        let collector = Collector()
        _ = client.connect(to: address, receiver: collector.receiver)
        let events = await collector.all()
        #expect(events.contains(.ping([9, 8, 7])))
        #expect(events.contains(.closing(code: 4009, reason: "")))
    }

    @Test func `the upstream's refusal reaches the client with its body`() async throws {
        let body = Array(#"{"error":{"code":"quota"}}"#.utf8)
        let seen = Promise<HTTPRequest>()
        let upstream = try WebSocketServer(host: "127.0.0.1", port: 0, threads: Loops.shared) {
            seen.fulfil($0.request)
            $0.answer(HTTPAnswer(status: 429, fields: ["retry-after": "7"], body: body))
        }
        defer { upstream.stop() }
        let notices = Notices()
        let (relay, address) = try startRelay(
            to: try WebSocketURL("ws://127.0.0.1:\(upstream.port)"), listener: notices.listener)
        defer { relay.stop() }
        let collector = Collector()
        _ = client.connect(
            to: address, fields: ["Authorization": "Bearer sk-secret"],
            receiver: collector.receiver)
        guard case .failed(let error)? = await collector.all().last, let answer = error.answer
        else {
            Issue.record("it was not refused")
            return
        }
        #expect(answer.status == 429 && answer.body == body && answer.fields["Retry-After"] == "7")
        let request = await seen.value()
        #expect(request.target == "/v1/x?a=b")
        #expect(request.fields["Authorization"] == "Bearer sk-secret")
        #expect(!"\(await notices.untilEnd())".contains("sk-secret"))
    }

    @Test func `an upstream that is cut cuts the client`() async throws {
        let (upstream, url) = try startServer { connection, event in
            if case .text = event { connection.abort() }
        }
        defer { upstream.stop() }
        let notices = Notices()
        let (relay, address) = try startRelay(to: url, listener: notices.listener)
        defer { relay.stop() }
        let collector = Collector()
        let connection = client.connect(to: address, receiver: collector.receiver)
        connection.send(text: [65])
        guard case .failed(let error)? = await collector.all().last else {
            Issue.record("it did not fail")
            return
        }
        #expect(error.closeCode == 1006)
        guard case .failed? = await notices.untilEnd().last else {
            Issue.record("the listener was not told")
            return
        }
    }

    @Test func `faults leave messages away and say so`() async throws {
        let (upstream, url) = try startServer(receiver: echo)
        defer { upstream.stop() }
        let notices = Notices()
        let (relay, address) = try startRelay(
            to: url, faults: .init(drop: 1, closeAfter: .milliseconds(30)),
            listener: notices.listener)
        defer { relay.stop() }
        let collector = Collector()
        let connection = client.connect(to: address, receiver: collector.receiver)
        connection.send(text: [65])
        let events = await collector.all()
        #expect(events.filter(\.isMessage).isEmpty)
        #expect(events.contains(.closing(code: 1011, reason: "fault injection")))
        #expect(await notices.untilEnd().contains(.left(.up, bytes: 1)))
    }

    @Test(arguments: [
        ("/", "/v1/realtime?m=1", "/v1/realtime?m=1"), ("/v1", "/v1/realtime", "/v1/realtime"),
        ("/v1", "/realtime", "/v1/realtime"), ("/openai/v1/", "/realtime", "/openai/v1/realtime"),
        ("/v1", "/v10", "/v1/v10"),
    ])
    func `the upstream's path comes before the client's, once`(
        base: String, target: String, joined: String
    ) {
        #expect(WebSocketRelay.join(base, target) == joined)
    }
}
