import Dispatch
import Networking
import Synchronization
import Timeline

/// What the proxy adds to a message's way, measured side by side with a direct connection in one
/// run on this machine; and whether many sessions at once lose anything.
package struct ProxyBenchmark {
    package var samples: Int
    package var sessions: Int
    package var messagesPerSecond: Int
    package var seconds: Int

    package init(
        samples: Int = 5000, sessions: Int = 200, messagesPerSecond: Int = 100, seconds: Int = 5
    ) {
        self.samples = samples
        self.sessions = sessions
        self.messagesPerSecond = messagesPerSecond
        self.seconds = seconds
    }

    package func run() throws -> String {
        var text = "round trip of a message, one at a time, direct and through the proxy in turn\n"
        for size in [400, 17_000] {
            let (direct, proxied) = try measureRoundTrips(size: size)
            func line(_ name: String, _ p50: Double, _ p99: Double) -> String {
                "  \(name): p50 \(Self.text(p50)) µs, p99 \(Self.text(p99)) µs\n"
            }
            let (d50, d99) = (Self.quantile(direct, 0.5), Self.quantile(direct, 0.99))
            let (p50, p99) = (Self.quantile(proxied, 0.5), Self.quantile(proxied, 0.99))
            text += "\(size) bytes, \(direct.count) round trips each\n"
            text += line("direct", d50, d99) + line("proxied", p50, p99)
            // A round trip passes the proxy twice.
            text += line("added per message", (p50 - d50) / 2, (p99 - d99) / 2)
        }
        return text + (try measureLoad())
    }

    // MARK: latency

    private func measureRoundTrips(size: Int) throws -> (direct: [Double], proxied: [Double]) {
        let bench = try Bench { connection, event in
            if case .text(let bytes) = event { connection.send(text: bytes) }
        }
        let clock = MonotonicClock()
        let message = [UInt8](repeating: 0x61, count: size)
        let wanted = samples
        let isDone = DispatchSemaphore(value: 0)
        struct State {
            var connections: [WebSocketConnection] = []
            var opened = 0
            var turn = 0
            var sent = Instant.zero
            var times: [[Double]] = [[], []]
        }
        let state = Mutex(State())
        @Sendable func send() {
            let connection = state.withLock { state in
                state.sent = clock.now
                return state.connections[state.turn]
            }
            connection.send(text: message)
        }
        let thread = bench.clients.next()
        let receiver: WebSocketConnection.Receiver = { _, event in
            switch event {
            case .opened:
                if state.withLock({ state in
                    state.opened += 1
                    return state.opened == 2
                }) {
                    send()
                }
            case .text:
                let now = clock.now
                let isEnough = state.withLock { state in
                    state.times[state.turn].append(
                        Double((now - state.sent).nanoseconds) / 1000)
                    state.turn = 1 - state.turn
                    return state.times[1].count == wanted
                }
                if isEnough { isDone.signal() } else { send() }
            default: break
            }
        }
        for url in [bench.directURL, bench.proxyURL] {
            let connection = bench.client.connect(to: url, on: thread, receiver: receiver)
            state.withLock { $0.connections.append(connection) }
        }
        isDone.wait()
        try bench.end()
        // The first tenth warms up.
        return state.withLock { state in
            (
                Array(state.times[0].dropFirst(wanted / 10)),
                Array(state.times[1].dropFirst(wanted / 10))
            )
        }
    }

    // MARK: load

    private func measureLoad() throws -> String {
        let clock = MonotonicClock()
        let total = messagesPerSecond * seconds
        let rate = messagesPerSecond
        let bench = try Bench { connection, event in
            if case .opened = event {
                Self.push(on: connection, clock: clock, from: clock.now, total, rate, sent: 0)
            }
        }
        let received = Atomic<Int>(0)
        let late = Mutex<[Double]>([])
        let ended = DispatchSemaphore(value: 0)
        for _ in 0..<sessions {
            _ = bench.client.connect(to: bench.proxyURL) { _, event in
                switch event {
                case .text(let bytes):
                    received.add(1, ordering: .relaxed)
                    let digits = String(decoding: bytes.prefix { $0 != 0x20 }, as: UTF8.self)
                    if let sent = Int64(digits) {
                        let microseconds = Double(clock.now.nanoseconds - sent) / 1000
                        late.withLock { $0.append(microseconds) }
                    }
                case .closed, .failed: ended.signal()
                default: break
                }
            }
        }
        for _ in 0..<sessions { ended.wait() }
        let log = bench.inbox.take()
        try bench.end()
        let copies = log.arrivals.count {
            if case .received = $0.payload { return true }
            return false
        }
        let times = late.withLock { $0 }
        return """
            \(sessions) sessions × \(rate) messages of 400 bytes a second, \(seconds) s
              sent \(sessions * total), received \(received.load(ordering: .relaxed)), \
            copied to the log \(copies), dropped \(log.dropped)
              one way: p50 \(Self.text(Self.quantile(times, 0.5))) µs, \
            p99 \(Self.text(Self.quantile(times, 0.99))) µs

            """
    }

    /// Sends what is due, and goes on ten milliseconds later until everything was sent.
    private static func push(
        on connection: WebSocketConnection, clock: MonotonicClock, from start: Instant,
        _ total: Int, _ rate: Int, sent: Int
    ) {
        let elapsed = Double((clock.now - start).nanoseconds) / 1e9
        let due = min(total, Int(elapsed * Double(rate)))
        for _ in sent..<max(sent, due) {
            var message = Array("\(clock.now.nanoseconds) ".utf8)
            message += [UInt8](repeating: 0x61, count: 400 - message.count)
            connection.send(text: message)
        }
        guard due < total else { return connection.close() }
        connection.thread.schedule(after: .milliseconds(10)) {
            push(on: connection, clock: clock, from: start, total, rate, sent: due)
        }
    }

    private static func quantile(_ values: [Double], _ share: Double) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    private static func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}

/// A server, a proxy before it and a client, each with a thread of its own.
private struct Bench {
    let clients = NetworkThreads(count: 1)
    let client: WebSocketClient
    let inbox: Inbox
    private let relays = NetworkThreads(count: 1)
    private let servers = NetworkThreads(count: 1)
    private let upstream: WebSocketServer
    private let proxy: ProxyServer

    init(receiver: @escaping WebSocketConnection.Receiver) throws {
        client = WebSocketClient(threads: clients, tls: nil)
        inbox = try Inbox()
        upstream = try WebSocketServer(
            host: "127.0.0.1", port: 0, threads: servers,
            settings: .init(options: WebSocketOptions(pingInterval: nil))
        ) { _ = $0.accept(receiver: receiver) }
        let relay = WebSocketRelay(
            client: WebSocketClient(threads: relays, tls: nil),
            upstream: WebSocketURL(
                isSecure: false, host: "127.0.0.1", port: upstream.port, target: "/"))
        proxy = try ProxyServer(
            host: "127.0.0.1", port: 0, relay: relay, settings: .init(options: .relay),
            threads: relays, inbox: inbox, clock: MonotonicClock())
    }

    var directURL: WebSocketURL {
        WebSocketURL(isSecure: false, host: "127.0.0.1", port: upstream.port, target: "/")
    }

    var proxyURL: WebSocketURL {
        WebSocketURL(isSecure: false, host: "127.0.0.1", port: proxy.port, target: "/")
    }

    func end() throws {
        proxy.stop()
        upstream.stop()
        try clients.shutDown()
        try relays.shutDown()
        try servers.shutDown()
    }
}
