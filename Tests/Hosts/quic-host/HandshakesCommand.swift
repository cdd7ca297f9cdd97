import ArgumentParser
import Dispatch
import Foundation
import Networking
import QUIC
import Synchronization
import Timeline

struct HandshakesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handshakes", abstract: "Count full handshakes with any server.")

    @Argument(help: "ADDRESS:PORT") var server: String
    @Option(help: "File of the authority that the server's certificate is by.")
    var authority: String
    @Option(help: "Name in the certificate.") var serverName = "localhost"
    @Option(help: "Application protocol.") var alpn = "test"
    @Option var count = 1_000
    @Option(help: "Handshakes under way at once.") var atOnce = 1

    func run() throws {
        guard let remote = NetworkAddress(server), count > 0, atOnce > 0 else {
            throw ValidationError("\(server) is no address with a port, or nothing is to be done")
        }
        var settings = EndpointSettings()
        settings.trust = .authorities(
            pem: try String(contentsOf: URL(filePath: authority), encoding: .utf8))
        let client = ClientSettings(serverName: serverName, protocols: [alpn])
        let done = DispatchSemaphore(value: 0)
        let outcome = Mutex<HandshakingUser.Outcome?>(nil)
        let (count, atOnce) = (count, atOnce)
        let driver = try QUICDriver(
            settings, host: remote.isIPv6 ? "::1" : "127.0.0.1", port: 0,
            threads: NetworkThreads(), now: Clock.now
        ) {
            HandshakingUser(client, remote, count: count, atOnce: atOnce) { result in
                outcome.withLock { $0 = result }
                done.signal()
            }
        }
        let local = driver.localAddress
        driver.execute { endpoint, user, _ in
            (user as? HandshakingUser)?.begin(from: local, on: endpoint)
        }
        done.wait()
        driver.close()
        guard let result = outcome.withLock({ $0 }) else { throw ExitCode.failure }
        Journal.tell(result)
        if result.failure != nil { throw ExitCode.failure }
    }
}

/// Connects, closes, and connects again.
final class HandshakingUser: EndpointUser {
    struct Outcome: Encodable, Sendable {
        var event = "handshakes"
        var perSecond = 0.0
        /// Seconds.
        var median = 0.0
        var failure: String?
    }

    private let client: ClientSettings
    private let remote: NetworkAddress
    private let count: Int
    private let atOnce: Int
    private let whenDone: (Outcome) -> Void
    private var local: NetworkAddress?
    private var start = Instant.zero
    private var starts: [ConnectionHandle: Instant] = [:]
    private var times: [Double] = []
    private var begun = 0
    private var isDone = false

    init(
        _ client: ClientSettings, _ remote: NetworkAddress, count: Int, atOnce: Int,
        whenDone: @escaping (Outcome) -> Void
    ) {
        (self.client, self.remote, self.count, self.atOnce) = (client, remote, count, atOnce)
        self.whenDone = whenDone
    }

    var deadline: Instant? { nil }

    func begin(from local: NetworkAddress, on endpoint: Endpoint) {
        self.local = local
        start = Clock.now()
        connect(endpoint)
    }

    private func connect(_ endpoint: Endpoint) {
        guard let local else { return }
        while begun < count, starts.count < atOnce {
            let now = Clock.now()
            do throws(QUICError) {
                let connection = try endpoint.connect(client, to: remote, from: local, at: now)
                starts[connection] = now
                begun += 1
            } catch {
                return end(error.description)
            }
        }
    }

    func endpointChanged(_ endpoint: Endpoint, at now: Instant) {
        for event in endpoint.takeEvents() where !isDone {
            switch event.kind {
            case .connected:
                guard let began = starts.removeValue(forKey: event.connection) else { continue }
                times.append((Clock.now() - began).seconds)
                endpoint.close(event.connection)
                if times.count == count { end(nil) } else { connect(endpoint) }
            case .closed(let reason):
                if starts[event.connection] != nil { end(reason.description) }
            default: break
            }
        }
    }

    private func end(_ failure: String?) {
        isDone = true
        var outcome = Outcome(failure: failure)
        outcome.perSecond = Double(times.count) / (Clock.now() - start).seconds
        outcome.median = times.isEmpty ? 0 : times.sorted()[times.count / 2]
        whenDone(outcome)
    }
}
