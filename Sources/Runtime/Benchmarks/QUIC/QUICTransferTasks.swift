import QUIC
import Timeline

/// One stream's bytes, down from the server or up to it.
final class TransferTask: QUICBenchmarkTask {
    private let bytes: Int
    private let isDown: Bool
    private var rest: Int
    private var received = 0
    private(set) var isDone = false
    private(set) var result = QUICPlainResult()

    init(bytes: Int, isDown: Bool) { (self.bytes, self.isDown, rest) = (bytes, isDown, bytes) }

    func begin(_ work: QUICBenchmarkWork) throws(QUICError) { _ = try work.connect() }

    func process(_ event: EndpointEvent, _ work: QUICBenchmarkWork) throws(QUICError) {
        switch event.kind {
        case .connected:
            let stream = try work.endpoint.openStream(.bidirectional, on: event.connection)
            if isDown {
                work.endpoint.send(Array("D\(bytes)".utf8), on: stream, of: event.connection)
                work.endpoint.finish(stream, of: event.connection)
            } else {
                send(stream, event.connection, work)
            }
        case .writable(let stream): send(stream, event.connection, work)
        case .readable(let stream): try read(stream, event.connection, work)
        default: break
        }
    }

    private func send(
        _ stream: StreamID, _ connection: ConnectionHandle, _ work: QUICBenchmarkWork
    ) {
        guard rest > 0 else { return }
        var mayGoOn = true
        while rest > 0, mayGoOn {
            mayGoOn = work.endpoint.send(QUICBenchmarkServer.block, on: stream, of: connection)
            rest -= QUICBenchmarkServer.block.count
        }
        if rest <= 0 { work.endpoint.finish(stream, of: connection) }
    }

    private func read(
        _ stream: StreamID, _ connection: ConnectionHandle, _ work: QUICBenchmarkWork
    ) throws(QUICError) {
        var hasEnded = false
        _ = work.endpoint.read(stream, of: connection) { bytes, isEnd in
            received += bytes.byteCount
            hasEnded = isEnd
        }
        guard hasEnded else { return }
        guard !isDown || received == bytes else {
            throw QUICError(operation: "measure throughput", message: "bytes are missing")
        }
        isDone = true
        work.endpoint.close(connection)
    }
}

/// Datagrams that come back, a fixed number under way.
final class DatagramTask: QUICBenchmarkTask {
    private let count: Int
    private let bytes: SharedBytes
    private var sent = 0
    private var returned = 0
    private(set) var result = QUICPlainResult()

    private static let atOnce = 64

    init(count: Int, size: Int) {
        self.count = count
        bytes = SharedBytes([UInt8](repeating: 0x33, count: size))
    }

    var isDone: Bool { returned + result.lost >= count }

    func begin(_ work: QUICBenchmarkWork) throws(QUICError) { _ = try work.connect() }

    func process(_ event: EndpointEvent, _ work: QUICBenchmarkWork) throws(QUICError) {
        switch event.kind {
        case .connected: break
        case .datagram:
            returned += 1
            result.count = returned
        case .datagramLost: result.lost += 1
        default: return
        }
        if isDone { return work.endpoint.close(event.connection) }
        while sent < count, sent - returned - result.lost < Self.atOnce {
            guard work.endpoint.sendDatagram(bytes, on: event.connection) != nil else {
                throw QUICError(operation: "measure datagrams", message: "none can be sent")
            }
            sent += 1
        }
    }
}
