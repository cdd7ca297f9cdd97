internal import CNcurses
internal import Glibc

/// Wakes a loop that waits in `poll(2)`, from any thread.
///
/// Signals add up to one wake-up until `drain()`. A queue signals when it stops being empty.
package final class Wakeup: Sendable {
    /// Readable when there is something to drain.
    package let descriptor: CInt

    package init() throws(TerminalError) {
        descriptor = wakeup_open()
        guard descriptor >= 0 else { throw .system("make an event descriptor") }
    }

    deinit { close(descriptor) }

    /// Async-signal-safe and never blocks: a full counter is already readable.
    package func signal() {
        var one: UInt64 = 1
        while unsafe write(descriptor, &one, 8) < 0 && errno == EINTR {}
    }

    package func drain() {
        var count: UInt64 = 0
        while unsafe read(descriptor, &count, 8) < 0 && errno == EINTR {}
    }
}
