import Foundation
import Networking
import Testing
import Timeline

/// Linux since 6.12 grants slices, which its release says.
private let grantsSlices: Bool = {
    let version = ProcessInfo.processInfo.operatingSystemVersion
    return (version.majorVersion, version.minorVersion) >= (6, 12)
}()

@Suite struct TimeSliceTests {
    /// A new thread's slice before it asks for short ones, after it, and of one that it starts.
    private func slices() async -> [Interval] {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let before = TimeSlice.current
                TimeSlice.askForShort()
                let after = TimeSlice.current
                Thread.detachNewThread {
                    continuation.resume(returning: [before, after, TimeSlice.current])
                }
            }
        }
    }

    @Test(.enabled(if: grantsSlices, "the kernel grants no slices"))
    func `a thread gets the short slices that it asks for, and starts others with them`()
        async
    {
        let slices = await slices()
        #expect(slices[0] > TimeSlice.length)
        #expect(slices[1...].allSatisfy { $0 == TimeSlice.length })
    }
}
