package import Networking
import Synchronization
import Timeline

/// Listens for clients and relays each to the upstream; the inbox gets a copy.
///
/// The copy is put down after the message was sent on, and never waited for: when nobody empties
/// the inbox it fills, and drops are counted, while the traffic goes on.
package final class ProxyServer: Sendable {
    private let server: WebSocketServer
    private let relay: WebSocketRelay

    package var port: Int { server.port }

    package init(
        host: String, port: Int, relay: WebSocketRelay, settings: WebSocketServer.Settings,
        threads: NetworkThreads, inbox: Inbox, clock: MonotonicClock
    ) throws(NetworkError) {
        let sessions = Atomic<Int>(0)
        self.relay = relay
        server = try WebSocketServer(
            host: host, port: port, threads: threads, settings: settings
        ) { request in
            relay.serve(request) {
                let number = sessions.add(1, ordering: .relaxed).newValue
                let source = number == 1 ? SourceID.realtime : SourceID("realtime/\(number)")
                return { notice in
                    inbox.post(
                        Inbox.Arrival(
                            time: clock.now, source: source, payload: Payload(relayed: notice)))
                }
            }
        }
    }

    /// Takes no more clients; those that are there stay.
    package func stop() { server.stop() }
}

extension Payload {
    /// What a relay's listener heard, as the log keeps it.
    init(relayed notice: WebSocketRelay.Notice) {
        switch notice {
        case .opened(let detail): self = .opened(detail: detail)
        case .text(.up, let bytes): self = .sent(bytes)
        case .text(.down, let bytes): self = .received(bytes)
        case .binary(.up, let bytes): self = .sentBinary(bytes)
        case .binary(.down, let bytes): self = .receivedBinary(bytes)
        case .left(let direction, let bytes):
            self = .statistics(
                Array(#"{"fault":"left out","way":"\#(direction)","bytes":\#(bytes)}"#.utf8))
        case .dropped(let direction, let messages, let bytes):
            self = .statistics(
                Array(
                    #"{"dropped_messages":\#(messages),"way":"\#(direction)","bytes":\#(bytes)}"#
                        .utf8))
        case .closed(let code, let reason): self = .closed(code: code, reason: reason)
        case .failed(let reason): self = .failed(reason: reason)
        }
    }
}
