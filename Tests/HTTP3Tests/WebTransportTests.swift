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
        let web = try Web()
        var asked: HTTP3Stream?
        web.onServer = { if case .request(let stream, _) = $0 { asked = stream } }
        #expect(web.ready())
        let session = try web.client.openWebTransport(
            authority: "localhost", path: "/", on: web.connection)
        let id = try web.clientSite.endpoint.openStream(.unidirectional, on: web.connection)
        web.clientSite.endpoint.send(
            VariableInteger.bytes(0x54, UInt64(session.id.value)) + [9], on: id,
            of: web.connection)
        web.clientSite.endpoint.finish(id, of: web.connection)
        web.network.run(for: .seconds(1))
        let served = try #require(asked)
        let stream = HTTP3Stream(connection: served.connection, id: id)
        #expect(!web.serverEvents.contains(.webTransportStream(stream, session: served)))
        web.server.acceptWebTransport(served)
        web.settle()
        #expect(web.serverEvents.contains(.webTransportStream(stream, session: served)))
        #expect(web.serverEvents.contains(.body(stream, [9])))
        #expect(web.serverEvents.contains(.end(stream)))
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
