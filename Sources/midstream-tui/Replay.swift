import ArgumentParser
import Cells
import Runtime
import Timeline

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Replay a recording full-screen, or print one of its frames.",
        discussion: """
            Reads recordings of this program, the neutral capture format, Realtime events as JSON \
            Lines, and HTTP archives with WebSocket messages, by content and not by name.
            """)

    @Argument(help: "The recording; - is standard input.")
    var file: String

    @Option(help: "How fast: a factor from 0.1 to 100, or max.")
    var speed = Speed(1)

    @Option(help: "Where to begin, such as 1:20 or 12.5s.")
    var from: Moment?

    @Option(help: "Print the frame of this size, such as 120x40, and exit; no terminal is needed.")
    var frame: FrameSize?

    @Option(help: "The moment of that frame: a time, or end.")
    var at: Moment?

    @Flag(help: "Print the frame with its colours.")
    var style = false

    @Option(help: "Write the frame of --frame as an SVG picture to this file.")
    var screenshot: String?

    @Option(help: "Write what the screen shows as an asciicast to this file.")
    var cast: String?

    @Flag(help: "Say what happens in plain lines instead of drawing: for screen readers and logs.")
    var plain = false

    @OptionGroup var look: LookOptions

    func validate() throws {
        if from != nil, frame != nil {
            throw ValidationError("--frame wants --at, not --from.")
        }
        if at != nil || style || screenshot != nil, frame == nil {
            throw ValidationError("--at, --style and --screenshot go with --frame COLUMNSxROWS.")
        }
    }

    func run() throws {
        let source = try EventSource(opening: file)
        var command = PlayCommand(source: source, options: try look.programOptions())
        command.speed = speed.value
        command.start = from?.time
        command.castPath = cast
        if let frame {
            try printFrame(of: command, size: frame.size)
        } else if plain {
            try command.narrate(paced: true)
        } else {
            throw ExitCode(try command.run())
        }
    }

    private func printFrame(of command: PlayCommand, size: Size) throws {
        let (grid, theme) = try command.frame(size: size, at: at.flatMap(\.time))
        if let screenshot {
            let picture = SVGRenderer.svg(grid, theme: theme)
            try FileAccess.write(Array(picture.utf8), to: screenshot, replaces: true)
        }
        let text = style ? ANSIWriter.lines(grid, depth: .rgb) : grid.text() + "\n"
        try Output.write(text)
        for warning in command.source.warnings { Output.complain("\(file): \(warning)") }
    }
}
