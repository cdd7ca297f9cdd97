import ArgumentParser
import Foundation
import Networking
import QUIC

struct FetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Exchange streams and datagrams with a server and check what comes back.")

    @OptionGroup var transport: TransportOptions
    @OptionGroup var work: FetchWork
    @Argument(help: "HOST:PORT") var server: String
    @Option(help: "File of the authority that the server's certificate is by.")
    var authority: String
    @Option(help: "Name in the certificate.") var serverName = "localhost"
    @Option(help: "File of the session ticket: read when it is there, and written.")
    var ticket: String?
    @Option(help: "Local address.") var from = "127.0.0.1:0"

    func run() throws {
        let (remote, local) = try addresses()
        var settings = EndpointSettings()
        settings.trust = .authorities(
            pem: try String(contentsOf: URL(filePath: authority), encoding: .utf8))
        settings.wallClockAtZero = Clock.wallClockAtZero
        settings.loopbackPayload = transport.loopbackPayload == 0 ? nil : transport.loopbackPayload
        let client = try clientSettings()

        let journal = UncheckedBox(try Journal(transport, side: "client"))
        let done = DispatchSemaphore(value: 0)
        let (work, ticket) = (work, ticket)
        let threads = NetworkThreads()
        let driver = try QUICDriver(
            settings, host: local.host, port: Int(local.port), threads: threads, now: Clock.now
        ) {
            FetchingUser(journal.value, work, keepsTicket: ticket != nil) { done.signal() }
        }
        if transport.sendsSingly { driver.giveUpSegmentation() }
        let place = try driver.localAddress(towards: remote)
        let outcome = UncheckedBox(Outcome())
        driver.execute { endpoint, user, now in
            (user as? FetchingUser)?.begin(client, to: remote, from: place, on: endpoint, at: now)
        }
        done.wait()
        driver.execute { _, user, _ in
            if let user = user as? FetchingUser {
                outcome.value.result = user.result
                outcome.value.resumption = user.resumption
            }
            done.signal()
        }
        done.wait()
        driver.close()
        if let ticket, let state = outcome.value.resumption {
            try TicketFile.keep(state, in: ticket)
        }
        guard var result = outcome.value.result else { throw ExitCode.failure }
        result.processorSeconds = Processor.seconds
        Journal.tell(result)
        if result.failure != nil { throw ExitCode.failure }
    }

    private func addresses() throws -> (remote: NetworkAddress, local: NetworkAddress) {
        guard let colon = server.lastIndex(of: ":"),
            let port = Int(server[server.index(after: colon)...])
        else { throw ValidationError("\(server) is no HOST:PORT") }
        let host = server[..<colon].trimmingPrefix("[")
        let name = host.hasSuffix("]") ? host.dropLast() : host
        guard let local = NetworkAddress(from) else {
            throw ValidationError("\(from) is no address with a port")
        }
        return (try NetworkAddress.resolving(host: String(name), port: port), local)
    }

    private func clientSettings() throws -> ClientSettings {
        var client = ClientSettings(serverName: serverName, protocols: [transport.alpn])
        client.transport = transport.settings
        client.allowsEarlyData = work.early
        if let ticket { client.resumption = try TicketFile.read(ticket) }
        return client
    }

    private final class Outcome {
        var result: FetchResult?
        var resumption: ResumptionState?
    }
}

/// What a client is to do.
struct FetchWork: ParsableArguments {
    @Option(help: "What the server does with streams: echo, sink or source.")
    var mode = StreamMode.echo
    @Option(help: "Streams, all at once.") var streams = 1
    @Option(help: "Bytes of each stream.") var bytes = 1_000
    @Flag(help: "One-way streams, answered by the server's own (echo, sink).")
    var unidirectional = false
    @Option(help: "Datagrams that must come back.") var datagrams = 0
    @Flag(help: "Send the streams with 0-RTT when there is a ticket.") var early = false
    @Flag(help: "Update the keys, then do the streams again.") var updateKeys = false
    @Flag(help: "Do the streams again until the server has updated the keys.")
    var awaitKeyUpdate = false
    @Option(help: "Move to this local address, then do the streams again.") var migrate: String?
    @Flag(help: "Close at once when the handshake is done.") var onlyHandshake = false
}

struct FetchResult: Encodable {
    var event = "fetched"
    var failure: String?
    var resumed = false
    var early = false
    var earlyRejected = false
    var retried = false
    var cipher = ""
    var bytesReceived = 0
    var datagramsReceived = 0
    var keyUpdates: UInt64 = 0
    var paths = 0
    var pathPayload = 0
    /// From the first packet to the end of the handshake, and to the last answer.
    var handshakeSeconds = 0.0
    var seconds = 0.0
    var smoothedRoundTripSeconds = 0.0
    var packetsLost: UInt64 = 0
    var processorSeconds = 0.0
}
