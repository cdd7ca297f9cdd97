import QUIC
import SimulatedNetwork
import Testing
import Timeline

/// What strangers may cost a server.
struct AdmissionTests {
    /// A client's first datagram.
    private func initial(_ index: Int = 0) throws -> [UInt8] {
        let endpoint = try Endpoint(try Fixture.client())
        _ = try endpoint.connect(
            Fixture.connection, to: Fixture.serverAddress, from: Fixture.clientAddress, at: .zero)
        let batch = try #require(endpoint.nextDatagrams(at: .zero).first)
        return Array(try #require(batch.datagrams.first))
    }

    /// The datagram with another destination id, which makes it unreadable.
    private func forged(_ bytes: [UInt8], _ index: Int) -> [UInt8] {
        var out = bytes
        for place in 0..<8 { out[6 + place] = UInt8(truncatingIfNeeded: index >> (8 * place)) }
        return out
    }

    private func address(_ index: Int) -> NetworkAddress {
        NetworkAddress(ipv4: 0x0b00_0000 + UInt32(index), port: UInt16(1_024 + index % 60_000))
    }

    @Test func `a hundred thousand forged first packets are answered with Retry, none kept`()
        throws
    {
        let endpoint = try Endpoint(
            try Fixture.server { $0.validation = .whenHalfOpenExceeds(8) })
        let known = try (0..<9).map { _ in try initial() }
        for (index, bytes) in known.enumerated() {
            unsafe endpoint.receive(
                bytes.span.bytes, from: address(index), to: Fixture.serverAddress, at: .zero)
        }
        let held = endpoint.holdings
        #expect(held.connections == 9 && held.halfOpen == 9)
        var buffer = [UInt8](repeating: 0, count: Endpoint.batchCapacity)
        var (answers, bytesBack) = (0, 0)
        let count = 100_000
        for index in 0..<count {
            let bytes = forged(known[0], index + 1)
            unsafe endpoint.receive(
                bytes.span.bytes, from: address(index), to: Fixture.serverAddress,
                at: Instant(nanoseconds: Int64(index) * 1_000))
            guard index % 64 == 63 || index == count - 1 else { continue }
            while let header = unsafe buffer.withUnsafeMutableBytes({
                unsafe endpoint.nextBatch(into: $0, at: Instant(nanoseconds: Int64(index) * 1_000))
            }) {
                guard buffer[0] & 0xf0 == 0xf0 else { continue }
                answers += 1
                bytesBack += header.byteCount
            }
        }
        #expect(answers == count && endpoint.retriesSent == UInt64(count))
        #expect(bytesBack < count * 1_200 / 4)
        #expect(endpoint.holdings.connections == 9)
        #expect(endpoint.holdings.routes == held.routes)
        #expect(endpoint.takeEvents().count == 9)
    }

    @Test func `forged first packets leave nothing behind, not even an event`() throws {
        let endpoint = try Endpoint(
            try Fixture.server { $0.validation = .whenHalfOpenExceeds(100) })
        let known = try initial()
        for index in 0..<300 {
            let bytes = forged(known, index)
            unsafe endpoint.receive(
                bytes.span.bytes, from: address(index), to: Fixture.serverAddress, at: .zero)
        }
        #expect(endpoint.takeEvents().isEmpty)
        // So many are not tried one by one any more.
        #expect(endpoint.retriesSent == 300 - 101)
        _ = endpoint.nextDatagrams(at: .zero)
        #expect(endpoint.holdings == .none)
    }

    @Test func `a slow handshake is ended in time, however often its client speaks`() throws {
        let pair = try Pair(server: { $0.transport.handshakeTimeout = .seconds(10) })
        var first: [UInt8]?
        pair.network.tap = { bytes, from, _ in
            guard from == Fixture.clientAddress else { return bytes }
            guard first == nil else { return nil }
            first = bytes
            return bytes
        }
        pair.network.run(for: .seconds(1)) { pair.accepted != nil }
        let handle = try #require(pair.accepted)
        let bytes = try #require(first)
        while pair.server.closeReason(handle) == nil, pair.network.now < .milliseconds(15_000) {
            unsafe pair.server.endpoint.receive(
                bytes.span.bytes, from: Fixture.clientAddress, to: Fixture.serverAddress,
                at: pair.network.now)
            pair.network.run(for: .milliseconds(500))
        }
        #expect(pair.server.closeReason(handle)?.cause == .handshakeTimeout)
        #expect(pair.network.now < .milliseconds(11_000))
        #expect(pair.server.endpoint.holdings == .none)
    }

    @Test func `a client whose address changes before the server has finished gives up in time`()
        throws
    {
        let pair = try Pair(client: { $0.transport.keepAlive = .seconds(1) })
        pair.client.onEvent = { [network = pair.network] event in
            guard case .connected = event.kind else { return }
            network.translation[Fixture.clientAddress] =
                NetworkAddress(ipv4: 192, 0, 2, 7, port: 77)
        }
        pair.network.run(for: .seconds(60)) { pair.client.closeReason(pair.connection) != nil }
        #expect(pair.client.isConnected(pair.connection))
        let handle = try #require(pair.accepted)
        #expect(!pair.server.isConnected(handle))
        #expect(pair.client.closeReason(pair.connection)?.cause == .handshakeTimeout)
        #expect(pair.network.now <= .milliseconds(10_100))
    }

    @Test func `a watcher that only keeps alive learns of a restart too`() throws {
        let pair = try Pair(client: { $0.transport.keepAlive = .seconds(1) })
        pair.connect()
        pair.network.run(for: .seconds(3))
        pair.network.remove(pair.server)
        pair.network.add(try Site(try Fixture.server(), at: Fixture.serverAddress))
        pair.network.run(for: .seconds(3)) { pair.client.closeReason(pair.connection) != nil }
        #expect(pair.client.closeReason(pair.connection)?.cause == .statelessReset)
    }

    @Test func `a server learns of its client's restart`() throws {
        var settings = try Fixture.client()
        settings.secret = [UInt8](repeating: 3, count: 32)
        let pair = try Pair(endpoint: settings)
        pair.connect()
        pair.network.run(for: .seconds(1))
        let handle = try #require(pair.accepted)
        // A client's first id has no token (RFC 9000, section 10.3); those for new paths have.
        let other = NetworkAddress(ipv4: 10, 0, 0, 3, port: 6_000)
        pair.client.addresses.insert(other)
        try pair.client.endpoint.migrate(pair.connection, to: other, at: pair.network.now)
        pair.network.run(for: .seconds(1))
        pair.network.remove(pair.client)
        pair.network.add(try Site(settings, at: other))
        let stream = try pair.server.endpoint.openStream(.unidirectional, on: handle)
        pair.server.endpoint.send(Fixture.bytes(3_000, seed: 1), on: stream, of: handle)
        pair.network.run(for: .seconds(3)) { pair.server.closeReason(handle) != nil }
        #expect(pair.server.closeReason(handle)?.cause == .statelessReset)
    }

    /// A version negotiation packet that answers a client's first packet, as anybody on the path can
    /// write it.
    private func negotiation(answering initial: [UInt8], versions: [UInt32]) -> [UInt8] {
        let destination = Array(initial[6..<(6 + Int(initial[5]))])
        let place = 6 + destination.count
        let source = Array(initial[(place + 1)..<(place + 1 + Int(initial[place]))])
        let list = versions.flatMap { version in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: version >> UInt32($0)) }
        }
        return [0xc0, 0, 0, 0, 0, UInt8(source.count)] + source + [UInt8(destination.count)]
            + destination + list
    }

    @Test func `a forged negotiation that names the version in use is ignored`() throws {
        let pair = try Pair()
        var first: [UInt8]?
        pair.network.tap = { bytes, from, _ in
            if from == Fixture.clientAddress, first == nil { first = bytes }
            return bytes
        }
        _ = pair.network.step(until: .zero)
        let initial = try #require(first)
        for versions: [UInt32] in [[1], [0x0a0a_0a0a, 1]] {
            let forged = negotiation(answering: initial, versions: versions)
            unsafe pair.client.endpoint.receive(
                forged.span.bytes, from: Fixture.serverAddress, to: Fixture.clientAddress,
                at: pair.network.now)
        }
        #expect(pair.connect())
        // Later, when packets of the server were understood, none counts.
        let late = negotiation(answering: initial, versions: [0x0a0a_0a0a])
        unsafe pair.client.endpoint.receive(
            late.span.bytes, from: Fixture.serverAddress, to: Fixture.clientAddress,
            at: pair.network.now)
        pair.network.run(for: .seconds(1))
        #expect(pair.client.closeReason(pair.connection) == nil)
    }

    @Test func `a version to come is answered whatever the length of its ids`() throws {
        let endpoint = try Endpoint(try Fixture.server())
        for (first, second) in [(0, 0), (8, 20), (255, 255)] {
            var bytes: [UInt8] = [0xff, 0x12, 0x34, 0x56, 0x78, UInt8(first)]
            let (destination, source) = (
                Fixture.bytes(first, seed: 1), Fixture.bytes(second, seed: 2)
            )
            bytes += destination + [UInt8(second)] + source
            bytes += [UInt8](repeating: 0, count: 1_200 - bytes.count)
            unsafe endpoint.receive(
                bytes.span.bytes, from: Fixture.clientAddress, to: Fixture.serverAddress, at: .zero)
            let answer = try #require(endpoint.nextDatagrams(at: .zero).first?.bytes)
            #expect(answer[0] & 0x80 != 0)
            let ids = [UInt8(second)] + source + [UInt8(first)] + destination
            #expect(Array(answer.dropFirst()) == [0, 0, 0, 0] + ids + [0, 0, 0, 1])
            // Shorter ones could be used to amplify.
            let short = Array(bytes.prefix(1_199))
            unsafe endpoint.receive(
                short.span.bytes, from: Fixture.clientAddress, to: Fixture.serverAddress, at: .zero)
            #expect(endpoint.nextDatagrams(at: .zero).isEmpty)
        }
        #expect(endpoint.holdings == .none)
    }

    @Test func `a server that knows no common version is a reason`() throws {
        let pair = try Pair()
        var first: [UInt8]?
        pair.network.tap = { bytes, from, _ in
            if from == Fixture.clientAddress, first == nil { first = bytes }
            return nil
        }
        _ = pair.network.step(until: .zero)
        let answer = negotiation(answering: try #require(first), versions: [0x0a0a_0a0a])
        unsafe pair.client.endpoint.receive(
            answer.span.bytes, from: Fixture.serverAddress, to: Fixture.clientAddress,
            at: pair.network.now)
        pair.client.handleEvents()
        #expect(pair.client.closeReason(pair.connection)?.cause == .versionNegotiation)
    }

    @Test func `what came with the close can still be read`() throws {
        let pair = try Pair()
        pair.connect()
        let handle = try #require(pair.accepted)
        pair.server.reads = false
        let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        pair.client.endpoint.send([1, 2, 3], on: stream, of: pair.connection)
        pair.client.endpoint.finish(stream, of: pair.connection)
        _ = pair.network.step(until: pair.network.now)
        pair.client.endpoint.close(pair.connection, code: 1)
        pair.network.run(for: .seconds(1)) { pair.server.closeReason(handle) != nil }
        pair.server.read(stream, handle)
        #expect(pair.server.bytes(stream, handle) == [1, 2, 3])
        #expect(!pair.server.endpoint.send([1], on: stream, of: handle))
    }
}
