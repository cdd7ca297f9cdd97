import Foundation
import QUIC
import Timeline

/// Certificates and settings that the tests share.
enum Fixture {
    static let certificate = Result { try DevelopmentCertificate(start: now - 3_600) }
    static let otherCertificate = Result { try DevelopmentCertificate(start: now - 3_600) }
    static let now = Int(Date().timeIntervalSince1970)

    static let serverAddress = NetworkAddress(ipv4: 10, 0, 0, 1, port: 4433)
    static let clientAddress = NetworkAddress(ipv4: 10, 0, 0, 2, port: 5000)
    static let secret = [UInt8](repeating: 7, count: 32)

    static func server(_ change: (inout ServerSettings) -> Void = { _ in }) throws
        -> EndpointSettings
    {
        var settings = EndpointSettings()
        var server = ServerSettings(identity: try certificate.get().identity, protocols: ["test"])
        change(&server)
        settings.server = server
        settings.secret = secret
        settings.wallClockAtZero = UInt64(now) * 1_000_000_000
        return settings
    }

    static func client() throws -> EndpointSettings {
        var settings = EndpointSettings()
        settings.trust = .authorities(pem: try certificate.get().authority)
        return settings
    }

    static var connection: ClientSettings {
        ClientSettings(serverName: "localhost", protocols: ["test"])
    }

    /// How many seeds a property is tried with; `SIMULATION_SEEDS` for more.
    static func seeds(_ standard: Int) -> Range<UInt64> {
        let wanted = ProcessInfo.processInfo.environment["SIMULATION_SEEDS"].flatMap { Int($0) }
        return 0..<UInt64(wanted ?? standard)
    }

    static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        var out: [UInt8] = []
        out.reserveCapacity(count + 8)
        while out.count < count {
            let word = random.next()
            for shift in stride(from: 0, to: 64, by: 8) {
                out.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return Array(out.prefix(count))
    }
}

/// A client and a server on one network.
struct Pair {
    let network: SimulatedNetwork
    let client: Site
    let server: Site
    let connection: ConnectionHandle

    init(
        seed: UInt64 = 1, faults: Faults = .none,
        server change: (inout ServerSettings) -> Void = { _ in },
        client changeClient: (inout ClientSettings) -> Void = { _ in },
        endpoint: EndpointSettings? = nil
    ) throws {
        network = SimulatedNetwork(seed: seed, faults: faults)
        server = try Site(try Fixture.server(change), at: Fixture.serverAddress)
        client = try Site(try endpoint ?? Fixture.client(), at: Fixture.clientAddress)
        network.add(server)
        network.add(client)
        var settings = Fixture.connection
        changeClient(&settings)
        connection = try client.connect(settings, to: server.address)
    }

    /// The server's end of the connection.
    var accepted: ConnectionHandle? { server.accepted.first }

    @discardableResult
    func connect() -> Bool {
        network.run(for: .seconds(20)) {
            client.isConnected(connection)
                && accepted.map { server.isConnected($0) } == true
        }
    }
}
