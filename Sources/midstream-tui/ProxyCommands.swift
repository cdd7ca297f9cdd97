import ArgumentParser
import Networking
import Runtime
import Timeline

struct Proxy: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stand between a client and the provider; show and record what passes.",
        discussion: """
            Point a client's base URL at ws://127.0.0.1:8787/v1. Its key goes upstream and nowhere \
            else. Each session is recorded to a file of its own.
            """)

    @Option(help: "The address to listen on.")
    var listen = "127.0.0.1:8787"

    @Option(help: "Where to: wss://host, with a path that comes before the client's.")
    var upstream = "wss://api.openai.com"

    @Flag(help: "Print what passes as JSON lines instead of showing it.")
    var headless = false

    @Option(help: "The directory of the recordings; by default recordings in the state directory.")
    var record: String?

    @Option(help: "A PEM file with the certificate for clients that use wss://.")
    var certificate: String?

    @Option(help: "The PEM file of its key; by default the same file.")
    var key: String?

    @Option(help: "A PEM file of authorities to trust for the upstream; may be repeated.")
    var authority: [String] = []

    @Flag(help: "Allow ws:// to other machines, where everybody on the way can read the key.")
    var allowPlaintext = false

    @Option(help: "Fault: let every message arrive this many milliseconds later.")
    var delay = 0.0

    @Option(help: "Fault: leave away this share of messages, 0 to 1.")
    var drop = 0.0

    @Option(help: "Fault: close every session with 1011 after this many seconds.")
    var closeAfter: Double?

    @Option(help: "The seed of what is left away.")
    var seed: UInt64 = 1

    @OptionGroup var look: LookOptions

    func validate() throws {
        guard address != nil else {
            throw ValidationError("“\(listen)” is no address: HOST:PORT is expected.")
        }
        guard (0...1).contains(drop) else { throw ValidationError("--drop is from 0 to 1.") }
        guard delay >= 0, closeAfter ?? 0 >= 0 else {
            throw ValidationError("A time is not negative.")
        }
    }

    private var address: ListenAddress? { ListenAddress(listen) }

    func run() throws {
        guard let address else { return }
        do {
            var command = ProxyCommand(
                host: address.host, port: address.port, upstream: try WebSocketURL(upstream),
                faults: WebSocketRelay.Faults(
                    delay: .milliseconds(delay), drop: drop,
                    closeAfter: closeAfter.map { .seconds($0) }, seed: seed))
            command.isHeadless = headless
            command.recordDirectory = record
            command.certificate = certificate
            command.privateKey = key
            command.authorities = authority
            command.allowsPlaintext = allowPlaintext
            command.options = try look.programOptions()
            throw ExitCode(try command.run())
        } catch let error as NetworkError {
            Output.complain(error.message)
            throw ExitCode(1)
        }
    }
}
