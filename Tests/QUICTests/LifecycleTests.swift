import QUIC
import SimulatedNetwork
import Testing
import Timeline

struct LifecycleTests {
    @Test func `both sides read the code and the reason of a close`() throws {
        let pair = try Pair()
        pair.connect()
        let handle = try #require(pair.accepted)
        pair.client.endpoint.close(pair.connection, code: 42, reason: "enough seen")
        pair.network.run(for: .seconds(1)) { pair.server.closeReason(handle) != nil }
        #expect(
            pair.server.closeReason(handle)
                == CloseReason(
                    cause: .application, code: 42, message: "enough seen", isLocal: false))
        #expect(
            pair.client.closeReason(pair.connection)
                == CloseReason(
                    cause: .application, code: 42, message: "enough seen", isLocal: true))
        pair.network.run(for: .seconds(20)) {
            pair.client.endpoint.connectionCount + pair.server.endpoint.connectionCount == 0
        }
        #expect(pair.client.endpoint.connectionCount == 0)
        #expect(pair.server.endpoint.connectionCount == 0)
        #expect(pair.client.endpoint.deadline == nil)
        #expect(throws: QUICError.self) {
            try pair.client.endpoint.openStream(.bidirectional, on: pair.connection)
        }
    }

    @Test func `a lost close is repeated to a peer that goes on sending`() throws {
        let pair = try Pair()
        pair.connect()
        let handle = try #require(pair.accepted)
        pair.network.tap = { bytes, from, _ in from == Fixture.clientAddress ? nil : bytes }
        pair.client.endpoint.close(pair.connection, code: 1, reason: "lost at first")
        _ = pair.client.endpoint.nextDatagrams(at: pair.network.now)
        pair.network.tap = nil
        let stream = try pair.server.endpoint.openStream(.unidirectional, on: handle)
        pair.server.endpoint.send([1], on: stream, of: handle)
        pair.network.run(for: .seconds(5)) { pair.server.closeReason(handle) != nil }
        #expect(pair.server.closeReason(handle)?.message == "lost at first")
    }

    @Test func `a graceful close waits until everything has arrived`() throws {
        var faults = Faults()
        faults.loss = 0.1
        let pair = try Pair(seed: 3, faults: faults)
        pair.connect()
        let handle = try #require(pair.accepted)
        let bytes = Fixture.bytes(200_000, seed: 1)
        let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        pair.client.endpoint.send(bytes, on: stream, of: pair.connection)
        pair.client.endpoint.finish(stream, of: pair.connection)
        pair.client.endpoint.closeWhenDelivered(pair.connection, code: 7, reason: "done")
        pair.network.run(for: .seconds(60)) { pair.client.closeReason(pair.connection) != nil }
        #expect(pair.client.closeReason(pair.connection)?.code == 7)
        #expect(pair.server.bytes(stream, handle) == bytes)
        #expect(pair.server.isEnded(stream, handle))
    }

    @Test func `silence ends a connection after the idle timeout`() throws {
        let pair = try Pair(server: { $0.transport.idleTimeout = .seconds(3) })
        pair.connect()
        pair.network.run(for: .seconds(1))
        let handle = try #require(pair.accepted)
        pair.network.run(for: .seconds(30)) { pair.client.closeReason(pair.connection) != nil }
        #expect(pair.client.closeReason(pair.connection)?.cause == .idleTimeout)
        #expect(pair.network.now < .milliseconds(5_000))
        pair.network.run(for: .seconds(1)) { pair.server.closeReason(handle) != nil }
        #expect(pair.server.closeReason(handle)?.cause == .idleTimeout)
    }

    @Test func `keep-alive holds a silent connection`() throws {
        let pair = try Pair(
            server: { $0.transport.idleTimeout = .seconds(3) },
            client: { $0.transport.keepAlive = .seconds(1) })
        pair.connect()
        pair.network.run(for: .seconds(60))
        #expect(pair.client.closeReason(pair.connection) == nil)
    }

    @Test func `a server that forgot a connection says so`() throws {
        let pair = try Pair()
        pair.connect()
        pair.network.run(for: .seconds(1))
        pair.network.remove(pair.server)
        let restarted = try Site(try Fixture.server(), at: Fixture.serverAddress)
        pair.network.add(restarted)
        let stream = try pair.client.endpoint.openStream(.bidirectional, on: pair.connection)
        pair.client.endpoint.send(
            [UInt8](repeating: 1, count: 500), on: stream, of: pair.connection)
        let start = pair.network.now
        pair.network.run(for: .seconds(5)) { pair.client.closeReason(pair.connection) != nil }
        #expect(pair.client.closeReason(pair.connection)?.cause == .statelessReset)
        #expect(pair.network.now - start < .milliseconds(100))
    }

    @Test func `a stranger's reset is ignored`() throws {
        let pair = try Pair()
        pair.connect()
        pair.network.run(for: .seconds(1))
        pair.network.remove(pair.server)
        var settings = try Fixture.server()
        settings.secret = [UInt8](repeating: 1, count: 32)
        let stranger = try Site(settings, at: Fixture.serverAddress)
        pair.network.add(stranger)
        let stream = try pair.client.endpoint.openStream(.bidirectional, on: pair.connection)
        pair.client.endpoint.send(
            [UInt8](repeating: 1, count: 500), on: stream, of: pair.connection)
        pair.network.run(for: .seconds(5))
        #expect(pair.client.closeReason(pair.connection) == nil)
    }

    @Test func `two that forgot do not answer each other for ever`() throws {
        let network = SimulatedNetwork()
        let a = try Site(try Fixture.server(), at: Fixture.serverAddress)
        let b = try Site(try Fixture.server(), at: Fixture.clientAddress)
        network.add(a)
        network.add(b)
        var bytes = [UInt8](repeating: 0x55, count: 1_200)
        bytes[0] = 0x40
        unsafe a.endpoint.receive(
            bytes.span.bytes, from: b.address, to: a.address, at: network.now)
        network.run(for: .seconds(10))
        // Each answer is shorter than what it answers, down to 21 bytes.
        #expect(network.delivered <= 22)
    }

    @Test func `keys change while data flows`() throws {
        let pair = try Pair()
        pair.connect()
        let handle = try #require(pair.accepted)
        let bytes = Fixture.bytes(2 << 20, seed: 1)
        let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        pair.client.endpoint.send(SharedBytes(bytes), on: stream, of: pair.connection)
        pair.client.endpoint.finish(stream, of: pair.connection)
        pair.client.endpoint.updateKeys(pair.connection)
        pair.network.run { pair.server.bytes(stream, handle).count > 500_000 }
        pair.network.run { pair.server.isEnded(stream, handle) }
        let other = try pair.server.endpoint.openStream(.unidirectional, on: handle)
        pair.network.run(for: .seconds(20))
        pair.server.endpoint.updateKeys(handle)
        pair.network.run(for: .seconds(9))
        pair.server.endpoint.send([1], on: other, of: handle)
        pair.network.run(for: .seconds(1))
        #expect(pair.client.endpoint.statistics(pair.connection)?.keyUpdates == 1)
        pair.network.run(for: .seconds(9))
        pair.server.endpoint.send([1], on: other, of: handle)
        pair.network.run(for: .seconds(1))
        #expect(pair.server.bytes(stream, handle) == bytes)
        let updates = try #require(pair.client.endpoint.statistics(pair.connection)?.keyUpdates)
        #expect(updates >= 1)
        #expect(pair.server.endpoint.statistics(handle)?.keyUpdates == updates)
    }

    @Test(arguments: [true, false])
    func `a client moves to another address`(probing: Bool) throws {
        let pair = try Pair()
        pair.connect()
        pair.network.run(for: .seconds(1))
        let handle = try #require(pair.accepted)
        let bytes = Fixture.bytes(1 << 20, seed: 1)
        let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        pair.client.endpoint.send(SharedBytes(bytes), on: stream, of: pair.connection)
        pair.client.endpoint.finish(stream, of: pair.connection)
        pair.network.run { pair.server.bytes(stream, handle).count > 100_000 }
        let other = NetworkAddress(ipv4: 10, 0, 0, 3, port: 6_000)
        pair.client.addresses.insert(other)
        try pair.client.endpoint.migrate(
            pair.connection, to: other, probing: probing, at: pair.network.now)
        pair.network.run { pair.server.isEnded(stream, handle) }
        #expect(pair.server.bytes(stream, handle) == bytes)
        #expect(pair.server.endpoint.addresses(handle)?.remote == other)
        #expect(pair.client.endpoint.addresses(pair.connection)?.local == other)
        #expect(
            pair.server.kinds(of: handle).contains(
                .pathValidated(local: Fixture.serverAddress, remote: other, holds: true)))
    }

    @Test func `a packet that was long on its way is not answered with a reset`() throws {
        let pair = try Pair()
        pair.connect()
        pair.network.run(for: .seconds(1))
        var late: [UInt8]?
        pair.network.tap = { bytes, from, _ in
            guard from == Fixture.clientAddress, late == nil, bytes[0] & 0x80 == 0 else {
                return bytes
            }
            late = bytes
            return nil
        }
        let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        pair.client.endpoint.send(Fixture.bytes(900, seed: 1), on: stream, of: pair.connection)
        pair.network.run(for: .seconds(1))
        let other = NetworkAddress(ipv4: 10, 0, 0, 3, port: 6_000)
        pair.client.addresses.insert(other)
        try pair.client.endpoint.migrate(pair.connection, to: other, at: pair.network.now)
        pair.network.run(for: .seconds(10))
        let handle = try #require(pair.accepted)
        #expect(pair.server.endpoint.addresses(handle)?.remote == other)
        let bytes = try #require(late)
        unsafe pair.server.endpoint.receive(
            bytes.span.bytes, from: Fixture.clientAddress, to: Fixture.serverAddress,
            at: pair.network.now)
        #expect(pair.server.endpoint.nextDatagrams(at: pair.network.now).isEmpty)
        pair.network.run(for: .seconds(1))
        #expect(pair.client.closeReason(pair.connection) == nil)
    }

    @Test func `a translated address may change under a client that does not know`() throws {
        let pair = try Pair()
        pair.connect()
        pair.network.run(for: .seconds(1))
        let handle = try #require(pair.accepted)
        let bytes = Fixture.bytes(1 << 20, seed: 1)
        let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        pair.client.endpoint.send(SharedBytes(bytes), on: stream, of: pair.connection)
        pair.client.endpoint.finish(stream, of: pair.connection)
        pair.network.run { pair.server.bytes(stream, handle).count > 100_000 }
        let outside = NetworkAddress(ipv4: 192, 0, 2, 1, port: 7_777)
        pair.network.translation[Fixture.clientAddress] = outside
        pair.network.run { pair.server.isEnded(stream, handle) }
        #expect(pair.server.bytes(stream, handle) == bytes)
        #expect(pair.server.endpoint.addresses(handle)?.remote == outside)
    }

    @Test func `a steering byte begins every id`() throws {
        var settings = try Fixture.server()
        settings.steeringByte = 0xa5
        let network = SimulatedNetwork()
        let server = try Site(settings, at: Fixture.serverAddress)
        let client = try Site(try Fixture.client(), at: Fixture.clientAddress)
        network.add(server)
        network.add(client)
        var shortIDs: Set<UInt8> = []
        network.tap = { bytes, _, to in
            if to == Fixture.serverAddress, bytes[0] & 0x80 == 0 { shortIDs.insert(bytes[1]) }
            return bytes
        }
        let connection = try client.connect(Fixture.connection, to: server.address)
        network.run(for: .seconds(1)) { client.isConnected(connection) }
        let stream = try client.endpoint.openStream(.bidirectional, on: connection)
        client.endpoint.send([1], on: stream, of: connection)
        network.run(for: .seconds(1))
        #expect(shortIDs == [0xa5])
    }
}
