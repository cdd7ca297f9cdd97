import ArgumentParser
import Interface
import Runtime
import Terminal

/// What every command that draws has in common.
struct LookOptions: ParsableArguments {
    @Option(help: "A theme by name, such as nord; t changes it in the program.")
    var theme: String?

    @Option(help: "How panes are arranged: overview, stream, phase or verdicts.")
    var layout: LayoutPreset?

    @Option(help: "Colours: auto, always, never, 16, 256 or rgb.")
    var color: ColorChoice = .auto

    @Flag(help: "Draw with ASCII characters only.")
    var ascii = false

    @Flag(help: "No trail ageing, at most two frames a second.")
    var reducedMotion = false

    @Flag(inversion: .prefixedNo, help: "Take the mouse, or leave it to the terminal.")
    var mouse = true

    @Option(
        help:
            "What the attractor pane shows: gap, length, loudness, surprise, pitch, latency, reward, or a pair such as pitch:loudness."
    )
    var series: String?

    @Option(help: "A configuration file instead of $XDG_CONFIG_HOME/midstream/tui.toml.")
    var config: String?

    @Option(help: "A library of patterns to search for beside the built-in one; may be repeated.")
    var patterns: [String] = []

    @OptionGroup var properties: PropertyOptions

    func programOptions() throws -> ProgramOptions {
        var options = ProgramOptions()
        options.theme = theme
        options.layout = layout
        options.color = color
        options.usesASCII = ascii
        options.reducedMotion = reducedMotion
        options.mouse = mouse
        options.series = series
        options.configurationPath = config
        options.patternPaths = patterns
        options.properties = properties.selection
        return options
    }
}

extension LayoutPreset: ExpressibleByArgument {}
extension ColorChoice: ExpressibleByArgument {}
