import QUIC
import SimulatedNetwork
import Testing
import Timeline

struct ResumptionTests {
    /// Connects once and gives what the server left for the next time.
    private func firstVisit(_ pair: Pair) throws -> ResumptionState {
        #expect(pair.connect())
        pair.network.run(for: .seconds(1))
        let state = try #require(pair.client.resumption(pair.connection))
        pair.client.endpoint.close(pair.connection)
        pair.network.run(for: .seconds(1))
        return state
    }

    private func echo(_ site: Site) {
        site.onRead = { [unowned site] handle, stream, data in
            site.endpoint.send(data.bytes, on: stream, of: handle)
            if data.isEnd { site.endpoint.finish(stream, of: handle) }
        }
    }

    /// Connects with a request that may go early; the request and the connection.
    private func visit(
        _ pair: Pair, _ state: ResumptionState, allowsEarlyData: Bool = true,
        isIdempotent: Bool = true, bytes: [UInt8] = [1, 2, 3]
    ) throws -> (ConnectionHandle, StreamID) {
        var settings = Fixture.connection
        settings.resumption = state
        settings.allowsEarlyData = allowsEarlyData
        let handle = try pair.client.connect(settings, to: pair.server.address)
        let stream = try pair.client.endpoint.openStream(
            .bidirectional, on: handle, isIdempotent: isIdempotent)
        pair.client.endpoint.send(bytes, on: stream, of: handle)
        pair.client.endpoint.finish(stream, of: handle)
        return (handle, stream)
    }

    @Test func `an early request is answered after one round trip and known as early`() throws {
        let pair = try Pair()
        let state = try firstVisit(pair)
        echo(pair.server)
        let start = pair.network.now
        let (handle, stream) = try visit(pair, state)
        pair.network.run(for: .seconds(1)) { pair.client.isEnded(stream, handle) }
        #expect(pair.network.now - start == .milliseconds(10))
        #expect(pair.client.bytes(stream, handle) == [1, 2, 3])
        pair.network.run(for: .seconds(1)) { pair.client.isConnected(handle) }
        #expect(pair.client.information(handle)?.isEarlyDataAccepted == true)
        #expect(pair.client.information(handle)?.isResumed == true)
        let accepted = try #require(pair.server.accepted.last)
        #expect(pair.server.received[accepted]?[stream]?.wasEarly == true)
    }

    @Test func `a server that wants certificates takes no tickets`() throws {
        let open = try Pair()
        let before = try firstVisit(open)
        #expect(before.hasTicket)
        let guest = try DevelopmentCertificate(names: ["guest"], start: Fixture.now - 60)
        var endpoint = try Fixture.client()
        endpoint.clientIdentity = guest.identity
        let pair = try Pair(
            server: { $0.clientTrust = .authorities(pem: guest.authority) }, endpoint: endpoint)
        #expect(pair.connect())
        pair.network.run(for: .seconds(1))
        #expect(pair.client.resumption(pair.connection)?.hasTicket != true)
        // The ticket is by the same secret, from when nobody needed a certificate.
        var settings = Fixture.connection
        settings.resumption = before
        settings.allowsEarlyData = true
        let known = try pair.client.connect(settings, to: pair.server.address)
        pair.network.run(for: .seconds(1))
        #expect(pair.client.information(known)?.isResumed == false)
        let accepted = try #require(pair.server.accepted.last)
        #expect(pair.server.information(accepted)?.peerCertificateHash == guest.hash)

        let stranger = try Site(Fixture.client(), at: NetworkAddress(ipv4: 10, 0, 0, 3, port: 5000))
        pair.network.add(stranger)
        let refused = try stranger.connect(settings, to: pair.server.address)
        pair.network.run(for: .seconds(5)) { stranger.closeReason(refused) != nil }
        #expect(stranger.closeReason(refused)?.cause == .tls)
    }

    @Test func `a request that may not be repeated waits for the handshake`() throws {
        let pair = try Pair()
        let state = try firstVisit(pair)
        echo(pair.server)
        let (handle, stream) = try visit(pair, state, isIdempotent: false)
        pair.network.run(for: .seconds(1)) { pair.client.isEnded(stream, handle) }
        #expect(pair.client.bytes(stream, handle) == [1, 2, 3])
        let accepted = try #require(pair.server.accepted.last)
        #expect(pair.server.received[accepted]?[stream]?.wasEarly == false)
    }

    @Test func `early data that a restarted server refuses is sent again by itself`() throws {
        let pair = try Pair()
        let state = try firstVisit(pair)
        // Another secret: the ticket cannot be read.
        var settings = try Fixture.server()
        settings.secret = [UInt8](repeating: 9, count: 32)
        let server = try Site(settings, at: Fixture.serverAddress)
        pair.network.remove(pair.server)
        pair.network.add(server)
        echo(server)
        let bytes = Fixture.bytes(30_000, seed: 1)
        let (handle, stream) = try visit(pair, state, bytes: bytes)
        pair.network.run(for: .seconds(5)) { pair.client.isEnded(stream, handle) }
        #expect(pair.client.bytes(stream, handle) == bytes)
        #expect(pair.client.kinds(of: handle).contains(.earlyDataRejected))
        #expect(pair.client.information(handle)?.isEarlyDataAccepted == false)
        #expect(pair.client.information(handle)?.isResumed == false)
        let accepted = try #require(server.accepted.last)
        #expect(server.bytes(stream, accepted) == bytes)
        #expect(server.received[accepted]?[stream]?.wasEarly == false)
    }

    @Test func `a ticket brings early data through once only`() throws {
        let pair = try Pair()
        let state = try firstVisit(pair)
        echo(pair.server)
        let (first, _) = try visit(pair, state)
        pair.network.run(for: .seconds(1)) { pair.client.isConnected(first) }
        #expect(pair.client.information(first)?.isEarlyDataAccepted == true)
        // The very packets again: a server must not act on them twice.
        var recorded: [([UInt8], NetworkAddress)] = []
        pair.network.tap = { bytes, from, to in
            if to == Fixture.serverAddress { recorded.append((bytes, from)) }
            return bytes
        }
        pair.network.run(for: .seconds(1))
        recorded.removeAll()
        let fresh = try #require(pair.client.resumption(first))
        let (second, stream) = try visit(pair, fresh)
        pair.network.run(for: .seconds(1)) { pair.client.isEnded(stream, second) }
        pair.network.tap = nil
        let before = pair.server.received.values.flatMap(\.values).filter(\.wasEarly).count
        #expect(before == 2)
        let attacker = NetworkAddress(ipv4: 10, 6, 6, 6, port: 666)
        for _ in 0..<3 {
            pair.network.run(for: .seconds(40))  // the first connection's ids are forgotten
            for (bytes, _) in recorded {
                unsafe pair.server.endpoint.receive(
                    bytes.span.bytes, from: attacker, to: Fixture.serverAddress,
                    at: pair.network.now)
                pair.server.handleEvents()
            }
        }
        let after = pair.server.received.values.flatMap(\.values).filter(\.wasEarly).count
        #expect(after == before)
    }

    @Test func `a server without early data still resumes`() throws {
        let pair = try Pair(server: { $0.allowsEarlyData = false })
        let state = try firstVisit(pair)
        echo(pair.server)
        let (handle, stream) = try visit(pair, state)
        pair.network.run(for: .seconds(1)) { pair.client.isEnded(stream, handle) }
        #expect(pair.client.bytes(stream, handle) == [1, 2, 3])
        #expect(pair.client.information(handle)?.isEarlyDataAccepted == false)
    }

    @Test func `a server that refuses the whole connection is tried once without early data`()
        throws
    {
        let pair = try Pair()
        let state = try firstVisit(pair)
        echo(pair.server)
        // Answers a client's first packets with a TLS alert, as some servers do.
        let refusing = try Site(
            try Fixture.server { $0.protocols = ["something else"] }, at: Fixture.serverAddress)
        pair.network.remove(pair.server)
        pair.network.add(refusing)
        var isSwapped = false
        pair.network.tap = { [network = pair.network, server = pair.server] bytes, from, _ in
            if from == Fixture.clientAddress, refusing.accepted.count == 1, !isSwapped {
                isSwapped = true
                network.remove(refusing)
                network.add(server)
            }
            return bytes
        }
        let (handle, stream) = try visit(pair, state)
        pair.network.run(for: .seconds(9)) {
            pair.client.isEnded(stream, handle) || pair.client.closeReason(handle) != nil
        }
        #expect(isSwapped)
        #expect(pair.client.bytes(stream, handle) == [1, 2, 3])
        #expect(pair.client.information(handle)?.isEarlyDataAccepted == false)
        let accepted = try #require(pair.server.accepted.last)
        #expect(pair.server.received[accepted]?[stream]?.wasEarly == false)
    }

    @Test func `one retry without early data and no more`() throws {
        let pair = try Pair()
        let state = try firstVisit(pair)
        let refusing = try Site(
            try Fixture.server { $0.protocols = ["something else"] }, at: Fixture.serverAddress)
        pair.network.remove(pair.server)
        pair.network.add(refusing)
        let (handle, _) = try visit(pair, state)
        pair.network.run(for: .seconds(9)) { pair.client.closeReason(handle) != nil }
        #expect(pair.client.closeReason(handle)?.cause == .tls)
        #expect(refusing.accepted.count == 2)
    }

    /// Comes back to a server made anew with changed settings; whether early data was accepted.
    private func isEarlyAcceptedAfterRestart(
        endpoint change: (inout EndpointSettings) -> Void = { _ in }
    ) throws -> (isAccepted: Bool, isResumed: Bool) {
        let pair = try Pair()
        let state = try firstVisit(pair)
        var settings = try Fixture.server()
        change(&settings)
        let server = try Site(settings, at: Fixture.serverAddress)
        pair.network.remove(pair.server)
        pair.network.add(server)
        echo(server)
        let bytes = Fixture.bytes(5_000, seed: 1)
        let (handle, stream) = try visit(pair, state, bytes: bytes)
        pair.network.run(for: .seconds(5)) { pair.client.isEnded(stream, handle) }
        #expect(pair.client.bytes(stream, handle) == bytes)
        let information = try #require(pair.client.information(handle))
        return (information.isEarlyDataAccepted, information.isResumed)
    }

    @Test func `a restarted server takes no early data that it may have taken before`() throws {
        let restarted = try isEarlyAcceptedAfterRestart()
        #expect(!restarted.isAccepted && restarted.isResumed)
    }

    @Test func `what one server gave is not shown to another, nor under another protocol`() throws {
        let pair = try Pair(server: { $0.protocols = ["test", "other"] })
        let state = try firstVisit(pair)
        for (name, protocols) in [("127.0.0.1", ["test"]), ("localhost", ["other"])] {
            var settings = ClientSettings(serverName: name, protocols: protocols)
            settings.resumption = state
            let handle = try pair.client.connect(settings, to: pair.server.address)
            pair.network.run(for: .seconds(5)) { pair.client.isConnected(handle) }
            #expect(pair.client.information(handle)?.isResumed == false)
        }
    }

    @Test func `early data after Retry arrives once`() throws {
        let pair = try Pair()
        let state = try firstVisit(pair)
        // Another address: the token of the first visit does not hold.
        pair.network.translation[Fixture.clientAddress] =
            NetworkAddress(ipv4: 192, 0, 2, 5, port: 55)
        let server = try Site(
            try Fixture.server { $0.validation = .always }, at: Fixture.serverAddress)
        pair.network.remove(pair.server)
        pair.network.add(server)
        echo(server)
        let bytes = Fixture.bytes(8_000, seed: 4)
        let (handle, stream) = try visit(pair, state, bytes: bytes)
        pair.network.run(for: .seconds(5)) { pair.client.isEnded(stream, handle) }
        #expect(server.endpoint.retriesSent == 1)
        #expect(pair.client.bytes(stream, handle) == bytes)
        #expect(server.accepted.count == 1)
    }

    @Test func `the state survives a file`() throws {
        let pair = try Pair()
        let state = try firstVisit(pair)
        let bytes = state.bytes
        #expect(ResumptionState(bytes: bytes) == state)
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(ResumptionState(bytes: Array(bytes.prefix(count))) == nil)
        }
        #expect(ResumptionState(bytes: bytes + [0]) == nil)
        // Limits that no server can promise.
        var impossible = bytes
        impossible.replaceSubrange((bytes.count - 8)..., with: [UInt8](repeating: 0xff, count: 8))
        #expect(ResumptionState(bytes: impossible) == nil)
        var random = SeededRandom(seed: 1)
        for _ in 0..<2_000 {
            var changed = bytes
            changed[Int(random.next() % UInt64(changed.count))] = UInt8(random.next() & 0xff)
            _ = ResumptionState(bytes: changed)
        }
    }
}
