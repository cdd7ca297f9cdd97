internal import Glibc
package import Timeline

extension TerminalScreen {
    /// Waits for input, a signal, room for unsent bytes, or one of `extra` to be readable;
    /// without end when `timeout` is nil.
    ///
    /// A wait without bytes to send and without time-out costs nothing until something
    /// happens. A time-out is rounded up to milliseconds, so a timer is due when it ends.
    package func wait(for extra: [CInt] = [], timeout: Interval? = nil) -> Readiness {
        var descriptors = [
            pollfd(fd: inputDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signalDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(
                fd: hasUnsent ? outputDescriptor : -1, events: Int16(POLLOUT), revents: 0),
        ]
        for descriptor in extra {
            descriptors.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
        }
        let end = timeout.map { now().addingReportingOverflow(max(0, $0.nanoseconds)) }
        let limit = end.map { $0.overflow ? Int64.max : $0.partialValue }
        let deadline = [limit, inputDeadline].compactMap { $0 }.min()
        while true {
            let count = unsafe poll(
                &descriptors, nfds_t(descriptors.count), milliseconds(until: deadline))
            if count >= 0 || errno != EINTR { break }
        }
        return readiness(descriptors)
    }

    private func milliseconds(until deadline: Int64?) -> CInt {
        guard let deadline else { return -1 }
        let rest = max(0, deadline - now())
        return CInt(min((rest + 999_999) / 1_000_000, 86_400_000))
    }

    private func readiness(_ descriptors: [pollfd]) -> Readiness {
        let broken = Int16(POLLHUP | POLLERR | POLLNVAL)
        var result = Readiness()
        result.input = descriptors[0].revents & Int16(POLLIN) != 0
        if let inputDeadline, now() >= inputDeadline { result.input = true }
        result.signal = descriptors[1].revents != 0
        result.output = descriptors[2].revents & Int16(POLLOUT) != 0
        result.hangUp =
            isHungUp || (descriptors[0].revents | descriptors[2].revents) & broken != 0
        result.extra = descriptors.dropFirst(3).filter { $0.revents != 0 }.map(\.fd)
        return result
    }

    /// Monotonic nanoseconds.
    func now() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
