import QUIC
import SimulatedNetwork
import Timeline

@testable import HTTP3

/// An HTTP/3 client and server on one simulated network.
final class Web {
    let network: SimulatedNetwork
    let clientSite: Site
    let serverSite: Site
    let client: HTTP3Client
    let server: HTTP3Server
    let connection: ConnectionHandle
    private(set) var clientEvents: [HTTP3Event] = []
    private(set) var serverEvents: [HTTP3Event] = []
    /// The server's application.
    var onServer: ((HTTP3Event) -> Void)?
    var onClient: ((HTTP3Event) -> Void)?

    init(
        seed: UInt64 = 1, faults: Faults = .none, client: HTTP3Settings = HTTP3Settings(),
        server: HTTP3Settings = HTTP3Settings(),
        change: (inout ServerSettings) -> Void = { _ in }
    ) throws {
        network = SimulatedNetwork(seed: seed, faults: faults)
        serverSite = try Site(
            try Fixture.server {
                $0.protocols = [HTTP3Connections.protocolName]
                change(&$0)
            }, at: Fixture.serverAddress)
        clientSite = try Site(try Fixture.client(), at: Fixture.clientAddress)
        self.client = HTTP3Client(client)
        self.server = HTTP3Server(server)
        network.add(serverSite)
        network.add(clientSite)
        connection = try self.client.connect(
            ClientSettings(serverName: "localhost", protocols: []), to: serverSite.address,
            from: clientSite.address, on: clientSite.endpoint, at: network.now)
        serverSite.reads = false
        clientSite.reads = false
        serverSite.onEvent = { [unowned self] event in
            self.server.process(event, on: serverSite.endpoint, at: network.now)
            settle()
        }
        clientSite.onEvent = { [unowned self] event in
            self.client.process(event, on: clientSite.endpoint, at: network.now)
            settle()
        }
    }

    func settle() {
        for event in server.takeOutput() {
            serverEvents.append(event)
            onServer?(event)
        }
        for event in client.takeOutput() {
            clientEvents.append(event)
            onClient?(event)
        }
    }

    /// Runs until the client has seen an event.
    @discardableResult
    func run(until condition: () -> Bool) -> Bool {
        network.run(for: .seconds(20), until: condition)
    }

    @discardableResult
    func ready() -> Bool {
        run { client.peerSettings(connection) != nil && !server.connections.isEmpty }
    }

    func body(_ stream: HTTP3Stream, of events: [HTTP3Event]) -> [UInt8] {
        events.flatMap { if case .body(stream, let bytes) = $0 { bytes } else { [UInt8]() } }
    }

    func responses(_ stream: HTTP3Stream) -> [ResponseHead] {
        clientEvents.compactMap { if case .response(stream, let head) = $0 { head } else { nil } }
    }

    var requests: [(HTTP3Stream, RequestHead)] {
        serverEvents.compactMap {
            if case .request(let id, let head) = $0 { (id, head) } else { nil }
        }
    }

    func isEnded(_ stream: HTTP3Stream) -> Bool { clientEvents.contains(.end(stream)) }

    static func get(_ path: String, _ fields: [HeaderField] = []) -> RequestHead {
        RequestHead(authority: "localhost", path: path, fields: fields)
    }
}
