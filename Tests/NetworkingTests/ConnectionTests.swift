import Networking
import Testing
import Timeline

@Suite(.timeLimit(.minutes(20)))
struct ConnectionTests {
    @Test(arguments: [1000, 1001, 1008, 1011, 3000, 4000, 4999])
    func `the server's close code and reason arrive`(code: Int) async throws {
        let (server, url) = try startServer { connection, event in
            if case .opened = event { connection.close(code: code, reason: "type.code ü") }
        }
        defer { server.stop() }
        let collector = Collector()
        _ = client.connect(to: url, receiver: collector.receiver)
        let events = await collector.all()
        #expect(events.contains(.closing(code: code, reason: "type.code ü")))
        #expect(
            events.last
                == .closed(
                    WebSocketClosure(
                        code: code, reason: "type.code ü", isClean: true, isOurs: false)))
    }

    @Test func `a close frame without a code is one`() async throws {
        let (server, url) = try startServer { connection, event in
            if case .opened = event { connection.close(code: nil) }
        }
        defer { server.stop() }
        let collector = Collector()
        _ = client.connect(to: url, receiver: collector.receiver)
        #expect(
            await collector.all().last
                == .closed(
                    WebSocketClosure(code: nil, reason: "", isClean: true, isOurs: false)))
    }

    @Test func `a connection that is cut is lost, not closed`() async throws {
        let (server, url) = try startServer { connection, event in
            if case .text = event { connection.abort() }
        }
        defer { server.stop() }
        let collector = Collector()
        let connection = client.connect(to: url, receiver: collector.receiver)
        connection.send(text: [65])
        guard case .failed(let error)? = await collector.all().last else {
            Issue.record("it did not fail")
            return
        }
        #expect(error.kind == .lost && error.closeCode == 1006)
    }

    @Test func `a refused handshake keeps status, fields and body`() async throws {
        let answer = HTTPAnswer(
            status: 401, fields: ["x-request-id": "req_1"],
            body: Array(#"{"error":{"code":"invalid_api_key"}}"#.utf8))
        let server = try WebSocketServer(host: "127.0.0.1", port: 0, threads: Loops.shared) {
            $0.answer(answer)
        }
        defer { server.stop() }
        let url = try WebSocketURL("ws://127.0.0.1:\(server.port)/v1/realtime?model=m")
        let collector = Collector()
        _ = client.connect(to: url, receiver: collector.receiver)
        guard case .failed(let error)? = await collector.all().last, let got = error.answer else {
            Issue.record("it was not refused")
            return
        }
        #expect(got.status == 401 && got.body == answer.body)
        #expect(got.fields["X-Request-ID"] == "req_1")
    }

    @Test func `the server sees path, query, fields and subprotocols and chooses one`() async throws
    {
        let seen = Promise<HTTPRequest>()
        let server = try WebSocketServer(host: "127.0.0.1", port: 0, threads: Loops.shared) {
            seen.fulfil($0.request)
            _ = $0.accept(subprotocol: "realtime", fields: ["x-id": "7"]) { connection, event in
                if case .opened = event { connection.close() }
            }
        }
        defer { server.stop() }
        let url = try WebSocketURL("ws://127.0.0.1:\(server.port)/v1/realtime?model=a%20b")
        let collector = Collector()
        _ = client.connect(
            to: url, fields: ["Authorization": "Bearer k"], subprotocols: ["realtime", "other"],
            receiver: collector.receiver)
        let request = await seen.value()
        #expect(request.path == "/v1/realtime" && request.parameter("model") == "a%20b")
        #expect(request.fields["authorization"] == "Bearer k")
        #expect(request.subprotocols == ["realtime", "other"])
        guard case .opened(let handshake)? = await collector.all().first else {
            Issue.record("it was not opened")
            return
        }
        #expect(handshake.subprotocol == "realtime" && handshake.fields["X-Id"] == "7")
    }

    @Test func `nobody listening is said at once`() async throws {
        let (server, url) = try startServer(receiver: echo)
        server.stop()
        // The port is free again once the server's channel has gone; until then it answers.
        let collector = Collector()
        var gone = url
        gone.host = "localhost.invalid"
        _ = client.connect(to: gone, receiver: collector.receiver)
        guard case .failed(let error)? = await collector.all().last else {
            Issue.record("it connected")
            return
        }
        #expect(error.kind == .unreachable)
    }

    @Test func `a far end that does not answer in time is given up`() async throws {
        // It takes the request and never answers.
        let server = try WebSocketServer(host: "127.0.0.1", port: 0, threads: Loops.shared) { _ in }
        defer { server.stop() }
        let url = try WebSocketURL("ws://127.0.0.1:\(server.port)/")
        let collector = Collector()
        _ = client.connect(
            to: url, options: WebSocketOptions(connectTimeout: .milliseconds(50)),
            receiver: collector.receiver)
        guard case .failed(let error)? = await collector.all().last else {
            Issue.record("it connected")
            return
        }
        #expect(error.kind == .timeout)
    }

    @Test func `what is said before an immediate close still comes, and nothing after it`()
        async throws
    {
        let (server, url) = try startServer { connection, event in
            guard case .opened = event else { return }
            connection.send(text: Array("last words".utf8))
            connection.close(code: 4000)
            connection.send(text: Array("too late".utf8))
        }
        defer { server.stop() }
        let collector = Collector()
        _ = client.connect(to: url, receiver: collector.receiver)
        let events = await collector.all()
        let texts = events.filter { if case .text = $0 { true } else { false } }
        #expect(texts == [.text(Array("last words".utf8))])
        #expect(events.contains(.closing(code: 4000, reason: "")))
    }

    @Test func `a ping is answered with its payload`() async throws {
        let (server, url) = try startServer { connection, event in
            switch event {
            case .opened: connection.send(ping: [1, 2, 3])
            case .pong(let payload, _): connection.close(code: 4000 + payload.count)
            default: break
            }
        }
        defer { server.stop() }
        let collector = Collector()
        _ = client.connect(to: url, receiver: collector.receiver)
        let events = await collector.all()
        #expect(events.contains(.ping([1, 2, 3])))
        #expect(events.contains(.closing(code: 4003, reason: "")))
    }

    @Test func `a far end that answers no pings is half open`() async throws {
        let (server, url) = try startServer(options: .relay) { _, _ in }
        defer { server.stop() }
        let collector = Collector()
        _ = client.connect(
            to: url,
            options: WebSocketOptions(
                pingInterval: .milliseconds(20), pongTimeout: .milliseconds(20)),
            receiver: collector.receiver)
        guard case .failed(let error)? = await collector.all().last else {
            Issue.record("it was not noticed")
            return
        }
        #expect(error.kind == .silent)
    }

    @Test func `our own pings measure the round trip`() async throws {
        let (server, url) = try startServer { _, _ in }
        defer { server.stop() }
        let collector = Collector()
        let connection = client.connect(
            to: url, options: WebSocketOptions(pingInterval: .milliseconds(5)),
            receiver: collector.receiver)
        for await event in collector.events {
            if case .pong(_, let roundTrip) = event {
                #expect(roundTrip.map { $0 > .zero } == true)
                connection.close()
            }
        }
    }

    @Test func `text that is not UTF-8 ends the connection with 1007`() async throws {
        let (server, url) = try startServer { connection, event in
            if case .opened = event { connection.send(text: [0x41, 0xC3]) }
        }
        defer { server.stop() }
        let collector = Collector()
        _ = client.connect(to: url, receiver: collector.receiver)
        guard case .failed(let error)? = await collector.all().last else {
            Issue.record("it was taken")
            return
        }
        #expect(error.kind == .protocolViolation(closeCode: 1007))
    }

    @Test(arguments: [nil, 100])
    func `a message above the bound ends the connection with 1009`(fragment: Int?) async throws {
        let (server, url) = try startServer(
            options: WebSocketOptions(fragmentBytes: fragment)
        ) { connection, event in
            if case .opened = event {
                connection.send(binary: [UInt8](repeating: 7, count: 1001))
            }
        }
        defer { server.stop() }
        let collector = Collector()
        _ = client.connect(
            to: url, options: WebSocketOptions(maximumMessageBytes: 1000),
            receiver: collector.receiver)
        guard case .failed(let error)? = await collector.all().last else {
            Issue.record("it was taken")
            return
        }
        #expect(error.kind == .protocolViolation(closeCode: 1009))
    }

    @Test func `what a slow consumer does not take is bounded, and what is lost is told`()
        async throws
    {
        let far = Promise<WebSocketConnection>()
        let counted = Promise<Int>()
        let received = Counter()
        let (server, url) = try startServer { connection, event in
            switch event {
            case .opened:
                connection.pauseReading()
                far.fulfil(connection)
            case .binary: received.add(1)
            case .closed: counted.fulfil(received.value)
            default: break
            }
        }
        defer { server.stop() }
        let collector = Collector()
        let limit = 1 << 20
        let connection = client.connect(
            to: url,
            // However long the test waits for its turn while nobody reads.
            options: WebSocketOptions(
                sendLimitBytes: limit, closeTimeout: .seconds(1_200), pingInterval: nil),
            receiver: collector.receiver)
        let slow = await far.value()
        let message = [UInt8](repeating: 1, count: 1 << 16)
        var sent = 0
        var refused = 0
        // The kernel takes some megabytes; after that our own bound holds.
        while refused < 10 {
            if connection.send(binary: message) { sent += 1 } else { refused += 1 }
            #expect(connection.waitingBytes <= limit)
            if sent > 10_000 { break }
        }
        slow.resumeReading()
        connection.close()
        let events = await collector.all()
        let told = events.reduce(0) { sum, event in
            if case .dropped(let messages, _) = event { return sum + messages }
            return sum
        }
        #expect(refused == 10 && told == refused, "\(told) \(events.suffix(3))")
        #expect(await counted.value() == sent)
    }
}
