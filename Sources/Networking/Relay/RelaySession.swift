import Synchronization
import Timeline

/// One client's WebSocket and the upstream's, joined. Everything happens on the client's thread;
/// the lock only shows that to the compiler and is never waited for.
final class RelaySession: Sendable {
    private struct State {
        var up: WebSocketConnection?
        var down: WebSocketConnection?
        var random: SeededRandom
        var isOver = false
    }

    private let request: IncomingRequest
    private let relay: WebSocketRelay
    private let listener: WebSocketRelay.Listener
    private let state: Mutex<State>

    init(
        _ request: IncomingRequest, relay: WebSocketRelay,
        listener: @escaping WebSocketRelay.Listener
    ) {
        self.request = request
        self.relay = relay
        self.listener = listener
        state = Mutex(State(random: SeededRandom(seed: relay.faults.seed)))
    }

    func begin() {
        let fields = request.request.fields.without(WebSocketRelay.hopByHop)
        let up = relay.client.connect(
            to: relay.destination(of: request), fields: fields,
            subprotocols: request.request.subprotocols, options: relay.options,
            on: request.thread
        ) { _, event in self.upstream(event) }
        state.withLock { $0.up = up }
        request.onDeparture { up.close(code: nil) }
    }

    // MARK: the upstream's half

    private func upstream(_ event: WebSocketEvent) {
        switch event {
        case .opened(let handshake): open(handshake)
        case .failed(let error): upstreamFailed(error)
        default: pass(event, .down)
        }
    }

    private func open(_ handshake: WebSocketHandshake) {
        let down = request.accept(
            subprotocol: handshake.subprotocol,
            fields: handshake.fields.without(WebSocketRelay.hopByHop), options: relay.options
        ) { _, event in self.pass(event, .up) }
        state.withLock { $0.down = down }
        listener(
            .opened(
                detail: "\(relay.destination(of: request)) for \(request.peer)"))
        guard let time = relay.faults.closeAfter else { return }
        request.thread.schedule(after: time) {
            down.close(code: 1011, reason: "fault injection")
            self.state.withLock { $0.up }?.close(code: 1011, reason: "fault injection")
        }
    }

    private func upstreamFailed(_ error: NetworkError) {
        guard let down = state.withLock({ $0.down }) else {
            // The client has no WebSocket yet: it gets what the upstream said, or why there is none.
            if let answer = error.answer, case .handshakeRefused = error.kind {
                request.answer(answer.relayed)
            } else {
                request.answer(.badGateway(error))
            }
            return end(.failed(reason: error.message))
        }
        down.abort()
        end(.failed(reason: "the upstream: \(error.message)"))
    }

    // MARK: both halves

    /// What one half heard goes to the other; `direction` is where it goes.
    private func pass(_ event: WebSocketEvent, _ direction: WebSocketRelay.Direction) {
        guard let to = target(direction) else {
            // Only a client that left before the upstream answered ends so.
            return end(.failed(reason: "the client left before the upstream had answered"))
        }
        switch event {
        case .opened: return
        case .text(let bytes): message(direction, bytes, .text, to)
        case .binary(let bytes): message(direction, bytes, .binary, to)
        case .ping(let bytes): later { to.send(ping: bytes) }
        case .pong(let bytes, _): later { to.send(pong: bytes) }
        case .closing(let code, let reason):
            later { to.close(code: code, reason: reason) }
        case .closed(let closure):
            if !closure.isClean { to.abort() }
            end(.closed(code: closure.code, reason: closure.reason))
        case .failed(let error):
            to.abort()
            let who = direction == .up ? "the client" : "the upstream"
            end(.failed(reason: "\(who): \(error.message)"))
        // A half that can take no more stops the other from reading; TCP does the rest.
        case .writable(let isWritable):
            isWritable ? to.resumeReading() : to.pauseReading()
        case .dropped(let messages, let bytes):
            let lost: WebSocketRelay.Direction = direction == .up ? .down : .up
            listener(.dropped(lost, messages: messages, bytes: bytes))
        }
    }

    /// The half that what goes in `direction` is sent on.
    private func target(_ direction: WebSocketRelay.Direction) -> WebSocketConnection? {
        state.withLock { state in
            guard let up = state.up, let down = state.down else { return nil }
            return direction == .up ? up : down
        }
    }

    private enum Kind {
        case text, binary
    }

    private func message(
        _ direction: WebSocketRelay.Direction, _ bytes: [UInt8], _ kind: Kind,
        _ to: WebSocketConnection
    ) {
        if relay.faults.drop > 0,
            state.withLock({ Double.random(in: 0..<1, using: &$0.random) }) < relay.faults.drop
        {
            return listener(.left(direction, bytes: bytes.count))
        }
        switch kind {
        case .text:
            later { to.send(text: bytes) }
            listener(.text(direction, bytes))
        case .binary:
            later { to.send(binary: bytes) }
            listener(.binary(direction, bytes))
        }
    }

    /// Does it now, or after the delay that was asked for.
    private func later(_ work: @escaping @Sendable () -> Void) {
        if relay.faults.delay > .zero {
            request.thread.schedule(after: relay.faults.delay, work)
        } else {
            work()
        }
    }

    /// Tells the listener how the session ended, once.
    private func end(_ notice: WebSocketRelay.Notice) {
        let isFirst = state.withLock { state in
            defer { state.isOver = true }
            return !state.isOver
        }
        if isFirst { listener(notice) }
    }
}

extension HTTPAnswer {
    /// As a relay passes it on: without what belonged to the upstream's connection.
    var relayed: HTTPAnswer {
        var answer = self
        answer.fields = fields.without(WebSocketRelay.hopByHop)
        return answer
    }

    /// The upstream could not be asked.
    static func badGateway(_ error: NetworkError) -> HTTPAnswer {
        HTTPAnswer(
            status: 502, fields: ["Content-Type": "text/plain; charset=utf-8"],
            body: Array("midstream-tui proxy: \(error.message)\n".utf8))
    }
}
