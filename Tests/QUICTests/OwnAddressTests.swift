import QUIC
import SimulatedNetwork
import Testing
import Timeline

/// A client whose machine gets another address, or loses its network for a while.
struct OwnAddressTests {
    /// A server, and a client on a socket for all addresses, which has one at a time.
    private struct Scene {
        let network = SimulatedNetwork()
        let server: Site
        let client: Site
        let connection: ConnectionHandle
        private(set) var accepted: ConnectionHandle
        private var stream: StreamID

        static let places: [(any: NetworkAddress, first: NetworkAddress, second: NetworkAddress)] =
            [
                (
                    NetworkAddress(ipv4: 0, 0, 0, 0, port: 5_000),
                    NetworkAddress(ipv4: 10, 0, 0, 2, port: 5_000),
                    NetworkAddress(ipv4: 10, 0, 0, 3, port: 5_000)
                ),
                (
                    NetworkAddress(ipv6: 0, 0, port: 5_000),
                    NetworkAddress(ipv6: 0xfd00 << 48, 2, port: 5_000),
                    NetworkAddress(ipv6: 0xfd00 << 48, 3, port: 5_000)
                ),
            ]

        init(isIPv6: Bool) throws {
            let place =
                isIPv6 ? NetworkAddress(ipv6: 0xfd00 << 48, 1, port: 4_433) : Fixture.serverAddress
            let wildcard = Self.places[isIPv6 ? 1 : 0].any
            server = try Site(try Fixture.server(), at: place)
            client = try Site(try Fixture.client(), at: wildcard)
            network.add(server)
            network.add(client)
            network.translation[wildcard] = Self.places[isIPv6 ? 1 : 0].first
            connection = try client.connect(Fixture.connection, to: place)
            network.run(for: .seconds(1))
            accepted = try #require(server.accepted.first)
            stream = try server.endpoint.openStream(.unidirectional, on: accepted)
            send(100)
            network.run(for: .seconds(1))
            #expect(received == 100)
        }

        var received: Int { client.bytes(stream, connection).count }

        func send(_ count: Int) {
            server.endpoint.send([UInt8](repeating: 7, count: count), on: stream, of: accepted)
        }

        func run(for time: Interval) { network.run(for: time) }
    }

    @Test(arguments: [false, true])
    func `a client that only reads is followed as soon as it says where it is`(
        isIPv6: Bool
    ) throws {
        let scene = try Scene(isIPv6: isIPv6)
        let place = Scene.places[isIPv6 ? 1 : 0]
        scene.network.translation[place.any] = place.second
        scene.send(5_000)
        scene.run(for: .milliseconds(500))
        #expect(scene.received == 100, "nobody has told the server")
        scene.client.endpoint.announcePaths()
        scene.run(for: .milliseconds(100))
        #expect(scene.received == 5_100)
        #expect(scene.server.endpoint.addresses(scene.accepted)?.remote == place.second)
        #expect(
            scene.server.kinds(of: scene.accepted).contains(
                .pathValidated(
                    local: scene.server.address, remote: place.second, holds: true)))
        // Back again, while the server still examines where the client was before.
        scene.network.translation[place.any] = place.first
        for _ in 0..<4 {
            scene.client.endpoint.announcePaths()
            scene.run(for: .milliseconds(500))
        }
        scene.send(5_000)
        scene.run(for: .milliseconds(100))
        #expect(scene.received == 10_100)
        #expect(scene.client.closeReason(scene.connection) == nil)
        #expect(scene.client.endpoint.addresses(scene.connection)?.local == place.any)
    }

    @Test func `after an outage the rest comes no later than it has lasted`() throws {
        let scene = try Scene(isIPv6: false)
        scene.network.isUp = false
        for _ in 0..<250 {
            scene.send(300)
            scene.run(for: .milliseconds(20))
        }
        #expect(scene.received == 100)
        scene.network.isUp = true
        scene.client.endpoint.announcePaths()
        scene.run(for: .seconds(5))
        #expect(scene.received == 75_100)
    }

    @Test func `an announcement is one packet, and none before the handshake or by a server`()
        throws
    {
        let pair = try Pair()
        pair.client.endpoint.announcePaths()
        pair.connect()
        pair.network.run(for: .seconds(5))
        var sent: [NetworkAddress] = []
        pair.network.tap = { bytes, from, _ in
            sent.append(from)
            return bytes
        }
        pair.server.endpoint.announcePaths()
        pair.network.run(for: .seconds(2))
        #expect(sent.isEmpty)
        pair.client.endpoint.announcePaths()
        pair.client.endpoint.announcePaths()
        pair.network.run(for: .seconds(2))
        // With its acknowledgement a server may ask for one.
        #expect(sent.prefix(2) == [Fixture.clientAddress, Fixture.serverAddress])
        #expect(sent.count <= 3)
    }
}
