import Engine
package import Cells
package import Interface
import Recordings
import Terminal
package import Timeline

/// Shows a recording on the terminal, or prints what would be shown.
package struct PlayCommand {
    package var source: EventSource
    package var options: ProgramOptions
    package var speed = 1.0
    package var start: Interval?
    package var script: KeyScript?
    package var castPath: String?
    package var hint: String?

    package init(source: EventSource, options: ProgramOptions) {
        self.source = source
        self.options = options
    }

    /// Plays on the terminal; returns the exit code.
    package func run() throws -> CInt {
        var wiring = try Wiring(options, header: source.header, remembers: true)
        wiring.configuration.hint = hint ?? firstRunHint(wiring)
        let clock = MonotonicClock()
        var app = App(configuration: wiring.configuration)
        if let problem = wiring.problems.first {
            app.notify(Self.sentence(wiring.problems, first: problem))
        }
        if let warning = source.warnings.first { app.notify("\(source.title): \(warning)") }
        var replay = try Replay(source, into: &app, now: clock.now)
        try prepare(&replay, &app, now: clock.now)
        let cast = castPath.map { CastRecorder(path: $0, title: source.title) }
        let loop = try TerminalLoop(
            wiring, app: app, player: .replay(replay), script: script, clock: clock, cast: cast)
        let result = try loop.run()
        try Output.sayFarewell(wiring.problems.map { "midstream-tui: \($0)" } + result.farewell)
        return result.exitCode
    }

    private static func sentence(_ problems: [FileError], first: FileError) -> String {
        problems.count == 1
            ? "\(first)" : "\(first) (and \(problems.count - 1) more, told on leaving)"
    }

    private func firstRunHint(_ wiring: Wiring) -> String? {
        guard wiring.isFirstRun else { return nil }
        let key = { (action: Action) in
            KeyName.display(
                wiring.configuration.keyMap.keys(of: action).first ?? "-",
                ascii: wiring.configuration.usesASCII)
        }
        return
            "\(key(.playPause)) pauses, \(key(.back)) goes back, \(key(.focusNext)) changes the pane, "
            + "\(key(.help)) shows every key, \(key(.quit)) quits"
    }

    private func prepare(_ replay: inout Replay, _ app: inout App, now: Instant) throws(FileError) {
        if speed != 1 { try replay.perform(.speed(speed), &app, now: now) }
        if let start { try replay.perform(.seek(.zero + start), &app, now: now) }
    }

    /// The one frame that the screen of this size shows at `time` (nil: the end).
    package func frame(size: Size, at time: Interval?) throws(FileError) -> (
        grid: Grid, theme: Theme
    ) {
        let wiring = try Wiring(options, header: source.header, remembers: false)
        if let problem = wiring.problems.first { throw problem }
        var app = App(configuration: wiring.configuration)
        var replay = try Replay(source, into: &app, now: .zero)
        try replay.readAhead(&app)
        try replay.perform(.pause, &app, now: .zero)
        try replay.seek(&app, to: .zero + (time ?? replay.source.duration), now: .zero)
        return (app.frame(size), app.theme)
    }

    /// Runs the script without a terminal and returns its frames; a cast is written if asked for.
    package func runScript(_ script: KeyScript) throws -> ScriptRun {
        let wiring = try Wiring(options, header: source.header, remembers: false)
        let cast = castPath.map { CastRecorder(path: $0, title: source.title) }
        var run = try ScriptRun(source: source, app: App(configuration: wiring.configuration)) {
            grid, time in
            cast?.append(grid, at: time)
        }
        try run.run(script)
        try cast?.finish()
        return run
    }

    /// Says what happens in plain lines, at the pace of the recording or at once.
    package func narrate(paced: Bool) throws(FileError) {
        let wiring = try Wiring(options, header: source.header, remembers: false)
        var app = App(configuration: wiring.configuration)
        var cursor = try source.cursor(at: 0)
        var narrator = PlainNarrator()
        let clock = MonotonicClock()
        while let event = try cursor.next() {
            if paced, speed.isFinite {
                let due =
                    Instant.zero + Interval.milliseconds((event.time - .zero).milliseconds / speed)
                clock.sleep(until: due)
            }
            app.observe(event)
            for line in narrator.lines(for: app.engine) { try Output.write(line + "\n") }
        }
        for warning in cursor.warnings + source.warnings {
            Output.complain("\(source.title): \(warning)")
        }
    }
}
