import Dispatch
import Synchronization
import Timeline

/// Plays a recording as if it happened now: posts each event at its time.
///
/// The events keep the times they were recorded with, so that what is computed of them here or by
/// others is what `analyze` says of the file.
final class RecordingEdge: Sendable {
    private let inbox: Inbox
    private let clock: MonotonicClock
    /// 1 is real time; infinite is at once.
    private let speed: Double
    private let isStopped = Mutex(false)
    private let queue = DispatchQueue(label: "recording")
    private let finished: @Sendable (FileError?) -> Void

    /// Events posted before the inbox is asked whether it has room.
    private static let portion = 512

    /// - Parameter finished: called once when the last event was posted, or none can be read.
    init(
        speed: Double, inbox: Inbox, clock: MonotonicClock,
        finished: @escaping @Sendable (FileError?) -> Void
    ) {
        self.speed = speed
        self.inbox = inbox
        self.clock = clock
        self.finished = finished
    }

    func start(_ source: EventSource) {
        queue.async { [self] in
            do throws(FileError) {
                try play(source)
                finished(nil)
            } catch {
                finished(error)
            }
        }
    }

    func stop() { isStopped.withLock { $0 = true } }

    /// Later than this nothing is played: some thirty years.
    private static let longest = Interval.seconds(1e9)

    private func play(_ source: EventSource) throws(FileError) {
        var cursor = try source.cursor(at: 0)
        let begin = clock.now
        var events: [Event] = []
        while let event = try cursor.next() {
            let due =
                begin + min(.milliseconds((event.time - .zero).milliseconds / speed), Self.longest)
            if due > clock.now || events.count >= Self.portion {
                post(&events)
                wait(until: due)
            }
            if isStopped.withLock({ $0 }) { return }
            events.append(event)
        }
        post(&events)
    }

    private func post(_ events: inout [Event]) {
        guard !events.isEmpty else { return }
        inbox.post(copiesOf: events)
        events.removeAll(keepingCapacity: true)
        // The loop is slower than the file: it gets time to catch up.
        while inbox.room != .all, !isStopped.withLock({ $0 }) {
            clock.sleep(until: clock.now + .milliseconds(1))
        }
    }

    /// Waits in steps, so that stopping is never long.
    private func wait(until time: Instant) {
        while !isStopped.withLock({ $0 }) {
            let left = time - clock.now
            guard left > .zero else { return }
            clock.sleep(until: min(time, clock.now + .milliseconds(200)))
        }
    }
}
