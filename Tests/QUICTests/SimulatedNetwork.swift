import QUIC
import Timeline

/// What a network may do to datagrams; probabilities from 0 to 1.
struct Faults {
    var loss = 0.0
    var duplication = 0.0
    var corruption = 0.0
    var delay = Interval.milliseconds(5)
    /// More delay, at random, which reorders.
    var jitter = Interval.zero

    static let none = Faults()
}

/// Endpoints on a network with a clock of its own; everything random comes from the seed.
final class SimulatedNetwork {
    var now = Instant.zero
    var faults: Faults
    /// Datagrams to addresses for which this is false get lost.
    var isUp = true
    private(set) var delivered = 0
    private var random: SeededRandom
    private var sites: [Site] = []
    private var flying: [Flight] = []
    private var sequence = 0
    /// Addresses as the other side sees them: address translation.
    var translation: [NetworkAddress: NetworkAddress] = [:]
    /// Sees every datagram that is sent, and may change or drop it.
    var tap: (([UInt8], _ from: NetworkAddress, _ to: NetworkAddress) -> [UInt8]?)?

    var onBatch: ((DatagramBatch.Header) -> Void)?

    private struct Flight {
        var time: Instant
        var order: Int
        var bytes: [UInt8]
        var header: DatagramBatch.Header
    }

    init(seed: UInt64 = 1, faults: Faults = .none) {
        random = SeededRandom(seed: seed)
        self.faults = faults
    }

    func add(_ site: Site) {
        sites.append(site)
        site.network = self
    }

    func remove(_ site: Site) { sites.removeAll { $0 === site } }

    /// Sends what the endpoints have, then lets time pass to what is next, at most to `end`; false
    /// when nothing is to come before it.
    func step(until end: Instant = Instant(nanoseconds: .max)) -> Bool {
        for site in sites { flush(site) }
        var next = flying.first?.time
        for site in sites {
            guard let deadline = site.endpoint.deadline else { continue }
            if next.map({ deadline < $0 }) ?? true { next = deadline }
        }
        guard let next, next <= end else {
            if end.nanoseconds < .max { now = end }
            return false
        }
        now = max(now, next)
        while let flight = flying.first, flight.time <= now {
            flying.removeFirst()
            arrive(flight)
        }
        for site in sites { flush(site) }
        return true
    }

    private func flush(_ site: Site) {
        site.handleEvents()
        while true {
            let batches = site.endpoint.nextDatagrams(at: now)
            site.handleEvents()
            if batches.isEmpty { return }
            for batch in batches {
                onBatch?(batch.header)
                for datagram in batch.datagrams { launch(Array(datagram), batch.header) }
            }
        }
    }

    private func launch(_ bytes: [UInt8], _ header: DatagramBatch.Header) {
        var bytes = bytes
        var header = header
        header.local = translation[header.local] ?? header.local
        if let tap {
            guard let changed = tap(bytes, header.local, header.remote) else { return }
            bytes = changed
        }
        guard isUp, random.unit() >= faults.loss else { return }
        let copies = random.unit() < faults.duplication ? 2 : 1
        for _ in 0..<copies {
            var copy = bytes
            if random.unit() < faults.corruption, !copy.isEmpty {
                copy[Int(random.next() % UInt64(copy.count))] ^= UInt8(1 + random.next() % 255)
            }
            let jitter = Int64(random.unit() * Double(faults.jitter.nanoseconds))
            sequence += 1
            let flight = Flight(
                time: now + faults.delay + Interval(nanoseconds: jitter), order: sequence,
                bytes: copy, header: header)
            let place = flying.firstIndex { $0.time > flight.time } ?? flying.endIndex
            flying.insert(flight, at: place)
        }
    }

    private func arrive(_ flight: Flight) {
        var target = flight.header.remote
        for (inside, outside) in translation where outside == target { target = inside }
        guard let site = sites.first(where: { $0.addresses.contains(target) }) else { return }
        delivered += 1
        unsafe site.endpoint.receive(
            flight.bytes.span.bytes, from: flight.header.local, to: target,
            ecn: flight.header.ecn, at: now)
        site.handleEvents()
    }

    /// Runs until a condition holds; false when it does not within the limit.
    @discardableResult
    func run(for limit: Interval = .seconds(60), until condition: () -> Bool = { false }) -> Bool {
        let end = now + limit
        while !condition() {
            guard step(until: end) else { return condition() }
        }
        return true
    }
}

/// An endpoint with its addresses, and an application that keeps what it reads.
final class Site {
    let endpoint: Endpoint
    var addresses: Set<NetworkAddress>
    let address: NetworkAddress
    weak var network: SimulatedNetwork?
    private(set) var events: [EndpointEvent] = []
    /// What was read, by connection and stream.
    private(set) var received: [ConnectionHandle: [StreamID: Received]] = [:]
    var reads = true
    var onEvent: ((EndpointEvent) -> Void)?
    var onRead: ((ConnectionHandle, StreamID, StreamData) -> Void)?

    struct Received {
        var bytes: [UInt8] = []
        var isEnded = false
        var wasEarly = false

        mutating func add(_ data: StreamData) {
            bytes += data.bytes
            isEnded = isEnded || data.isEnd
            wasEarly = wasEarly || data.isEarly
        }
    }

    init(_ settings: EndpointSettings, at address: NetworkAddress) throws {
        endpoint = try Endpoint(settings)
        self.address = address
        addresses = [address]
    }

    func handleEvents() {
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

    func read(_ stream: StreamID, _ connection: ConnectionHandle) {
        while let data = endpoint.read(stream, of: connection) {
            received[connection, default: [:]][stream, default: Received()].add(data)
            onRead?(connection, stream, data)
        }
    }

    func connect(_ settings: ClientSettings, to remote: NetworkAddress) throws -> ConnectionHandle {
        try endpoint.connect(settings, to: remote, from: address, at: network?.now ?? .zero)
    }

    func kinds(of connection: ConnectionHandle) -> [EndpointEvent.Kind] {
        events.filter { $0.connection == connection }.map(\.kind)
    }

    /// The connections that came, on a server.
    var accepted: [ConnectionHandle] {
        events.compactMap { if case .accepted = $0.kind { $0.connection } else { nil } }
    }

    func information(_ connection: ConnectionHandle) -> ConnectionInformation? {
        kinds(of: connection).compactMap { if case .connected(let it) = $0 { it } else { nil } }
            .first
    }

    func isConnected(_ connection: ConnectionHandle) -> Bool { information(connection) != nil }

    func closeReason(_ connection: ConnectionHandle) -> CloseReason? {
        kinds(of: connection).compactMap { if case .closed(let it) = $0 { it } else { nil } }.first
    }

    func resumption(_ connection: ConnectionHandle) -> ResumptionState? {
        kinds(of: connection).compactMap { if case .resumption(let it) = $0 { it } else { nil } }
            .last
    }

    func bytes(_ stream: StreamID, _ connection: ConnectionHandle) -> [UInt8] {
        received[connection]?[stream]?.bytes ?? []
    }

    func isEnded(_ stream: StreamID, _ connection: ConnectionHandle) -> Bool {
        received[connection]?[stream]?.isEnded ?? false
    }
}
