import Synchronization
package import Terminal
package import Timeline

/// Where edges on other threads put what arrived; the loop takes it out.
///
/// The arrival time is stamped by the edge. Only the first entry of a batch wakes the loop. The
/// inbox is bounded: what no longer fits is counted and reported, never silently lost.
package final class Inbox: Sendable {
    package struct Arrival: Sendable {
        package var time: Instant
        package var source: SourceID
        package var payload: Payload

        package init(time: Instant, source: SourceID, payload: Payload) {
            self.time = time
            self.source = source
            self.payload = payload
        }
    }

    private struct State {
        var arrivals: [Arrival] = []
        var dropped = 0
    }

    private let state = Mutex(State())
    private let wakeup: Wakeup
    private let limit: Int

    package init(limit: Int = 1 << 20) throws(TerminalError) {
        wakeup = try Wakeup()
        self.limit = limit
    }

    /// Readable while there is something to take.
    package var descriptor: CInt { wakeup.descriptor }

    /// Puts one arrival in. Callable from any thread; never blocks on the loop.
    ///
    /// - Returns: false when the inbox is full and the arrival was dropped and counted.
    @discardableResult
    package func post(_ arrival: Arrival) -> Bool {
        let (wasEmpty, fits) = state.withLock { state in
            guard state.arrivals.count < limit else {
                state.dropped += 1
                return (false, false)
            }
            state.arrivals.append(arrival)
            return (state.arrivals.count == 1, true)
        }
        if wasEmpty { wakeup.signal() }
        return fits
    }

    /// Takes everything out, in the order of arrival, and how many were dropped since last time.
    package func take() -> (arrivals: [Arrival], dropped: Int) {
        wakeup.drain()
        return state.withLock { state in
            defer { state = State() }
            return (state.arrivals, state.dropped)
        }
    }
}
