import QUIC
import SimulatedNetwork
import Testing
import Timeline

@testable import HTTP3

/// A client that sends what it likes to a server of HTTP/3.
final class RawClient {
    let network: SimulatedNetwork
    let client: Site
    let serverSite: Site
    let server = HTTP3Server()
    let connection: ConnectionHandle
    private(set) var events: [HTTP3Event] = []

    init(seed: UInt64 = 1) throws {
        network = SimulatedNetwork(seed: seed)
        serverSite = try Site(
            try Fixture.server { $0.protocols = ["h3"] }, at: Fixture.serverAddress)
        client = try Site(try Fixture.client(), at: Fixture.clientAddress)
        network.add(serverSite)
        network.add(client)
        connection = try client.connect(
            ClientSettings(serverName: "localhost", protocols: ["h3"]), to: serverSite.address)
        serverSite.reads = false
        serverSite.onEvent = { [unowned self] event in
            server.process(event, on: serverSite.endpoint, at: network.now)
            for event in server.takeOutput() {
                events.append(event)
                if case .request(let stream, _) = event {
                    server.respond(to: stream, ResponseHead(status: 200), isEnd: true)
                }
            }
        }
        network.run(for: .seconds(5)) { client.isConnected(connection) }
    }

    @discardableResult
    func send(
        _ bytes: [UInt8], _ direction: StreamID.Direction = .bidirectional, isEnd: Bool = false
    ) throws -> StreamID {
        let stream = try client.endpoint.openStream(direction, on: connection)
        client.endpoint.send(bytes, on: stream, of: connection)
        if isEnd { client.endpoint.finish(stream, of: connection) }
        return stream
    }

    /// What the server ended the connection with.
    func code(within time: Interval = .seconds(2)) -> UInt64? {
        network.run(for: time) { client.closeReason(connection) != nil }
        return client.closeReason(connection)?.code
    }

    static let settings: [UInt8] = [0] + FrameType.frame(FrameType.settings, [])

    /// A field section without the table: literal names and values.
    static func section(_ pairs: [(String, String)]) -> [UInt8] {
        var out: [UInt8] = [0, 0]
        for (name, value) in pairs {
            let name = Array(name.utf8)
            if name.count < 7 {
                out.append(0x20 | UInt8(name.count))
            } else {
                out += [0x27, UInt8(name.count - 7)]
            }
            out += name
            out +=
                value.utf8.count < 127
                ? [UInt8(value.utf8.count)] : [0x7f, UInt8(value.utf8.count - 127)]
            out += Array(value.utf8)
        }
        return out
    }

    static func request(_ pairs: [(String, String)]) -> [UInt8] {
        FrameType.frame(FrameType.headers, section(pairs))
    }

    static let get = [
        (":method", "GET"), (":scheme", "https"), (":authority", "localhost"), (":path", "/"),
    ]
}

@Suite struct `Hostile input to HTTP/3` {
    @Test func `a plain client is served`() throws {
        let raw = try RawClient()
        try raw.send(RawClient.settings, .unidirectional)
        // Unknown streams and frames, as peers must be able to send.
        try raw.send(VariableInteger.bytes(0x21) + [1, 2, 3], .unidirectional, isEnd: true)
        let stream = try raw.send(
            FrameType.frame(0x21, [1]) + RawClient.request(RawClient.get), isEnd: true)
        raw.network.run(for: .seconds(2))
        #expect(raw.client.isEnded(stream, raw.connection))
        #expect(raw.client.closeReason(raw.connection) == nil)
    }

    @Test(arguments: [
        (
            "a first frame that is not SETTINGS", [UInt8]([0, 7, 1, 0]),
            HTTP3ErrorCode.missingSettings
        ),
        ("a setting of HTTP/2", [0, 4, 2, 2, 0], .settingsError),
        ("a setting twice", [0, 4, 4, 1, 0, 1, 0], .settingsError),
        ("an impossible flag", [0, 4, 2, 8, 5], .settingsError),
        ("MAX_PUSH_ID going down", [0, 4, 0, 0x0d, 1, 5, 0x0d, 1, 4], .idError),
        ("CANCEL_PUSH of nothing", [0, 4, 0, 3, 1, 5], .idError),
        ("a push stream", [1, 0], .streamCreationError),
        (
            "nonsense for the table", [2, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
            .encoderStreamError
        ),
        ("an acknowledgement of nothing", [3, 0x80 | 5], .decoderStreamError),
        ("WebTransport for a stream of the server", [0x40, 0x54, 1, 0], .idError),
        (
            "a priority of a server's stream", [0, 4, 0] + VariableInteger.bytes(0xf0700, 1, 1),
            .idError
        ),
    ]) func `a broken unidirectional stream ends the connection`(
        name: String, bytes: [UInt8], code: HTTP3ErrorCode
    ) throws {
        let raw = try RawClient()
        try raw.send(bytes, .unidirectional)
        #expect(raw.code() == code.rawValue)
    }

    @Test func `control streams come once and do not end`() throws {
        var raw = try RawClient()
        try raw.send(RawClient.settings, .unidirectional)
        try raw.send(RawClient.settings, .unidirectional)
        #expect(raw.code() == HTTP3ErrorCode.streamCreationError.rawValue)
        for type: [UInt8] in [RawClient.settings, [2], [3]] {
            raw = try RawClient()
            try raw.send(type, .unidirectional, isEnd: true)
            #expect(raw.code() == HTTP3ErrorCode.closedCriticalStream.rawValue)
        }
    }

    @Test(arguments: [
        ("a body without a head", [UInt8]([0, 1, 7]), HTTP3ErrorCode.frameUnexpected),
        ("SETTINGS in a request", [4, 0], .frameUnexpected),
        ("a promise of a client", [5, 1, 0], .frameUnexpected),
        ("an index outside of the table", [1, 3, 0, 0, 0xff], .decompressionFailed),
        ("half a frame", [1, 5, 0, 0], .frameError),
    ]) func `a broken request stream ends the connection`(
        name: String, bytes: [UInt8], code: HTTP3ErrorCode
    ) throws {
        let raw = try RawClient()
        try raw.send(bytes, isEnd: true)
        #expect(raw.code() == code.rawValue)
    }

    @Test func `malformed requests end alone`() throws {
        let wrong: [[(String, String)]] = [
            [(":method", "GET")], Array(RawClient.get.dropFirst()),
            RawClient.get + [(":path", "/")], RawClient.get + [(":status", "200")],
            RawClient.get + [("Upper", "x")], RawClient.get + [("connection", "close")],
            RawClient.get + [("te", "gzip")], RawClient.get + [("a", "b\r\nc: d")],
            [("a", "b")] + RawClient.get, RawClient.get + [("host", "elsewhere")],
            RawClient.get + [("content-length", "-1")], RawClient.get + [("content-length", "5")],
            RawClient.get + [(":protocol", "webtransport")],
            [(":method", "GET"), (":scheme", "https"), (":authority", ""), (":path", "/")],
            [(":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "x")],
            [(":method", "CONNECT"), (":path", "/"), (":authority", "a")], [],
        ]
        let raw = try RawClient()
        var streams: [StreamID] = []
        for pairs in wrong {
            streams.append(try raw.send(RawClient.request(pairs), isEnd: true))
        }
        raw.network.run(for: .seconds(2))
        for stream in streams {
            let isReset = raw.client.events.contains {
                $0.kind == .streamReset(stream, code: HTTP3ErrorCode.messageError.rawValue)
            }
            #expect(isReset, "\(wrong[streams.firstIndex(of: stream) ?? 0])")
        }
        #expect(raw.client.closeReason(raw.connection) == nil)
        let good = try raw.send(RawClient.request(RawClient.get), isEnd: true)
        raw.network.run(for: .seconds(2))
        #expect(raw.client.isEnded(good, raw.connection))
        #expect(raw.server.connections.values.first?.messages.isEmpty == true)
    }

    @Test func `a head that is too large is answered with 431`() throws {
        let raw = try RawClient()
        let lines = RawClient.get + (0..<400).map { _ in ("a", "0123456789") }
        let stream = try raw.send(RawClient.request(lines), isEnd: true)
        raw.network.run(for: .seconds(2))
        #expect(raw.client.isEnded(stream, raw.connection))
        #expect(raw.events.allSatisfy { if case .request = $0 { false } else { true } })
        // Nor is one read whose encoded bytes alone are too many.
        let long = [1] + VariableInteger.bytes(1 << 30) + [UInt8](repeating: 0, count: 50_000)
        let other = try raw.send(long)
        raw.network.run(for: .seconds(2))
        #expect(raw.client.isEnded(other, raw.connection))
        let good = try raw.send(RawClient.request(RawClient.get), isEnd: true)
        raw.network.run(for: .seconds(2))
        #expect(raw.client.isEnded(good, raw.connection))
    }

    @Test func `messages that stay unfinished do not fill the memory`() throws {
        var raw = try RawClient()
        let begun = [1] + VariableInteger.bytes(16_000) + [UInt8](repeating: 0, count: 15_000)
        for _ in 0..<100 { try raw.send(begun) }
        #expect(raw.code() == HTTP3ErrorCode.excessiveLoad.rawValue)
        // What is finished does not count.
        raw = try RawClient()
        let lines = RawClient.get + (0..<200).map { _ in ("a", "0123456789012345") }
        for _ in 0..<500 { try raw.send(RawClient.request(lines), isEnd: true) }
        #expect(raw.code(within: .seconds(5)) == nil)
        #expect(raw.events.count { if case .request = $0 { true } else { false } } == 500)
    }

    @Test func `random changes of good traffic never do harm`() throws {
        var random = SeededRandom(seed: 4)
        for seed in Fixture.seeds(60) {
            let raw = try RawClient(seed: seed)
            let parts: [(StreamID.Direction, [UInt8])] = [
                (.unidirectional, RawClient.settings + FrameDecoderTestsBytes.control.dropFirst(0)),
                (.unidirectional, [2, 0x3f, 0xe1, 0x1f, 0x43] + Array("key".utf8) + [1, 65]),
                (.unidirectional, [3]),
                (.unidirectional, VariableInteger.bytes(0x54, 0) + [1, 2, 3]),
                (.bidirectional, RawClient.request(RawClient.get) + [0, 2, 1, 1]),
                (.bidirectional, [1, 4, 2, 0, 0x80, 0xd1]),
                (.bidirectional, VariableInteger.bytes(0x41, 0) + [1, 2, 3]),
                (
                    .bidirectional,
                    RawClient.request([
                        (":method", "CONNECT"), (":scheme", "https"), (":authority", "a"),
                        (":path", "/"), (":protocol", "webtransport"),
                    ]) + FrameType.frame(0, Capsule.close(code: 1, reason: "x").bytes)
                ),
            ]
            for (direction, bytes) in parts {
                var bytes = bytes
                for _ in 0..<(random.next() % 3) {
                    bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() % 256)
                }
                guard
                    let stream = try? raw.client.endpoint.openStream(direction, on: raw.connection)
                else { continue }
                for byte in bytes {
                    raw.client.endpoint.send([byte], on: stream, of: raw.connection)
                    if random.next() % 16 == 0 { raw.network.run(for: .milliseconds(20)) }
                }
                switch random.next() % 4 {
                case 0: raw.client.endpoint.finish(stream, of: raw.connection)
                case 1: raw.client.endpoint.reset(stream, of: raw.connection, code: 1)
                case 2: raw.client.endpoint.stopReading(stream, of: raw.connection, code: 1)
                default: break
                }
                _ = raw.client.endpoint.sendDatagram(
                    (0..<(random.next() % 5)).map { _ in UInt8(random.next() % 256) },
                    on: raw.connection)
            }
            raw.network.run(for: .seconds(1))
            raw.client.endpoint.close(raw.connection)
            raw.network.run(for: .seconds(2))
            #expect(raw.server.connectionCount == 0)
        }
    }
}

/// Good control frames, to be spoilt.
enum FrameDecoderTestsBytes {
    static let control: [UInt8] =
        FrameType.frame(0x21, [9, 9, 9])
        + FrameType.frame(
            FrameType.priorityUpdateOfRequest, VariableInteger.bytes(8) + Array("u=1".utf8))
        + FrameType.frame(FrameType.maximumPush, VariableInteger.bytes(3))
}
