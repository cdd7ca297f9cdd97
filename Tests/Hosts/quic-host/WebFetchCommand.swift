import ArgumentParser
import QUIC

/// Reads resources over HTTP/3, and tries a WebTransport session.
struct WebFetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "web-fetch", abstract: "Get resources over HTTP/3 and tell what came.")

    @OptionGroup var transport: TransportOptions
    @OptionGroup var client: ClientOptions
    @OptionGroup var work: WebWork

    func run() throws {
        let (work, keepsTicket) = (work, client.ticket != nil)
        let local = NetworkAddress(ipv4: 127, 0, 0, 1, port: 0)
        try client.run(try client.connection(transport, []), transport, from: local) {
            WebFetchingUser($0, work, keepsTicket: keepsTicket, whenDone: $1)
        }
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

struct WebResult: ConnectionResult {
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
    var processorSeconds = 0.0
}
