import QUIC
import Timeline

/// Seconds and the CPU time of both sides.
struct QUICPlainResult: QUICBenchmarkResult {
    var seconds = 0.0
    var client = 0.0
    var server = 0.0
    var count = 0
    var lost = 0
    var milliseconds: [Double] = []

    var perSecond: Double { Double(count) / seconds }

    func quantile(_ share: Double) -> Double {
        let sorted = milliseconds.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}

/// Requests one after another on one connection.
final class RequestTask: QUICBenchmarkTask {
    private let count: Int
    private var start = Instant.zero
    private(set) var result = QUICPlainResult()

    init(count: Int) { self.count = count }

    var isDone: Bool { result.milliseconds.count == count }

    func begin(_ work: QUICBenchmarkWork) throws(QUICError) { _ = try work.connect() }

    private func request(
        _ connection: ConnectionHandle, _ work: QUICBenchmarkWork
    ) throws(QUICError) {
        start = work.now
        let stream = try work.endpoint.openStream(.bidirectional, on: connection)
        work.endpoint.send(Array("D0001000".utf8), on: stream, of: connection)
        work.endpoint.finish(stream, of: connection)
    }

    func process(_ event: EndpointEvent, _ work: QUICBenchmarkWork) throws(QUICError) {
        switch event.kind {
        case .connected: try request(event.connection, work)
        case .readable(let stream):
            while let data = work.endpoint.read(stream, of: event.connection) {
                guard data.isEnd else { continue }
                result.milliseconds.append((work.now - start).milliseconds)
                if isDone { return work.endpoint.close(event.connection) }
                try request(event.connection, work)
            }
        default: break
        }
    }
}

/// Requests all at once on a connection that stands.
final class ManyStreamsTask: QUICBenchmarkTask {
    private let count: Int
    private let request: [UInt8]
    private let bytes: Int
    private var received = 0
    private var ended = 0
    private var start = Instant.zero
    private var end: Instant?
    private(set) var result = Timed()

    /// Its own time: without the handshake.
    struct Timed: QUICBenchmarkResult {
        var own = 0.0
        var seconds: Double {
            get { own }
            set {}
        }
        var client = 0.0
        var server = 0.0
    }

    init(count: Int, bytes: Int) {
        (self.count, self.bytes) = (count, bytes)
        request = Array("D\(bytes)".utf8)
    }

    var isDone: Bool { ended == count }

    func begin(_ work: QUICBenchmarkWork) throws(QUICError) { _ = try work.connect() }

    func process(_ event: EndpointEvent, _ work: QUICBenchmarkWork) throws(QUICError) {
        switch event.kind {
        case .connected:
            start = work.now
            for _ in 0..<count {
                let stream = try work.endpoint.openStream(.bidirectional, on: event.connection)
                work.endpoint.send(request, on: stream, of: event.connection)
                work.endpoint.finish(stream, of: event.connection)
            }
        case .readable(let stream):
            _ = work.endpoint.read(stream, of: event.connection) { bytes, isEnd in
                received += bytes.byteCount
                if isEnd { ended += 1 }
            }
            guard isDone else { return }
            guard received == count * bytes else {
                throw QUICError(
                    operation: "measure streams", message: "bytes are missing: \(received)")
            }
            result.own = (work.now - start).seconds
            work.endpoint.close(event.connection)
        default: break
        }
    }
}

/// Streams of one byte, as many under way as the server allows.
final class CreationTask: QUICBenchmarkTask {
    private let count: Int
    private var opened = 0
    private var closed = 0
    private(set) var result = QUICPlainResult()

    init(count: Int) { self.count = count }

    var isDone: Bool { closed == count }

    func begin(_ work: QUICBenchmarkWork) throws(QUICError) { _ = try work.connect() }

    private func open(
        _ connection: ConnectionHandle, _ work: QUICBenchmarkWork
    ) throws(QUICError) {
        while opened < count, opened - closed < 8_192 {
            let stream = try work.endpoint.openStream(.unidirectional, on: connection)
            work.endpoint.send([0x55], on: stream, of: connection)
            work.endpoint.finish(stream, of: connection)
            opened += 1
        }
    }

    func process(_ event: EndpointEvent, _ work: QUICBenchmarkWork) throws(QUICError) {
        switch event.kind {
        case .connected: try open(event.connection, work)
        case .streamClosed:
            closed += 1
            result.count = closed
            if isDone { return work.endpoint.close(event.connection) }
            if opened - closed < 4_096 { try open(event.connection, work) }
        default: break
        }
    }
}
