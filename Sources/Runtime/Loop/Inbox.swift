package import Engine
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

    /// What an edge wants of the client of a session.
    package struct Request: Sendable {
        package var session: SourceID
        package var wish: ClientWish

        package init(session: SourceID, wish: ClientWish) {
            self.session = session
            self.wish = wish
        }
    }

    /// Everything that waited.
    package struct Contents: Sendable {
        package var arrivals: [Arrival] = []
        package var requests: [Request] = []
        /// Arrivals that no longer fitted.
        package var dropped = 0

        var isEmpty: Bool { arrivals.isEmpty && requests.isEmpty }
    }

    private let state = Mutex(Contents())
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
            defer { state.arrivals.append(arrival) }
            return (state.isEmpty, true)
        }
        if wasEmpty { wakeup.signal() }
        return fits
    }

    /// Puts a request in. Callable from any thread.
    package func post(_ request: Request) {
        let wasEmpty = state.withLock { state in
            defer { state.requests.append(request) }
            return state.isEmpty
        }
        if wasEmpty { wakeup.signal() }
    }

    /// Takes everything out, in the order of arrival, and how many were dropped since last time.
    package func take() -> Contents {
        wakeup.drain()
        return state.withLock { state in
            defer { state = Contents() }
            return state
        }
    }
}
