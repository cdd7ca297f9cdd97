import Dispatch
import Glibc
import Terminal

/// SIGINT and SIGTERM as something to wait for beside a descriptor.
///
/// Made before any other thread, since a thread takes its signals' mask from the one that makes
/// it.
struct EndSignals {
    private let wakeup: Wakeup

    /// Blocks the signals for this thread and those that it makes; another waits for them.
    init() throws(TerminalError) {
        let wakeup = try Wakeup()
        self.wakeup = wakeup
        var set = Self.signals
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        // A reader that has gone is an error of writing, not the program's death.
        signal(SIGPIPE, SIG_IGN)
        DispatchQueue.global().async {
            var set = Self.signals
            var number: CInt = 0
            unsafe sigwait(&set, &number)
            wakeup.signal()
        }
    }

    private static var signals: sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGINT)
        unsafe sigaddset(&set, SIGTERM)
        return set
    }

    /// Readable once a signal has come, and from then on.
    var descriptor: CInt { wakeup.descriptor }

    /// Waits until one of `others` is readable; true when a signal came.
    func wait(for others: CInt...) -> Bool {
        var waiting = (others + [descriptor]).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        unsafe poll(&waiting, nfds_t(waiting.count), -1)
        return waiting[others.count].revents != 0
    }
}
