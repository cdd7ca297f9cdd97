import CScheduling
import Glibc
package import Timeline

/// Ends a busy thread's slice of its core by itself.
///
/// The kernel takes a core from a thread that never waits only at its own tick, each 4 ms at
/// 250 Hz: so long may a token wait behind a large transfer where more threads are busy than
/// there are cores. A thread that offers its core more often costs such a transfer some
/// switches, and nothing where no other thread waits.
package struct TimeSlice {
    private var end = Instant.zero

    /// How long a thread keeps its core.
    package static let length = Interval(nanoseconds: 100_000)

    package init() {}

    /// Lets those that wait for this core run, if it was kept for a slice. Call it between two
    /// pieces of work that need not be done at once.
    package mutating func offer(at now: Instant) {
        guard now >= end else { return }
        sched_yield()
        end = now + Self.length
    }

    /// Asks the kernel to let this thread, and those that it will start, take turns in slices as
    /// short as that: a thread that offers its core then loses no more than one.
    ///
    /// Kernels before 6.12 know no such wish, and programs with another scheduling policy keep
    /// theirs; `offer` does its work there, too.
    package static func askForShort() {
        _ = scheduling_ask_slice(UInt64(length.nanoseconds))
    }

    /// This thread's slice as the kernel tells it.
    package static var current: Interval {
        Interval(nanoseconds: Int64(clamping: scheduling_slice()))
    }
}
