import QUIC
import SimulatedNetwork
import Testing
import Timeline

@testable import HTTP3

@Suite struct `HTTP/3 exchanges` {
    @Test func `a request is answered with a head, a body and an end`() throws {
        let web = try Web()
        web.onServer = { event in
            guard case .request(let stream, let head) = event else { return }
            let fields = [
                HeaderField("content-type", "text/plain"), HeaderField("content-length", "5"),
            ]
            web.server.respond(to: stream, ResponseHead(status: 200, fields: fields))
            #expect(head.path == "/hello?a=b")
            web.server.send(Array("hello".utf8), on: stream)
            web.server.finish(stream)
        }
        let stream = try web.client.request(
            Web.get("/hello?a=b", [HeaderField("x-own", "value")]), on: web.connection)
        #expect(web.run { web.isEnded(stream) })
        #expect(web.responses(stream).map(\.status) == [200])
        #expect(web.responses(stream).first?.fields["content-type"] == "text/plain")
        #expect(web.body(stream, of: web.clientEvents) == Array("hello".utf8))
        #expect(web.requests.first?.1.fields["x-own"] == "value")
        #expect(web.requests.first?.1.authority == "localhost")
        web.network.run(for: .seconds(1))
        #expect(web.server.connections.values.first?.messages.isEmpty == true)
        #expect(web.client.connections.values.first?.messages.isEmpty == true)
    }

    @Test func `an answer to HEAD has no body`() throws {
        let web = try Web()
        web.onServer = { event in
            guard case .request(let stream, _) = event else { return }
            web.server.respond(
                to: stream,
                ResponseHead(status: 404, fields: [HeaderField("content-length", "5")]))
            web.server.send(Array("hello".utf8), on: stream)
            web.server.finish(stream)
        }
        var head = Web.get("/none")
        head.method = "HEAD"
        let stream = try web.client.request(head, on: web.connection)
        #expect(web.run { web.isEnded(stream) })
        #expect(web.responses(stream).map(\.status) == [404])
        #expect(web.responses(stream).first?.fields["content-length"] == "5")
        #expect(web.body(stream, of: web.clientEvents).isEmpty)
    }

    @Test func `bodies go both ways, with trailers and informational heads`() throws {
        let web = try Web()
        web.onServer = { event in
            switch event {
            case .request(let stream, _):
                web.server.respond(to: stream, ResponseHead(status: 103))
                web.server.respond(to: stream, ResponseHead(status: 200))
            case .body(let stream, let bytes): web.server.send(bytes, on: stream)
            case .end(let stream):
                web.server.sendTrailers([HeaderField("x-sum", "7")], on: stream)
            default: break
            }
        }
        var head = Web.get("/echo")
        head.method = "POST"
        let stream = try web.client.request(head, on: web.connection, hasBody: true)
        let body = Fixture.bytes(300_000, seed: 3)
        web.client.send(body, on: stream)
        web.client.finish(stream)
        #expect(web.run { web.isEnded(stream) })
        #expect(web.responses(stream).map(\.status) == [103, 200])
        #expect(web.body(stream, of: web.clientEvents) == body)
        #expect(web.clientEvents.contains(.trailers(stream, [HeaderField("x-sum", "7")])))
    }

    @Test func `thousands of requests at once are answered over a bad network`() throws {
        var faults = Faults()
        faults.loss = 0.02
        faults.jitter = .milliseconds(3)
        let web = try Web(faults: faults)
        web.onServer = { event in
            guard case .request(let stream, let head) = event else { return }
            let fields = [HeaderField("x-path", head.path), HeaderField("x-common", "the same")]
            web.server.respond(to: stream, ResponseHead(status: 200, fields: fields))
            web.server.send(Array(head.path.utf8), on: stream)
            web.server.finish(stream)
        }
        let streams = try (0..<3_000).map {
            try web.client.request(
                Web.get("/\($0)", [HeaderField("x-number", "\($0 % 50)")]), on: web.connection)
        }
        var ended = 0
        web.onClient = { if case .end = $0 { ended += 1 } }
        #expect(web.network.run(for: .seconds(120)) { ended == streams.count })
        var bodies: [HTTP3Stream: [UInt8]] = [:]
        for case .body(let stream, let bytes) in web.clientEvents {
            bodies[stream, default: []] += bytes
        }
        for (number, stream) in streams.enumerated() {
            #expect(bodies[stream] == Array("/\(number)".utf8))
        }
    }

    @Test func `a slow reader holds the writer back and loses nothing`() throws {
        let web = try Web()
        let body = Fixture.bytes(8 << 20, seed: 9)
        var sent = 0
        var isHeldBack = false
        func write(_ stream: HTTP3Stream) {
            while sent < body.count {
                let end = min(sent + 65_536, body.count)
                let mayGoOn = web.server.send(Array(body[sent..<end]), on: stream)
                sent = end
                if !mayGoOn {
                    isHeldBack = true
                    return
                }
            }
            web.server.finish(stream)
        }
        web.onServer = { event in
            switch event {
            case .request(let stream, _):
                web.server.respond(to: stream, ResponseHead(status: 200))
                write(stream)
            case .writable(let stream): write(stream)
            default: break
            }
        }
        let stream = try web.client.request(Web.get("/large"), on: web.connection)
        web.client.pauseReading(stream)
        web.network.run(for: .seconds(5))
        #expect(web.clientEvents.allSatisfy { if case .body = $0 { false } else { true } })
        #expect(isHeldBack)
        #expect(sent < body.count)
        web.client.resumeReading(stream)
        web.settle()
        #expect(web.run { web.isEnded(stream) })
        #expect(web.body(stream, of: web.clientEvents) == body)
    }

    @Test func `urgent responses overtake large ones, also after a change of mind`() throws {
        let web = try Web { $0.transport.congestionControl = .reno }
        web.onServer = { event in
            guard case .request(let stream, let head) = event else { return }
            web.server.respond(to: stream, ResponseHead(status: 200))
            web.server.send(
                [UInt8](repeating: 1, count: head.path == "/small" ? 1_000 : 4 << 20), on: stream)
            web.server.finish(stream)
        }
        web.ready()
        let first = try web.client.request(
            Web.get("/a", [HeaderField("priority", "u=5")]), on: web.connection)
        let second = try web.client.request(
            Web.get("/b", [HeaderField("priority", "u=5")]), on: web.connection)
        let small = try web.client.request(
            Web.get("/small", [HeaderField("priority", "u=0, i")]), on: web.connection)
        web.client.updatePriority(StreamPriority(urgency: 1), of: second)
        #expect(web.run { [first, second, small].allSatisfy(web.isEnded) })
        let order = web.clientEvents.compactMap {
            if case .end(let stream) = $0 { stream } else { nil }
        }
        #expect(order == [small, second, first])
    }

    @Test func `a server that goes away finishes what it began`() throws {
        let web = try Web()
        var waiting: [HTTP3Stream] = []
        web.onServer = { if case .request(let stream, _) = $0 { waiting.append(stream) } }
        let stream = try web.client.request(Web.get("/"), on: web.connection)
        #expect(web.run { !waiting.isEmpty })
        web.server.shutDown(waiting[0].connection)
        #expect(web.run { web.clientEvents.contains(.goAway(web.connection, StreamID(4))) })
        #expect(throws: QUICError.self) {
            try web.client.request(Web.get("/"), on: web.connection)
        }
        web.server.respond(to: waiting[0], ResponseHead(status: 204), isEnd: true)
        #expect(web.run { web.isEnded(stream) })
        #expect(web.run { web.clientSite.closeReason(web.connection) != nil })
        #expect(web.clientSite.closeReason(web.connection)?.code == 0x100)
    }

    @Test func `a cancelled request reaches the server, a cancelled response the client`() throws {
        let web = try Web()
        var asked: [HTTP3Stream] = []
        web.onServer = { if case .request(let stream, _) = $0 { asked.append(stream) } }
        let first = try web.client.request(Web.get("/"), on: web.connection)
        let second = try web.client.request(Web.get("/"), on: web.connection)
        #expect(web.run { asked.count == 2 })
        web.client.cancel(first)
        web.server.cancel(asked[1], code: .internalError)
        #expect(web.run { web.serverEvents.contains(.stopped(asked[0])) })
        #expect(web.run { web.clientEvents.contains(.reset(second, code: .internalError)) })
        #expect(web.server.connections.values.first?.messages.isEmpty == true)
    }
}
