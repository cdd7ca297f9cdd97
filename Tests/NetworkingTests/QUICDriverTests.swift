import Networking
import QUIC
import Testing
import Timeline

@Suite(.timeLimit(.minutes(20)))
struct QUICDriverTests {
    private static func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    }

    /// Sends bytes on streams to an echo, and checks that they come back.
    private func exchange(
        _ server: QUICDriver, _ client: QUICDriver, to remote: NetworkAddress, sizes: [Int]
    ) async throws {
        let connection = try await client.connect(to: remote)
        let streams = try await client.ask { endpoint, _, _ in
            Result {
                try sizes.map { size in
                    let stream = try endpoint.openStream(.bidirectional, on: connection)
                    endpoint.send(Self.pattern(size), on: stream, of: connection)
                    endpoint.finish(stream, of: connection)
                    return stream
                }
            }
        }.get()
        await client.wait { user in
            streams.allSatisfy { user.endedOn[connection, default: []].contains($0) }
        }
        let received = await client.ask { _, user, _ in
            (user as? CollectingUser)?.receivedOn[connection]
        }
        for (stream, size) in zip(streams, sizes) {
            #expect(received?[stream, default: []] == Self.pattern(size))
        }
    }

    @Test(arguments: ["127.0.0.1", "::1", "0.0.0.0"])
    func `streams come back from an echo`(host: String) async throws {
        let server = try QUICFixture.server(host: host)
        let client = try QUICFixture.client(host: host)
        let place = host == "::1" ? "::1" : "127.0.0.1"
        let remote = try NetworkAddress.resolving(host: place, port: server.port)
        try await exchange(
            server, client, to: remote, sizes: [0, 1, 1_000, 65_536, 3_000_000])
        let statistics = (client.statistics, server.statistics)
        #expect(statistics.0.bytesSent > 3_000_000 && statistics.1.bytesReceived > 3_000_000)
        #expect(statistics.0.datagramsRefused == 0)
        client.close()
        server.close()
    }

    @Test(arguments: [true, false], [true, false])
    func `packets are large on this machine where that is wanted`(
        client isClientLarge: Bool, server isServerLarge: Bool
    ) async throws {
        var settings = try QUICFixture.settings()
        if !isServerLarge { settings.loopbackPayload = nil }
        let server = try QUICDriver(
            settings, host: "127.0.0.1", port: 0, threads: Loops.shared, now: QUICFixture.now
        ) { EchoUser() }
        settings = try QUICFixture.clientSettings()
        if !isClientLarge { settings.loopbackPayload = nil }
        let client = try QUICDriver(
            settings, host: "127.0.0.1", port: 0, threads: Loops.shared, now: QUICFixture.now
        ) { CollectingUser() }
        try await exchange(server, client, to: server.localAddress, sizes: [1_000_000])
        let payloads = await (client.payload, server.payload)
        #expect(payloads.0 == 16_000 || !isClientLarge && payloads.0 < 1_500)
        #expect(payloads.1 == 16_000 || !isServerLarge && payloads.1 < 1_500)
        client.close()
        server.close()
    }

    @Test(arguments: [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("::", "::")])
    func `a client on all addresses has large packets on this machine, and paths from any`(
        from: String, to: String
    ) async throws {
        let server = try QUICFixture.server(host: to)
        let client = try QUICFixture.client(host: from)
        let place = to == "::" ? "::1" : to
        let remote = try NetworkAddress.resolving(host: place, port: server.port)
        try await exchange(server, client, to: remote, sizes: [1_000_000])
        let payloads = await (client.payload, server.payload)
        #expect(payloads.0 == 16_000 && payloads.1 == 16_000)
        let local = await client.ask { endpoint, _, _ in
            endpoint.addresses(endpoint.handles[0])?.local
        }
        #expect(local == client.localAddress && local?.isWildcard == true)
        client.close()
        server.close()
    }

    @Test func `all goes without segmentation too`() async throws {
        let server = try QUICFixture.server()
        let client = try QUICFixture.client()
        server.giveUpSegmentation()
        client.giveUpSegmentation()
        try await exchange(server, client, to: server.localAddress, sizes: [500_000, 7])
        #expect(!client.statistics.usesSegmentation)
        client.close()
        server.close()
    }

    @Test func `everything comes through a relay that loses, delays and repeats`() async throws {
        let server = try QUICFixture.server()
        let client = try QUICFixture.client()
        var faults = DatagramRelay.Faults()
        faults.delay = .milliseconds(2)
        faults.jitter = .milliseconds(3)
        faults.loss = 0.05
        faults.duplication = 0.05
        let relay = try DatagramRelay(
            to: server.port, faults: faults, seed: 7, threads: Loops.shared)
        let remote = try NetworkAddress.resolving(host: "127.0.0.1", port: relay.port)
        try await exchange(server, client, to: remote, sizes: [200_000, 3])
        #expect(relay.counts.lost > 0 && relay.counts.forwarded > relay.counts.lost)
        client.close()
        server.close()
        relay.close()
    }

    @Test func `two drivers share a thread`() async throws {
        let threads = NetworkThreads(count: 1)
        let server = try QUICFixture.server(threads: threads)
        let client = try QUICFixture.client(threads: threads)
        try await exchange(server, client, to: server.localAddress, sizes: [2_000_000])
        client.close()
        server.close()
        try threads.shutDown()
    }

    @Test func `datagrams come back`() async throws {
        let server = try QUICFixture.server()
        let client = try QUICFixture.client()
        let connection = try await client.connect(to: server.localAddress)
        await client.wait { $0.information != nil }
        let sent = (1...20).map { [UInt8](repeating: UInt8($0), count: $0 * 20) }
        let accepted = await client.ask { endpoint, _, _ in
            sent.allSatisfy { endpoint.sendDatagram($0, on: connection) != nil }
        }
        #expect(accepted)
        await client.wait { $0.datagrams.count == sent.count }
        let datagrams = await client.ask { _, user, _ in (user as? CollectingUser)?.datagrams }
        #expect(datagrams?.sorted { $0.count < $1.count } == sent)
        client.close()
        server.close()
    }

    @Test func `a driver that closes says so`() async throws {
        let server = try QUICFixture.server()
        let client = try QUICFixture.client()
        _ = try await client.connect(to: server.localAddress)
        await client.wait { $0.information != nil }
        server.close()
        await client.wait { $0.closeReason() != nil }
        let reason = await client.ask { _, user, _ in (user as? CollectingUser)?.closeReason() }
        #expect(reason?.cause == .application && reason?.isLocal == false)
        #expect(!server.statistics.isOpen)
        // What comes afterwards is not done, and nothing breaks.
        server.execute { _, _, _ in Issue.record("a closed driver did something") }
        server.close()
        client.close()
        // The port is free again.
        let next = try QUICDriver(
            QUICFixture.settings(), host: "127.0.0.1", port: server.port, threads: Loops.shared,
            now: QUICFixture.now
        ) { EchoUser() }
        next.close()
    }

    @Test func `nobody answers, and the handshake ends`() async throws {
        let server = try QUICFixture.server()
        let remote = server.localAddress
        server.close()
        let client = try QUICFixture.client()
        var settings = QUICFixture.connection
        settings.transport.handshakeTimeout = .milliseconds(200)
        _ = try await client.connect(to: remote, settings)
        await client.wait { $0.closeReason() != nil }
        let reason = await client.ask { _, user, _ in (user as? CollectingUser)?.closeReason() }
        #expect(reason?.cause == .handshakeTimeout)
        client.close()
    }

    @Test func `a user is called at its deadline`() async throws {
        let client = try QUICFixture.client()
        await client.ask { _, user, now in
            (user as? CollectingUser)?.deadline = now + .milliseconds(20)
        }
        await client.wait { $0.deadline == nil }
        client.close()
    }

    @Test func `a port that is taken is an error, and so is a certificate that is none`() throws {
        let server = try QUICFixture.server()
        #expect(throws: NetworkError.self) {
            try QUICDriver(
                QUICFixture.settings(), host: "127.0.0.1", port: server.port,
                threads: Loops.shared, now: QUICFixture.now
            ) { EchoUser() }
        }
        server.close()
        #expect {
            try QUICFixture.server { $0.identity = Identity(chain: "no", key: "none") }
        } throws: { error in
            if case .transport = (error as? NetworkError)?.kind { true } else { false }
        }
    }

    @Test func `a client moves to another address of the machine`() async throws {
        let server = try QUICFixture.server(host: "0.0.0.0")
        let client = try QUICFixture.client(host: "0.0.0.0")
        let remote = NetworkAddress(ipv4: 127, 0, 0, 1, port: UInt16(server.port))
        try await exchange(server, client, to: remote, sizes: [10_000])
        let place = NetworkAddress(ipv4: 127, 0, 0, 2, port: UInt16(client.port))
        try await client.ask { endpoint, _, now in
            Result { try endpoint.migrate(endpoint.handles[0], to: place, at: now) }
        }.get()
        await client.wait { user in
            user.events.contains {
                if case .pathValidated(_, _, let holds) = $0.kind { holds } else { false }
            }
        }
        let addresses = await client.ask { endpoint, _, _ in
            endpoint.addresses(endpoint.handles[0])?.local
        }
        #expect(addresses == place)
        client.close()
        server.close()
    }

    @Test func `a connection stays where it is when its datagrams come elsewhere`() async throws {
        let threads = NetworkThreads(count: 2)
        let group = try QUICDriverGroup(
            QUICFixture.settings(), count: 2, host: "127.0.0.1", port: 0, threads: threads,
            now: QUICFixture.now
        ) { _ in EchoUser() }
        let client = try QUICFixture.client(host: "0.0.0.0")
        let count = 24
        for _ in 0..<count {
            try await exchange(group.drivers[0], client, to: group.localAddress, sizes: [10])
        }
        // One address and port: all are with one endpoint. Then each gets an address of its own,
        // and the kernel gives about half of them to the other socket.
        let port = UInt16(client.port)
        try await client.ask { endpoint, _, now in
            Result {
                for (index, handle) in endpoint.handles.enumerated() {
                    let place = NetworkAddress(ipv4: 127, 0, 1, UInt8(index + 1), port: port)
                    try endpoint.migrate(handle, to: place, probing: false, at: now)
                    let stream = try endpoint.openStream(.bidirectional, on: handle)
                    endpoint.send(Self.pattern(5_000), on: stream, of: handle)
                    endpoint.finish(stream, of: handle)
                }
            }
        }.get()
        await client.wait { user in
            user.events.count { if case .streamClosed(_, nil) = $0.kind { true } else { false } }
                == 2 * count
        }
        var connections = 0
        for driver in group.drivers {
            connections += await driver.ask { endpoint, _, _ in endpoint.connectionCount }
        }
        #expect(connections == count)
        #expect(group.drivers.reduce(0) { $0 + $1.statistics.batchesForwarded } > 0)
        client.close()
        group.close()
        try threads.shutDown()
    }

    @Test func `endpoints of one port share the load`() async throws {
        let threads = NetworkThreads(count: 2)
        let group = try QUICDriverGroup(
            QUICFixture.settings(), count: 2, host: "127.0.0.1", port: 0, threads: threads,
            now: QUICFixture.now
        ) { _ in EchoUser() }
        var clients: [QUICDriver] = []
        for _ in 0..<16 {
            let client = try QUICFixture.client()
            try await exchange(group.drivers[0], client, to: group.localAddress, sizes: [2_000])
            clients.append(client)
        }
        for driver in group.drivers {
            #expect(await driver.ask { endpoint, _, _ in endpoint.connectionCount } > 0)
        }
        for client in clients { client.close() }
        group.close()
        try threads.shutDown()
    }
}
