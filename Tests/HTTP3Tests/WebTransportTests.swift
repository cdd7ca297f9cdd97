import QUIC
import SimulatedNetwork
import Testing
import Timeline

@testable import HTTP3

@Suite struct `WebTransport` {
    /// A client's session on a server that accepts every one.
    static func session(_ web: Web) throws -> HTTP3Stream {
        #expect(web.ready())
        let session = try web.client.openWebTransport(
            authority: "localhost", path: "/watch", on: web.connection)
        #expect(web.run { web.clientEvents.contains(.webTransportOpened(session)) })
        return session
    }

    /// A client that has asked for a session, and a server that has not answered yet.
    static func asking() throws -> (Web, HTTP3Stream) {
        let web = try Web()
        #expect(web.ready())
        let session = try web.client.openWebTransport(
            authority: "localhost", path: "/", on: web.connection)
        return (web, session)
    }

    static func accepting() throws -> Web {
        let web = try Web()
        web.onServer = { event in
            switch event {
            case .request(let stream, let head) where head.connectProtocol == "webtransport":
                web.server.acceptWebTransport(stream)
            case .body(let stream, let bytes) where stream.id.direction == .bidirectional:
                web.server.send(bytes, on: stream)
            case .end(let stream) where stream.id.direction == .bidirectional:
                web.server.finish(stream)
            case .datagram(let session, let bytes):
                #expect(web.server.sendDatagram(bytes.reversed(), in: session))
            default: break
            }
        }
        return web
    }

    @Test func `streams of both kinds and both sides carry data`() throws {
        let web = try Self.accepting()
        let session = try Self.session(web)
        let both = try web.client.openWebTransportStream(.bidirectional, in: session)
        let body = Fixture.bytes(100_000, seed: 5)
        web.client.send(body, on: both)
        web.client.finish(both)
        #expect(web.run { web.isEnded(both) })
        #expect(web.body(both, of: web.clientEvents) == body)

        let oneWay = try web.client.openWebTransportStream(.unidirectional, in: session)
        web.client.send([1, 2, 3], on: oneWay)
        web.client.finish(oneWay)
        #expect(
            web.run {
                web.serverEvents.contains {
                    if case .end(let at) = $0 { at.id == oneWay.id } else { false }
                }
            })

        let served = try #require(web.requests.first?.0)
        for direction in [StreamID.Direction.unidirectional, .bidirectional] {
            let stream = try web.server.openWebTransportStream(direction, in: served)
            web.server.send([4, 5], on: stream)
            web.server.finish(stream)
            let seen = HTTP3Stream(connection: web.connection, id: stream.id)
            #expect(web.run { web.isEnded(seen) })
            #expect(web.body(seen, of: web.clientEvents) == [4, 5])
            #expect(web.clientEvents.contains(.webTransportStream(seen, session: session)))
        }
    }

    @Test func `datagrams find their session`() throws {
        let web = try Self.accepting()
        let session = try Self.session(web)
        #expect(web.client.maximumDatagramSize(session) > 1_000)
        #expect(web.client.sendDatagram([1, 2, 3], in: session))
        #expect(web.run { web.clientEvents.contains(.datagram(session, [3, 2, 1])) })
    }

    @Test func `a close carries its code and reason and ends the streams`() throws {
        let web = try Self.accepting()
        let session = try Self.session(web)
        let stream = try web.client.openWebTransportStream(.bidirectional, in: session)
        web.client.send([1], on: stream)
        let served = try #require(web.requests.first?.0)
        #expect(web.run { web.clientEvents.contains(.body(stream, [1])) })
        web.client.closeWebTransport(session, code: 77, reason: "seen enough")
        #expect(
            web.run {
                web.serverEvents.contains(
                    .webTransportClosed(served, code: 77, reason: "seen enough"))
            })
        web.network.run(for: .seconds(1))
        let connection = try #require(web.server.connections.values.first)
        #expect(connection.sessions.isEmpty)
        #expect(connection.webTransportStreams.isEmpty)
        #expect(connection.messages.isEmpty)
        #expect(web.serverSite.closeReason(served.connection) == nil)
    }

    @Test func `streams that come before the answer wait for it`() throws {
        let (web, session) = try Self.asking()
        let id = try web.clientSite.endpoint.openStream(.unidirectional, on: web.connection)
        web.clientSite.endpoint.send(
            VariableInteger.bytes(0x54, UInt64(session.id.value)) + [9], on: id,
            of: web.connection)
        web.clientSite.endpoint.finish(id, of: web.connection)
        web.network.run(for: .seconds(1))
        let served = try #require(web.requests.first?.0)
        let stream = HTTP3Stream(connection: served.connection, id: id)
        #expect(!web.serverEvents.contains(.webTransportStream(stream, session: served)))
        web.server.acceptWebTransport(served)
        web.settle()
        #expect(web.serverEvents.contains(.webTransportStream(stream, session: served)))
        #expect(web.serverEvents.contains(.body(stream, [9])))
        #expect(web.serverEvents.contains(.end(stream)))
    }

    @Test func `what became of a stream before the answer is told after it`() throws {
        let (web, session) = try Self.asking()
        let (endpoint, connection) = (web.clientSite.endpoint, web.connection)
        func open() throws -> StreamID {
            let id = try endpoint.openStream(.bidirectional, on: connection)
            endpoint.send(
                VariableInteger.bytes(0x41, UInt64(session.id.value)) + [9], on: id,
                of: connection)
            return id
        }
        let (reset, given) = (try open(), try open())
        web.network.run(for: .seconds(1))
        for id in [reset, given] {
            endpoint.reset(id, of: connection, code: HTTP3ErrorCode.webTransport(5).rawValue)
        }
        endpoint.stopReading(given, of: connection, code: HTTP3ErrorCode.webTransport(6).rawValue)
        web.network.run(for: .seconds(1))
        let served = try #require(web.requests.first?.0)
        #expect(web.serverEvents.last == .request(served, try #require(web.requests.first?.1)))
        web.server.acceptWebTransport(served)
        web.settle()
        func events(_ id: StreamID) -> [HTTP3Event] {
            let stream = HTTP3Stream(connection: served.connection, id: id)
            return web.serverEvents.filter {
                switch $0 {
                case .webTransportStream(stream, _), .reset(stream, _), .stopped(stream),
                    .body(stream, _):
                    true
                default: false
                }
            }
        }
        let first = HTTP3Stream(connection: served.connection, id: reset)
        #expect(
            events(reset) == [
                .webTransportStream(first, session: served),
                .reset(first, code: .webTransport(5)),
            ])
        let second = HTTP3Stream(connection: served.connection, id: given)
        #expect(
            Array(events(given).prefix(2)) == [
                .webTransportStream(second, session: served), .stopped(second),
            ])
        let hasEnd = events(given).dropFirst(2).contains {
            if case .reset = $0 { true } else { false }
        }
        #expect(hasEnd && events(given).count == 3)
    }

    @Test func `a session whose stream is not read any more has ended`() throws {
        let web = try Self.accepting()
        let session = try Self.session(web)
        let stream = try web.client.openWebTransportStream(.bidirectional, in: session)
        web.client.send([1], on: stream)
        #expect(web.run { web.clientEvents.contains(.body(stream, [1])) })
        web.clientSite.endpoint.stopReading(
            session.id, of: web.connection, code: HTTP3ErrorCode.requestCancelled.rawValue)
        let served = try #require(web.requests.first?.0)
        web.network.run(for: .seconds(1))
        // The library tells of it when something is to be sent there.
        web.server.send(Capsule.drain.bytes, on: served)
        #expect(
            web.run {
                web.serverEvents.contains(.webTransportClosed(served, code: 0, reason: ""))
            })
        web.network.run(for: .seconds(1))
        let connection = try #require(web.server.connections.values.first)
        #expect(connection.sessions.isEmpty && connection.webTransportStreams.isEmpty)
        #expect(web.serverSite.closeReason(served.connection) == nil)
    }

    @Test func `a capsule may come in as many frames as it has bytes`() throws {
        let web = try Web()
        web.onServer = {
            if case .request(let stream, _) = $0 { web.server.acceptWebTransport(stream) }
        }
        let session = try Self.session(web)
        let payload = Fixture.bytes(65_536, seed: 9)
        for byte in FrameType.frame(Capsule.datagramType, payload) {
            web.client.send([byte], on: session)
        }
        let served = try #require(web.requests.first?.0)
        #expect(web.run { web.serverEvents.contains(.datagram(served, payload)) })
    }

    @Test func `a cancelled stream of one way keeps the connection`() throws {
        let web = try Web()
        web.onServer = { event in
            switch event {
            case .request(let stream, _): web.server.acceptWebTransport(stream)
            case .webTransportStream(let stream, _):
                web.server.cancel(stream, code: .webTransport(0))
            default: break
            }
        }
        let session = try Self.session(web)
        for direction in [StreamID.Direction.unidirectional, .bidirectional] {
            let stream = try web.client.openWebTransportStream(direction, in: session)
            web.client.send(Fixture.bytes(50_000, seed: 1), on: stream)
            #expect(web.run { web.clientEvents.contains(.stopped(stream)) })
        }
        web.network.run(for: .seconds(1))
        let connection = try #require(web.server.connections.values.first)
        #expect(connection.webTransportStreams.isEmpty)
        #expect(connection.sessions.values.first?.streams.isEmpty == true)
        #expect(web.clientSite.closeReason(web.connection) == nil)
    }

    @Test func `a refused session is an answer like any other`() throws {
        let web = try Web()
        web.onServer = { event in
            guard case .request(let stream, _) = event else { return }
            web.server.respond(to: stream, ResponseHead(status: 404), isEnd: true)
        }
        #expect(web.ready())
        let session = try web.client.openWebTransport(
            authority: "localhost", path: "/", on: web.connection)
        #expect(web.run { web.isEnded(session) })
        #expect(web.responses(session).map(\.status) == [404])
        #expect(throws: QUICError.self) {
            try web.client.openWebTransportStream(.bidirectional, in: session)
        }
    }

    @Test func `codes of streams go through the wire's codes and back`() {
        for code in [UInt32(0), 1, 29, 30, 31, 0xffff_ffff] {
            #expect(HTTP3ErrorCode.webTransport(code).webTransportCode == code)
        }
        #expect(HTTP3ErrorCode.webTransport(0).rawValue == 0x52e4_a40f_a8db)
        #expect(HTTP3ErrorCode.noError.webTransportCode == nil)
    }
}
