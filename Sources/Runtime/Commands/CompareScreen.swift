package import Cells
import Engine
import Interface
import Recordings
import Terminal

/// Shows the conversations of two recordings side by side.
package struct CompareScreen {
    package var left: String
    package var right: String
    package var options: ProgramOptions

    package init(left: String, right: String, options: ProgramOptions) {
        self.left = left
        self.right = right
        self.options = options
    }

    /// Shows it on the terminal until the person leaves; returns the exit code.
    package func run() throws -> CInt {
        let (app, wiring) = try app(remembers: true)
        let loop = try TerminalLoop(
            wiring, app: app, player: .idle, clock: MonotonicClock())
        let result = try loop.run()
        try Output.sayFarewell(wiring.problems.map { "midstream-tui: \($0)" } + result.farewell)
        return result.exitCode
    }

    /// The first screenful at this size.
    package func frame(size: Size) throws -> Grid {
        var app = try app(remembers: false).app
        return app.frame(size)
    }

    private func app(remembers: Bool) throws -> (app: App, wiring: Wiring) {
        let (first, source) = try Self.session(in: left)
        let (second, other) = try Self.session(in: right)
        let wiring = try Wiring(options, header: source.header, remembers: remembers)
        var app = App(configuration: wiring.configuration)
        let titles =
            source.title == other.title ? (left, right) : (source.title, other.title)
        app.showAlone(Comparison(first, titled: titles.0, second, titled: titles.1))
        if let problem = wiring.problems.first { app.notify("\(problem)") }
        return (app, wiring)
    }

    /// The first session of a recording.
    private static func session(
        in path: String
    ) throws(FileError) -> (SessionState, EventSource) {
        let (engine, source) = try AnalyzeCommand.analyze(path)
        guard let session = engine.sessions.first else {
            throw FileError(path: path, message: "holds no Realtime session to show")
        }
        return (session, source)
    }
}
