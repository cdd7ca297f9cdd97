import ArgumentParser
import Cells
import Interface
import Runtime
import Terminal

struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch Realtime events as they arrive, one JSON object a line.",
        discussion: """
            Reads a named pipe or another program's output: midstream-tui watch <(my-agent).
            """)

    @Argument(help: "Where the lines come from, such as a named pipe.")
    var path: String

    @Option(help: "Keep the session as a recording in this new file.")
    var record: String?

    @OptionGroup var look: LookOptions

    func run() throws {
        let command = WatchCommand(
            path: path, recordPath: record, options: try look.programOptions())
        throw ExitCode(try command.run())
    }
}

struct Analyze: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the whole analysis of recordings.",
        discussion: "Exits with 1 when a file cannot be read, with 2 when --fail-on holds.")

    @Argument(help: "Recordings of any supported format.")
    var files: [String]

    @Flag(help: "JSON, as docs/JSON.md describes it.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Fail on false-verdict (false at the end of the file) or failure.",
            discussion: "May be given more than once."))
    var failOn: [AnalyzeCommand.Gate] = []

    @Option(help: "A library of patterns to search for beside the built-in one; may be repeated.")
    var patterns: [String] = []

    @OptionGroup var properties: PropertyOptions

    func run() throws {
        var command = AnalyzeCommand(paths: files, asJSON: json, gates: Set(failOn))
        command.patternPaths = patterns
        command.properties = properties.selection
        throw ExitCode(try command.run())
    }
}

extension AnalyzeCommand.Gate: ExpressibleByArgument {}

struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn any supported file into a recording of this program.")

    @Argument(help: "The file to read; - is standard input.")
    var input: String

    @Option(name: .shortAndLong, help: "The recording to write; - is standard output.")
    var output: String

    @Flag(help: "Replace the output when it is there already.")
    var force = false

    func run() throws {
        let count = try ConvertCommand.run(input: input, output: output, replaces: force)
        if output != "-" { try Output.write("\(output): \(count) events\n") }
    }
}

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play a bundled demo with its keyboard script.")

    @Argument(help: "Which demo; the tour when none is named.")
    var name: String = Demos.standard

    @Flag(help: "List the demos.")
    var list = false

    @Option(help: "Run without a terminal and write an asciicast to this file.")
    var cast: String?

    @OptionGroup var look: LookOptions

    func run() throws {
        if list {
            for name in Demos.names {
                let padding = String(repeating: " ", count: max(1, 18 - name.count))
                try Output.write(name + padding + Demos.title(name) + "\n")
            }
            for demo in PeerDemo.allCases {
                let padding = String(repeating: " ", count: max(1, 18 - demo.rawValue.count))
                try Output.write(demo.rawValue + padding + demo.title + "\n")
            }
            return
        }
        if let demo = PeerDemo(rawValue: name) {
            guard cast == nil else {
                throw ValidationError("“\(name)” is live: there is nothing to run it from.")
            }
            throw ExitCode(try demo.run(try look.programOptions()))
        }
        var command = PlayCommand(
            source: try Demos.source(name), options: try look.programOptions())
        let script = try Demos.script(name)
        if let cast {
            command.castPath = cast
            guard let script else { throw ValidationError("The demo “\(name)” has no script.") }
            _ = try command.runScript(script)
        } else {
            command.script = script
            throw ExitCode(try command.run())
        }
    }
}

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what works here and what to do about the rest.")

    func run() throws {
        let (text, isHealthy) = Runtime.Doctor.report()
        try Output.write(text)
        if !isHealthy { throw ExitCode(1) }
    }
}

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure this program on this machine.",
        discussion: """
            Sections: session, matching, dynamics, logic, all of these, or growth, which feeds ten \
            times as many events and reports memory. CPU time of one thread, medians. And quic, which \
            measures connections between two threads over the loopback interface, by the clock.
            """)

    @Argument(help: "What is measured.")
    var sections: [BenchmarkChoice] = [.all]

    @Option(help: "How many events the analysis is measured with.")
    var events = 1_000_000

    @Flag(help: "Fewer rounds: a first look.")
    var quick = false

    @Flag(help: "Print JSON.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Write what was measured and what came out, for other tools.", visibility: .hidden))
    var works: String?

    @Flag(help: "Measure what the proxy adds to a message's way instead.")
    var proxy = false

    func run() throws {
        if proxy { return try Output.write(try ProxyBenchmark().run()) }
        let report = try Benchmark.run(
            sections.flatMap(\.sections), effort: .init(events: events, isQuick: quick))
        if let works { try report.writeWorks(to: works) }
        try Output.write(report.text(asJSON: json))
    }
}

enum BenchmarkChoice: String, CaseIterable, ExpressibleByArgument {
    case session, matching, dynamics, logic, quic, peers, growth, all

    var sections: [Benchmark.Section] {
        Benchmark.Section(rawValue: rawValue).map { [$0] } ?? Benchmark.Section.usual
    }
}

struct Manual: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the manual page, made from these very tables.")

    @Flag(help: "Print the keys as a table in Markdown instead.")
    var keys = false

    func run() throws {
        try Output.write(
            keys ? ManualPage.keyTable : ManualPage.text(help: MidstreamTUI._dumpHelp()))
    }
}

struct ResetTerminal: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring a terminal back that a killed program left behind.")

    func run() throws { try TerminalScreen.reset() }
}
