package import QUIC
import Timeline

/// A client and a server on one network.
package struct Pair {
    package let network: SimulatedNetwork
    package let client: Site
    package let server: Site
    package let connection: ConnectionHandle

    package init(
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
    package var accepted: ConnectionHandle? { server.accepted.first }

    @discardableResult
    package func connect() -> Bool {
        network.run(for: .seconds(20)) {
            client.isConnected(connection)
                && accepted.map { server.isConnected($0) } == true
        }
    }
}
