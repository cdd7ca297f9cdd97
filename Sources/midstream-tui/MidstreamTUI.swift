import ArgumentParser
import Networking
import Runtime

/// The command line: arguments to wiring, nothing else.
@main
struct MidstreamTUI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "midstream-tui",
        abstract: "Watch realtime LLM sessions while they run, or replay them.",
        discussion: """
            Without a subcommand it holds a conversation, with the server in this program where there is
            no key. In the program, ? shows every key.
            """,
        version: Version.text,
        subcommands: [
            Live.self, Replay.self, Watch.self, Emulate.self, Proxy.self, Peer.self, Analyze.self,
            Convert.self,
            Verify.self,
            Compare.self, Check.self, Synthesize.self,
            Attractor.self, Demo.self, Doctor.self, Devices.self,
            Bench.self,
            Manual.self, ResetTerminal.self,
        ],
        defaultSubcommand: Live.self)

    static func main() {
        TimeSlice.askForShort()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            Failure.exit(with: error)
        }
    }
}
