import ArgumentParser
import Runtime

struct Devices: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List microphones and loudspeakers by the names that choose them.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws { try Output.write(try DevicesCommand.run(asJSON: json)) }
}
