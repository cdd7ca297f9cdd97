import Networking
import Synchronization

/// What happened on a connection, in order, for a test to await.
final class Collector: Sendable {
    let events: AsyncStream<WebSocketEvent>
    private let continuation: AsyncStream<WebSocketEvent>.Continuation

    init() { (events, continuation) = AsyncStream.makeStream() }

    var receiver: WebSocketConnection.Receiver {
        { [continuation] _, event in
            continuation.yield(event)
            switch event {
            case .closed, .failed: continuation.finish()
            default: break
            }
        }
    }

    /// Everything until the end of the connection.
    func all() async -> [WebSocketEvent] {
        var found: [WebSocketEvent] = []
        for await event in events { found.append(event) }
        return found
    }
}

/// One value that somebody waits for.
final class Promise<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func fulfil(_ value: Value) { continuation.yield(value) }

    /// The next value.
    func value() async -> Value {
        for await value in stream { return value }
        preconditionFailure("the stream has no end")
    }
}

/// The threads of all tests.
enum Loops {
    static let shared = NetworkThreads(count: 2)
}

/// A server on this machine that accepts every WebSocket and answers by `receiver`.
func startServer(
    options: WebSocketOptions = WebSocketOptions(), receiver: @escaping WebSocketConnection.Receiver
) throws -> (server: WebSocketServer, url: WebSocketURL) {
    let server = try WebSocketServer(
        host: "127.0.0.1", port: 0, threads: Loops.shared, settings: .init(options: options)
    ) { request in
        _ = request.accept(receiver: receiver)
    }
    return (
        server, WebSocketURL(isSecure: false, host: "127.0.0.1", port: server.port, target: "/")
    )
}

/// Sends back every message.
let echo: WebSocketConnection.Receiver = { connection, event in
    switch event {
    case .text(let bytes): connection.send(text: bytes)
    case .binary(let bytes): connection.send(binary: bytes)
    default: break
    }
}

let client = WebSocketClient(threads: Loops.shared, tls: nil)

/// A number that several threads add to.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add(_ number: Int) { count.add(number, ordering: .relaxed) }
}
