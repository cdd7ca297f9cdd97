import ArgumentParser
import Cells
import Runtime
import SequenceMatching

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare two recordings, two series or two JSON arrays.",
        discussion: """
            Recordings are compared by the types of their events or by the assistant's words; the \
            measures of series compare the gaps between their tokens. --screen shows two \
            recordings side by side.
            """)

    @Argument(help: "The one file.")
    var left: String

    @Argument(help: "The other.")
    var right: String

    @Option(
        help: ArgumentHelp(
            "Of symbols: edit (levenshtein), lcs, indel, osa or damerau. Of series: dtw, erp, edr, "
                + "msm or twed."))
    var algorithm: CompareCommand.Algorithm = .edit

    @Option(help: "The half width of the band of the measures of series, in samples.")
    var window: Int?

    @Option(help: "The column of tables, by name or by number from 1.")
    var column: String?

    @Option(help: "The column of tables that holds times, for dtw in time.")
    var timeColumn: String?

    @Option(help: "What of recordings: events or words.")
    var by: CompareCommand.Aspect = .events

    @Option(
        help: "Weights of edit: insertion, deletion and substitution, such as 1,1,2 or 0.5,0.5,1.")
    var weights: CompareCommand.Weights?

    @Option(help: "The local cost of dtw: squared or absolute.")
    var cost: SeriesCost = .squared

    @Option(help: "The value that gaps of erp are compared with.")
    var gap = 0.0

    @Option(help: "How far apart equal values of edr may be; else a quarter of the deviation.")
    var tolerance: Double?

    @Option(help: "What a split or merge of msm costs, or a deletion of twed.")
    var penalty = 1.0

    @Option(help: "What being apart in time costs: twed per index (0.001), dtw per unit of time.")
    var stiffness: Double?

    @Option(help: "Warp in time: paired elements of dtw are at most this far apart.")
    var maxLag: Double?

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Show two recordings side by side, full screen, with the differences marked.")
    var screen = false

    @Option(help: "Print the first frame of --screen at this size, such as 120x36, and exit.")
    var frame: FrameSize?

    @OptionGroup var look: LookOptions

    func validate() throws {
        if let window, window < 0 { throw ValidationError("--window wants 0 or more samples.") }
        if window != nil, !algorithm.isOfSeries {
            throw ValidationError("--window goes with dtw, erp, edr, msm and twed.")
        }
        if weights != nil, algorithm != .edit, algorithm != .levenshtein {
            throw ValidationError("--weights goes with edit.")
        }
        if maxLag != nil || timeColumn != nil, algorithm != .dtw {
            throw ValidationError("--max-lag and --time-column go with dtw.")
        }
        let numbers: [(name: String, value: Double?)] = [
            ("tolerance", tolerance), ("penalty", penalty), ("stiffness", stiffness),
            ("max-lag", maxLag),
        ]
        for (name, value) in numbers {
            if let value, !(value >= 0 && value.isFinite) {
                throw ValidationError("--\(name) wants a number from 0.")
            }
        }
        if json, screen || frame != nil {
            throw ValidationError("--json and --screen exclude each other.")
        }
        if !gap.isFinite { throw ValidationError("--gap wants a finite number.") }
    }

    func run() throws {
        if screen || frame != nil {
            let command = CompareScreen(
                left: left, right: right, options: try look.programOptions())
            guard let frame else { throw ExitCode(try command.run()) }
            return try Output.write(try command.frame(size: frame.size).text() + "\n")
        }
        var command = CompareCommand(left: left, right: right, algorithm: algorithm)
        command.window = window
        command.column = column
        command.timeColumn = timeColumn
        command.aspect = by
        command.weights = weights
        command.cost = cost
        command.gap = gap
        command.tolerance = tolerance
        command.penalty = penalty
        command.stiffness = stiffness
        command.maximumLag = maxLag
        command.asJSON = json
        try Output.write(try command.run())
    }
}

/// "1,1,2" or "1.5,2,0.5".
extension CompareCommand.Weights: ExpressibleByArgument {
    public init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map {
            Double($0)
        }
        let weights = parts.compactMap { $0 }.filter { (0...1e9).contains($0) }
        guard parts.count == 3, weights.count == 3 else { return nil }
        self.init(insertion: weights[0], deletion: weights[1], substitution: weights[2])
    }
}

extension CompareCommand.Algorithm: ExpressibleByArgument {}
extension CompareCommand.Aspect: ExpressibleByArgument {}

extension SeriesCost: ExpressibleByArgument {
    public init?(argument: String) {
        switch argument {
        case "squared": self = .squared
        case "absolute": self = .absolute
        default: return nil
        }
    }

    public var defaultValueDescription: String { self == .squared ? "squared" : "absolute" }
}
