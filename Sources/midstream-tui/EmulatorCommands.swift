import ArgumentParser
import Emulator
import Networking
import Runtime

struct Emulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emulator",
        abstract: "Serve the Realtime API without a key, a model or a network.",
        discussion: """
            What it says is made up by a word model over a bundled text, and what it hears is \
            found by loudness: its orders and timings are meant to be right, its words are not. \
            Point a client at ws://127.0.0.1:8765/v1. It ends on SIGINT and SIGTERM.
            """)

    @Option(help: "The address to listen on.")
    var listen = "127.0.0.1:8765"

    @Option(help: "Whose orders and timings it follows; --list names them.")
    var profile = EmulatorProfile.openAI

    @Option(help: "What goes wrong; may be given more than once, --list names them.")
    var script: [EmulatorScript] = []

    @Option(help: "The seed of everything random; the n-th session has seed + n.")
    var seed: UInt64 = 1

    @Option(help: "The model of clients that name none.")
    var model = "gpt-realtime-2.1"

    @Flag(help: "List the profiles and scripts.")
    var list = false

    func validate() throws {
        guard address != nil else {
            throw ValidationError("“\(listen)” is no address: HOST:PORT is expected.")
        }
    }

    private var address: ListenAddress? { ListenAddress(listen) }

    func run() throws {
        if list { return try Output.write(EmulatorCommand.list) }
        guard let address else { return }
        let command = EmulatorCommand(
            host: address.host, port: address.port,
            configuration: EmulatorConfiguration(
                profile: profile, scripts: script, seed: seed, model: model))
        do {
            try command.run()
        } catch let error as NetworkError {
            Output.complain(error.message)
            throw ExitCode(1)
        }
    }
}

extension EmulatorProfile: ExpressibleByArgument {}
extension EmulatorScript: ExpressibleByArgument {}
