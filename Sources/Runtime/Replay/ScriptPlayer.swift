package import Cells
package import Interface
package import Timeline

/// Gives a key script's keys to the loop when they are due: a demo in a real terminal.
///
/// `resize`, `expect` and `frame` belong to tests; a terminal has its own size and a person its
/// own eyes.
package struct ScriptPlayer: Sendable {
    private var due: [(time: Instant, keys: [String])] = []

    package init(_ script: KeyScript, from start: Instant) {
        var time = start
        for line in script.lines {
            switch line.step {
            case .wait(let interval): time = time + interval
            case .press(let keys):
                for key in keys {
                    due.append((time, [key]))
                    time = time + .milliseconds(120)
                }
            case .type(let text): due.append((time, KeyScript.keys(typing: text)))
            case .resize, .expect, .frame: break
            }
        }
    }

    var nextDeadline: Instant? { due.first?.time }
    var isFinished: Bool { due.isEmpty }

    /// The keys of the next entry due at `now`.
    mutating func keys(dueAt now: Instant) -> [String]? {
        guard let first = due.first, first.time <= now else { return nil }
        due.removeFirst()
        return first.keys
    }
}

/// Runs a key script against a recording without a terminal and on a clock of its own: the test,
/// and the source of pictures and casts.
package struct ScriptRun {
    package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        package var line: Int
        package var message: String
        package var description: String { "line \(line): \(message)" }
    }

    package private(set) var app: App
    private var replay: Replay
    private var now = Instant.zero
    private var sequence: UInt64 = 0
    /// The frames that `frame` asked for, by name.
    package private(set) var frames: [(name: String, grid: Grid)] = []
    /// Commands for the world outside: what was copied, written, quit.
    package private(set) var commands: [Command] = []
    /// Called with every frame that a terminal would have shown.
    private let onFrame: (Grid, Instant) -> Void

    package init(
        source: EventSource, app: App, onFrame: @escaping (Grid, Instant) -> Void = { _, _ in }
    ) throws(FileError) {
        self.app = app
        self.onFrame = onFrame
        replay = try Replay(source, into: &self.app, now: .zero)
        try replay.readAhead(&self.app)
    }

    /// Runs every step; throws at the first `expect` that does not hold.
    package mutating func run(_ script: KeyScript) throws {
        for line in script.lines {
            switch line.step {
            case .resize(let columns, let rows):
                apply(.resize(columns: columns, rows: rows), .terminal)
            case .wait(let interval): try wait(interval)
            case .press(let keys): for key in keys { try press(key) }
            case .type(let text): for key in KeyScript.keys(typing: text) { try press(key) }
            case .expect(let text):
                let screen = app.frame(app.size).text()
                guard screen.contains(text) else {
                    throw Failure(
                        line: line.number, message: "“\(text)” is not on the screen:\n\(screen)")
                }
            case .frame(let name): frames.append((name, app.frame(app.size)))
            }
            draw()
        }
    }

    /// Lets the recording go on, frame by frame.
    private mutating func wait(_ interval: Interval) throws(FileError) {
        let end = now + interval
        while let next = replay.nextDeadline, next <= end {
            now = max(now, next)
            try replay.advance(&app, to: now)
            draw()
        }
        now = end
        try replay.advance(&app, to: now)
    }

    private mutating func draw() {
        guard app.needsFrame else { return }
        onFrame(app.frame(app.size), now)
    }

    private mutating func press(_ key: String) throws(FileError) {
        for command in apply(.key(key), .keyboard) {
            switch command {
            case .playback(let playback): try replay.perform(playback, &app, now: now)
            case .analyseAgain:
                try replay.analyseAgain(&app, now: now)
                try replay.readAhead(&app)
            default: commands.append(command)
            }
        }
        draw()
    }

    @discardableResult
    private mutating func apply(_ payload: Payload, _ source: SourceID) -> [Command] {
        sequence += 1
        return app.apply(Event(sequence: sequence, time: now, source: source, payload: payload))
    }
}
