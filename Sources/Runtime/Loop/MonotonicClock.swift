import Glibc
package import Timeline

/// The clocks of the machine; nobody above the shell asks them.
package struct MonotonicClock: Sendable {
    private let origin: Int64

    /// A clock that begins now.
    package init() { origin = Self.read(CLOCK_MONOTONIC) }

    /// Time since the clock began; never runs backwards.
    package var now: Instant { Instant(nanoseconds: Self.read(CLOCK_MONOTONIC) - origin) }

    /// CPU time of the calling thread in nanoseconds.
    package static var threadCPU: Int64 { read(CLOCK_THREAD_CPUTIME_ID) }

    /// CPU time of the whole process in nanoseconds.
    package static var processCPU: Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Memory of this process that is in use.
package enum ProcessMemory {
    /// Resident bytes by `/proc/self/statm`; 0 where there is no such file.
    package static var resident: Int {
        guard let bytes = try? FileAccess.read("/proc/self/statm") else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
        return pages * Int(getpagesize())
    }
}

extension MonotonicClock {
    /// Waits until `time`; returns at once when it has passed.
    package func sleep(until time: Instant) {
        while true {
            let rest = (time - now).nanoseconds
            guard rest > 0 else { return }
            var request = timespec(
                tv_sec: Int(rest / 1_000_000_000), tv_nsec: Int(rest % 1_000_000_000))
            unsafe nanosleep(&request, nil)
        }
    }
}
