import Glibc
import PeerProtocol
import QUIC
import Sharing
import Timeline

/// Measures the way of events from a host's log to a guest, without sockets, on one thread.
@main
struct SharingBenchmark {
    static func main() throws {
        for size in [100, 1_024] { codec(size) }
        for (size, count) in [(100, 3_000_000), (1_024, 1_000_000)] {
            try path(size, count, guests: 1)
        }
        try path(100, 1_000_000, guests: 4)
    }

    static func seconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func events(_ count: Int, _ size: Int, from first: Int = 0) -> [Event] {
        let payload = [UInt8](repeating: 65, count: size)
        return (first..<first + count).map { index in
            Event(
                sequence: UInt64(index), time: Instant(nanoseconds: Int64(index) * 1_237),
                source: .realtime, payload: .received(payload))
        }
    }

    // MARK: The codec alone

    static func codec(_ size: Int) {
        let events = events(10_000, size)
        let rounds = 200
        var bytes: [UInt8] = []
        var start = seconds()
        for _ in 0..<rounds {
            var encoder = EventEncoder(next: 0)
            encoder.beginBlock()
            for event in events { encoder.append(event) }
            bytes = encoder.bytes
        }
        report("encode", size, rounds * events.count, seconds() - start, bytes.count * rounds)
        let header = EventStreamHeader(
            source: AnnouncedSource(number: 0, name: "realtime", kind: .tokens), next: 0)
        start = seconds()
        var total = 0
        for _ in 0..<rounds {
            var decoder = EventDecoder()
            decoder.append(header.encoded)
            guard (try? decoder.readHeader()) != nil else { return print("no header") }
            var offset = 0
            while offset < bytes.count {
                let end = min(bytes.count, offset + 16_384)
                unsafe decoder.append(bytes.span.bytes.extracting(offset..<end))
                offset = end
                var out: [Event] = []
                guard (try? decoder.read(into: &out)) != nil else { return print("an error") }
                total += out.count
            }
        }
        guard total == rounds * events.count else { return print("\(total) decoded") }
        report("decode", size, total, seconds() - start, bytes.count * rounds)
    }

    static func report(_ what: String, _ size: Int, _ events: Int, _ time: Double, _ bytes: Int) {
        let rate = Double(events) / time / 1e6
        let bits = Double(bytes) * 8 / time / 1e9
        print(
            "\(what) \(size) B: \(round(rate * 100) / 100) M events/s, \(round(bits * 100) / 100) Gbit/s"
        )
    }

    // MARK: The whole way

    static func path(_ size: Int, _ count: Int, guests guestCount: Int) throws {
        let certificate = try DevelopmentCertificate(start: Int(time(nil)) - 3_600)
        var server = EndpointSettings()
        server.server = ServerSettings(
            identity: certificate.identity, protocols: [PeerProtocol.applicationProtocol])
        var client = EndpointSettings()
        client.trust = .authorities(pem: certificate.authority)
        guard let id = LogID(bytes: [UInt8](repeating: 1, count: 16)) else { return }
        let log = events(count, size)
        let wire = Wire(
            server: try Endpoint(server),
            host: PeerHost(
                PeerHostSettings(name: "host"),
                logID: id, header: []),
            log: log)
        for number in 0..<guestCount {
            try wire.join(UInt8(number + 1), Endpoint(client))
        }
        while wire.guests.contains(where: { !$0.isWelcome }) { wire.turn() }
        let start = seconds()
        var next = 0
        while wire.guests.contains(where: { $0.count < count }) {
            // As a loop does that takes what has come, while the guests keep up.
            if next < count, wire.guests.allSatisfy({ next - $0.count < 40_000_000 / (size + 400) })
            {
                let end = min(count, next + 1_000)
                wire.host.append(Array(log[next..<end]))
                next = end
            }
            wire.turn()
        }
        let time = seconds() - start
        report(
            "append to \(guestCount) guests", size, count * guestCount, time,
            count * guestCount * (size + 8))
        print("    history asked \(wire.historyRequests) times, \(wire.turns) turns")
    }
}

/// Two or more endpoints whose datagrams go straight to each other.
@safe
final class Wire {
    final class Guest {
        let guest: PeerGuest
        let endpoint: Endpoint
        let address: NetworkAddress
        var count = 0
        var isWelcome = false

        init(_ guest: PeerGuest, _ endpoint: Endpoint, _ address: NetworkAddress) {
            (self.guest, self.endpoint, self.address) = (guest, endpoint, address)
        }
    }

    let server: Endpoint
    let host: PeerHost
    let log: [Event]
    private(set) var guests: [Guest] = []
    private(set) var historyRequests = 0
    private(set) var turns = 0
    private let serverAddress = NetworkAddress(ipv4: 127, 0, 0, 1, port: 4_433)
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Endpoint.batchCapacity, alignment: 64)
    private let start = SharingBenchmark.seconds()

    init(server: Endpoint, host: PeerHost, log: [Event]) {
        (self.server, self.host, self.log) = (server, host, log)
    }

    deinit { unsafe buffer.deallocate() }

    var now: Instant { Instant(nanoseconds: Int64((SharingBenchmark.seconds() - start) * 1e9)) }

    func join(_ number: UInt8, _ endpoint: Endpoint) throws {
        let address = NetworkAddress(ipv4: 127, 0, 1, number, port: 5_000)
        let settings = PeerGuestSettings(
            name: "guest", key: [UInt8](repeating: number, count: 16),
            client: ClientSettings(serverName: "localhost", protocols: []),
            remote: serverAddress, local: address)
        let guest = Guest(PeerGuest(settings), endpoint, address)
        guests.append(guest)
        guest.guest.begin(on: endpoint, at: now)
    }

    func turn() {
        turns += 1
        for event in server.takeEvents() { host.process(event, on: server, at: now) }
        host.advance(on: server, at: now)
        for output in host.takeOutput() {
            guard case .historyWanted(let request) = output else { continue }
            historyRequests += 1
            let end = min(Int(request.end), Int(request.from) + request.byteLimit / 200)
            host.supply(
                Array(log[Int(request.from)..<end]), isEnd: false, for: request, on: server,
                at: now)
        }
        for _ in 0..<32 {
            guard let header = unsafe server.nextBatch(into: buffer, at: now) else { break }
            guard let guest = guests.first(where: { $0.address == header.remote }) else { continue }
            deliver(header, to: guest.endpoint)
        }
        for guest in guests {
            for event in guest.endpoint.takeEvents() {
                guest.guest.process(event, on: guest.endpoint, at: now)
            }
            guest.guest.advance(on: guest.endpoint, at: now)
            for output in guest.guest.takeOutput() {
                switch output {
                case .events(let events): guest.count += events.count
                case .welcomed: guest.isWelcome = true
                case .ended(let reason, _), .interrupted(let reason, _):
                    preconditionFailure(reason)
                default: break
                }
            }
            while let header = unsafe guest.endpoint.nextBatch(into: buffer, at: now) {
                deliver(header, to: server)
            }
        }
    }

    private func deliver(_ header: DatagramBatch.Header, to endpoint: Endpoint) {
        let bytes = unsafe RawSpan(
            _unsafeBytes: UnsafeRawBufferPointer(rebasing: buffer[..<header.byteCount]))
        endpoint.receive(
            bytes, segmentSize: header.segmentSize, from: header.local, to: header.remote,
            ecn: header.ecn, at: now)
    }
}
