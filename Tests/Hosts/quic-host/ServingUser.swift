import Networking
import QUIC
import Timeline

/// Answers streams as its mode says, and sends datagrams back.
final class ServingUser: EndpointUser {
    private let journal: Journal
    private let mode: StreamMode
    private let updateKeysAfter: UInt64?
    private var connections: [ConnectionHandle: State] = [:]

    private struct State {
        var received: [StreamID: Int] = [:]
        var requests: [StreamID: [UInt8]] = [:]
        /// Bytes of the pattern still to be queued.
        var owed: [StreamID: Int] = [:]
        var answers: [StreamID: StreamID] = [:]
        var bytes: UInt64 = 0
        var earlyBytes = 0
        var datagrams: UInt64 = 0
        var paths = 0
        var hasUpdatedKeys = false
        var statistics = ConnectionStatistics()
    }

    init(_ journal: Journal, mode: StreamMode, updateKeysAfter: UInt64?) {
        (self.journal, self.mode, self.updateKeysAfter) = (journal, mode, updateKeysAfter)
    }

    var deadline: Instant? { nil }

    func endpointChanged(_ endpoint: Endpoint, at now: Instant) {
        for event in endpoint.takeEvents() {
            journal.note(event)
            process(event, endpoint)
        }
    }

    private func process(_ event: EndpointEvent, _ endpoint: Endpoint) {
        let connection = event.connection
        switch event.kind {
        case .accepted: connections[connection] = State()
        case .connected(let information): tell(information, connection)
        case .readable(let stream): read(stream, connection, endpoint)
        case .writable(let stream): pay(stream, connection, endpoint)
        case .datagram(let bytes, let isEarly):
            connections[connection]?.datagrams += 1
            if isEarly { connections[connection]?.earlyBytes += bytes.count }
            _ = endpoint.sendDatagram(bytes, on: connection)
        case .pathValidated(_, _, let holds): if holds { connections[connection]?.paths += 1 }
        case .streamClosed(let stream, _):
            connections[connection]?.received[stream] = nil
            connections[connection]?.owed[stream] = nil
        case .closed(let reason): tell(reason, connection)
        default: break
        }
        if let statistics = endpoint.statistics(connection) {
            connections[connection]?.statistics = statistics
        }
    }

    private func tell(_ information: ConnectionInformation, _ connection: ConnectionHandle) {
        Journal.tell(
            ConnectionReport(
                event: "connected", connection: connection.value, resumed: information.isResumed,
                early: information.isEarlyDataAccepted, retried: information.wasRetried,
                cipher: information.cipher, remote: information.remote.description))
    }

    private func tell(_ reason: CloseReason, _ connection: ConnectionHandle) {
        guard let state = connections.removeValue(forKey: connection) else { return }
        Journal.tell(
            ConnectionReport(
                event: "closed", connection: connection.value,
                streamBytesReceived: state.statistics.streamBytesReceived,
                streamBytesSent: state.statistics.streamBytesSent, earlyBytes: state.earlyBytes,
                datagramsReceived: state.datagrams, keyUpdates: state.statistics.keyUpdates,
                paths: state.paths, reason: reason.description))
    }

    private func read(
        _ stream: StreamID, _ connection: ConnectionHandle, _ endpoint: Endpoint
    ) {
        while let data = endpoint.read(stream, of: connection) {
            connections[connection]?.bytes += UInt64(data.bytes.count)
            if data.isEarly { connections[connection]?.earlyBytes += data.bytes.count }
            switch mode {
            case .echo: echo(data, stream, connection, endpoint)
            case .sink: sink(data, stream, connection, endpoint)
            case .source: take(data, stream, connection, endpoint)
            }
        }
        guard let limit = updateKeysAfter, let state = connections[connection],
            !state.hasUpdatedKeys, state.bytes >= limit
        else { return }
        connections[connection]?.hasUpdatedKeys = true
        endpoint.updateKeys(connection)
    }

    /// The stream that answers go on: a client's one-way stream is answered by another.
    private func answer(
        to stream: StreamID, _ connection: ConnectionHandle, _ endpoint: Endpoint
    ) -> StreamID? {
        if stream.direction == .bidirectional { return stream }
        if let known = connections[connection]?.answers[stream] { return known }
        do throws(QUICError) {
            let opened = try endpoint.openStream(.unidirectional, on: connection)
            connections[connection]?.answers[stream] = opened
            return opened
        } catch {
            Journal.complain(error.description)
            return nil
        }
    }

    private func echo(
        _ data: StreamData, _ stream: StreamID, _ connection: ConnectionHandle,
        _ endpoint: Endpoint
    ) {
        guard let target = answer(to: stream, connection, endpoint) else { return }
        endpoint.send(data.bytes, on: target, of: connection)
        if data.isEnd {
            endpoint.finish(target, of: connection)
            connections[connection]?.answers[stream] = nil
        }
    }

    private func sink(
        _ data: StreamData, _ stream: StreamID, _ connection: ConnectionHandle,
        _ endpoint: Endpoint
    ) {
        let count = (connections[connection]?.received[stream] ?? 0) + data.bytes.count
        connections[connection]?.received[stream] = count
        guard data.isEnd, let target = answer(to: stream, connection, endpoint) else { return }
        endpoint.send(Array("\(count)".utf8), on: target, of: connection)
        endpoint.finish(target, of: connection)
    }

    private func take(
        _ data: StreamData, _ stream: StreamID, _ connection: ConnectionHandle,
        _ endpoint: Endpoint
    ) {
        connections[connection]?.requests[stream, default: []] += data.bytes
        guard data.isEnd, let request = connections[connection]?.requests[stream] else { return }
        connections[connection]?.requests[stream] = nil
        guard let count = Int(String(decoding: request, as: UTF8.self)), count >= 0 else {
            return endpoint.reset(stream, of: connection, code: 1)
        }
        connections[connection]?.owed[stream] = count
        pay(stream, connection, endpoint)
    }

    private func pay(
        _ stream: StreamID, _ connection: ConnectionHandle, _ endpoint: Endpoint
    ) {
        guard var owed = connections[connection]?.owed[stream] else { return }
        var mayGoOn = true
        while owed >= Pattern.block.count, mayGoOn {
            mayGoOn = endpoint.send(Pattern.block, on: stream, of: connection)
            owed -= Pattern.block.count
        }
        if owed < Pattern.block.count, mayGoOn {
            endpoint.send(Pattern.bytes(from: 0, count: owed), on: stream, of: connection)
            owed = 0
        }
        connections[connection]?.owed[stream] = owed == 0 ? nil : owed
        if owed == 0 { endpoint.finish(stream, of: connection) }
    }
}
