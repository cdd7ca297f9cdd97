import PeerProtocol
import QUIC
import Sharing
import SimulatedNetwork
import Timeline

/// A log of made-up events.
struct MadeLog {
    let id: LogID
    private(set) var events: [Event] = []
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        let bytes = (0..<16).map { UInt8(truncatingIfNeeded: seed &* 31 &+ $0) }
        guard let id = LogID(bytes: bytes) else { preconditionFailure("16 bytes") }
        self.id = id
    }

    /// Makes the next event: of a source in turns, with some payload bytes.
    mutating func make(_ source: String, bytes count: Int, at now: Instant) -> Event {
        let payload = Fixture.bytes(count, seed: random.next())
        let event = Event(
            sequence: UInt64(events.count), time: now, source: SourceID(source),
            payload: events.count % 7 == 3 ? .sent(payload) : .received(payload))
        events.append(event)
        return event
    }

    /// The events of each source, by name.
    func bySource(_ selection: SourceSelection = .all) -> [String: [Event]] {
        Dictionary(grouping: events.filter { selection.contains($0.source.name) }) {
            $0.source.name
        }
    }
}

/// A host with its endpoint and its log.
final class HostSite {
    let site: Site
    private(set) var host: PeerHost
    var log: MadeLog
    private(set) var outputs: [PeerHostOutput] = []
    private(set) var historyRequests = 0
    private(set) var mostTail = 0
    /// What the history has yet; all with nil.
    var historyEnd: Int?
    /// Why the history cannot be read.
    var historyFailure: String?

    init(
        log: MadeLog, settings: PeerHostSettings = PeerHostSettings(name: "host"),
        keepingEvents: Bool = true, server change: (inout ServerSettings) -> Void = { _ in }
    ) throws {
        let endpoint = try Fixture.server {
            $0.protocols = [PeerProtocol.applicationProtocol]
            $0.transport.handshakeTimeout = .seconds(60)
            change(&$0)
        }
        site = try Site(endpoint, at: Fixture.serverAddress)
        site.reads = false
        self.log = log
        // A host that goes on with a log has what came before in its history only, or all again.
        host = PeerHost(
            settings, logID: log.id, header: Array("header".utf8),
            nextSequence: keepingEvents ? 0 : UInt64(log.events.count))
        if keepingEvents { host.append(log.events) }
        site.onEvent = { [unowned self] event in
            host.process(event, on: site.endpoint, at: site.network?.now ?? .zero)
        }
        site.onTurn = { [unowned self] now in turn(now) }
        site.userDeadline = { [unowned self] in host.deadline }
    }

    func turn(_ now: Instant) {
        host.advance(on: site.endpoint, at: now)
        while true {
            let new = host.takeOutput()
            if new.isEmpty { break }
            for output in new {
                outputs.append(output)
                if case .historyWanted(let request) = output { answer(request, at: now) }
            }
        }
        mostTail = max(mostTail, host.tailBytes)
    }

    private func answer(_ request: HistoryRequest, at now: Instant) {
        historyRequests += 1
        if let historyFailure {
            return host.fail(request, reason: historyFailure, on: site.endpoint)
        }
        let end = min(Int(request.end), historyEnd ?? .max, log.events.count)
        var last = Int(request.from)
        var bytes = 0
        while last < end, bytes < request.byteLimit {
            bytes += log.events[last].payload.testByteCount
            last += 1
        }
        host.supply(
            Array(log.events[min(Int(request.from), last)..<last]), isEnd: last == end,
            for: request, on: site.endpoint, at: now)
    }

    func add(_ source: String, bytes: Int = 40, at now: Instant) {
        host.append([log.make(source, bytes: bytes, at: now)])
    }

    /// Bytes in the transport that were not sent yet, of all guests and sources.
    var unsentBytes: Int {
        site.accepted.reduce(0) { sum, connection in
            (0..<16).reduce(sum) {
                $0 + site.endpoint.unsentBytes(StreamID(3 + 4 * $1), of: connection)
            }
        }
    }

    var joined: [PeerID] {
        outputs.compactMap { if case .joined(let peer, _, _, _) = $0 { peer } else { nil } }
    }

    var left: [String] {
        outputs.compactMap { if case .left(_, let reason) = $0 { reason } else { nil } }
    }

    var orders: [PeerOrder] {
        outputs.compactMap { if case .order(_, _, let order) = $0 { order } else { nil } }
    }
}

extension Payload {
    var testByteCount: Int {
        switch self {
        case .received(let bytes), .sent(let bytes): bytes.count
        default: 0
        }
    }
}
