import Networking
import Testing
import Timeline

@Suite(.timeLimit(.minutes(20)))
struct LoopbackTests {
    /// Sends messages to an echo and closes when all came back.
    private func exchange(
        _ messages: [WebSocketEvent], clientOptions: WebSocketOptions = WebSocketOptions(),
        serverOptions: WebSocketOptions = WebSocketOptions()
    ) async throws -> [WebSocketEvent] {
        let (server, url) = try startServer(options: serverOptions, receiver: echo)
        defer { server.stop() }
        let collector = Collector()
        let connection = client.connect(
            to: url, options: clientOptions, receiver: collector.receiver)
        for message in messages {
            switch message {
            case .text(let bytes): connection.send(text: bytes)
            case .binary(let bytes): connection.send(binary: bytes)
            default: break
            }
        }
        var found: [WebSocketEvent] = []
        for await event in collector.events {
            found.append(event)
            if found.filter(\.isMessage).count == messages.count, event.isMessage {
                connection.close(code: 4321, reason: "done")
            }
        }
        return found
    }

    @Test func `text and binary messages come back as they were sent`() async throws {
        let messages: [WebSocketEvent] = [
            .text(Array("{\"type\":\"x\"}".utf8)), .binary([0, 1, 255]), .text([]), .binary([]),
            .text(Array("grüße 🐕".utf8)),
        ]
        let events = try await exchange(messages)
        #expect(events.filter(\.isMessage) == messages)
        guard case .opened(let handshake)? = events.first else {
            Issue.record("not opened: \(events)")
            return
        }
        #expect(handshake.timing.upgrade > .zero && handshake.timing.tls == nil)
        #expect(
            events.last
                == .closed(
                    WebSocketClosure(code: 4321, reason: "done", isClean: true, isOurs: true)))
    }

    @Test(arguments: [1, 2, 125, 126, 127, 65535, 65536, 16 << 20])
    func `every length of message passes`(length: Int) async throws {
        let message = WebSocketEvent.binary((0..<length).map { UInt8(truncatingIfNeeded: $0 * 7) })
        let events = try await exchange([message, message])
        #expect(events.filter(\.isMessage) == [message, message])
    }

    @Test(arguments: [1, 3, 1000])
    func `fragments are put together`(size: Int) async throws {
        var generator = SeededRandom(seed: 5)
        let messages = [0, 1, 2, 3, 7, 999, 1000, 1001, 5000].flatMap { length in
            let bytes = (0..<length).map { _ in UInt8.random(in: 32...126, using: &generator) }
            return [WebSocketEvent.text(bytes), .binary(bytes)]
        }
        let options = WebSocketOptions(fragmentBytes: size)
        let events = try await exchange(messages, clientOptions: options, serverOptions: options)
        #expect(events.filter(\.isMessage) == messages)
    }
}

extension WebSocketEvent {
    var isMessage: Bool {
        switch self {
        case .text, .binary: true
        default: false
        }
    }
}
