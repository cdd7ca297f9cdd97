import Glibc
import Interface
import Timeline

/// The wait of a loop without a terminal.
enum LoopWait {
    /// Waits until a descriptor is readable or the app has something due; not at all when the log
    /// is behind.
    ///
    /// - Returns: for each descriptor whether there is something to read; -1 stands for none.
    static func wait(
        for descriptors: [CInt], log: LiveLog, app: App, clock: MonotonicClock
    ) throws(FileError) -> [Bool] {
        var waiting = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var timeout: CInt = log.isBehind ? 0 : -1
        if timeout != 0, let deadline = app.nextDeadline {
            let left = max(0, (deadline - clock.now).milliseconds.rounded(.up))
            timeout = CInt(min(left, 1e6))
        }
        let code = unsafe poll(&waiting, nfds_t(waiting.count), timeout)
        if code < 0, errno != EINTR {
            throw FileError(path: "standard input", message: systemMessage(errno))
        }
        return waiting.map { $0.revents != 0 }
    }
}
