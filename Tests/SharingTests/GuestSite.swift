import PeerProtocol
import QUIC
import Sharing
import SimulatedNetwork
import Timeline

/// A guest with its endpoint, and what it has seen of the log.
final class GuestSite {
    let site: Site
    let guest: PeerGuest
    private(set) var outputs: [PeerGuestOutput] = []
    /// Events of the log it follows now, by source.
    private(set) var events: [String: [Event]] = [:]
    private(set) var count = 0
    private(set) var log: LogID?
    private(set) var complete: UInt64 = 0
    /// What was against the rules.
    private(set) var faults: [String] = []

    init(
        _ number: UInt8 = 1, resumption: PeerPosition? = nil, endpoint: EndpointSettings? = nil,
        change: (inout PeerGuestSettings) -> Void = { _ in }
    ) throws {
        let address = NetworkAddress(ipv4: 10, 0, 1, number, port: 5_000)
        site = try Site(try endpoint ?? Fixture.client(), at: address)
        site.reads = false
        var client = Fixture.connection
        client.transport.handshakeTimeout = .seconds(60)
        var settings = PeerGuestSettings(
            name: "guest \(number)", key: [UInt8](repeating: number, count: 16), client: client,
            remote: Fixture.serverAddress, local: address)
        change(&settings)
        guest = PeerGuest(settings, resumingFrom: resumption)
        site.onEvent = { [unowned self] event in
            guest.process(event, on: site.endpoint, at: site.network?.now ?? .zero)
            take()
        }
        site.onTurn = { [unowned self] now in
            guest.advance(on: site.endpoint, at: now)
            take()
        }
        site.userDeadline = { [unowned self] in guest.deadline }
    }

    func begin(on network: SimulatedNetwork) {
        network.add(site)
        guest.begin(on: site.endpoint, at: network.now)
    }

    private func take() {
        for output in guest.takeOutput() {
            switch output {
            case .events(let new): new.forEach(add)
            case .welcomed(let welcome):
                if welcome.isNewLog { (events, count, complete) = ([:], 0, 0) }
                log = welcome.log
            case .complete(let sequence):
                if sequence <= complete { faults.append("complete goes back to \(sequence)") }
                complete = sequence
            default: break
            }
            if case .events = output { continue }
            outputs.append(output)
        }
    }

    private func add(_ event: Event) {
        let last = events[event.source.name]?.last?.sequence
        if let last, last >= event.sequence {
            faults.append("\(event.source.name) \(event.sequence) after \(last)")
        }
        events[event.source.name, default: []].append(event)
        count += 1
    }

    var welcomes: [PeerWelcome] {
        outputs.compactMap { if case .welcomed(let welcome) = $0 { welcome } else { nil } }
    }

    var endReason: String? {
        outputs.compactMap { if case .ended(let reason, _) = $0 { reason } else { nil } }.last
    }

    /// Nil while it goes on.
    var hasEndedInOrder: Bool? {
        outputs.compactMap { if case .ended(_, let inOrder) = $0 { inOrder } else { nil } }.last
    }

    var interruptions: [String] {
        outputs.compactMap { if case .interrupted(let reason, _) = $0 { reason } else { nil } }
    }

    /// What became of orders, in words.
    var answers: [String] {
        outputs.compactMap {
            switch $0 {
            case .orderTaken(let number): "\(number) taken"
            case .orderRefused(let number, let reason): "\(number) refused: \(reason)"
            default: nil
            }
        }
    }

    var summaries: [[PeerSummary]] {
        outputs.compactMap { if case .summary(let list) = $0 { list } else { nil } }
    }

    /// Whether it has as many events as the host's log.
    func has(_ host: HostSite, _ selection: SourceSelection = .all) -> Bool {
        guard log == host.log.id else { return false }
        if selection == .all { return count == host.log.events.count }
        return count == host.log.events.count { selection.contains($0.source.name) }
    }
}
