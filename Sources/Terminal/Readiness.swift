package import Cells

/// What a wait ended with; nothing of it after a time-out.
package struct Readiness: Equatable, Sendable {
    /// Call `readInput()`: there are bytes, or an Escape has waited long enough.
    package var input = false
    /// Call `flush()`: the terminal takes bytes again.
    package var output = false
    /// Call `readSignals()`.
    package var signal = false
    /// The terminal is gone: end.
    package var hangUp = false
    /// Those of the extra descriptors that are readable (or broken), in the order given.
    package var extra: [CInt] = []

    package init() {}
}

/// What a signal asks of the loop.
package enum TerminalSignal: Equatable, Sendable {
    /// The window has another size; the screen has adapted, the next frame is drawn whole.
    case resized(Size)
    /// Somebody asks to stop, as Ctrl-Z does: call `suspend()`.
    case suspend
    /// The process was stopped and goes on; the screen has been entered again.
    case continued(Size)
    /// SIGTERM, SIGHUP, SIGINT or SIGQUIT, by number: end in order. A second one ends at once.
    case end(CInt)
    /// SIGUSR1: read configuration and themes again.
    case reload
}
