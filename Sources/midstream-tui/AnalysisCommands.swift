import ArgumentParser
import Runtime

struct Attractor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what the dynamics of any series of numbers are.",
        discussion: "Reads one value a line, or a column of a table with a header line.")

    @Argument(help: "The series; - is standard input.")
    var series: String

    @Option(help: "The column, by name or by number from 1.")
    var column: String?

    @Option(help: "Seconds between two samples, for an exponent per second.")
    var interval: Double?

    @Option(help: "The delay of the embedding, in samples, instead of an automatic one.")
    var delay: Int?

    @Option(help: "The dimension of the embedding instead of an automatic one.")
    var dimension: Int?

    @Option(help: "The samples along the orbit that are no neighbours, instead of automatic ones.")
    var theiler: Int?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if let theiler, theiler < 0 { throw ValidationError("--theiler wants 0 or more samples.") }
        if let interval, !(interval > 0 && interval.isFinite) {
            throw ValidationError("--interval wants seconds above 0.")
        }
        if let delay, delay < 1 { throw ValidationError("--delay wants at least 1 sample.") }
        if let dimension, !(1...20).contains(dimension) {
            throw ValidationError("--dimension wants 1 to 20.")
        }
    }

    func run() throws {
        var command = AttractorCommand(path: series)
        command.column = column
        command.interval = interval
        command.delay = delay
        command.dimension = dimension
        command.theilerWindow = theiler
        command.asJSON = json
        try Output.write(try command.run())
    }
}
