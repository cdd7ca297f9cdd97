import Glibc
import HTTP3
import QUIC
import Sharing
import Timeline

/// Plays one input as a script: what a peer that knows QUIC but obeys nobody says to a server of
/// HTTP/3, to a log on the web, or to a client.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var script = Script(unsafe Array(UnsafeBufferPointer(start: data, count: count)))
    let meeting = Meeting(&script)
    while !script.isEnded { meeting.act(&script) }
    meeting.finish()
    return 0
}

private enum Certificate {
    static let made: DevelopmentCertificate = {
        do { return try DevelopmentCertificate(start: time(nil) - 60) } catch {
            fatalError("\(error)")
        }
    }()
}

/// Who speaks HTTP/3 and must stay whole.
private enum Honest {
    case server(HTTP3Server)
    case log(WebHost)
    case client(HTTP3Client)
}

/// A hostile peer and an honest one on a network that loses nothing.
final class Meeting {
    private let client: Endpoint
    private let server: Endpoint
    private let connection: ConnectionHandle
    private var accepted: ConnectionHandle?
    private let honest: Honest
    private let serverAddress = NetworkAddress(ipv4: 10, 0, 0, 1, port: 4_433)
    private let clientAddress = NetworkAddress(ipv4: 10, 0, 0, 2, port: 5_000)
    private var now = Instant.zero
    private var buffer = [UInt8](repeating: 0, count: Endpoint.batchCapacity)
    /// The hostile peer's streams, and those that it has been opened.
    private var streams: [StreamID] = []
    /// The honest peer's messages and streams.
    private var messages: [HTTP3Stream] = []
    private var next: UInt64 = 0
    private var isHostileServer: Bool { if case .client = honest { true } else { false } }

    init(_ script: inout Script) {
        let certificate = Certificate.made
        var endpoint = EndpointSettings()
        var settings = ServerSettings(identity: certificate.identity, protocols: ["h3"])
        settings.transport.idleTimeout = .seconds(5)
        endpoint.server = settings
        endpoint.secret = [UInt8](repeating: 5, count: 32)
        endpoint.wallClockAtZero = UInt64(time(nil)) * 1_000_000_000
        var own = EndpointSettings()
        own.trust = .authorities(pem: certificate.authority)
        own.secret = [UInt8](repeating: 6, count: 32)
        let wishes = ClientSettings(serverName: "localhost", protocols: ["h3"])
        let client: Endpoint
        do {
            server = try Endpoint(endpoint)
            client = try Endpoint(own)
            self.client = client
            switch script.byte() % 3 {
            case 0:
                honest = .server(HTTP3Server())
                connection = try client.connect(
                    wishes, to: serverAddress, from: clientAddress, at: now)
            case 1:
                honest = .log(WebHost(WebHostSettings(name: "fuzz"), header: Array("{}".utf8)))
                connection = try client.connect(
                    wishes, to: serverAddress, from: clientAddress, at: now)
            default:
                let web = HTTP3Client()
                honest = .client(web)
                connection = try web.connect(
                    wishes, to: serverAddress, from: clientAddress, on: client, at: now)
            }
        } catch { fatalError("\(error)") }
        append(8)
        for _ in 0..<6 { exchange() }
    }

    func act(_ script: inout Script) {
        switch script.byte() % 16 {
        case 0, 1, 2: open(.bidirectional, &script)
        case 3, 4, 5: open(.unidirectional, &script)
        case 6, 7: say(script.take(script.byte()), &script)
        case 8: touch(&script)
        case 9: datagram(&script)
        case 10: append(script.byte() % 8)
        case 11: actHonestly(&script)
        case 12:
            now = now + .milliseconds(Double(script.number() % 2_000))
            exchange()
        default: exchange()
        }
    }

    func finish() {
        for _ in 0..<4 { exchange() }
        switch honest {
        case .server(let web): if let accepted { web.shutDown(accepted) }
        case .log(let host): host.close(reason: "over", on: server, at: now)
        case .client(let web): web.shutDown(connection)
        }
        for _ in 0..<4 { exchange() }
    }

    // MARK: The hostile peer

    private var hostile: (endpoint: Endpoint, connection: ConnectionHandle)? {
        isHostileServer ? accepted.map { (server, $0) } : (client, connection)
    }

    private func open(_ direction: StreamID.Direction, _ script: inout Script) {
        guard let hostile else { return }
        do throws(QUICError) {
            let stream = try hostile.endpoint.openStream(direction, on: hostile.connection)
            streams.append(stream)
        } catch { return }
        let choice = script.byte()
        let beginnings =
            direction == .bidirectional ? Self.messageBeginnings : Self.streamBeginnings
        say(beginnings[choice % beginnings.count], to: streams.count - 1)
        say(script.take(script.byte() % 64), to: streams.count - 1)
        if choice & 128 != 0, let stream = streams.last {
            hostile.endpoint.finish(stream, of: hostile.connection)
        }
    }

    private static let streamBeginnings: [[UInt8]] = [
        [], [0, 4, 0], [0, 4, 4, 1, 0x40, 0x64, 7], [2], [2, 0x3f, 0xe1, 0x1f], [3],
        [0x40, 0x54, 0], [0, 4, 3, 8, 1, 0x33], [1], [0x21],
    ]

    private static func frame(_ pairs: [(String, String)]) -> [UInt8] {
        var section: [UInt8] = [0, 0]
        for (name, value) in pairs {
            if name.utf8.count < 7 {
                section.append(0x20 | UInt8(name.utf8.count))
            } else {
                section += [0x27, UInt8(name.utf8.count - 7)]
            }
            section += Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
        }
        return [1, 0x40 | UInt8(section.count >> 8), UInt8(section.count & 0xff)] + section
    }

    private static func get(_ path: String, _ more: [(String, String)] = []) -> [UInt8] {
        frame(
            [(":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", path)] + more)
    }

    private static let session = frame([
        (":method", "CONNECT"), (":protocol", "webtransport"), (":scheme", "https"),
        (":authority", "a"), (":path", "/watch?session=realtime&from=2"),
    ])

    private static let messageBeginnings: [[UInt8]] = [
        [], get("/"), get("/sessions/realtime/events"),
        get("/sessions/realtime/events?from=3", [("accept", "application/jsonl")]),
        get("/metrics", [("priority", "u=0, i")]), session, session + [0, 8, 0x68, 0x43, 4],
        [0x40, 0x41, 0], frame([(":status", "200")]), frame([(":status", "200")]) + [0, 5, 1],
        [1], [0], get("/sessions") + [1, 2, 0, 0],
    ]

    private func say(_ bytes: [UInt8], _ script: inout Script) {
        guard !streams.isEmpty else { return }
        say(bytes, to: script.byte() % streams.count)
    }

    private func say(_ bytes: [UInt8], to index: Int) {
        guard let hostile, !bytes.isEmpty else { return }
        hostile.endpoint.send(bytes, on: streams[index], of: hostile.connection)
    }

    private func touch(_ script: inout Script) {
        guard let hostile, !streams.isEmpty else { return }
        let stream = streams[script.byte() % streams.count]
        let code = UInt64(0x100 + script.byte() % 20)
        switch script.byte() % 3 {
        case 0: hostile.endpoint.finish(stream, of: hostile.connection)
        case 1: hostile.endpoint.reset(stream, of: hostile.connection, code: code)
        default: hostile.endpoint.stopReading(stream, of: hostile.connection, code: code)
        }
    }

    private func datagram(_ script: inout Script) {
        guard let hostile else { return }
        _ = hostile.endpoint.sendDatagram(
            script.take(script.byte() % 32), on: hostile.connection)
    }

    // MARK: The honest peer

    private func append(_ count: Int) {
        guard case .log(let host) = honest else { return }
        for _ in 0..<count {
            host.append([
                Event(
                    sequence: next, time: Instant(nanoseconds: Int64(next)), source: .realtime,
                    payload: .received(Array("{}".utf8)))
            ])
            next += 1
        }
    }

    private func actHonestly(_ script: inout Script) {
        let choice = script.byte()
        switch honest {
        case .client(let web):
            let head = RequestHead(authority: "a", path: "/\(choice)")
            if choice % 4 == 0 {
                do throws(QUICError) {
                    messages.append(
                        try web.openWebTransport(authority: "a", path: "/", on: connection))
                } catch { return }
            } else {
                do throws(QUICError) {
                    messages.append(try web.request(head, on: connection, hasBody: choice % 2 == 0))
                } catch { return }
            }
            streams = messages.map(\.id)
            use(web, choice)
        case .server(let web): use(web, choice)
        case .log: break
        }
    }

    private func use(_ web: HTTP3Connections, _ choice: Int) {
        guard !messages.isEmpty else { return }
        let stream = messages[choice % messages.count]
        switch choice % 7 {
        case 0: web.pauseReading(stream)
        case 1: web.resumeReading(stream)
        case 2: web.cancel(stream)
        case 3: _ = web.sendDatagram([1, 2], in: stream)
        case 4: web.closeWebTransport(stream, code: 3, reason: "x")
        case 5:
            do throws(QUICError) {
                let opened = try web.openWebTransportStream(.bidirectional, in: stream)
                web.send([1], on: opened)
            } catch { return }
        default: web.finish(stream)
        }
    }

    private func take(_ events: [HTTP3Event], _ web: HTTP3Server) {
        for event in events {
            guard case .request(let stream, let head) = event else { continue }
            messages.append(stream)
            if head.connectProtocol == "webtransport" {
                web.acceptWebTransport(stream)
            } else {
                web.respond(to: stream, ResponseHead(status: 200))
                web.send([1, 2, 3], on: stream)
                if messages.count % 2 == 0 { web.finish(stream) }
            }
        }
    }

    // MARK: The network

    private func exchange() {
        for _ in 0..<4 {
            for (endpoint, isServer) in [(client, false), (server, true)] {
                handle(endpoint, isServer: isServer)
                send(from: endpoint, isServer: isServer)
            }
        }
        now = now + .milliseconds(2)
    }

    private func handle(_ endpoint: Endpoint, isServer: Bool) {
        let isHostile = isServer == isHostileServer
        for event in endpoint.takeEvents() {
            if case .accepted = event.kind { accepted = event.connection }
            if isHostile {
                if case .streamOpened(let id) = event.kind, streams.count < 64 {
                    streams.append(id)
                }
                if case .readable(let id) = event.kind {
                    _ = endpoint.read(id, of: event.connection)
                }
                continue
            }
            switch honest {
            case .server(let web):
                web.process(event, on: endpoint, at: now)
                take(web.takeOutput(), web)
            case .log(let host): host.process(event, on: endpoint, at: now)
            case .client(let web):
                web.process(event, on: endpoint, at: now)
                _ = web.takeOutput()
            }
        }
        guard case .log(let host) = honest, isServer else { return }
        host.advance(on: endpoint, at: now)
        for output in host.takeOutput() {
            if case .metricsWanted(let number) = output { host.supply(metrics: [], for: number) }
        }
    }

    private func send(from endpoint: Endpoint, isServer: Bool) {
        while let header = buffer.withUnsafeMutableBytes({ endpoint.nextBatch(into: $0, at: now) })
        {
            for start in stride(from: 0, to: header.byteCount, by: header.segmentSize) {
                let end = min(start + header.segmentSize, header.byteCount)
                let target = isServer ? client : server
                let bytes = Array(buffer[start..<end])
                target.receive(
                    bytes.span.bytes, from: isServer ? serverAddress : clientAddress,
                    to: isServer ? clientAddress : serverAddress, ecn: header.ecn, at: now)
            }
        }
    }
}
