import QUIC
import Timeline

/// Connections one after another, or several at once.
final class HandshakeTask: QUICBenchmarkTask {
    enum Kind {
        case full
        case resumed
        /// A full handshake, and a request as soon as it may go.
        case answered
        /// The request goes with the first packet.
        case early
    }

    struct Result: QUICBenchmarkResult {
        var seconds = 0.0
        var client = 0.0
        var server = 0.0
        var milliseconds: [Double] = []
        /// Early data that the server did not take.
        var refused = 0

        func quantile(_ share: Double) -> Double {
            let sorted = milliseconds.sorted()
            return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        }

        var perSecond: Double { Double(milliseconds.count) / seconds }
    }

    private let kind: Kind
    private let count: Int
    private let atOnce: Int
    private var begun = 0
    private var done = 0
    private var starts: [ConnectionHandle: Instant] = [:]
    private var tickets: [ResumptionState] = []
    /// What a connection still waits for before it is closed.
    private var missing: [ConnectionHandle: Set<Part>] = [:]
    private(set) var result = Result()

    private enum Part { case handshake, answer, ticket }

    init(_ kind: Kind, count: Int, atOnce: Int) {
        (self.kind, self.atOnce) = (kind, atOnce)
        // The first one gets the first ticket, and is not counted.
        self.count = kind == .resumed || kind == .early ? count + 1 : count
    }

    var isDone: Bool { done == count }

    func begin(_ work: QUICBenchmarkWork) throws(QUICError) {
        while begun < count, begun - done < atOnce { try connect(work) }
    }

    private func connect(_ work: QUICBenchmarkWork) throws(QUICError) {
        let ticket = kind == .resumed ? tickets.last : tickets.popLast()
        let start = work.now
        let connection = try work.connect { settings in
            settings.resumption = ticket
            settings.allowsEarlyData = kind == .early
        }
        begun += 1
        if ticket != nil || kind == .full || kind == .answered { starts[connection] = start }
        var parts: Set<Part> = [.handshake]
        if kind == .answered || kind == .early {
            parts.insert(.answer)
            let stream = try work.endpoint.openStream(
                .bidirectional, on: connection, isIdempotent: kind == .early)
            work.endpoint.send(Array("D1000".utf8), on: stream, of: connection)
            work.endpoint.finish(stream, of: connection)
        }
        if kind == .early || kind == .resumed && ticket == nil { parts.insert(.ticket) }
        missing[connection] = parts
    }

    func process(_ event: EndpointEvent, _ work: QUICBenchmarkWork) throws(QUICError) {
        let connection = event.connection
        switch event.kind {
        case .connected(let information):
            if kind == .full || kind == .resumed { note(connection, work) }
            if kind == .early, starts[connection] != nil, !information.isEarlyDataAccepted {
                result.refused += 1
            }
            try finish(.handshake, of: connection, work)
        case .resumption(let state):
            guard state.hasTicket, missing[connection]?.contains(.ticket) == true else { return }
            tickets = [state]
            try finish(.ticket, of: connection, work)
        case .readable(let stream):
            while let data = work.endpoint.read(stream, of: connection) {
                guard data.isEnd else { continue }
                note(connection, work)
                try finish(.answer, of: connection, work)
            }
        default: break
        }
    }

    private func note(_ connection: ConnectionHandle, _ work: QUICBenchmarkWork) {
        guard let start = starts.removeValue(forKey: connection) else { return }
        result.milliseconds.append((work.now - start).milliseconds)
    }

    private func finish(
        _ part: Part, of connection: ConnectionHandle, _ work: QUICBenchmarkWork
    ) throws(QUICError) {
        missing[connection]?.remove(part)
        guard missing[connection]?.isEmpty == true else { return }
        missing[connection] = nil
        work.endpoint.close(connection)
        done += 1
        try begin(work)
    }
}
