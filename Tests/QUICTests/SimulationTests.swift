import QUIC
import SimulatedNetwork
import Testing
import Timeline

/// Everything arrives exactly once and in order, or the connection ends with a reason.
struct SimulationTests {
    @Test func `whatever a network does, all data arrives or there is a reason`() throws {
        var outcomes: [FaultScenario.Outcome: Int] = [:]
        let seeds = Fixture.seeds(60)
        for seed in seeds {
            outcomes[try FaultScenario(seed: seed).run(), default: 0] += 1
        }
        // A bad network is no excuse for many.
        #expect(outcomes[.complete, default: 0] * 10 >= seeds.count * 4)
        if seeds.count > 60 {
            for (outcome, count) in outcomes.sorted(by: { $0.key < $1.key }) {
                print("\(count) of \(seeds.count) sessions: \(outcome)")
            }
        }
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
