import HTTP3
import Networking
import QUIC
import Timeline

/// Answers `GET /N` with N bytes over HTTP/3.
final class HTTP3BenchmarkServer: EndpointUser {
    private let server = HTTP3Server()
    private var owed: [HTTP3Stream: Int] = [:]

    private static let small = [UInt8](repeating: 0x5a, count: 1 << 16)

    var deadline: Instant? { nil }

    func endpointChanged(_ endpoint: Endpoint, at now: Instant) {
        for event in endpoint.takeEvents() { server.process(event, on: endpoint, at: now) }
        for event in server.takeOutput() {
            switch event {
            case .request(let stream, let head): answer(head, stream)
            case .writable(let stream): pay(stream)
            case .closed(let connection, _):
                owed = owed.filter { $0.key.connection != connection }
            default: break
            }
        }
    }

    private func answer(_ head: RequestHead, _ stream: HTTP3Stream) {
        guard let count = Int(head.path.dropFirst()) else {
            return server.respond(to: stream, ResponseHead(status: 404), isEnd: true)
        }
        server.respond(
            to: stream,
            ResponseHead(status: 200, fields: [HeaderField("content-length", String(count))]))
        owed[stream] = count
        pay(stream)
    }

    private func pay(_ stream: HTTP3Stream) {
        guard var rest = owed[stream] else { return }
        let block = QUICBenchmarkServer.block
        var mayGoOn = true
        while rest >= block.count, mayGoOn {
            mayGoOn = server.send(block, on: stream)
            rest -= block.count
        }
        while rest > 0, rest < block.count, mayGoOn {
            let count = min(rest, Self.small.count)
            mayGoOn = server.send(Array(Self.small[..<count]), on: stream)
            rest -= count
        }
        owed[stream] = rest
        guard rest == 0 else { return }
        owed[stream] = nil
        server.finish(stream)
    }
}
