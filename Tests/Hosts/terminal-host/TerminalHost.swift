import Cells
import Glibc
import Terminal
import Timeline

/// A program for the terminal's end-to-end tests: it shows its size and the last event, and
/// breaks in a chosen way on a key.
@main struct TerminalHost {
    static func main() {
        if CommandLine.arguments.contains("--reset-terminal") {
            do { try TerminalScreen.reset() } catch { refuse(error) }
            return
        }
        do {
            var host = Host(screen: try TerminalScreen())
            exit(host.run())
        } catch {
            refuse(error)
        }
    }

    private static func refuse(_ error: TerminalError) -> Never {
        let words = Array("terminal-host: \(error.message)\n".utf8)
        _ = unsafe write(STDERR_FILENO, words, words.count)
        exit(error.exitCode)
    }
}

private struct Host {
    let screen: TerminalScreen
    var last = "nothing"
    var frames = 0
    /// Draws without end, so that a terminal nobody reads is full at once.
    var isFlooding = false
    var code: CInt?

    init(screen: TerminalScreen) { self.screen = screen }

    mutating func run() -> CInt {
        var isDirty = true
        while code == nil {
            if isDirty || isFlooding, !screen.hasUnsent {
                screen.present(frame())
                isDirty = false
            }
            let isEager = isFlooding && !screen.hasUnsent
            let ready = screen.wait(timeout: isEager ? .zero : nil)
            if ready.hangUp { return 129 }
            if ready.output { screen.flush() }
            if ready.signal {
                for signal in screen.readSignals() { handle(signal) }
                isDirty = true
            }
            if ready.input {
                for event in screen.readInput() { handle(event) }
                isDirty = true
            }
        }
        screen.close()
        return code ?? 0
    }

    private mutating func handle(_ signal: TerminalSignal) {
        switch signal {
        case .resized(let size): last = "resized \(size.columns)x\(size.rows)"
        case .suspend: screen.suspend()
        case .continued: last = "continued"
        case .end(let number): code = 128 + number
        case .reload: last = "reload"
        }
    }

    private mutating func handle(_ event: InputEvent) {
        switch event {
        case .key("q"): code = 0
        case .key("ctrl-z"):
            screen.suspend()
            last = "back"
        case .key("F"): isFlooding = true
        case .key("%"): screen.setMouse(!screen.mouse)
        case .key("y"): last = "copied \(screen.copy("copied text"))"
        case .key("B"): while getpid() != 0 {}
        case .key("T"): preconditionFailure("a trap, as asked")
        case .key("N"): nullDereference()
        case .key("O"): last = "\(overflow(0))"
        case .key("A"): abort()
        case .key("E"): exit(7)
        case .key(let key): last = "key \(key)"
        case .mouse(let mouse): last = "mouse \(mouse.action) \(mouse.column),\(mouse.row)"
        case .paste(let text): last = "paste \(text)"
        case .focus(let has): last = "focus \(has)"
        }
    }

    private mutating func frame() -> Grid {
        frames += 1
        var grid = Grid(size: screen.size)
        let style = Style(foreground: .rgb(120, 200, 80), attributes: .bold)
        grid.write(
            "size \(screen.size.columns)x\(screen.size.rows)", at: Point(column: 0, row: 0),
            style: style)
        grid.write("last \(last)", at: Point(column: 0, row: 1), style: .standard)
        grid.write(
            "end", at: Point(column: screen.size.columns - 3, row: screen.size.rows - 1),
            style: style)
        if isFlooding {
            var random = SeededRandom(seed: UInt64(frames))
            for row in 2..<max(2, screen.size.rows) {
                for column in 0..<screen.size.columns {
                    let colour = UInt8(truncatingIfNeeded: random.next())
                    grid.set(
                        "x", at: Point(column: column, row: row),
                        style: Style(foreground: .palette(colour)))
                }
            }
        }
        return grid
    }
}

/// Reads address 0.
private func nullDereference() {
    let address = unsafe UnsafePointer<Int>(bitPattern: Int(getpid()) - Int(getpid()) + 8)
    if let address = unsafe address { _ = unsafe write(1, address, unsafe address.pointee) }
}

/// Calls itself long after the stack has ended.
private func overflow(_ depth: Int) -> Int {
    if depth == .max { return 0 }
    var buffer = (depth, depth, depth, depth)
    let deeper = overflow(depth &+ 1)
    buffer.0 &+= deeper
    return buffer.0 &+ buffer.3
}
