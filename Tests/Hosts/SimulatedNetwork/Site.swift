package import QUIC
package import Timeline

/// An endpoint with its addresses, and an application that keeps what it reads.
package final class Site {
    package let endpoint: Endpoint
    package var addresses: Set<NetworkAddress>
    package let address: NetworkAddress
    package weak var network: SimulatedNetwork?
    package private(set) var events: [EndpointEvent] = []
    /// What was read, by connection and stream.
    package private(set) var received: [ConnectionHandle: [StreamID: Received]] = [:]
    /// Whether the site itself reads what comes; false for a user of its own behind `onEvent`.
    package var reads = true
    package var onEvent: ((EndpointEvent) -> Void)?
    /// Called before the endpoint's datagrams are sent: a user's turn to make requests.
    package var onTurn: ((Instant) -> Void)?
    /// When the user wants its turn at the latest.
    package var userDeadline: (() -> Instant?)?
    package var onRead: ((ConnectionHandle, StreamID, StreamData) -> Void)?

    package struct Received {
        package var bytes: [UInt8] = []
        package var isEnded = false
        package var wasEarly = false

        package mutating func add(_ data: StreamData) {
            bytes += data.bytes
            isEnded = isEnded || data.isEnd
            wasEarly = wasEarly || data.isEarly
        }
    }

    package init(_ settings: EndpointSettings, at address: NetworkAddress) throws {
        endpoint = try Endpoint(settings)
        self.address = address
        addresses = [address]
    }

    /// When something is to be done at the latest.
    package var deadline: Instant? {
        guard let own = userDeadline?() else { return endpoint.deadline }
        return endpoint.deadline.map { min($0, own) } ?? own
    }

    package func handleEvents() {
        while true {
            let new = endpoint.takeEvents()
            if new.isEmpty { return }
            events += new
            for event in new {
                onEvent?(event)
                if case .readable(let stream) = event.kind, reads {
                    read(stream, event.connection)
                }
            }
        }
    }

    package func read(_ stream: StreamID, _ connection: ConnectionHandle) {
        while let data = endpoint.read(stream, of: connection) {
            received[connection, default: [:]][stream, default: Received()].add(data)
            onRead?(connection, stream, data)
        }
    }

    package func connect(_ settings: ClientSettings, to remote: NetworkAddress) throws
        -> ConnectionHandle
    {
        try endpoint.connect(settings, to: remote, from: address, at: network?.now ?? .zero)
    }

    package func kinds(of connection: ConnectionHandle) -> [EndpointEvent.Kind] {
        events.filter { $0.connection == connection }.map(\.kind)
    }

    /// The connections there were, in the order of their first event.
    package var connections: [ConnectionHandle] {
        var out: [ConnectionHandle] = []
        for event in events where !out.contains(event.connection) { out.append(event.connection) }
        return out
    }

    /// The connections that came, on a server.
    package var accepted: [ConnectionHandle] {
        events.compactMap { if case .accepted = $0.kind { $0.connection } else { nil } }
    }

    package func information(_ connection: ConnectionHandle) -> ConnectionInformation? {
        kinds(of: connection).compactMap { if case .connected(let it) = $0 { it } else { nil } }
            .first
    }

    package func isConnected(_ connection: ConnectionHandle) -> Bool {
        information(connection) != nil
    }

    package func closeReason(_ connection: ConnectionHandle) -> CloseReason? {
        kinds(of: connection).compactMap { if case .closed(let it) = $0 { it } else { nil } }.first
    }

    package func resumption(_ connection: ConnectionHandle) -> ResumptionState? {
        kinds(of: connection).compactMap { if case .resumption(let it) = $0 { it } else { nil } }
            .last
    }

    package func bytes(_ stream: StreamID, _ connection: ConnectionHandle) -> [UInt8] {
        received[connection]?[stream]?.bytes ?? []
    }

    package func isEnded(_ stream: StreamID, _ connection: ConnectionHandle) -> Bool {
        received[connection]?[stream]?.isEnded ?? false
    }
}
