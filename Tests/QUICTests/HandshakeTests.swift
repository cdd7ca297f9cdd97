import QUIC
import SimulatedNetwork
import Testing
import Timeline

struct HandshakeTests {
    @Test func `a client and a server connect and learn about each other`() throws {
        let pair = try Pair()
        #expect(pair.connect())
        let client = try #require(pair.client.information(pair.connection))
        #expect(client.protocolName == "test")
        #expect(client.version == 1)
        #expect(client.cipher == "AES-128-GCM")
        #expect(client.peerCertificateHash == (try Fixture.certificate.get().hash))
        #expect(!client.isResumed && !client.wasRetried)
        let handle = try #require(pair.accepted)
        let server = try #require(pair.server.information(handle))
        #expect(server.serverName == "localhost")
        #expect(server.peerCertificateHash == nil)
        #expect(server.remote == Fixture.clientAddress)
    }

    @Test func `both ends know the protocol whenever they are asked after the handshake`() throws {
        let pair = try Pair()
        #expect(pair.connect())
        let handle = try #require(pair.accepted)
        for _ in 0..<3 {
            #expect(pair.server.endpoint.protocolName(of: handle) == "test")
            #expect(pair.client.endpoint.protocolName(of: pair.connection) == "test")
            pair.network.run(for: .seconds(1))
        }
    }

    @Test func `the handshake takes one round trip, pacing notwithstanding`() throws {
        let pair = try Pair()
        pair.network.run(for: .seconds(1)) { pair.client.isConnected(pair.connection) }
        #expect(pair.network.now == .milliseconds(10))
    }

    @Test func `an answer comes two round trips after the start`() throws {
        let pair = try Pair()
        pair.server.onRead = { handle, stream, data in
            pair.server.endpoint.send(data.bytes, on: stream, of: handle)
        }
        let stream = try pair.client.endpoint.openStream(.bidirectional, on: pair.connection)
        pair.client.endpoint.send([1, 2, 3], on: stream, of: pair.connection)
        pair.network.run(for: .seconds(1)) {
            pair.client.bytes(stream, pair.connection) == [1, 2, 3]
        }
        #expect(pair.network.now <= .milliseconds(21))
    }

    @Test func `a server of another authority is refused`() throws {
        var settings = EndpointSettings()
        settings.trust = .authorities(pem: try Fixture.otherCertificate.get().authority)
        let pair = try Pair(endpoint: settings)
        pair.network.run(for: .seconds(5)) { pair.client.closeReason(pair.connection) != nil }
        let reason = try #require(pair.client.closeReason(pair.connection))
        #expect(reason.cause == .tls && reason.isLocal)
        #expect(!pair.client.isConnected(pair.connection))
        pair.network.run(for: .seconds(5)) {
            pair.accepted.flatMap { pair.server.closeReason($0) } != nil
        }
        let told = try #require(pair.accepted.flatMap { pair.server.closeReason($0) })
        #expect(told.cause == .tls && !told.isLocal && told.code == reason.code)
    }

    @Test(arguments: ["example.org", "10.0.0.1", "localhost.example"])
    func `a server of another name is refused`(name: String) throws {
        let pair = try Pair(client: { $0.serverName = name })
        pair.network.run(for: .seconds(5)) { pair.client.closeReason(pair.connection) != nil }
        #expect(pair.client.closeReason(pair.connection)?.cause == .tls)
        #expect(!pair.client.isConnected(pair.connection))
    }

    @Test(arguments: ["localhost", "127.0.0.1", "::1"])
    func `a development certificate holds for this machine`(name: String) throws {
        let pair = try Pair(client: { $0.serverName = name })
        #expect(pair.connect())
    }

    @Test func `a system's authorities do not know a development certificate`() throws {
        let pair = try Pair(endpoint: EndpointSettings())
        pair.network.run(for: .seconds(5)) { pair.client.closeReason(pair.connection) != nil }
        #expect(pair.client.closeReason(pair.connection)?.cause == .tls)
    }

    @Test func `a certificate known by its hash is taken whatever its authority`() throws {
        var settings = EndpointSettings()
        settings.trust = .certificate(hash: try Fixture.certificate.get().hash)
        let pair = try Pair(
            client: { $0.serverName = "elsewhere.example" }, endpoint: settings)
        #expect(pair.connect())
    }

    @Test func `a certificate with another hash is refused`() throws {
        var settings = EndpointSettings()
        settings.trust = .certificate(hash: try Fixture.otherCertificate.get().hash)
        let pair = try Pair(endpoint: settings)
        pair.network.run(for: .seconds(5)) { pair.client.closeReason(pair.connection) != nil }
        let reason = try #require(pair.client.closeReason(pair.connection))
        #expect(reason.cause == .tls && reason.message.contains("another certificate"))
    }

    @Test func `an expired certificate is refused`() throws {
        let old = try DevelopmentCertificate(start: Fixture.now - 20 * 86_400)
        var settings = EndpointSettings()
        settings.trust = .authorities(pem: old.authority)
        let pair = try Pair(server: { $0.identity = old.identity }, endpoint: settings)
        pair.network.run(for: .seconds(5)) { pair.client.closeReason(pair.connection) != nil }
        #expect(pair.client.closeReason(pair.connection)?.cause == .tls)
    }

    @Test func `no common protocol ends the connection`() throws {
        let pair = try Pair(client: { $0.protocols = ["other"] })
        pair.network.run(for: .seconds(5)) { pair.client.closeReason(pair.connection) != nil }
        let reason = try #require(pair.client.closeReason(pair.connection))
        #expect(reason.cause == .tls && reason.code == 120)
    }

    @Test func `the server chooses the protocol`() throws {
        let pair = try Pair(
            server: { $0.protocols = ["b", "a"] }, client: { $0.protocols = ["a", "b"] })
        pair.connect()
        #expect(pair.client.information(pair.connection)?.protocolName == "b")
    }

    @Test func `mutual TLS shows the client's certificate`() throws {
        let guest = try DevelopmentCertificate(names: ["guest"], start: Fixture.now - 60)
        var settings = try Fixture.client()
        settings.clientIdentity = guest.identity
        let pair = try Pair(
            server: { $0.clientTrust = .authorities(pem: guest.authority) }, endpoint: settings)
        #expect(pair.connect())
        let handle = try #require(pair.accepted)
        #expect(pair.server.information(handle)?.peerCertificateHash == guest.hash)
    }

    @Test(arguments: [false, true])
    func `mutual TLS refuses strangers`(hasCertificate: Bool) throws {
        let guest = try DevelopmentCertificate(start: Fixture.now - 60)
        let stranger = try DevelopmentCertificate(start: Fixture.now - 60)
        var settings = try Fixture.client()
        if hasCertificate { settings.clientIdentity = stranger.identity }
        let pair = try Pair(
            server: { $0.clientTrust = .authorities(pem: guest.authority) }, endpoint: settings)
        pair.network.run(for: .seconds(5)) { pair.client.closeReason(pair.connection) != nil }
        let handle = try #require(pair.accepted)
        #expect(!pair.server.isConnected(handle))
        #expect(pair.server.closeReason(handle)?.cause == .tls)
        #expect(pair.client.closeReason(pair.connection)?.cause == .tls)
    }

    @Test func `a Retry validates the address`() throws {
        let pair = try Pair(server: { $0.validation = .always })
        #expect(pair.connect())
        #expect(pair.client.information(pair.connection)?.wasRetried == true)
        #expect(pair.server.endpoint.retriesSent == 1)
    }

    @Test func `a token of an earlier connection makes Retry needless`() throws {
        let pair = try Pair(server: { $0.validation = .always })
        pair.connect()
        pair.network.run(for: .seconds(1)) { pair.client.resumption(pair.connection) != nil }
        let state = try #require(pair.client.resumption(pair.connection))
        var settings = Fixture.connection
        settings.resumption = state
        let again = try pair.client.connect(settings, to: pair.server.address)
        pair.network.run(for: .seconds(5)) { pair.client.isConnected(again) }
        #expect(pair.client.information(again)?.wasRetried == false)
        #expect(pair.client.information(again)?.isResumed == true)
        #expect(pair.server.endpoint.retriesSent == 1)
    }

    @Test func `a flood of first packets is answered with Retry and costs bounded memory`() throws {
        let network = SimulatedNetwork()
        let server = try Site(
            try Fixture.server { $0.validation = .whenHalfOpenExceeds(8) },
            at: Fixture.serverAddress)
        network.add(server)
        let attacker = try Endpoint(try Fixture.client())
        for index in 0..<200 {
            let from = NetworkAddress(ipv4: 10, 1, 0, UInt8(index), port: 1_000)
            _ = try attacker.connect(
                Fixture.connection, to: server.address, from: from, at: network.now)
        }
        for batch in attacker.nextDatagrams(at: network.now) {
            for datagram in batch.datagrams {
                unsafe server.endpoint.receive(
                    Array(datagram).span.bytes, from: batch.header.local, to: server.address,
                    at: network.now)
            }
        }
        #expect(server.endpoint.halfOpenCount <= 9)
        #expect(server.endpoint.connectionCount <= 9)
        #expect(server.endpoint.retriesSent >= 190)
        // Forgotten after the handshake's time is over.
        network.run(for: .seconds(30)) { server.endpoint.connectionCount == 0 }
        #expect(server.endpoint.connectionCount == 0 && server.endpoint.halfOpenCount == 0)
    }

    @Test func `more connections than allowed are refused`() throws {
        let pair = try Pair(server: { $0.maximumConnections = 1 })
        pair.connect()
        let second = try pair.client.connect(Fixture.connection, to: pair.server.address)
        pair.network.run(for: .seconds(5)) { pair.client.closeReason(second) != nil }
        let reason = try #require(pair.client.closeReason(second))
        #expect(reason.cause == .transport && reason.code == 2)
        #expect(pair.server.endpoint.connectionsRefused >= 1)
    }

    @Test func `an unknown version is negotiated away`() throws {
        let pair = try Pair(client: { $0.version = 0x1a2a_3a4a })
        #expect(pair.connect())
        #expect(
            pair.client.information(pair.connection)?.version == 1,
            "\(pair.client.kinds(of: pair.connection)) \(pair.server.events)")
    }

    @Test func `nobody there is a handshake timeout`() throws {
        let pair = try Pair()
        pair.network.isUp = false
        pair.network.run(for: .seconds(30)) { pair.client.closeReason(pair.connection) != nil }
        #expect(pair.client.closeReason(pair.connection)?.cause == .handshakeTimeout)
        #expect(pair.network.now >= .milliseconds(10_000))
    }

    @Test func `a key log names the secrets of both directions`() throws {
        let pair = try Pair(client: { $0.transport.keyLog = true })
        pair.connect()
        let lines = pair.client.kinds(of: pair.connection).compactMap {
            if case .keyLog(let line) = $0 { line } else { nil }
        }
        #expect(lines.contains { $0.hasPrefix("CLIENT_TRAFFIC_SECRET_0 ") })
        #expect(lines.contains { $0.hasPrefix("SERVER_TRAFFIC_SECRET_0 ") })
        #expect(lines.allSatisfy { $0.split(separator: " ").map(\.count)[1] == 64 })
    }

    @Test func `a qlog begins with its header`() throws {
        let pair = try Pair(client: { $0.transport.qlog = true })
        pair.connect()
        let bytes = pair.client.kinds(of: pair.connection).flatMap {
            if case .qlog(let part) = $0 { part } else { [UInt8]() }
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains("\"qlog_version\""))
    }
}

struct LeafCertificateTests {
    @Test func `a leaf tells its hash and how long it holds`() throws {
        let made = try DevelopmentCertificate(start: Fixture.now, days: 14)
        let read = try LeafCertificate(chain: made.identity.chain)
        #expect(read.hash == made.hash)
        #expect(read.validity == Fixture.now...Fixture.now + 14 * 86_400)
    }

    @Test func `what is no certificate is an error`() {
        #expect(throws: QUICError.self) { try LeafCertificate(chain: "nothing") }
    }
}
