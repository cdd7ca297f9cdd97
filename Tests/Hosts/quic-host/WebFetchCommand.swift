import ArgumentParser
import Foundation
import Networking
import QUIC
import Timeline

/// Reads resources over HTTP/3, and tries a WebTransport session.
struct WebFetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "web-fetch", abstract: "Get resources over HTTP/3 and tell what came.")

    @OptionGroup var transport: TransportOptions
    @OptionGroup var work: WebWork
    @Argument(help: "HOST:PORT") var server: String
    @Option(help: "File of the authority that the server's certificate is by.")
    var authority: String
    @Option(help: "Name in the certificate.") var serverName = "localhost"
    @Option(help: "File of the session ticket: read when it is there, and written.")
    var ticket: String?

    func run() throws {
        guard let colon = server.lastIndex(of: ":"),
            let port = Int(server[server.index(after: colon)...])
        else { throw ValidationError("\(server) is no HOST:PORT") }
        let remote = try NetworkAddress.resolving(host: String(server[..<colon]), port: port)
        var settings = EndpointSettings()
        settings.trust = .authorities(
            pem: try String(contentsOf: URL(filePath: authority), encoding: .utf8))
        settings.wallClockAtZero = Clock.wallClockAtZero
        var client = ClientSettings(serverName: serverName, protocols: [])
        client.transport = transport.settings
        if let ticket { client.resumption = try TicketFile.read(ticket) }

        let journal = UncheckedBox(try Journal(transport, side: "client"))
        let done = DispatchSemaphore(value: 0)
        let (work, keepsTicket) = (work, ticket != nil)
        let driver = try QUICDriver(
            settings, host: "127.0.0.1", port: 0, threads: NetworkThreads(), now: Clock.now
        ) {
            WebFetchingUser(journal.value, work, keepsTicket: keepsTicket) { done.signal() }
        }
        if transport.sendsSingly { driver.giveUpSegmentation() }
        let place = try driver.localAddress(towards: remote)
        let connection = client
        driver.execute { endpoint, user, now in
            (user as? WebFetchingUser)?.begin(
                connection, to: remote, from: place, on: endpoint, at: now)
        }
        done.wait()
        let result = UncheckedBox(ResultBox())
        driver.execute { _, user, _ in
            if let user = user as? WebFetchingUser {
                result.value.result = user.result
                result.value.resumption = user.resumption
            }
            done.signal()
        }
        done.wait()
        driver.close()
        if let ticket, let state = result.value.resumption {
            try TicketFile.keep(state, in: ticket)
        }
        Journal.tell(result.value.result)
        if result.value.result.failure != nil { throw ExitCode.failure }
    }

    private final class ResultBox {
        var result = WebResult()
        var resumption: ResumptionState?
    }
}

/// What a client of HTTP/3 is to do.
struct WebWork: ParsableArguments {
    @Option(name: .customLong("get"), help: "A path; may be repeated.") var paths: [String] = []
    @Option(help: "How often every path is got, all at once.") var times = 1
    @Flag(help: "Compare the bodies with the pattern.") var pattern = false
    @Flag(help: "Tell the bodies.") var bodies = false
    @Option(help: "A path for a WebTransport session whose echo is tried.")
    var webtransport: String?
    @Option(help: "Bytes of its streams.") var bytes = 100_000
    @Option(help: "A `priority` field.") var priority: String?
}

struct WebResult: Encodable {
    var event = "fetched"
    var failure: String?
    var resumed = false
    var early = false
    var earlyRejected = false
    var retried = false
    var statuses: [Int] = []
    var bytes = 0
    var bodies: [String]?
    var webTransportBytes: Int?
    var webTransportDatagrams: Int?
    var seconds = 0.0
}
