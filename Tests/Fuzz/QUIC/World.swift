import QUIC
import Timeline

/// A client, a server, what is on its way between them, and what each application expects.
final class World {
    private struct Flight {
        var isForServer: Bool
        var bytes: [UInt8]
        var from: NetworkAddress
        var to: NetworkAddress
        var ecn: ExplicitCongestionNotification
    }

    private struct Place: Hashable {
        var isServer: Bool
        var connection: ConnectionHandle
        var stream: StreamID
    }

    private let server: Endpoint
    private let client: Endpoint
    private let connection: ConnectionHandle
    private var accepted: [ConnectionHandle] = []
    private var now = Instant.zero
    private var flights: [Flight] = []
    private(set) var history: [[UInt8]] = []
    private(set) var resumption: ResumptionState?
    private let recording: [[UInt8]]
    private let serverAddress = NetworkAddress(ipv4: 10, 0, 0, 1, port: 4_433)
    private var clientAddress = NetworkAddress(ipv4: 10, 0, 0, 2, port: 5_000)
    /// What the client wrote, and how much of it the server has read; and the other way round.
    private var written: [StreamID: [UInt8]] = [:]
    private var readCount: [Place: Int] = [:]
    private var ended: Set<ConnectionHandle> = []
    private var endedOnServer: Set<ConnectionHandle> = []
    private var buffer = [UInt8](repeating: 0, count: Endpoint.batchCapacity)

    init(_ script: inout Script, _ recorded: Recording) {
        let mode = script.byte()
        var settings = ServerSettings(identity: recorded.identity, protocols: ["fuzz"])
        if mode & 1 != 0 { settings.validation = .always }
        settings.transport = Self.transport(mode)
        var endpoint = EndpointSettings()
        endpoint.server = settings
        endpoint.secret = [UInt8](repeating: 5, count: 32)
        endpoint.wallClockAtZero = recorded.wallClock
        var own = EndpointSettings()
        own.trust = .authorities(pem: recorded.authority)
        own.secret = [UInt8](repeating: 6, count: 32)
        var client = ClientSettings(serverName: "localhost", protocols: ["fuzz"])
        client.transport = Self.transport(script.byte())
        if mode & 2 != 0 { client.resumption = recorded.resumption }
        if mode & 4 != 0 { client.version = 0x1a2a_3a4a }
        recording = recorded.datagrams
        do {
            server = try Endpoint(endpoint)
            self.client = try Endpoint(own)
            connection = try self.client.connect(
                client, to: serverAddress, from: clientAddress, at: now)
        } catch { fatalError("\(error)") }
        if mode & 8 != 0 { connect() }
    }

    private static func transport(_ mode: Int) -> TransportSettings {
        var out = TransportSettings()
        out.idleTimeout = .seconds(5)
        out.handshakeTimeout = .seconds(3)
        out.congestionControl = TransportSettings.CongestionControl.allCases[mode >> 4 & 3 % 3]
        if mode & 64 != 0 { (out.initialStreamWindow, out.initialConnectionWindow) = (500, 900) }
        if mode & 128 != 0 { out.maximumBidirectionalStreams = 2 }
        return out
    }

    /// Lets the handshake happen undisturbed.
    func connect() {
        for _ in 0..<12 {
            collect()
            deliver(flights.count)
            now = now + .milliseconds(5)
        }
    }

    func act(_ script: inout Script) {
        switch script.byte() % 16 {
        case 0: collect()
        case 1: deliver(1)
        case 2:
            collect()
            deliver(flights.count)
        case 3: if !flights.isEmpty { flights.removeFirst() }
        case 4: if let first = flights.first { flights.append(first) }
        case 5: change(&script)
        case 6: cut(&script)
        case 7: inject(script.take(script.byte()), &script)
        case 8: inject(header(&script), &script)
        case 9: now = now + .milliseconds(Double(script.number() % 3_000))
        case 10: ask(client, connection, isServer: false, &script)
        case 11: if let accepted = accepted.last { ask(server, accepted, isServer: true, &script) }
        case 12: clientAddress = NetworkAddress(ipv4: 10, 0, 0, 3, port: UInt16(script.byte()))
        case 13: if flights.count > 1 { flights.swapAt(0, 1) }
        case 14: replay(history, &script)
        default: replay(recording, &script)
        }
    }

    // MARK: The network

    private func collect() {
        for (endpoint, isServer) in [(client, false), (server, true)] {
            take(from: endpoint, isServer: isServer)
            while let header = buffer.withUnsafeMutableBytes({
                endpoint.nextBatch(into: $0, at: now)
            }) {
                precondition(header.byteCount > 0 && header.segmentSize > 0)
                for start in stride(from: 0, to: header.byteCount, by: header.segmentSize) {
                    let end = min(start + header.segmentSize, header.byteCount)
                    let bytes = Array(buffer[start..<end])
                    if history.count < 64 { history.append(bytes) }
                    guard flights.count < 256 else { continue }
                    flights.append(
                        Flight(
                            isForServer: !isServer, bytes: bytes, from: header.local,
                            to: header.remote, ecn: header.ecn))
                }
            }
            take(from: endpoint, isServer: isServer)
        }
    }

    private func deliver(_ count: Int) {
        for _ in 0..<min(count, flights.count) {
            let flight = flights.removeFirst()
            if flight.isForServer {
                server.receive(
                    flight.bytes.span.bytes, from: clientAddress, to: serverAddress,
                    ecn: flight.ecn, at: now)
                take(from: server, isServer: true)
            } else {
                client.receive(
                    flight.bytes.span.bytes, from: serverAddress, to: flight.to, ecn: flight.ecn,
                    at: now)
                take(from: client, isServer: false)
            }
        }
    }

    private func change(_ script: inout Script) {
        guard !flights.isEmpty, !flights[0].bytes.isEmpty else { return }
        for _ in 0...(script.byte() % 8) {
            flights[0].bytes[script.number() % flights[0].bytes.count] ^= UInt8(script.byte())
        }
    }

    private func cut(_ script: inout Script) {
        guard !flights.isEmpty else { return }
        flights[0].bytes.removeLast(script.number() % (flights[0].bytes.count + 1))
    }

    private func replay(_ from: [[UInt8]], _ script: inout Script) {
        guard !from.isEmpty else { return }
        var bytes = from[script.byte() % from.count]
        for _ in 0..<(script.byte() % 4) where !bytes.isEmpty {
            bytes[script.number() % bytes.count] = UInt8(script.byte())
        }
        inject(bytes, &script)
    }

    /// The beginning of a packet that names a connection that there is.
    private func header(_ script: inout Script) -> [UInt8] {
        guard let known = history.last, known.count > 30 else { return [] }
        var out = Array(known.prefix(7 + script.byte() % 24))
        if script.byte() % 2 == 0 { out[0] = UInt8(script.byte()) }
        out += script.take(script.byte())
        if script.byte() % 2 == 0, out.count < 1_200 {
            out += [UInt8](repeating: 0, count: 1_200 - out.count)
        }
        return out
    }

    private func inject(_ bytes: [UInt8], _ script: inout Script) {
        let choice = script.byte()
        let size = choice & 4 != 0 ? 1 + script.number() % 1_500 : nil
        let from = choice & 2 != 0 ? NetworkAddress(ipv4: 10, 6, 6, 6, port: 66) : nil
        if choice & 1 != 0 {
            server.receive(
                bytes.span.bytes, segmentSize: size, from: from ?? clientAddress,
                to: serverAddress, at: now)
            take(from: server, isServer: true)
        } else {
            client.receive(
                bytes.span.bytes, segmentSize: size, from: from ?? serverAddress,
                to: clientAddress, at: now)
            take(from: client, isServer: false)
        }
    }

    // MARK: The applications

    private func take(from endpoint: Endpoint, isServer: Bool) {
        for event in endpoint.takeEvents() {
            switch event.kind {
            case .accepted:
                precondition(isServer && !accepted.contains(event.connection))
                accepted.append(event.connection)
            case .resumption(let state): resumption = state
            case .readable(let stream):
                read(stream, event.connection, endpoint, isServer: isServer)
            case .closed:
                let isFirst =
                    isServer
                    ? endedOnServer.insert(event.connection).inserted
                    : ended.insert(event.connection).inserted
                precondition(isFirst, "a connection ends once")
            default: break
            }
            if isServer { precondition(accepted.contains(event.connection)) }
        }
    }

    /// What is read is what was written, whatever happened in between.
    private func read(
        _ stream: StreamID, _ handle: ConnectionHandle, _ endpoint: Endpoint, isServer: Bool
    ) {
        while let data = endpoint.read(stream, of: handle) {
            // Only what the client began is followed; a server's streams bear no such promise here
            // since several connections may share their numbers.
            guard isServer, stream.isClientInitiated else { continue }
            let place = Place(isServer: isServer, connection: handle, stream: stream)
            let start = readCount[place, default: 0]
            let expected = written[stream] ?? []
            precondition(start + data.bytes.count <= expected.count, "bytes that nobody wrote")
            precondition(data.bytes == Array(expected[start..<(start + data.bytes.count)]))
            readCount[place] = start + data.bytes.count
        }
    }

    private func ask(
        _ endpoint: Endpoint, _ handle: ConnectionHandle, isServer: Bool, _ script: inout Script
    ) {
        let choice = script.byte()
        let base = Int64(script.byte() % 8) * 4
        let stream = StreamID(base + Int64(script.byte() % 4))
        switch choice % 14 {
        case 0, 1:
            _ = try? endpoint.openStream(
                choice % 2 == 0 ? .bidirectional : .unidirectional, on: handle,
                priority: StreamPriority(
                    urgency: script.byte() % 8, isIncremental: choice & 16 != 0),
                isIdempotent: choice & 32 != 0)
        case 2, 3, 4: write(on: stream, handle, endpoint, isServer: isServer, &script)
        case 5: endpoint.finish(stream, of: handle)
        case 6: endpoint.reset(stream, of: handle, code: UInt64(script.byte()))
        case 7: endpoint.stopReading(stream, of: handle, code: UInt64(script.byte()))
        case 8:
            endpoint.setPriority(
                StreamPriority(urgency: script.byte() % 8, isIncremental: choice & 16 != 0),
                of: stream, of: handle)
        case 9:
            _ = endpoint.sendDatagram(
                [UInt8](repeating: 1, count: script.number() % 1_500), on: handle)
        case 10: endpoint.updateKeys(handle)
        case 11:
            let other = NetworkAddress(ipv4: 10, 0, 0, 4, port: UInt16(script.byte()))
            try? endpoint.migrate(handle, to: other, probing: choice & 16 != 0, at: now)
        case 12: endpoint.closeWhenDelivered(handle, code: 1, reason: "delivered")
        default: if choice & 0xf0 == 0xf0 { endpoint.close(handle, code: 2, reason: "enough") }
        }
        _ = endpoint.statistics(handle)
        _ = endpoint.unsentBytes(stream, of: handle)
        _ = endpoint.unacknowledgedBytes(stream, of: handle)
    }

    private func write(
        on stream: StreamID, _ handle: ConnectionHandle, _ endpoint: Endpoint, isServer: Bool,
        _ script: inout Script
    ) {
        let seed = UInt8(script.byte())
        let bytes = (0..<(script.number() % 5_000)).map { seed &+ UInt8(truncatingIfNeeded: $0) }
        let before = endpoint.unacknowledgedBytes(stream, of: handle)
        if seed % 2 == 0 {
            endpoint.send(bytes, on: stream, of: handle)
        } else {
            endpoint.send(SharedBytes(bytes), on: stream, of: handle)
        }
        let isTaken = endpoint.unacknowledgedBytes(stream, of: handle) != before
        if !isServer, isTaken { written[stream, default: []] += bytes }
    }

    // MARK: The end

    /// Time passes until both sides have forgotten everything.
    func finish() {
        for turn in 0..<4_000 {
            collect()
            if turn < 40 { deliver(flights.count) } else { flights.removeAll() }
            let next = [client.deadline, server.deadline].compactMap { $0 }.min()
            guard let next else { break }
            now = max(now, next)
        }
        precondition(client.holdings == .none && server.holdings == .none, "something is left")
        precondition(ended.contains(connection), "a connection ends with a reason")
        precondition(endedOnServer.count == accepted.count, "a connection ends with a reason")
    }
}
