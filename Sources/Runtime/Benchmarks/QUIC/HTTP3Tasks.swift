import HTTP3
import QUIC
import Timeline

/// Requests over HTTP/3 on one connection, a fixed number under way.
final class HTTP3RequestTask: QUICBenchmarkTask {
    private let count: Int
    private let atOnce: Int
    private let bytes: Int
    private let client = HTTP3Client()
    private var begun = 0
    private var starts: [HTTP3Stream: Instant] = [:]
    private var received = 0
    private var start = Instant.zero
    private(set) var result = Result()

    /// Its own time: without the handshake.
    struct Result: QUICBenchmarkResult {
        var own = 0.0
        var seconds: Double {
            get { own }
            set {}
        }
        var client = 0.0
        var server = 0.0
        var milliseconds: [Double] = []

        var perSecond: Double { Double(milliseconds.count) / own }

        var median: Double { milliseconds.sorted()[milliseconds.count / 2] }
    }

    init(count: Int, atOnce: Int, bytes: Int) {
        (self.count, self.atOnce, self.bytes) = (count, atOnce, bytes)
    }

    var isDone: Bool { result.milliseconds.count == count }

    func begin(_ work: QUICBenchmarkWork) throws(QUICError) {
        _ = try work.connect(client)
    }

    private func request(
        _ connection: ConnectionHandle, _ work: QUICBenchmarkWork
    ) throws(QUICError) {
        let stream = try client.request(
            RequestHead(authority: "localhost", path: "/\(bytes)"), on: connection)
        starts[stream] = work.now
        begun += 1
    }

    func process(_ event: EndpointEvent, _ work: QUICBenchmarkWork) throws(QUICError) {
        client.process(event, on: work.endpoint, at: work.now)
        if case .connected = event.kind {
            start = work.now
            for _ in 0..<min(atOnce, count) { try request(event.connection, work) }
        }
        for output in client.takeOutput() {
            switch output {
            case .body(_, let bytes): received += bytes.count
            case .end(let stream):
                guard let start = starts.removeValue(forKey: stream) else { continue }
                result.milliseconds.append((work.now - start).milliseconds)
                if begun < count { try request(event.connection, work) }
            case .reset(_, let code):
                throw QUICError(operation: "measure HTTP/3", message: "\(code)")
            default: break
            }
        }
        guard isDone else { return }
        guard received == count * bytes else {
            throw QUICError(
                operation: "measure HTTP/3", message: "other bytes came: \(received)")
        }
        result.own = (work.now - start).seconds
        work.endpoint.close(event.connection)
    }
}

extension QUICBenchmarkWork {
    func connect(_ client: HTTP3Client) throws(QUICError) -> ConnectionHandle {
        var settings = place.settings
        settings.protocols = []
        return try client.connect(
            settings, to: place.remote, from: place.local, on: endpoint, at: now)
    }
}
