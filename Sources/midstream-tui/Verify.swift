import ArgumentParser
import Runtime
import TemporalLogic

/// The options that choose properties, for every command that watches any.
struct PropertyOptions: ParsableArguments {
    @Option(help: "A file of named properties; may be given more than once.")
    var properties: [String] = []

    @Option(help: "A pack of properties that comes with the program, or default, or all.")
    var pack: [String] = []

    @Option(
        name: [.customLong("parameter")],
        help: "A parameter of packs and files, such as latency=600ms.")
    var set: [String] = []

    var selection: PropertySelection {
        var selection = PropertySelection()
        selection.files = properties
        selection.packs = pack
        selection.settings = set
        return selection
    }
}

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check temporal-logic properties on a recording or a trace.",
        discussion: """
            Exits with 0 when every property holds at the end, with 1 when one does not, with 2 \
            when that cannot be said: a file or formula is not readable. Without a formula, file \
            or pack the default packs are checked. Bounds are in events, F[<=3], or with a unit, \
            F[<=800ms]; in a trace whose states have times a bound without a unit is in ms.
            """)

    @Argument(help: "A recording, or with --trace a JSON array of states; - is standard input.")
    var file: String?

    @Option(help: "A formula, such as 'G(response.created -> F response.done)'.")
    var formula: [String] = []

    @OptionGroup var chosen: PropertyOptions

    @Flag(help: "The file is a JSON array of states, each an array of names or an object.")
    var trace = false

    @Option(help: "What a bound without a unit counts: events or ms.")
    var unit: BoundUnit?

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "With --json, the verdicts of every prefix.")
    var prefixes = false

    @Flag(help: "With --json, the answers and the robustness at every position.")
    var positions = false

    @Flag(help: "Show the smallest proof of every verdict.")
    var proof = false

    @Option(help: "Write a JUnit XML report to this file.")
    var junit: String?

    @Flag(help: "List packs, their parameters and properties instead.")
    var list = false

    func validate() throws {
        if file == nil && !list { throw ValidationError("Which file? --list needs none.") }
    }

    func run() throws {
        var selection = chosen.selection
        selection.formulas = formula
        throw ExitCode(
            Verdict.status { () throws(FileError) in ("", try perform(selection)) })
    }

    private func perform(_ selection: PropertySelection) throws(FileError) -> CInt {
        guard !list, let file else {
            try Output.write(
                try PropertyListCommand(selection: selection, asJSON: json).run())
            return 0
        }
        var command = VerifyCommand(path: file)
        command.selection = selection
        command.isTrace = trace
        command.asJSON = json
        command.withPrefixes = prefixes
        command.withPositions = positions
        command.withProof = proof
        command.junitPath = junit
        command.unit = unit?.unit
        return try command.run()
    }
}

/// What a bound without a unit counts.
enum BoundUnit: String, ExpressibleByArgument, CaseIterable {
    case events, ms

    var unit: Formula.BoundUnit { self == .events ? .events : .milliseconds }
}
