import Emulator
import JSONText
import Networking
import RealtimeProtocol
import Runtime
import Testing

/// The emulator over real sockets.
@Suite(.timeLimit(.minutes(20)))
struct EmulatorServerTests {
    private static let threads = NetworkThreads(count: 2)

    private static func server(_ scripts: [EmulatorScript] = []) throws -> EmulatorServer {
        try EmulatorServer(
            configuration: EmulatorConfiguration(profile: .local, scripts: scripts),
            threads: threads)
    }

    /// A connection and what happens on it.
    private static func connect(
        _ server: EmulatorServer
    ) -> (connection: WebSocketConnection, events: AsyncStream<WebSocketEvent>) {
        let (events, continuation) = AsyncStream<WebSocketEvent>.makeStream()
        let client = WebSocketClient(threads: threads, tls: nil)
        let url = WebSocketURL(
            isSecure: false, host: "127.0.0.1", port: server.port,
            target: "/v1/realtime?model=gpt-realtime-2.1")
        let connection = client.connect(to: url, options: WebSocketOptions()) { _, event in
            continuation.yield(event)
            switch event {
            case .closed, .failed: continuation.finish()
            default: break
            }
        }
        return (connection, events)
    }

    /// Asks for an answer and closes after it; the types of what came, and how it ended.
    private static func talk(_ server: EmulatorServer) async -> (
        types: [String], end: WebSocketEvent?
    ) {
        let (connection, events) = connect(server)
        var types: [String] = []
        var last: WebSocketEvent?
        for await event in events {
            last = event
            guard case .text(let bytes) = event else { continue }
            let type = RealtimeDecoder.server(bytes).type
            if types.last != type { types.append(type) }
            if type == "session.created" {
                let request = ClientEvent.responseCreate(["output_modalities": ["text"]])
                connection.send(text: request.encoded(eventID: "client_1"))
            }
            if type == "response.done" { connection.close() }
        }
        return (types, last)
    }

    @Test func `many clients are served at once, each a session of its own`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        await withTaskGroup(of: ([String], WebSocketEvent?).self) { group in
            for _ in 0..<20 { group.addTask { await Self.talk(server) } }
            for await (types, end) in group {
                #expect(
                    types == [
                        "session.created", "response.created", "response.output_item.added",
                        "conversation.item.added", "response.content_part.added",
                        "response.output_text.delta", "response.output_text.done",
                        "response.content_part.done", "conversation.item.done",
                        "response.output_item.done", "response.done",
                    ])
                guard case .closed(let closure)? = end else {
                    Issue.record("ended with \(String(describing: end))")
                    continue
                }
                #expect(closure.code == 1000 && closure.isClean)
            }
        }
    }

    @Test func `a refused handshake keeps its body, a close its code, a reset has none`()
        async throws
    {
        let refusing = try Self.server([.handshake429])
        defer { refusing.stop() }
        guard case .failed(let error)? = await Self.talk(refusing).end else {
            Issue.record("not refused")
            return
        }
        #expect(error.answer?.status == 429)
        let body = try JSON(parsing: error.answer?.body ?? [])
        #expect(body["error"]?["code"] == "rate_limit_exceeded")

        let closing = try Self.server([.invalidKey])
        defer { closing.stop() }
        let closed = await Self.talk(closing)
        #expect(closed.types == ["error"])
        guard case .closed(let closure)? = closed.end else {
            Issue.record("not closed: \(String(describing: closed.end))")
            return
        }
        #expect(closure.code == 3000)
        #expect(closure.reason == "invalid_request_error.invalid_api_key")

        let cutting = try Self.server([.closeInResponse])
        defer { cutting.stop() }
        // It strikes in one of the first three responses; each session of this client has one.
        var codes: [Int?] = []
        for _ in 0..<12 {
            if case .closed(let closure)? = await Self.talk(cutting).end {
                codes.append(closure.code)
            }
        }
        #expect(codes.contains(1011))
    }
}
