import NIOCore
import NIOPosix
package import Timeline

/// The threads that do networking; the program makes one set and passes it on.
package final class NetworkThreads: Sendable {
    let group: MultiThreadedEventLoopGroup

    package init(count: Int = 1) { group = MultiThreadedEventLoopGroup(numberOfThreads: count) }

    /// The next of the threads, in turn.
    package func next() -> NetworkThread { NetworkThread(loop: group.next()) }

    /// Ends the threads; connections that are still open are cut. Not to be called on one of them.
    package func shutDown() throws(NetworkError) {
        do {
            try group.syncShutdownGracefully()
        } catch {
            throw NetworkError(.cancelled, "ending the network threads: \(error)")
        }
    }
}

/// One networking thread: work put on it runs in order, and must not block.
package struct NetworkThread: Sendable {
    let loop: any EventLoop

    package var isCurrent: Bool { loop.inEventLoop }

    package func execute(_ work: @escaping @Sendable () -> Void) { loop.execute(work) }

    /// Runs `work` once after `delay`, unless it is cancelled before.
    @discardableResult
    package func schedule(
        after delay: Interval, _ work: @escaping @Sendable () -> Void
    ) -> ScheduledWork {
        ScheduledWork(task: loop.scheduleTask(in: delay.amount, work))
    }
}

/// Work that waits for its time.
package struct ScheduledWork: Sendable {
    let task: Scheduled<Void>

    package func cancel() { task.cancel() }
}

extension Interval {
    var amount: TimeAmount { TimeAmount.nanoseconds(nanoseconds) }

    init(_ amount: TimeAmount) { self.init(nanoseconds: amount.nanoseconds) }
}
