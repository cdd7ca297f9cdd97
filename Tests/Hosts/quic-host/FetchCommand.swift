import ArgumentParser
import Networking
import QUIC

struct FetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Exchange streams and datagrams with a server and check what comes back.")

    @OptionGroup var transport: TransportOptions
    @OptionGroup var client: ClientOptions
    @OptionGroup var work: FetchWork
    @Option(help: "Local address.") var from = "127.0.0.1:0"

    func run() throws {
        guard let local = NetworkAddress(from) else {
            throw ValidationError("\(from) is no address with a port")
        }
        var connection = try client.connection(transport, [transport.alpn])
        connection.allowsEarlyData = work.early
        let (work, keepsTicket) = (work, client.ticket != nil)
        try client.run(connection, transport, from: local) {
            FetchingUser($0, work, keepsTicket: keepsTicket, whenDone: $1)
        }
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

struct FetchResult: ConnectionResult {
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
