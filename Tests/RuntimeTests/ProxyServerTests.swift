import Foundation
import Networking
import Recordings
import Runtime
import Testing
import Timeline

/// A proxy between a client and an echo, all on this machine.
@Suite(.timeLimit(.minutes(20)))
struct ProxyServerTests {
    private struct Setting {
        var upstream: WebSocketServer
        var proxy: ProxyServer
        var client: WebSocketClient
        var threads: NetworkThreads

        var url: WebSocketURL {
            WebSocketURL(
                isSecure: false, host: "127.0.0.1", port: proxy.port,
                target: "/v1/realtime?model=m&api-key=sk-inquery")
        }

        func end() throws {
            proxy.stop()
            upstream.stop()
            try threads.shutDown()
        }
    }

    private func start(inbox: Inbox, clock: MonotonicClock) throws -> Setting {
        let threads = NetworkThreads(count: 2)
        let upstream = try WebSocketServer(host: "127.0.0.1", port: 0, threads: threads) {
            request in
            _ = request.accept { connection, event in
                if case .text(let bytes) = event { connection.send(text: bytes) }
            }
        }
        let client = WebSocketClient(threads: threads, tls: nil)
        let relay = WebSocketRelay(
            client: client, upstream: try WebSocketURL("ws://127.0.0.1:\(upstream.port)"))
        let proxy = try ProxyServer(
            host: "127.0.0.1", port: 0, relay: relay, settings: .init(options: .relay),
            threads: threads, inbox: inbox, clock: clock)
        return Setting(upstream: upstream, proxy: proxy, client: client, threads: threads)
    }

    /// Sends `count` messages and waits until all have come back and the session is closed.
    private func talk(_ setting: Setting, count: Int) async -> Int {
        let (events, continuation) = AsyncStream<WebSocketEvent>.makeStream()
        let connection = setting.client.connect(
            to: setting.url,
            fields: ["Authorization": "Bearer sk-inheader", "api-key": "sk-inkey"],
            subprotocols: ["realtime", "openai-insecure-api-key.sk-insubprotocol"]
        ) { _, event in
            continuation.yield(event)
            switch event {
            case .closed, .failed: continuation.finish()
            default: break
            }
        }
        for number in 0..<count {
            connection.send(text: Array(#"{"type":"input_text","n":\#(number)}"#.utf8))
        }
        var received = 0
        for await event in events {
            guard case .text = event else { continue }
            received += 1
            if received == count { connection.close() }
        }
        return received
    }

    @Test func `each session is recorded to its own file, and no key is in it`() async throws {
        let clock = MonotonicClock()
        let inbox = try Inbox()
        let setting = try start(inbox: inbox, clock: clock)
        #expect(await talk(setting, count: 20) == 20)
        #expect(await talk(setting, count: 5) == 5)
        // After this no thread posts any more.
        try setting.end()
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "proxy-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try SessionFiles(
            directory: folder,
            header: RecordingHeader(
                startedAt: "2026-01-02T03:04:05Z", clock: .measured, origin: "test"))
        let taken = inbox.take()
        #expect(taken.dropped == 0)
        for (number, arrival) in taken.arrivals.enumerated() {
            try files.append(
                Event(
                    sequence: UInt64(number), time: arrival.time, source: arrival.source,
                    payload: arrival.payload))
        }
        try files.flush()
        #expect(files.paths.count == 2)
        for (path, count) in zip(files.paths, [20, 5]) {
            let bytes = try FileAccess.read(path)
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("sk-in"), "\(path) holds a key")
            let lines = text.split(separator: "\n")
            // A header, opened, each message twice, closed.
            #expect(lines.count == 3 + 2 * count)
        }
    }

    @Test func `an inbox that nobody empties slows nothing and counts what it loses`()
        async throws
    {
        let inbox = try Inbox(limit: 10)
        let setting = try start(inbox: inbox, clock: MonotonicClock())
        #expect(await talk(setting, count: 500) == 500)
        try setting.end()
        let taken = inbox.take()
        #expect(taken.arrivals.count == 10)
        #expect(taken.dropped == 1002 - 10)
    }

    @Test func `an inbox is bounded by bytes, too`() throws {
        let inbox = try Inbox(byteLimit: 100)
        let arrival = Inbox.Arrival(
            time: .zero, source: .realtime, payload: .received([UInt8](repeating: 1, count: 60)))
        #expect(inbox.post(arrival))
        #expect(!inbox.post(arrival))
        #expect(inbox.take().dropped == 1)
        #expect(inbox.post(arrival))
    }
}
