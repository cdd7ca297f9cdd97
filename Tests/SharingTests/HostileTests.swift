import PeerProtocol
import QUIC
import Sharing
import SimulatedNetwork
import Testing
import Timeline

/// Peers that do not keep to the protocol.
struct HostileTests {
    private let network = SimulatedNetwork()

    private func rawClient(_ number: UInt8 = 9) throws -> (site: Site, connection: ConnectionHandle)
    {
        let address = NetworkAddress(ipv4: 10, 0, 2, number, port: 5_000)
        let site = try Site(try Fixture.client(), at: address)
        network.add(site)
        var settings = Fixture.connection
        settings.protocols = [PeerProtocol.applicationProtocol]
        settings.transport.idleTimeout = .seconds(100)
        return (site, try site.connect(settings, to: Fixture.serverAddress))
    }

    private func host() throws -> HostSite {
        var settings = PeerHostSettings(name: "host")
        settings.permission = .speak
        let host = try HostSite(log: MadeLog(seed: 1), settings: settings)
        for _ in 0..<10 { host.add("realtime", at: .zero) }
        network.add(host.site)
        return host
    }

    private func hello(_ key: UInt8 = 9) -> PeerMessage {
        .hello(
            PeerMessage.Hello(
                name: "raw", guest: [UInt8](repeating: key, count: 16), token: [], wanted: .all,
                resumption: nil))
    }

    /// What the host says when a guest has sent some bytes.
    private func reason(after bytes: [UInt8], ending: Bool = false) throws -> String? {
        let host = try host()
        defer { network.remove(host.site) }
        let (site, connection) = try rawClient()
        defer { network.remove(site) }
        let stream = try site.endpoint.openStream(.bidirectional, on: connection)
        site.endpoint.send(bytes, on: stream, of: connection)
        if ending { site.endpoint.finish(stream, of: connection) }
        network.run(for: .seconds(20)) { site.closeReason(connection) != nil }
        return site.closeReason(connection)?.message
    }

    @Test func `a guest's nonsense is a reason with its place`() throws {
        let length = hello().encoded.count
        #expect(try reason(after: [1, 3, 0, 0, 0]) == "byte 0: a message ends in the middle")
        #expect(
            try reason(after: hello().encoded + [7, 3, 0, 9, 0])
                == "byte \(length): an order is 1 to 4")
        #expect(
            try reason(after: hello().encoded + hello().encoded)
                == "a message that a guest does not send")
        #expect(
            try reason(after: PeerMessage.orderTaken(number: 1).encoded)
                == "a message that a guest does not send")
        #expect(try reason(after: hello().encoded, ending: true) == "the control stream has ended")
        #expect(try reason(after: []) == "no hello came")
        var old = hello()
        if case .hello(var it) = old {
            it.version = 0
            old = .hello(it)
        }
        #expect(try reason(after: old.encoded) == "this host speaks version 1")
    }

    @Test func `a guest with streams that it should not have is sent away`() throws {
        for direction in [StreamID.Direction.bidirectional, .unidirectional] {
            let host = try host()
            let (site, connection) = try rawClient()
            for extra in [.bidirectional, direction] {
                let stream = try site.endpoint.openStream(extra, on: connection)
                site.endpoint.send(hello().encoded, on: stream, of: connection)
            }
            network.run(for: .seconds(5)) { site.closeReason(connection) != nil }
            #expect(site.closeReason(connection)?.message == "a guest has one stream")
            network.remove(host.site)
            network.remove(site)
        }
    }

    @Test func `a guest that reads nothing and asks much costs little`() throws {
        let host = try host()
        let (site, connection) = try rawClient()
        site.reads = false
        let stream = try site.endpoint.openStream(.bidirectional, on: connection)
        site.endpoint.send(hello().encoded, on: stream, of: connection)
        let order = PeerMessage.order(number: 1, .interrupt(session: "other")).encoded
        let many = SharedBytes([[UInt8]](repeating: order, count: 10_000).flatMap { $0 })
        for _ in 0..<100 {
            site.endpoint.send(many, on: stream, of: connection)
            network.run(for: .milliseconds(200))
            if site.closeReason(connection) != nil { break }
        }
        #expect(site.closeReason(connection)?.message == "the control stream is not read")
        #expect(host.orders.count <= 64 + 20 * 20)
    }

    @Test func `a hello that was repeated by an attacker does nothing`() throws {
        // The first flight of a guest that comes back holds its hello; here it comes again later.
        let host = try host()
        var flights: [[UInt8]] = []
        let guest = try GuestSite { $0.client.transport.idleTimeout = .seconds(2) }
        guest.begin(on: network)
        network.run(for: .seconds(1)) { guest.has(host) }
        network.isUp = false
        network.run(for: .seconds(4)) { !guest.interruptions.isEmpty }
        network.isUp = true
        network.tap = { bytes, from, _ in
            if from == guest.site.address, bytes[0] & 0x80 != 0 { flights.append(bytes) }
            return bytes
        }
        network.run(for: .seconds(20)) { guest.welcomes.count == 2 }
        network.tap = nil
        let joined = host.joined.count
        let attacker = NetworkAddress(ipv4: 192, 0, 2, 66, port: 6_666)
        for flight in flights {
            unsafe host.site.endpoint.receive(
                flight.span.bytes, from: attacker, to: host.site.address, at: network.now)
        }
        network.run(for: .seconds(3))
        #expect(flights.count > 1 && joined == 2)
        #expect(host.joined.count == joined && host.left.count == 1)
    }

    /// What a guest says of a host that sends some bytes on the control stream and on one more.
    private func reason(control: [UInt8], events: [UInt8]) throws -> String? {
        try reason(control: control, streams: [events])
    }

    /// What a guest says of a host that sends some bytes on the control stream and on others.
    private func reason(
        control: [UInt8], streams: [[UInt8]], change: (inout PeerGuestSettings) -> Void = { _ in }
    ) throws -> String? {
        let site = try Site(
            try Fixture.server { $0.protocols = [PeerProtocol.applicationProtocol] },
            at: Fixture.serverAddress)
        network.add(site)
        defer { network.remove(site) }
        site.onEvent = { event in
            guard case .connected = event.kind else { return }
            site.endpoint.send(control, on: StreamID(0), of: event.connection)
            for bytes in streams {
                let stream = try? site.endpoint.openStream(.unidirectional, on: event.connection)
                guard let stream, !bytes.isEmpty else { continue }
                site.endpoint.send(bytes, on: stream, of: event.connection)
            }
        }
        let guest = try GuestSite {
            $0.giveUpTime = .seconds(60)
            change(&$0)
        }
        guest.begin(on: network)
        network.run(for: .seconds(200)) { guest.endReason != nil }
        network.remove(guest.site)
        return guest.endReason
    }

    private func welcome(_ version: UInt64 = 1) -> [UInt8] {
        PeerMessage.welcome(
            PeerMessage.Welcome(
                version: version, log: MadeLog(seed: 1).id, name: "raw", peer: 1,
                permission: .watch, resumes: false, head: 0, header: [], sources: [])
        ).encoded
    }

    @Test func `a host that finishes no event fills no memory`() throws {
        let streams = (0..<4).map { number -> [UInt8] in
            let name = "mic/\(number)"
            let source = AnnouncedSource(number: UInt64(number), name: name, kind: .audio)
            var encoder = EventEncoder(next: UInt64(number))
            encoder.beginBlock(after: 0)
            encoder.append(
                Event(
                    sequence: UInt64(number), time: .zero, source: SourceID(name),
                    payload: .receivedBinary([UInt8](repeating: 7, count: 40_000))))
            return EventStreamHeader(source: source, next: 0).encoded + encoder.bytes.dropLast()
        }
        let words = "too much of the host's events is unfinished"
        let reason = try reason(control: welcome(), streams: streams) {
            $0.unfinishedLimit = 140_000
        }
        #expect(reason == words)
        // All of it together is within this one.
        let other = try self.reason(control: welcome(), streams: streams) {
            $0.unfinishedLimit = 170_000
        }
        #expect(other != words)
    }

    @Test func `a host's nonsense is a reason with its place`() throws {
        let source = AnnouncedSource(number: 0, name: "mic", kind: .audio)
        let header = EventStreamHeader(source: source, next: 0).encoded
        #expect(try reason(control: welcome(2), events: []) == "the host speaks version 2")
        #expect(
            try reason(control: hello().encoded, events: [])
                == "a message that a host does not send")
        #expect(
            try reason(control: [2, 1, 1], events: [])
                == "control: byte 0: a message ends in the middle")
        #expect(
            try reason(control: welcome(), events: [9])
                == "stream 3: byte 0: this is no stream of events")
        #expect(
            try reason(
                control: welcome(), events: EventStreamHeader(source: source, next: 5).encoded)
                == "stream 3: byte 0: events are missing before the stream")
        #expect(
            try reason(control: welcome(), events: header + [1, 0, 0, 0])
                == "mic: byte \(header.count): an event stands before the first block")
        #expect(
            try reason(control: welcome() + welcome(), events: [])
                == "a message that a host does not send")
        #expect(try reason(control: [], events: [])?.hasPrefix("no contact for 60 s") == true)
    }

    @Test func `random bytes never crash either side`() throws {
        for seed in Fixture.seeds(60) {
            var random = SeededRandom(seed: seed)
            let host = try host()
            let (site, connection) = try rawClient(UInt8(seed % 200))
            let stream = try site.endpoint.openStream(.bidirectional, on: connection)
            var bytes = hello().encoded
            for _ in 0..<5 {
                bytes +=
                    PeerMessage.order(number: random.next(), .interrupt(session: "realtime"))
                    .encoded
            }
            for _ in 0..<(random.next() % 6) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(
                    truncatingIfNeeded: random.next())
            }
            site.endpoint.send(bytes, on: stream, of: connection)
            network.run(for: .seconds(1))
            network.remove(site)
            network.remove(host.site)
            _ = try reason(
                control: Fixture.bytes(Int(random.next() % 40), seed: seed),
                events: Fixture.bytes(Int(random.next() % 40), seed: seed + 1))
        }
    }
}
