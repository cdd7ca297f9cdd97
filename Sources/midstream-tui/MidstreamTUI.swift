import ArgumentParser
import Runtime

/// The command line: arguments to wiring, nothing else.
@main
struct MidstreamTUI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "midstream-tui",
        abstract: "Watch realtime LLM sessions while they run, or replay them.",
        discussion: """
            Without a subcommand it plays a bundled recording. In the program, ? shows every key.
            """,
        version: Version.text,
        subcommands: [
            Start.self, Replay.self, Watch.self, Emulate.self, Analyze.self, Convert.self,
            Verify.self,
            Compare.self,
            Attractor.self, Demo.self, Doctor.self, Devices.self,
            Bench.self,
            Manual.self, ResetTerminal.self,
        ],
        defaultSubcommand: Start.self)

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            Failure.exit(with: error)
        }
    }
}

/// The bundled recording, full screen.
struct Start: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Play the bundled recording (the default).",
        shouldDisplay: false)

    @OptionGroup var look: LookOptions

    func run() throws {
        let command = PlayCommand(
            source: try Demos.source(Demos.standard), options: try look.programOptions())
        throw ExitCode(try command.run())
    }
}
