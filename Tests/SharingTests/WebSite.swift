import HTTP3
import JSONText
import QUIC
import Recordings
import Sharing
import SimulatedNetwork
import Timeline

/// A web host with a log, and an HTTP/3 client of it, on a simulated network.
final class WebSite {
    let network: SimulatedNetwork
    let server: Site
    let reader: Site
    let host: WebHost
    let client = HTTP3Client()
    private(set) var connection: ConnectionHandle
    var log: MadeLog
    private(set) var historyRequests: [WebHistoryRequest] = []
    private(set) var events: [HTTP3Event] = []
    /// Who came and who went, as the program is told.
    private(set) var comings: [WebHostOutput] = []
    var snapshot: [UInt8]? = Array("{\"a\":1}".utf8)
    var failsHistory = false
    private var now: Instant { network.now }

    init(
        seed: UInt64 = 3, faults: Faults = .none,
        _ change: (inout WebHostSettings) -> Void = { _ in }
    ) throws {
        var settings = WebHostSettings(name: "here")
        change(&settings)
        log = MadeLog(seed: seed)
        host = WebHost(settings, header: Self.header)
        network = SimulatedNetwork(seed: seed, faults: faults)
        server = try Site(
            try Fixture.server { $0.protocols = ["midstream/1", WebHost.protocolName] },
            at: Fixture.serverAddress)
        reader = try Site(try Fixture.client(), at: Fixture.clientAddress)
        network.add(server)
        network.add(reader)
        connection = try client.connect(
            ClientSettings(serverName: "localhost", protocols: []), to: server.address,
            from: reader.address, on: reader.endpoint, at: .zero)
        (server.reads, reader.reads) = (false, false)
        server.onEvent = { [unowned self] in
            host.process($0, on: server.endpoint, at: now)
            answer()
        }
        server.onTurn = { [unowned self] _ in
            host.advance(on: server.endpoint, at: now)
            answer()
        }
        server.userDeadline = { [unowned self] in host.deadline }
        reader.onEvent = { [unowned self] in
            client.process($0, on: reader.endpoint, at: now)
            events += client.takeOutput()
        }
    }

    static let header = Array(
        "{\"midstream\":1,\"clock\":\"measured\",\"origin\":\"test\"}\n".utf8)

    /// Begins a new connection, as after a break.
    func reconnect() throws {
        reader.endpoint.close(connection)
        connection = try client.connect(
            ClientSettings(serverName: "localhost", protocols: []), to: server.address,
            from: reader.address, on: reader.endpoint, at: now)
    }

    /// Answers what the host asks, as a program does.
    private func answer() {
        while true {
            let outputs = host.takeOutput()
            if outputs.isEmpty { return }
            for output in outputs {
                switch output {
                case .historyWanted(let request):
                    historyRequests.append(request)
                    if failsHistory {
                        host.fail(request, reason: "no disk")
                    } else {
                        host.supply(history(request), for: request, at: now)
                    }
                case .snapshotWanted(let number, _):
                    host.supply(snapshot: snapshot, for: number)
                case .metricsWanted(let number):
                    let own = MetricFamily(
                        "own_seconds", .gauge, unit: "seconds", help: "A \"test\".",
                        [MetricFamily.Sample(0.5, labels: [("a", "b\"c")])])
                    host.supply(metrics: [own], for: number)
                case .joined, .left: comings.append(output)
                }
            }
        }
    }

    var status: [WebReaderStatus] { host.status(on: server.endpoint, at: now) }

    private func history(_ request: WebHistoryRequest) -> [Event] {
        var out: [Event] = []
        var bytes = 0
        for event in log.events[Int(request.from)..<Int(request.end)]
        where bytes < request.byteLimit {
            out.append(event)
            if case .received(let text) = event.payload { bytes += text.count }
        }
        return out
    }

    func append(_ count: Int, of sources: [String] = ["realtime", "realtime/2"], bytes: Int = 40) {
        let new = (0..<count).map { index in
            log.make(sources[index % sources.count], bytes: bytes, at: now)
        }
        host.append(new)
    }

    // MARK: Reading

    func get(
        _ path: String, method: String = "GET", _ fields: [HeaderField] = []
    ) throws -> HTTP3Stream {
        try client.request(
            RequestHead(method: method, authority: "localhost", path: path, fields: fields),
            on: connection)
    }

    /// The whole of an answer.
    func fetch(_ path: String, method: String = "GET", _ fields: [HeaderField] = []) throws -> (
        head: ResponseHead?, body: String
    ) {
        let stream = try get(path, method: method, fields)
        run { self.events.contains(.end(stream)) }
        return (head(stream), String(decoding: body(stream), as: UTF8.self))
    }

    func run(_ seconds: Double = 20, until condition: () -> Bool = { false }) {
        network.run(for: .seconds(seconds), until: condition)
    }

    func head(_ stream: HTTP3Stream) -> ResponseHead? {
        events.compactMap { if case .response(stream, let head) = $0 { head } else { nil } }.first
    }

    func body(_ stream: HTTP3Stream) -> [UInt8] {
        events.flatMap { if case .body(stream, let bytes) = $0 { bytes } else { [UInt8]() } }
    }

    func isReset(_ stream: HTTP3Stream) -> Bool {
        events.contains { if case .reset(stream, _) = $0 { true } else { false } }
    }

    /// The server-sent events of a stream: sequence and line.
    func sent(_ stream: HTTP3Stream) -> [(UInt64, String)] {
        String(decoding: body(stream), as: UTF8.self).split(separator: "\n\n").compactMap { block in
            let lines = block.split(separator: "\n")
            guard lines.count == 2, lines[0].hasPrefix("id: "), lines[1].hasPrefix("data: "),
                let sequence = UInt64(lines[0].dropFirst(4))
            else { return nil }
            return (sequence, String(lines[1].dropFirst(6)))
        }
    }

    /// What a reader of a source should have got.
    func expected(_ source: String, from: UInt64 = 0) -> [(UInt64, String)] {
        log.events.filter { $0.source.name == source && $0.sequence >= from }.map {
            let line = RecordingCodec.encode(RecordedEvent(event: $0)).dropLast()
            return ($0.sequence, String(decoding: line, as: UTF8.self))
        }
    }
}
