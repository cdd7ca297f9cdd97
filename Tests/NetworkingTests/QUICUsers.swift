import Foundation
import Networking
import QUIC
import Synchronization
import Timeline

/// Sends back every stream and every datagram.
final class EchoUser: EndpointUser {
    var deadline: Instant? { nil }
    private var unread: [(ConnectionHandle, StreamID)] = []

    func endpointChanged(_ endpoint: Endpoint, at now: Instant) {
        for event in endpoint.takeEvents() {
            switch event.kind {
            case .readable(let stream): answer(stream, event.connection, endpoint)
            case .datagram(let bytes, _):
                _ = endpoint.sendDatagram(bytes, on: event.connection)
            default: break
            }
        }
    }

    private func answer(
        _ stream: StreamID, _ connection: ConnectionHandle, _ endpoint: Endpoint
    ) {
        guard stream.direction == .bidirectional else { return }
        while let data = endpoint.read(stream, of: connection) {
            endpoint.send(data.bytes, on: stream, of: connection)
            if data.isEnd { endpoint.finish(stream, of: connection) }
        }
    }
}

/// Keeps what came, and lets a test wait for it.
final class CollectingUser: EndpointUser {
    var deadline: Instant?
    private(set) var events: [EndpointEvent] = []
    private(set) var receivedOn: [ConnectionHandle: [StreamID: [UInt8]]] = [:]
    private(set) var endedOn: [ConnectionHandle: Set<StreamID>] = [:]
    private(set) var datagrams: [[UInt8]] = []
    private var conditions: [(condition: (CollectingUser) -> Bool, promise: Promise<Void>)] = []

    func endpointChanged(_ endpoint: Endpoint, at now: Instant) {
        for event in endpoint.takeEvents() {
            events.append(event)
            switch event.kind {
            case .readable(let stream):
                while let data = endpoint.read(stream, of: event.connection) {
                    receivedOn[event.connection, default: [:]][stream, default: []] += data.bytes
                    if data.isEnd { endedOn[event.connection, default: []].insert(stream) }
                }
            case .datagram(let bytes, _): datagrams.append(bytes)
            default: break
            }
        }
        if let deadline, deadline <= now { self.deadline = nil }
        conditions.removeAll { entry in
            guard entry.condition(self) else { return false }
            entry.promise.fulfil(())
            return true
        }
    }

    func wait(_ promise: Promise<Void>, for condition: @escaping (CollectingUser) -> Bool) {
        conditions.append((condition, promise))
    }

    func closeReason() -> CloseReason? {
        events.compactMap { if case .closed(let it) = $0.kind { it } else { nil } }.first
    }

    var information: ConnectionInformation? {
        events.compactMap { if case .connected(let it) = $0.kind { it } else { nil } }.last
    }
}

extension QUICDriver {
    /// Waits until something holds of a collecting user.
    func wait(until condition: @escaping @Sendable (CollectingUser) -> Bool) async {
        let promise = Promise<Void>()
        execute { _, user, _ in
            guard let user = user as? CollectingUser else { return }
            user.wait(promise, for: condition)
        }
        await promise.value()
    }

    /// Asks something of the endpoint's thread.
    func ask<Value: Sendable>(
        _ question: @escaping @Sendable (Endpoint, any EndpointUser, Instant) -> Value
    ) async -> Value {
        let promise = Promise<Value>()
        execute { promise.fulfil(question($0, $1, $2)) }
        return await promise.value()
    }
}

/// Endpoints on this machine that trust each other.
enum QUICFixture {
    static let start = ContinuousClock.now
    static let wallClock = UInt64(Date().timeIntervalSince1970)
    static let certificate = Result {
        try DevelopmentCertificate(start: Int(wallClock) - 3_600)
    }

    static let now: @Sendable () -> Instant = {
        let passed = (ContinuousClock.now - start).components
        return Instant(
            nanoseconds: passed.seconds * 1_000_000_000 + passed.attoseconds / 1_000_000_000)
    }

    static func settings(_ change: (inout ServerSettings) -> Void = { _ in }) throws
        -> EndpointSettings
    {
        var settings = try clientSettings()
        var server = ServerSettings(identity: try certificate.get().identity, protocols: ["test"])
        server.transport.makePatient()
        change(&server)
        settings.server = server
        return settings
    }

    static func clientSettings() throws -> EndpointSettings {
        var settings = EndpointSettings()
        settings.trust = .authorities(pem: try certificate.get().authority)
        settings.wallClockAtZero = wallClock * 1_000_000_000
        return settings
    }

    static func server(
        host: String = "127.0.0.1", threads: NetworkThreads = Loops.shared,
        _ change: (inout ServerSettings) -> Void = { _ in }
    ) throws -> QUICDriver {
        try QUICDriver(settings(change), host: host, port: 0, threads: threads, now: now) {
            EchoUser()
        }
    }

    static func client(host: String = "127.0.0.1", threads: NetworkThreads = Loops.shared) throws
        -> QUICDriver
    {
        try QUICDriver(clientSettings(), host: host, port: 0, threads: threads, now: now) {
            CollectingUser()
        }
    }

    static var connection: ClientSettings {
        var settings = ClientSettings(serverName: "localhost", protocols: ["test"])
        settings.transport.makePatient()
        return settings
    }
}

extension TransportSettings {
    /// A connection outlives the test, however long that waits for its turn on a busy machine.
    fileprivate mutating func makePatient() {
        idleTimeout = .seconds(1_200)
        handshakeTimeout = .seconds(1_200)
    }
}

extension QUICDriver {
    func connect(
        to remote: NetworkAddress, _ settings: ClientSettings = QUICFixture.connection
    ) async throws -> ConnectionHandle {
        let local = localAddress
        return try await ask { endpoint, _, now in
            Result { try endpoint.connect(settings, to: remote, from: local, at: now) }
        }.get()
    }
}

extension QUICDriver {
    /// The UDP payload of its first connection.
    var payload: Int {
        get async {
            await ask { endpoint, _, _ in
                endpoint.handles.first.flatMap { endpoint.statistics($0) }?.pathPayload ?? 0
            }
        }
    }
}
