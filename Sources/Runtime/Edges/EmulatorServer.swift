package import Emulator
import Glibc
package import Networking
import Synchronization
import Timeline

/// Serves emulated Realtime sessions to anybody who connects, each a value of its own.
///
/// The embedded emulator is the same with port 0 on the loopback address.
package final class EmulatorServer: Sendable {
    /// What happened, for whoever wants to print it; called on a networking thread.
    package enum Notice: Sendable {
        case opened(session: Int, peer: String)
        case refused(session: Int, peer: String, status: Int)
        case closed(session: Int, reason: String)
    }

    private let server: WebSocketServer
    package var port: Int { server.port }
    package var host: String { server.host }

    /// The base URL that clients of the API take, "ws://127.0.0.1:8765/v1".
    package var baseURL: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "ws://\(name):\(port)/v1"
    }

    /// Listens on `host` and `port` (0: any that is free).
    ///
    /// Session number n, from 0, has the seed of `configuration` plus n.
    package init(
        host: String = "127.0.0.1", port: Int = 0, configuration: EmulatorConfiguration,
        threads: NetworkThreads, onNotice: @escaping @Sendable (Notice) -> Void = { _ in }
    ) throws(NetworkError) {
        let count = Atomic<Int>(0)
        // The emulator sends its own pings, and what it is told of an answer is nothing.
        var options = WebSocketOptions(pingInterval: nil)
        if configuration.scripts.contains(.fragmented) { options.fragmentBytes = 61 }
        server = try WebSocketServer(
            host: host, port: port, threads: threads, settings: .init(options: options)
        ) { request in
            let number = count.add(1, ordering: .relaxed).oldValue
            Self.serve(request, number, configuration, onNotice)
        }
    }

    /// Takes no more connections; those that are open stay.
    package func stop() { server.stop() }

    private static func serve(
        _ request: IncomingRequest, _ number: Int, _ configuration: EmulatorConfiguration,
        _ onNotice: @escaping @Sendable (Notice) -> Void
    ) {
        guard request.isWebSocket else {
            let words = #"{"error":{"message":"Only WebSockets are served here."}}"#
            onNotice(.refused(session: number, peer: request.peer, status: 426))
            return request.answer(json(426, Array(words.utf8)))
        }
        var configuration = configuration
        configuration.seed &+= UInt64(number)
        configuration.startedAt = time(nil)
        let session = EmulatedConnection(configuration)
        let asked = HandshakeRequest(
            target: request.request.target, beta: request.request.fields["OpenAI-Beta"],
            subprotocols: request.request.subprotocols)
        switch session.open(asked) {
        case .refuse(let status, let body):
            onNotice(.refused(session: number, peer: request.peer, status: status))
            request.answer(json(status, body))
        case .accept(let subprotocol):
            onNotice(.opened(session: number, peer: request.peer))
            _ = request.accept(subprotocol: subprotocol) { connection, event in
                if let reason = session.take(event, on: connection) {
                    onNotice(.closed(session: number, reason: reason))
                }
            }
        }
    }

    private static func json(_ status: Int, _ body: [UInt8]) -> HTTPAnswer {
        HTTPAnswer(status: status, fields: ["Content-Type": "application/json"], body: body)
    }
}

/// One emulated session on its socket: hands over what arrives, sends what is due when it is due.
final class EmulatedConnection: Sendable {
    private struct State {
        var emulator: Emulator
        var timer: ScheduledWork?
        /// When the timer fires.
        var wakes: Instant?
    }

    private let clock = MonotonicClock()
    private let state: Mutex<State>

    init(_ configuration: EmulatorConfiguration) {
        state = Mutex(State(emulator: Emulator(configuration: configuration)))
    }

    func open(_ request: HandshakeRequest) -> HandshakeAnswer {
        state.withLock { $0.emulator.open(request, at: clock.now) }
    }

    /// Takes an event of the socket; returns how the session ended when it has.
    func take(_ event: WebSocketEvent, on connection: WebSocketConnection) -> String? {
        switch event {
        case .opened: pump(connection)
        case .text(let bytes): receive(.text(bytes), connection)
        case .binary(let bytes): receive(.binary(bytes), connection)
        case .closed(let closure):
            end()
            return "closed \(closure.code.map(String.init) ?? "without a code") \(closure.reason)"
        case .failed(let error):
            end()
            return error.message
        case .ping, .pong, .closing, .writable, .dropped: break
        }
        return nil
    }

    private func receive(_ input: EmulatorInput, _ connection: WebSocketConnection) {
        state.withLock { $0.emulator.receive(input, at: clock.now) }
        pump(connection)
    }

    private func end() {
        state.withLock { state in
            state.emulator.disconnect()
            state.timer?.cancel()
            state.timer = nil
        }
    }

    /// Sends what is due and waits for what will be.
    private func pump(_ connection: WebSocketConnection) {
        let outputs = state.withLock { state in
            let now = clock.now
            let outputs = state.emulator.advance(to: now)
            if let due = state.emulator.nextDeadline, due != state.wakes {
                state.timer?.cancel()
                state.wakes = due
                state.timer = connection.thread.schedule(after: max(.zero, due - now)) { [self] in
                    self.state.withLock { $0.wakes = nil }
                    pump(connection)
                }
            }
            return outputs
        }
        for output in outputs { perform(output.act, connection) }
    }

    private func perform(_ act: EmulatorOutput.Act, _ connection: WebSocketConnection) {
        switch act {
        case .text(let bytes): connection.send(text: bytes)
        // The socket cuts every message of this session; where, is not ours to say.
        case .fragments(let parts): connection.send(text: Array(parts.joined()))
        case .binary(let bytes): connection.send(binary: bytes)
        case .ping: connection.send(ping: Array("emulator".utf8))
        case .close(let code, let reason): connection.close(code: code, reason: reason)
        case .reset: connection.abort()
        case .fallSilent, .stopReading: connection.pauseReading()
        case .resumeReading: connection.resumeReading()
        }
    }
}
