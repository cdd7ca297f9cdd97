import QUIC
import SimulatedNetwork
import Testing
import Timeline

/// One session over a bad network with incidents, all drawn from a seed.
///
/// A client sends streams of both directions, the server echoes the bidirectional ones and opens
/// some of its own. Meanwhile addresses change, keys change, clients move, the server restarts.
final class FaultScenario {
    /// How it went.
    enum Outcome: Hashable, Comparable {
        case complete
        /// It did not connect, and both sides know.
        case handshakeTimeout
        case statelessReset
        case idleTimeout
        case other(String)
    }

    enum Restart { case never, sameSecret, otherSecret }

    let seed: UInt64
    private var random: SeededRandom
    private let pair: Pair
    private let restart: Restart
    private var restarted: Site?
    private var sent: [StreamID: [UInt8]] = [:]
    private var sentByServer: [StreamID: [UInt8]] = [:]

    init(seed: UInt64) throws {
        self.seed = seed
        var random = SeededRandom(seed: seed ^ 0x5eed)
        let congestion = TransportSettings.CongestionControl.allCases[Int(random.next() % 3)]
        let other = TransportSettings.CongestionControl.allCases[Int(random.next() % 3)]
        let isRetried = random.next() % 4 == 0
        let window = 4_000 + random.next() % 60_000
        let faults = Self.faults(&random)
        pair = try Pair(
            seed: seed, faults: faults,
            server: {
                if isRetried { $0.validation = .always }
                $0.transport.congestionControl = congestion
                $0.transport.handshakeTimeout = .seconds(60)
                $0.transport.initialStreamWindow = window
                $0.transport.initialConnectionWindow = 2 * window
                $0.transport.maximumUnidirectionalStreams = 1 + window % 4
            },
            client: {
                $0.transport.congestionControl = other
                $0.transport.handshakeTimeout = .seconds(60)
                if seed % 2 == 0 { $0.transport.keepAlive = .seconds(5) }
            })
        restart = [.never, .never, .never, .sameSecret, .otherSecret][Int(random.next() % 5)]
        self.random = random
    }

    private static func faults(_ random: inout SeededRandom) -> Faults {
        var faults = Faults()
        faults.loss = random.unit() * 0.3
        if random.next() % 2 == 0 { faults.duplication = random.unit() * 0.3 }
        if random.next() % 2 == 0 { faults.corruption = random.unit() * 0.1 }
        faults.delay = .milliseconds(1 + random.unit() * 40)
        if random.next() % 2 == 0 { faults.jitter = .milliseconds(random.unit() * 60) }
        return faults
    }

    func run() throws -> Outcome {
        try startTraffic()
        for _ in 0..<(random.next() % 5) {
            pair.network.run(for: .milliseconds(random.unit() * 400))
            try incident()
        }
        if restart != .never {
            pair.network.run(for: .milliseconds(random.unit() * 300)) { reason != nil }
            try replaceServer()
        }
        pair.network.run(for: .seconds(400)) { self.reason != nil || self.isComplete }
        let outcome = try judge()
        checkPrefixes()
        end()
        return outcome
    }

    private var reason: CloseReason? { pair.client.closeReason(pair.connection) }

    private func startTraffic() throws {
        for index in 0..<(1 + random.next() % 8) {
            let stream = try pair.client.endpoint.openStream(
                index % 3 == 0 ? .unidirectional : .bidirectional, on: pair.connection,
                priority: priority())
            let bytes = Fixture.bytes(Int(random.next() % 40_000), seed: seed + index)
            sent[stream] = bytes
            write(bytes, on: stream, of: pair.connection, at: pair.client)
        }
        let count = random.next() % 4
        let server = pair.server
        server.onRead = { [unowned server] handle, stream, data in
            guard stream.isClientInitiated, stream.direction == .bidirectional else { return }
            server.endpoint.send(data.bytes, on: stream, of: handle)
            if data.isEnd { server.endpoint.finish(stream, of: handle) }
        }
        server.onEvent = { [unowned self, unowned server] event in
            guard case .connected = event.kind else { return }
            for index in 0..<count {
                let bytes = Fixture.bytes(Int(random.next() % 20_000), seed: seed + 100 + index)
                let stream = try? server.endpoint.openStream(
                    .unidirectional, on: event.connection, priority: priority())
                guard let stream else { continue }
                sentByServer[stream] = bytes
                write(bytes, on: stream, of: event.connection, at: server)
            }
        }
    }

    private func priority() -> StreamPriority {
        StreamPriority(urgency: Int(random.next() % 8), isIncremental: random.next() % 2 == 0)
    }

    /// In parts of any size, shared or copied.
    private func write(
        _ bytes: [UInt8], on stream: StreamID, of handle: ConnectionHandle, at site: Site
    ) {
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + 1 + Int(random.next() % 9_000))
            let part = Array(bytes[start..<end])
            if random.next() % 2 == 0 {
                site.endpoint.send(SharedBytes(part), on: stream, of: handle)
            } else {
                site.endpoint.send(part, on: stream, of: handle)
            }
            start = end
        }
        site.endpoint.finish(stream, of: handle)
    }

    private func incident() throws {
        switch random.next() % 4 {
        case 0:
            let port = UInt16(1_000 + random.next() % 60_000)
            pair.network.translation[Fixture.clientAddress] =
                NetworkAddress(ipv4: 192, 0, 2, UInt8(random.next() % 3), port: port)
        case 1:
            pair.network.translation[Fixture.clientAddress] = nil
        case 2:
            let other = NetworkAddress(ipv4: 10, 0, 0, 3, port: UInt16(6_000 + random.next() % 9))
            pair.client.addresses.insert(other)
            // Refused before the handshake is confirmed; then it stays where it is.
            try? pair.client.endpoint.migrate(
                pair.connection, to: other, probing: random.next() % 2 == 0, at: pair.network.now)
        default:
            pair.client.endpoint.updateKeys(pair.connection)
            if let accepted = pair.accepted { pair.server.endpoint.updateKeys(accepted) }
        }
    }

    private func replaceServer() throws {
        var settings = try Fixture.server()
        if restart == .otherSecret { settings.secret = [UInt8](repeating: 200, count: 32) }
        let site = try Site(settings, at: Fixture.serverAddress)
        pair.network.remove(pair.server)
        pair.network.add(site)
        restarted = site
    }

    private var isComplete: Bool {
        guard restarted == nil, let handle = pair.accepted else { return false }
        return sent.allSatisfy { stream, bytes in
            pair.server.isEnded(stream, handle) && pair.server.bytes(stream, handle) == bytes
                && (stream.direction == .unidirectional
                    || pair.client.isEnded(stream, pair.connection)
                        && pair.client.bytes(stream, pair.connection) == bytes)
        }
            && sentByServer.allSatisfy { stream, bytes in
                pair.client.isEnded(stream, pair.connection)
                    && pair.client.bytes(stream, pair.connection) == bytes
            }
    }

    private func judge() throws -> Outcome {
        guard let reason else {
            // What was sent before the restart may all have arrived; then nobody misses the server.
            #expect(isComplete || restarted != nil, "seed \(seed): neither an end nor a reason")
            return .complete
        }
        switch reason.cause {
        case .statelessReset:
            let sites = [pair.server] + (restarted.map { [$0] } ?? [])
            let hasForgotten = sites.contains { site in
                site.accepted.contains { site.closeReason($0) != nil }
            }
            #expect(
                restart == .sameSecret || hasForgotten,
                "seed \(seed): a reset that nobody could send")
            return .statelessReset
        case .handshakeTimeout: return .handshakeTimeout
        case .idleTimeout: return .idleTimeout
        default: return .other("\(reason)")
        }
    }

    /// What was read is what was sent, from its beginning: nothing twice, nothing out of order.
    private func checkPrefixes() {
        for (stream, bytes) in sent {
            let up = pair.accepted.map { pair.server.bytes(stream, $0) } ?? []
            let down = pair.client.bytes(stream, pair.connection)
            #expect(bytes.starts(with: up), "seed \(seed): the server read something else")
            #expect(bytes.starts(with: down), "seed \(seed): the client read something else")
        }
        for (stream, bytes) in sentByServer {
            let down = pair.client.bytes(stream, pair.connection)
            #expect(bytes.starts(with: down), "seed \(seed): the client read something else")
        }
    }

    /// Both sides end, and nothing is left of the connection.
    private func end() {
        pair.client.endpoint.close(pair.connection, code: 1)
        let servers = [restarted ?? pair.server]
        pair.network.run(for: .seconds(200)) {
            pair.client.endpoint.holdings == .none
                && servers.allSatisfy { $0.endpoint.holdings == .none }
                && pair.network.flyingCount == 0
        }
        #expect(pair.client.endpoint.holdings == .none, "seed \(seed): the client holds something")
        for server in servers {
            #expect(server.endpoint.holdings == .none, "seed \(seed): the server holds something")
            #expect(server.endpoint.deadline == nil)
        }
        #expect(pair.client.endpoint.deadline == nil)
    }
}
