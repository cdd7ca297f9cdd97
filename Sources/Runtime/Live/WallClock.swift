import Glibc
import Recordings
import Terminal

/// The time of day; only headers of recordings and certificates need it.
enum WallClock {
    /// Now, as RFC 3339.
    static var timestamp: String { Timestamp.text(epochMilliseconds: unixSeconds * 1000) }

    static var unixSeconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec / 1_000_000) / 1000
    }
}

/// Files that go with the program.
enum TemporaryFile {
    /// A path of this process, below `TMPDIR`.
    static func path(for purpose: String) -> String {
        let folder = processEnvironment()["TMPDIR"] ?? "/tmp"
        return "\(folder)/midstream-\(purpose)-\(getpid()).jsonl"
    }
}
