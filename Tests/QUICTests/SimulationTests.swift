import QUIC
import SimulatedNetwork
import Testing
import Timeline

/// Everything arrives exactly once and in order, or the connection ends with a reason.
struct SimulationTests {
    @Test func `whatever a network does, all data arrives or there is a reason`() throws {
        for seed in Fixture.seeds(200) { try simulate(seed) }
    }

    private func faults(_ random: inout SeededRandom) -> Faults {
        var faults = Faults()
        faults.loss = random.unit() * 0.3
        if random.next() % 2 == 0 { faults.duplication = random.unit() * 0.2 }
        if random.next() % 2 == 0 { faults.corruption = random.unit() * 0.1 }
        faults.delay = .milliseconds(1 + random.unit() * 40)
        if random.next() % 2 == 0 { faults.jitter = .milliseconds(random.unit() * 40) }
        return faults
    }

    private func simulate(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let pair = try Pair(
            seed: seed, faults: faults(&random),
            server: {
                if seed % 3 == 0 { $0.validation = .always }
                if seed % 4 == 0 { $0.transport.congestionControl = .bbr2 }
                $0.transport.handshakeTimeout = .seconds(60)
            },
            client: {
                if seed % 5 == 0 { $0.transport.congestionControl = .reno }
                $0.transport.handshakeTimeout = .seconds(60)
            })
        let incident = random.next() % 4
        var sent: [StreamID: [UInt8]] = [:]
        for index in 0..<(1 + random.next() % 8) {
            let stream = try pair.client.endpoint.openStream(
                index % 3 == 0 ? .unidirectional : .bidirectional, on: pair.connection,
                priority: StreamPriority(
                    urgency: Int(random.next() % 8), isIncremental: random.next() % 2 == 0))
            let bytes = Fixture.bytes(Int(random.next() % 40_000), seed: seed + index)
            sent[stream] = bytes
            pair.client.endpoint.send(bytes, on: stream, of: pair.connection)
            pair.client.endpoint.finish(stream, of: pair.connection)
        }
        pair.server.onRead = { handle, stream, data in
            guard stream.direction == .bidirectional else { return }
            pair.server.endpoint.send(data.bytes, on: stream, of: handle)
            if data.isEnd { pair.server.endpoint.finish(stream, of: handle) }
        }
        pair.network.run(for: .milliseconds(50 + random.unit() * 400))
        if incident == 1 {
            pair.network.translation[Fixture.clientAddress] =
                NetworkAddress(ipv4: 192, 0, 2, 9, port: 999)
        }
        if incident == 2, pair.client.isConnected(pair.connection) {
            let other = NetworkAddress(ipv4: 10, 0, 0, 3, port: 6_000)
            pair.client.addresses.insert(other)
            // Refused before the handshake is confirmed; then it stays where it is.
            try? pair.client.endpoint.migrate(
                pair.connection, to: other, probing: seed % 2 == 0, at: pair.network.now)
        }
        if incident == 3 { pair.client.endpoint.updateKeys(pair.connection) }
        pair.network.run(for: .seconds(300)) {
            pair.client.closeReason(pair.connection) != nil || isComplete(pair, sent)
        }
        if pair.client.closeReason(pair.connection) == nil {
            #expect(isComplete(pair, sent), "seed \(seed): neither an end nor a reason")
        }
        for (stream, bytes) in sent {
            let up = pair.accepted.map { pair.server.bytes(stream, $0) } ?? []
            let down = pair.client.bytes(stream, pair.connection)
            #expect(bytes.starts(with: up), "seed \(seed): the server read something else")
            #expect(bytes.starts(with: down), "seed \(seed): the client read something else")
        }
    }

    private func isComplete(_ pair: Pair, _ sent: [StreamID: [UInt8]]) -> Bool {
        guard let handle = pair.accepted else { return false }
        return sent.keys.allSatisfy { stream in
            pair.server.isEnded(stream, handle)
                && (stream.direction == .unidirectional
                    || pair.client.isEnded(stream, pair.connection))
        } && sent.allSatisfy { pair.server.bytes($0.key, handle) == $0.value }
    }

    @Test func `a server's restart in the middle is a reason, and a new connection works`() throws {
        for seed in Fixture.seeds(20) {
            let pair = try Pair(seed: seed)
            pair.connect()
            let stream = try pair.client.endpoint.openStream(.bidirectional, on: pair.connection)
            pair.client.endpoint.send(
                Fixture.bytes(500_000, seed: seed), on: stream, of: pair.connection)
            pair.network.run(for: .milliseconds(12 + Double(seed % 20)))
            pair.network.remove(pair.server)
            let restarted = try Site(try Fixture.server(), at: Fixture.serverAddress)
            pair.network.add(restarted)
            pair.network.run(for: .seconds(5)) {
                pair.client.closeReason(pair.connection) != nil
            }
            #expect(pair.client.closeReason(pair.connection)?.cause == .statelessReset)
            let again = try pair.client.connect(Fixture.connection, to: restarted.address)
            pair.network.run(for: .seconds(5)) { pair.client.isConnected(again) }
            #expect(pair.client.isConnected(again))
        }
    }

    @Test func `changed datagrams never crash either side`() throws {
        for seed in Fixture.seeds(60) {
            var random = SeededRandom(seed: seed)
            let pair = try Pair(
                seed: seed, server: { if seed % 2 == 0 { $0.validation = .always } })
            pair.network.tap = { bytes, _, _ in
                guard random.next() % 3 == 0 else { return bytes }
                return mutated(bytes, &random)
            }
            let stream = try pair.client.endpoint.openStream(.bidirectional, on: pair.connection)
            pair.client.endpoint.send(
                Fixture.bytes(20_000, seed: seed), on: stream, of: pair.connection)
            pair.network.run(for: .seconds(3))
        }
    }

    private func mutated(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var out = bytes
        switch random.next() % 5 {
        case 0: out.removeLast(Int(random.next() % UInt64(out.count + 1)))
        case 1: out += Fixture.bytes(Int(random.next() % 64), seed: random.next())
        case 2: out = Fixture.bytes(Int(random.next() % 1_500), seed: random.next())
        default:
            for _ in 0..<(1 + random.next() % 8) where !out.isEmpty {
                // The headers are what is read before anything is authenticated.
                let reach = random.next() % 2 == 0 ? min(out.count, 40) : out.count
                out[Int(random.next() % UInt64(reach))] = UInt8(truncatingIfNeeded: random.next())
            }
        }
        return out
    }

    @Test func `random datagrams cost nothing that lasts`() throws {
        let endpoint = try Endpoint(try Fixture.server())
        var random = SeededRandom(seed: 8)
        for index in 0..<20_000 {
            var bytes = Fixture.bytes(Int(random.next() % 1_400), seed: random.next())
            if !bytes.isEmpty, index % 2 == 0 { bytes[0] |= 0xc0 }
            if bytes.count > 5, index % 4 == 0 { bytes.replaceSubrange(1..<5, with: [0, 0, 0, 1]) }
            unsafe endpoint.receive(
                bytes.span.bytes, from: Fixture.clientAddress, to: Fixture.serverAddress,
                at: Instant(nanoseconds: Int64(index) * 1_000))
            _ = endpoint.nextDatagrams(at: Instant(nanoseconds: Int64(index) * 1_000))
        }
        #expect(endpoint.connectionCount <= 300)
        _ = endpoint.nextDatagrams(at: .milliseconds(60_000))
        _ = endpoint.nextDatagrams(at: .milliseconds(120_000))
        #expect(endpoint.connectionCount == 0)
    }
}
