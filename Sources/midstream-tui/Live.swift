import ArgumentParser
import Emulator
import Engine
import Runtime

/// A conversation of one's own; what the program does when nothing else is asked of it.
struct Live: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hold a conversation with a Realtime server (the default).",
        discussion: """
            Without a key it talks to the server in this program; with OPENAI_API_KEY to OpenAI.
            """)

    @OptionGroup var live: LiveArguments
    @OptionGroup var look: LookOptions

    @Flag(
        help:
            "No screen: messages are lines of the standard input, events JSON lines on the output."
    )
    var headless = false

    func run() throws {
        let command = LiveCommand(live: live.options, options: try look.programOptions())
        throw ExitCode(headless ? try command.runHeadless() : try command.run())
    }
}

/// How a conversation is held.
struct LiveArguments: ParsableArguments {
    @Option(help: "openai, azure, compatible or emulator; else the URL or the key decides.")
    var provider: RealtimeEndpoint.Provider?

    @Option(help: "The server's base URL, such as wss://api.openai.com/v1.")
    var url: String?

    @Option(help: "The model, or Azure's deployment.")
    var model: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A session setting, such as voice=cedar or turn-detection=off.", valueName: "name=value"
        ))
    var settings: [String] = []

    @Option(help: "A file of mode 600 that holds the key.")
    var keyFile: String?

    @Option(help: "A JSON file of tools that are programs.")
    var tools: String?

    @Option(help: "Keep the session as a recording in this new file.")
    var record: String?

    @Option(help: "The microphone, an ALSA device.")
    var microphone = SoundEdge.Devices.standard

    @Option(help: "The loudspeaker, an ALSA device.")
    var loudspeaker = SoundEdge.Devices.standard

    @Flag(help: "Open no sound device; answers are counted and not heard.")
    var noAudio = false

    @Flag(help: "Allow ws:// to another machine.")
    var allowInsecure = false

    @Option(help: "A file of certificates to trust beside the system's.")
    var authority: String?

    @Option(help: "Whose pace the server in this program has; emulator --list names them.")
    var profile = EmulatorProfile.openAI

    @Option(help: "What goes wrong with the server in this program; may be given more than once.")
    var script: [EmulatorScript] = []

    @Option(help: "Of everything random.")
    var seed: UInt64 = 1

    var options: LiveOptions {
        var options = LiveOptions()
        options.provider = provider
        options.url = url
        options.model = model
        options.settings = settings
        options.keyPath = keyFile
        options.toolsPath = tools
        options.recordPath = record
        options.devices =
            noAudio ? .none : SoundEdge.Devices(microphone: microphone, loudspeaker: loudspeaker)
        options.allowsInsecure = allowInsecure
        options.authorityPath = authority
        options.emulator.profile = profile
        options.emulator.scripts = script
        options.emulator.seed = seed
        return options
    }
}

extension RealtimeEndpoint.Provider: ExpressibleByArgument {}
