import NIOCore
import Synchronization

/// The handle of a WebSocket: whoever holds it may send and close, from any thread.
///
/// What happens on it goes to the receiver, on the networking thread. Nothing here waits.
package final class WebSocketConnection: Sendable {
    /// Takes what happens; called on the networking thread, which it must not block.
    package typealias Receiver = @Sendable (WebSocketConnection, WebSocketEvent) -> Void

    /// The thread that serves this connection.
    package let thread: NetworkThread
    private let role: WebSocketCore.Role
    private let options: WebSocketOptions
    private let receiver: Receiver
    private let core: NIOLoopBoundBox<WebSocketCore?>
    private let budget: SendBudget

    init(
        thread: NetworkThread, role: WebSocketCore.Role, options: WebSocketOptions,
        receiver: @escaping Receiver
    ) {
        self.thread = thread
        self.role = role
        self.options = options
        self.receiver = receiver
        budget = SendBudget(limit: options.sendLimitBytes)
        core = .makeEmptyBox(valueType: WebSocketCore.self, eventLoop: thread.loop)
    }

    /// Bytes that were given to `send` and not to the network yet.
    package var waitingBytes: Int { budget.waiting }

    /// Sends a text message of UTF-8; before the opening it waits for it.
    ///
    /// - Returns: false when the send queue is full: the message is lost, which is also reported
    ///   as `WebSocketEvent.dropped`.
    @discardableResult
    package func send(text: [UInt8]) -> Bool { send(.text, text) }

    @discardableResult
    package func send(binary: [UInt8]) -> Bool { send(.binary, binary) }

    /// Sends a ping of at most 125 bytes.
    @discardableResult
    package func send(ping: [UInt8]) -> Bool { send(.ping, Array(ping.prefix(125))) }

    /// Sends a pong of at most 125 bytes; only a relay needs to.
    @discardableResult
    package func send(pong: [UInt8]) -> Bool { send(.pong, Array(pong.prefix(125))) }

    /// Begins, or answers, the closing handshake; while connecting it gives up.
    ///
    /// - Parameter reason: at most 123 bytes of UTF-8 are sent.
    package func close(code: Int? = 1000, reason: String = "") {
        onThread { $0.close(code: code, reason: reason) }
    }

    /// Cuts the connection at once, without a close frame.
    package func abort() { onThread { $0.abort() } }

    /// Stops reading, so that the far end is slowed down by TCP; control frames wait, too.
    package func pauseReading() { onThread { $0.setReading(false) } }

    package func resumeReading() { onThread { $0.setReading(true) } }

    private func send(_ kind: WebSocketOpcodeKind, _ bytes: [UInt8]) -> Bool {
        let cost = bytes.count + 16
        guard budget.take(cost) else {
            onThread { $0.noteDrop(bytes: bytes.count) }
            return false
        }
        onThread { $0.send(kind, bytes, cost: cost) }
        return true
    }

    func onThread(_ work: @escaping @Sendable (WebSocketCore) -> Void) {
        if thread.isCurrent { return work(onThisThread()) }
        thread.loop.execute { work(self.onThisThread()) }
    }

    /// The state, made at the first use; only on the connection's thread.
    func onThisThread() -> WebSocketCore {
        if let made = core.value { return made }
        let made = WebSocketCore(
            role: role, options: options, budget: budget, loop: thread.loop)
        // The connection lives until its end was reported, whether or not somebody holds it.
        made.receiver = { self.receiver(self, $0) }
        core.value = made
        return made
    }
}

/// The kinds of frames that somebody can ask to send.
enum WebSocketOpcodeKind: Sendable {
    case text, binary, ping, pong
}

/// How many bytes wait to be sent, and how many may.
final class SendBudget: Sendable {
    private let limit: Int
    private let taken = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    var waiting: Int { taken.load(ordering: .relaxed) }

    /// Takes `bytes` of the budget; false, and nothing is taken, when they are not left.
    func take(_ bytes: Int) -> Bool {
        guard taken.add(bytes, ordering: .relaxed).newValue > limit else { return true }
        taken.subtract(bytes, ordering: .relaxed)
        return false
    }

    func giveBack(_ bytes: Int) { taken.subtract(bytes, ordering: .relaxed) }
}
