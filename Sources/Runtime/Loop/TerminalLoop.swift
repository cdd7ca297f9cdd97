package import Interface
package import Terminal
import Timeline
import Cells

/// The program on a terminal: one thread that waits, applies, draws and sends.
///
/// It never blocks but in `wait`, and sleeps without limit while nothing moves.
package final class TerminalLoop {
    private let screen: TerminalScreen
    private let clock: MonotonicClock
    private var app: App
    private var player: Player
    private var script: ScriptPlayer?
    private var meter = FrameMeter()
    private var nextFrame = Instant.zero
    private var sequence: UInt64 = 0
    private var lastGrid: Grid?
    private var isEnding = false
    private var cast: CastRecorder?
    private let wiring: Wiring
    private let frameInterval: Interval
    /// What the app wants when the loop begins.
    private let begin: (inout App) -> [Command]
    /// What shall be said on the terminal after it was given back.
    private var farewell: [String] = []

    /// Takes the terminal.
    ///
    /// - Parameter app: what is shown; nil begins with what the wiring says.
    package init(
        _ wiring: Wiring, app: App? = nil, player: Player, script: KeyScript? = nil,
        clock: MonotonicClock, cast: CastRecorder? = nil,
        begin: @escaping (inout App) -> [Command] = { _ in [] }
    ) throws(TerminalError) {
        screen = try TerminalScreen(wiring.screen)
        self.wiring = wiring
        self.app = app ?? App(configuration: wiring.configuration)
        self.player = player
        self.script = script.map { ScriptPlayer($0, from: clock.now) }
        self.clock = clock
        self.cast = cast
        self.begin = begin
        // Sixty frames a second at most; with reduced motion two.
        let reducedMotion = wiring.configuration.reducedMotion
        frameInterval = reducedMotion ? .milliseconds(500) : .milliseconds(1000.0 / 60)
        // Reduced to no colours, a theme would lose what it says by background alone.
        if screen.depth == .mono { self.app.use(themeNamed: "mono") }
    }

    /// Runs until the person leaves or a signal ends it; returns the exit code and last words.
    package func run() throws(FileError) -> (exitCode: CInt, farewell: [String]) {
        apply(.resize(columns: screen.size.columns, rows: screen.size.rows), from: .terminal)
        for warning in screen.warnings { app.notify(warning) }
        try perform(begin(&app))
        var exitCode: CInt = 0
        while !isEnding {
            let now = clock.now
            try runScript(at: now)
            let (isBehind, commands) = try player.advance(&app, to: now)
            try perform(commands)
            draw(at: clock.now)
            guard !isEnding else { break }
            let readiness = screen.wait(
                for: player.descriptors, timeout: timeout(isBehind: isBehind, at: clock.now))
            if readiness.hangUp { return (129, farewell) }
            if readiness.signal, let code = handleSignals() { exitCode = code }
            if readiness.output { screen.flush() }
            if readiness.input { try handleInput() }
            if !readiness.input, !isBehind { try player.workAhead(&app) }
        }
        screen.close()
        try player.close(&app, clock: clock)
        if let cast { try cast.finish() }
        return (exitCode, farewell + player.summary(app))
    }

    // MARK: waiting

    private func timeout(isBehind: Bool, at now: Instant) -> Interval? {
        if isBehind || player.hasWorkAhead {
            return app.needsFrame && screen.hasUnsent ? .milliseconds(1) : .zero
        }
        var due: [Instant] = []
        if let next = player.nextDeadline { due.append(next) }
        if let next = script?.nextDeadline { due.append(next) }
        if let next = app.nextDeadline { due.append(next) }
        if app.needsFrame, !screen.hasUnsent { due.append(nextFrame) }
        guard let first = due.min() else { return nil }
        // What is due between two frames cannot be seen before the next one.
        let earliest = app.needsFrame ? first : max(first, min(nextFrame, first + frameInterval))
        return max(.zero, earliest - now)
    }

    // MARK: drawing

    private func draw(at now: Instant) {
        guard app.needsFrame, now >= nextFrame, !screen.hasUnsent else { return }
        app.program = meter.statistics(at: now)
        let start = MonotonicClock.threadCPU
        let grid = app.frame(screen.size)
        let composed = MonotonicClock.threadCPU
        let bytes = screen.present(grid) ?? 0
        let presented = MonotonicClock.threadCPU
        meter.note(at: now, compose: composed - start, present: presented - composed, bytes: bytes)
        cast?.append(grid, at: now)
        lastGrid = grid
        nextFrame = now + frameInterval
    }

    // MARK: input

    private func handleInput() throws(FileError) {
        for input in screen.readInput() {
            switch input {
            case .key(let key): try press(key.name)
            case .mouse(let mouse):
                if let text = MouseInput(mouse)?.text { try press(text) }
            case .paste(let text):
                // Only where somebody is typing does a paste mean what it says.
                guard app.isTyping else {
                    app.notify("nothing takes a paste here")
                    continue
                }
                for character in text.prefix(200) where !character.isNewline {
                    try press(character == " " ? "space" : String(character))
                }
            case .focus: break
            }
        }
        // A key is answered at once, whatever the frame rate.
        nextFrame = min(nextFrame, clock.now)
    }

    private func press(_ key: String) throws(FileError) {
        try perform(apply(.key(key), from: .keyboard))
    }

    @discardableResult
    private func apply(_ payload: Payload, from source: SourceID) -> [Command] {
        defer { sequence += 1 }
        return app.apply(
            Event(sequence: sequence, time: clock.now, source: source, payload: payload))
    }

    private func handleSignals() -> CInt? {
        var exitCode: CInt?
        for signal in screen.readSignals() {
            switch signal {
            case .resized(let size), .continued(let size):
                apply(.resize(columns: size.columns, rows: size.rows), from: .terminal)
                nextFrame = .zero
            case .suspend: suspend()
            case .end(let number):
                isEnding = true
                exitCode = 128 + number
            case .reload: reload()
            }
        }
        return exitCode
    }

    private func suspend() {
        screen.suspend()
        apply(.resize(columns: screen.size.columns, rows: screen.size.rows), from: .terminal)
        nextFrame = .zero
    }

    /// Reads themes and configuration again; what is wrong is said and the rest applies.
    private func reload() {
        do {
            let wiring = try wiring.again()
            app.reload(wiring.configuration)
            app.notify(
                wiring.problems.first.map { "\($0)" } ?? "read the configuration and themes again")
        } catch {
            app.notify("\(error)")
        }
    }

    private func runScript(at now: Instant) throws(FileError) {
        guard var running = script else { return }
        while let keys = running.keys(dueAt: now) {
            script = running
            for key in keys { try press(key) }
            guard let next = script else { return }
            running = next
        }
        script = running.isFinished ? nil : running
    }

    // MARK: commands

    private func perform(_ commands: [Command]) throws(FileError) {
        for command in commands {
            switch command {
            case .quit: isEnding = true
            case .suspend: suspend()
            case .redraw:
                screen.redraw()
                nextFrame = .zero
            case .playback(let command): try player.perform(command, &app, now: clock.now)
            case .client(let session, let order):
                try perform(player.perform(order, of: session, &app, at: clock.now))
            case .ask(let session, let wish): player.ask(wish, of: session, &app)
            case .sendAway(let peer): player.sendAway(peer: peer)
            case .copy(let text):
                if !screen.copy(text) {
                    app.notify("too long for the terminal's clipboard; e exports it")
                }
            case .write(let name, let suffix, let contents):
                write(Array(contents.utf8), name: name, suffix: suffix)
            case .analyseAgain: try player.analyseAgain(&app, now: clock.now)
            case .loadPatterns(let path): try loadPatterns(path)
            case .saveRecording:
                if let recording = try player.recording() {
                    write(recording, name: "midstream-session", suffix: ".jsonl")
                }
            case .screenshot:
                guard let lastGrid else { continue }
                let picture = SVGRenderer.svg(lastGrid, theme: app.theme)
                write(Array(picture.utf8), name: "midstream-screen", suffix: ".svg")
            case .captureMouse(let on): screen.setMouse(on)
            case .saveState: wiring.store.save(app, notify: { app.notify($0) })
            }
        }
    }

    /// Adds the patterns of a file; its lines with faults are told and left out.
    private func loadPatterns(_ path: String) throws(FileError) {
        do throws(FileError) {
            let (library, problems) = try PatternFile.read(path)
            try perform(app.add(library))
            if let first = problems.first { app.notify("\(first)") }
        } catch {
            app.notify("\(error)")
        }
    }

    /// Writes to the first free name in the present directory.
    private func write(_ bytes: [UInt8], name: String, suffix: String) {
        var number = 1
        while FileAccess.exists("\(name)-\(number)\(suffix)") { number += 1 }
        let path = "\(name)-\(number)\(suffix)"
        do {
            try FileAccess.write(bytes, to: path, replaces: false)
            app.notify("wrote \(path)")
            farewell.append("wrote \(path)")
        } catch {
            app.notify("\(error)")
        }
    }
}

extension MouseInput {
    /// The part of a terminal's mouse event that the interface knows; nil for the rest.
    init?(_ event: MouseEvent) {
        let kind: Kind
        switch event.action {
        case .press(.left): kind = .press
        case .drag(.left): kind = .drag
        case .release: kind = .release
        case .wheelUp: kind = .wheelUp
        case .wheelDown: kind = .wheelDown
        default: return nil
        }
        self.init(kind: kind, column: event.column, row: event.row)
    }
}
