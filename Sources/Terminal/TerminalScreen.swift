internal import CNcurses
package import Cells
internal import Glibc

/// How to open a screen.
package struct ScreenOptions: Sendable {
    package var color: ColorChoice
    package var mouse: Bool
    /// Whether standard error goes to a file while the screen is up.
    package var keepsStandardError: Bool
    package var environment: [String: String]

    package init(
        color: ColorChoice = .auto, mouse: Bool = true, keepsStandardError: Bool = true,
        environment: [String: String] = processEnvironment()
    ) {
        self.color = color
        self.mouse = mouse
        self.keepsStandardError = keepsStandardError
        self.environment = environment
    }
}

/// The terminal, while its whole screen is ours.
///
/// It never blocks: bytes that the terminal does not take yet wait (`hasUnsent`) and go with
/// `flush()`. One thread owns it. Whatever ends the process, save SIGKILL, the terminal is
/// left as it was found.
package final class TerminalScreen {
    /// The colours drawn in.
    package var depth: ColorDepth { compositor.depth }
    package private(set) var size: Size
    package private(set) var statistics = ScreenStatistics()
    /// What is amiss without hindering, in words: fewer colours than asked for, no log.
    package private(set) var warnings: [String] = []
    package private(set) var mouse: Bool
    /// Whether the terminal is gone.
    package private(set) var isHungUp = false

    private let options: ScreenOptions
    private let device: TerminalDevice
    private let compositor: Compositor
    private let sequences: ControlSequences
    private let isSynchronized: Bool
    private let errorLog: StandardErrorLog?
    private let signals: CInt
    private var isOpen = false
    private var parser = InputParser()
    /// Signals read from the pipe and not yet told.
    private var arrived: Set<CInt> = []
    /// When an unfinished sequence counts as finished, in monotonic nanoseconds.
    private(set) var inputDeadline: Int64?
    private var unsent: [UInt8] = []
    private var sent = 0

    /// Takes the screen; throws with words, and the exit code for them, when it cannot.
    ///
    /// Call it before there are other threads: it sets the locale, and the environment while
    /// ncurses reads it.
    package init(_ options: ScreenOptions = ScreenOptions()) throws(TerminalError) {
        let environment = options.environment
        let term = environment["TERM"] ?? ""
        let device = try TerminalDevice()
        let compositor: Compositor
        do {
            let known = try TerminalType.known(term)
            let choice = options.color.depth(environment: environment, available: known.colors)
            compositor = try Compositor(
                term: term, depth: choice.depth, size: device.size, environment: environment)
        } catch {
            device.close()
            throw error
        }
        if !compositor.hasUTF8 {
            warnings.append("no UTF-8 locale: characters beyond ASCII show as '?'")
        }
        if let problem = compositor.problem { warnings.append(problem) }
        self.options = options
        self.device = device
        self.compositor = compositor
        mouse = options.mouse
        size = compositor.size
        sequences = ControlSequences(compositor: compositor)
        isSynchronized = Capabilities.isXtermLike(term)
        do {
            errorLog = options.keepsStandardError ? try StandardErrorLog(environment) : nil
        } catch {
            errorLog = nil
            warnings.append(error.message)
        }
        signals = guard_open()
        isOpen = true
        do throws(TerminalError) {
            guard signals >= 0 else { throw .system("receive signals") }
            try enter()
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    /// Gives the terminal back, within a bounded time even when nobody reads it. Closing
    /// twice is harmless.
    package func close() {
        guard isOpen else { return }
        isOpen = false
        leave()
        guard_close()
        errorLog?.close()
        device.close()
    }

    private func enter() throws(TerminalError) {
        try device.setRaw()
        errorLog?.begin()
        let words = errorLog.map {
            "midstream-tui: broken off by a fault; its messages are in \($0.path)\n"
        }
        var saved = device.saved
        let restore = sequences.restore
        unsafe guard_arm(
            device.output, device.input, &saved, restore, restore.count, errorLog?.before ?? -1,
            words ?? "")
        queue(sequences.enter(mouse: mouse))
        compositor.invalidate()
    }

    /// Sends what can be sent and undoes the rest.
    private func leave() {
        if !flush() {
            let limit = now() + 50_000_000
            repeat {
                var output = pollfd(fd: device.output, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&output, 1, 10)
            } while !flush() && now() < limit
        }
        unsent = []
        sent = 0
        guard_restore()
    }
}

/// Frames and other output.
extension TerminalScreen {
    package var hasUnsent: Bool { sent < unsent.count }

    /// Draws a frame and sends as much of it as the terminal takes now; returns how many
    /// bytes it has, 0 when the terminal shows it already.
    ///
    /// While bytes of an earlier frame wait (`hasUnsent`) the frame is put off: nothing is
    /// drawn and nil is returned; present the then newest one when `wait` reports output.
    @discardableResult
    package func present(_ grid: Grid) -> Int? {
        guard flush() else {
            statistics.putOff += 1
            return nil
        }
        var bytes = compositor.bytes(for: grid)
        guard !bytes.isEmpty else { return 0 }
        // A small frame arrives in one piece anyway.
        if isSynchronized, bytes.count > 256 {
            bytes = ControlSequences.frameBegin + bytes + ControlSequences.frameEnd
        }
        statistics.frames += 1
        statistics.bytes += bytes.count
        statistics.lastBytes = bytes.count
        queue(bytes)
        return bytes.count
    }

    /// Draws the next frame whole (Ctrl-L).
    package func redraw() { compositor.invalidate() }

    /// Sends what waits; whether nothing does now.
    @discardableResult
    package func flush() -> Bool {
        while hasUnsent, !isHungUp {
            let count = unsafe unsent.withUnsafeBytes { bytes in
                unsafe write(device.output, bytes.baseAddress! + sent, bytes.count - sent)
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                return false
            } else if errno != EINTR {
                isHungUp = true
            }
        }
        unsent.removeAll(keepingCapacity: unsent.count < 1 << 20)
        sent = 0
        return true
    }

    private func queue(_ bytes: [UInt8]) {
        unsent.append(contentsOf: bytes)
        flush()
    }

    /// Whether mouse events come, or the terminal selects text itself.
    package func setMouse(_ on: Bool) {
        guard on != mouse else { return }
        mouse = on
        queue(on ? ControlSequences.mouseOn : ControlSequences.mouseOff)
    }

    /// Puts text into the user's clipboard, through ssh and tmux too (OSC 52); false, and
    /// nothing done, when it is longer than terminals take.
    package func copy(_ text: String) -> Bool {
        guard text.utf8.count <= ControlSequences.clipboardLimit else { return false }
        queue(ControlSequences.copy(text, environment: options.environment))
        return true
    }
}

/// Input and signals.
extension TerminalScreen {
    package var inputDescriptor: CInt { device.input }
    package var outputDescriptor: CInt { device.output }
    package var signalDescriptor: CInt { signals }

    /// What has been typed, clicked or pasted. Call it when `wait` reports input.
    package func readInput() -> [InputEvent] {
        var events: [InputEvent] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe read(device.input, &buffer, buffer.count)
            if count > 0 {
                events += parser.append(buffer.prefix(count))
                inputDeadline = nil
            } else if count < 0, errno == EINTR {
                continue
            } else {
                if count == 0 || errno != EAGAIN { isHungUp = true }
                break
            }
        }
        if !parser.isPending {
            inputDeadline = nil
        } else if let deadline = inputDeadline {
            if now() >= deadline {
                events += parser.flush()
                inputDeadline = nil
            }
        } else {
            inputDeadline = now() + Int64(parser.patienceMilliseconds) * 1_000_000
        }
        return events
    }

    /// What signals have asked for, each kind once.
    package func readSignals() -> [TerminalSignal] {
        drainSignals()
        let numbers = arrived
        arrived = []
        var result: [TerminalSignal] = []
        if let end = [SIGTERM, SIGHUP, SIGINT, SIGQUIT].first(where: numbers.contains) {
            result.append(.end(end))
        }
        if numbers.contains(SIGTSTP) { result.append(.suspend) }
        if numbers.contains(SIGCONT) {
            reenter()
            result.append(.continued(size))
        } else if numbers.contains(SIGWINCH), adaptSize() {
            result.append(.resized(size))
        }
        if numbers.contains(SIGUSR1) { result.append(.reload) }
        return result
    }

    /// Leaves the screen, stops the process as Ctrl-Z does, and enters the screen again when
    /// it is continued. The next frame is drawn whole; `size` may have changed.
    package func suspend() {
        leave()
        errorLog?.end()
        guard_stop()
        reenter()
        // What stopping and continuing sent is dealt with; other signals stay.
        drainSignals()
        arrived.subtract([SIGCONT, SIGTSTP, SIGWINCH])
    }

    private func drainSignals() {
        var byte: UInt8 = 0
        while unsafe read(signals, &byte, 1) == 1 { arrived.insert(CInt(byte)) }
    }

    private func reenter() {
        unsent = []
        sent = 0
        do {
            try enter()
        } catch {
            // The terminal was taken away meanwhile: there is nothing to draw on.
            isHungUp = true
        }
        _ = adaptSize()
    }

    /// Whether the terminal's size had changed.
    private func adaptSize() -> Bool {
        let new = device.size
        guard new != size else { return false }
        do {
            try compositor.resize(new)
            size = new
            return true
        } catch {
            warnings.append(error.message)
            return false
        }
    }
}
