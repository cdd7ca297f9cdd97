import Networking
import QUIC
import Timeline

/// Answers as the first byte of a stream says: `D` and a number: so many bytes; `U`: how many
/// bytes came. Streams of one direction are read, datagrams sent back.
final class QUICBenchmarkServer: EndpointUser {
    private struct Key: Hashable {
        var connection: ConnectionHandle
        var stream: StreamID
    }

    /// What has come on a stream so far.
    private struct Incoming {
        var isRequest: Bool
        var number = 0
        var count = 0

        mutating func take(_ bytes: RawSpan) {
            // A request may come in pieces.
            if isRequest {
                for place in (count == 0 ? 1 : 0)..<bytes.byteCount {
                    let digit = unsafe bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self)
                    number = number * 10 + Int(digit & 0x0f)
                }
            }
            count += bytes.byteCount
        }
    }

    private var owed: [Key: Int] = [:]
    private var incoming: [Key: Incoming] = [:]

    static let block = SharedBytes([UInt8](repeating: 0x5a, count: 1 << 20))
    private static let small = [UInt8](repeating: 0x5a, count: 1 << 16)

    var deadline: Instant? { nil }

    func endpointChanged(_ endpoint: Endpoint, at now: Instant) {
        for event in endpoint.takeEvents() {
            switch event.kind {
            case .readable(let stream):
                read(Key(connection: event.connection, stream: stream), endpoint)
            case .writable(let stream):
                pay(Key(connection: event.connection, stream: stream), endpoint)
            case .datagram(let bytes, _):
                _ = endpoint.sendDatagram(bytes, on: event.connection)
            default: break
            }
        }
    }

    private func read(_ key: Key, _ endpoint: Endpoint) {
        var stream = incoming[key]
        var isAtEnd = false
        _ = endpoint.read(key.stream, of: key.connection) { bytes, isEnd in
            isAtEnd = isEnd
            guard bytes.byteCount > 0 else { return }
            if stream == nil {
                let first = unsafe bytes.unsafeLoad(as: UInt8.self)
                stream = Incoming(isRequest: first == UInt8(ascii: "D"))
            }
            stream?.take(bytes)
        }
        guard isAtEnd, let stream else {
            incoming[key] = stream
            return
        }
        incoming[key] = nil
        guard key.stream.direction == .bidirectional else { return }
        if stream.isRequest {
            owed[key] = stream.number
            pay(key, endpoint)
        } else {
            endpoint.send(Array("\(stream.count)".utf8), on: key.stream, of: key.connection)
            endpoint.finish(key.stream, of: key.connection)
        }
    }

    private func pay(_ key: Key, _ endpoint: Endpoint) {
        guard var rest = owed[key] else { return }
        var mayGoOn = true
        while rest >= Self.block.count, mayGoOn {
            mayGoOn = endpoint.send(Self.block, on: key.stream, of: key.connection)
            rest -= Self.block.count
        }
        while rest > 0, rest < Self.block.count, mayGoOn {
            let count = min(rest, Self.small.count)
            mayGoOn = unsafe endpoint.send(
                Self.small.span.bytes.extracting(first: count), on: key.stream,
                of: key.connection)
            rest -= count
        }
        owed[key] = rest == 0 ? nil : rest
        if rest == 0 { endpoint.finish(key.stream, of: key.connection) }
    }
}
