package import Engine
package import Interface
import JSONText
package import Networking
import Synchronization
package import Timeline

/// One client's socket, its sound and its tools.
package final class RealtimeEdge: ClientEdge {
    private let session: SourceID
    private let endpoint: RealtimeEndpoint
    private let url: WebSocketURL
    private let key: Secret?
    private let sockets: WebSocketClient
    private let inbox: Inbox
    private let clock: MonotonicClock
    private let soundEdge: SoundEdge?
    private let tools = ToolRunner()
    private var connection: WebSocketConnection?
    /// Which connection counts; what an earlier one still says is of no interest.
    private let generation = Generation()

    /// - Parameters:
    ///   - key: stays here; it goes to the server and nowhere else.
    ///   - allowsInsecure: whether `ws://` may leave the machine.
    package init(
        session: SourceID, endpoint: RealtimeEndpoint, key: Secret?, sockets: WebSocketClient,
        inbox: Inbox, clock: MonotonicClock, sound: SoundEdge?, allowsInsecure: Bool = false
    ) throws(NetworkError) {
        self.session = session
        self.endpoint = endpoint
        self.key = key
        self.sockets = sockets
        self.inbox = inbox
        self.clock = clock
        soundEdge = sound
        url = try WebSocketURL(endpoint.url)
        guard url.isSecure || url.isLoopback || allowsInsecure else {
            throw NetworkError(
                .address,
                "\(url): without TLS everybody on the way reads along; --allow-insecure permits it")
        }
    }

    package var sound: SoundState? { soundEdge?.state(at: clock.now) }

    package func perform(_ order: ClientOrder, at now: Instant) -> [ClientWish] {
        switch order {
        case .connect: connect()
        case .send(let frame): send(frame)
        case .sendAudio(let frame, let capturedAt):
            send(frame)
            soundEdge?.note(latency: clock.now - capturedAt)
        case .disconnect(let reason): connection?.close(code: 1000, reason: reason)
        case .play(let piece): soundEdge?.play(piece, at: now)
        case .stopPlayback:
            guard let cut = soundEdge?.interrupt(at: now), !cut.isEmpty else { return [] }
            return [.playbackStopped(cut)]
        case .capture(let isOn): soundEdge?.capture(isOn, for: session)
        case .run(let call, let command, let timeout):
            tools.run(call, command: command, timeoutMilliseconds: timeout) {
                [inbox, session] output in
                inbox.post(
                    Inbox.Request(
                        session: session, wish: .toolAnswered(callID: call.callID, output: output)))
            }
        }
        return []
    }

    package func close() {
        soundEdge?.close()
        connection?.close(code: 1000)
    }

    // MARK: the socket

    private func connect() {
        connection?.abort()
        var fields: HTTPFields = ["User-Agent": "midstream-tui"]
        if let key {
            let (field, prefix) = endpoint.authorization
            fields.append(field, prefix + key.reveal())
        }
        let number = generation.next()
        connection = sockets.connect(to: url, fields: fields) {
            [inbox, clock, session, generation, url] _, event in
            guard generation.isCurrent(number) else { return }
            let now = clock.now
            if case .dropped(_, let bytes) = event {
                inbox.post(Inbox.Request(session: session, wish: .dropped(bytes: bytes)))
            } else if let payload = Self.payload(of: event, url: url) {
                inbox.post(Inbox.Arrival(time: now, source: session, payload: payload))
            }
        }
    }

    private func send(_ frame: [UInt8]) {
        guard let connection, connection.send(text: frame) else { return }
        inbox.post(Inbox.Arrival(time: clock.now, source: session, payload: .sent(frame)))
    }

    /// What an event on the socket is in the log; nil for what stays below it.
    private static func payload(of event: WebSocketEvent, url: WebSocketURL) -> Payload? {
        switch event {
        case .opened(let handshake):
            let total = Int(handshake.timing.total.milliseconds.rounded())
            return .opened(detail: "\(url) in \(total) ms")
        case .text(let bytes): return .received(bytes)
        case .binary(let bytes): return .receivedBinary(bytes)
        case .pong(_, let roundTrip?):
            let report: JSON = [
                "type": "websocket.round_trip", "milliseconds": JSON(roundTrip.milliseconds),
            ]
            return .statistics(report.bytes)
        case .closed(let closure): return .closed(code: closure.code, reason: closure.reason)
        case .failed(let error):
            guard let answer = error.answer else { return .failed(reason: error.message) }
            return .failed(
                reason: HandshakeRefusal(
                    status: answer.status, body: String(decoding: answer.body, as: UTF8.self)
                ).reason)
        case .ping, .pong, .closing, .writable, .dropped: return nil
        }
    }
}

/// A number that only the newest connection has.
private final class Generation: Sendable {
    private let value = Atomic<Int>(0)

    func next() -> Int { value.add(1, ordering: .relaxed).newValue }
    func isCurrent(_ number: Int) -> Bool { value.load(ordering: .relaxed) == number }
}
