import Interface
import Timeline

/// Measures what drawing costs this program.
struct FrameMeter {
    private var frames: [Instant] = []
    private var composeNanoseconds: Int64 = 0
    private var presentNanoseconds: Int64 = 0
    private var bytes = 0
    private var memory = 0
    private var memoryAt: Instant?

    mutating func note(at now: Instant, compose: Int64, present: Int64, bytes: Int) {
        frames.append(now)
        frames.removeAll { now - $0 > .seconds(1) }
        composeNanoseconds = compose
        presentNanoseconds = present
        self.bytes = bytes
    }

    mutating func statistics(at now: Instant) -> ProgramStatistics {
        if memoryAt.map({ now - $0 > .seconds(1) }) ?? true {
            memory = ProcessMemory.resident
            memoryAt = now
        }
        return ProgramStatistics(
            framesPerSecond: Double(frames.count { now - $0 <= .seconds(1) }),
            composeMilliseconds: Double(composeNanoseconds) / 1e6,
            presentMilliseconds: Double(presentNanoseconds) / 1e6, bytesPerFrame: bytes,
            uptime: now - .zero, residentBytes: memory)
    }
}
