import ArgumentParser
import Runtime

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check formulas of temporal logic on a small explicit model.",
        discussion: """
            The model is JSON: {"states": [{"name": "idle", "true": ["ready"], "next": ["busy"], \
            "initial": true}, …]}. Exits with 0 when every formula holds in every initial state, \
            with 1 when one does not, with 2 when that cannot be said.
            """)

    @Argument(help: "The model; - is standard input.")
    var model: String

    @Option(help: "A formula of branching time, such as 'AG(request -> AF grant)'.")
    var ctl: [String] = []

    @Option(help: "A formula of linear time, such as 'G(request -> F grant)'.")
    var ltl: [String] = []

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        var command = CheckCommand(path: model)
        command.branching = ctl
        command.linear = ltl
        command.asJSON = json
        throw ExitCode(Verdict.status { () throws(FileError) in try command.run() })
    }
}

struct Synthesize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Build a controller from a temporal-logic specification.",
        discussion: """
            The specification has a line for each of: input NAMES, output NAMES, assume FORMULA, \
            guarantee FORMULA. Formulas are safety, G F p, or G(p -> F q). The controller is \
            checked against them. Exits with 0 with a controller, with 1 when none exists, with 2 \
            when that cannot be said.
            """)

    @Argument(help: "The specification; - is standard input.")
    var specification: String

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Print a graph for Graphviz.")
    var dot = false

    func validate() throws {
        if json && dot { throw ValidationError("--json or --dot, not both.") }
    }

    func run() throws {
        var command = SynthesizeCommand(path: specification)
        command.output = json ? .json : dot ? .dot : .text
        throw ExitCode(Verdict.status { () throws(FileError) in try command.run() })
    }
}

/// Commands that give a verdict: what they print, and the exit status that tells it.
enum Verdict {
    /// - Returns: the command's status, or 2 when it could not come to a verdict.
    static func status(
        _ body: () throws(FileError) -> (text: String, status: Int32)
    ) -> Int32 {
        do throws(FileError) {
            let (text, status) = try body()
            try Output.write(text)
            return status
        } catch {
            Output.complain("\(error)")
            return 2
        }
    }
}
