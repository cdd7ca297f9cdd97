package import Engine
import Glibc
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
        /// Its place in the log, where that was given on another machine.
        package var sequence: UInt64?

        package init(time: Instant, source: SourceID, payload: Payload) {
            self.time = time
            self.source = source
            self.payload = payload
        }

        /// An event of a log that this one is a copy of.
        package init(copyOf event: Event) {
            time = event.time
            source = event.source
            payload = event.payload
            sequence = event.sequence
        }
    }

    /// What copies may still come.
    package enum Room: Sendable { case none, urgentOnly, all }

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
        /// Copies of events that overtake others: a token does not wait for a picture.
        package var urgent: [Arrival] = []
        package var requests: [Request] = []
        /// Arrivals that no longer fitted.
        package var dropped = 0
        /// What the arrivals hold.
        var bytes = 0
        var urgentBytes = 0

        var isEmpty: Bool { arrivals.isEmpty && urgent.isEmpty && requests.isEmpty }

        var room: Room {
            if urgent.count >= Inbox.copyLimit || urgentBytes >= Inbox.copyByteLimit {
                return .none
            }
            return arrivals.count >= Inbox.copyLimit || bytes >= Inbox.copyByteLimit
                ? .urgentOnly : .all
        }
    }

    private let state = Mutex(Contents())
    private let wakeup: Wakeup
    private let limit: Int
    private let byteLimit: Int

    /// - Parameters:
    ///   - limit: how many arrivals may wait.
    ///   - byteLimit: how much they may hold together.
    package init(limit: Int = 1 << 20, byteLimit: Int = 256 << 20) throws(TerminalError) {
        wakeup = try Wakeup()
        self.limit = limit
        self.byteLimit = byteLimit
    }

    /// Readable while there is something to take.
    package var descriptor: CInt { wakeup.descriptor }

    /// Puts one arrival in. Callable from any thread; never blocks on the loop.
    ///
    /// - Returns: false when the inbox is full and the arrival was dropped and counted.
    @discardableResult
    package func post(_ arrival: Arrival) -> Bool {
        let size = arrival.payload.byteCount
        let (wasEmpty, fits) = state.withLock { state in
            guard state.arrivals.count < limit, state.bytes + size <= byteLimit else {
                state.dropped += 1
                return (false, false)
            }
            state.bytes += size
            defer { state.arrivals.append(arrival) }
            return (state.isEmpty, true)
        }
        if wasEmpty { wakeup.signal() }
        return fits
    }

    /// Puts in events of a log that this one is a copy of; none is ever dropped, since their
    /// sender waits when it is told to.
    ///
    /// - Parameter isUrgent: whether they overtake others; those of one source all do or none.
    /// - Returns: what may still come before `take` was called.
    @discardableResult
    package func post(copiesOf events: [Event], isUrgent: Bool = false) -> Room {
        let size = events.reduce(0) { $0 + $1.payload.byteCount }
        let (wasEmpty, room) = state.withLock { state in
            let wasEmpty = state.isEmpty
            if isUrgent {
                state.urgentBytes += size
                state.urgent += events.lazy.map { Arrival(copyOf: $0) }
            } else {
                state.bytes += size
                state.arrivals += events.lazy.map { Arrival(copyOf: $0) }
            }
            return (wasEmpty, state.room)
        }
        if wasEmpty { wakeup.signal() }
        return room
    }

    /// What copies may come now.
    package var room: Room { state.withLock { $0.room } }

    /// How many copies of each kind may wait before their sender is told to.
    private static let copyLimit = 1 << 16
    private static let copyByteLimit = 16 << 20

    /// Waits until it is woken, or so long; without end when negative.
    func wait(milliseconds: CInt = -1) {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        unsafe poll(&waiting, 1, milliseconds)
    }

    /// Forgets that it was woken, and takes nothing; what waits is still there to be taken.
    package func settle() { wakeup.drain() }

    /// Wakes the loop, though nothing has arrived: something beside the log has changed.
    package func wake() { wakeup.signal() }

    /// Puts a request in. Callable from any thread.
    package func post(_ request: Request) {
        let wasEmpty = state.withLock { state in
            defer { state.requests.append(request) }
            return state.isEmpty
        }
        if wasEmpty { wakeup.signal() }
    }

    /// Who reports arrivals that were dropped.
    static let source = SourceID("inbox")

    /// What the log says of arrivals that were dropped.
    static func gap(of dropped: Int) -> Payload {
        .statistics(Array(#"{"dropped_arrivals":\#(dropped)}"#.utf8))
    }

    /// Takes everything out, in the order of arrival, and how many were dropped since last time.
    ///
    /// - Parameters:
    ///   - leavingArrivals: leaves what is not urgent, for who has enough of it.
    ///   - leavingUrgent: leaves what is urgent.
    package func take(leavingArrivals: Bool = false, leavingUrgent: Bool = false) -> Contents {
        wakeup.drain()
        return state.withLock { state in
            var taken = Contents()
            swap(&taken, &state)
            if leavingArrivals {
                swap(&taken.arrivals, &state.arrivals)
                swap(&taken.bytes, &state.bytes)
            }
            if leavingUrgent {
                swap(&taken.urgent, &state.urgent)
                swap(&taken.urgentBytes, &state.urgentBytes)
            }
            return taken
        }
    }
}

extension Payload {
    /// How much it holds. Texts count too: those of a copy are as long as their host likes.
    var byteCount: Int {
        switch self {
        case .received(let bytes), .sent(let bytes), .receivedBinary(let bytes),
            .sentBinary(let bytes), .statistics(let bytes):
            bytes.count
        case .unknown(let kind, let bytes): kind.utf8.count + bytes.count
        case .key(let text), .opened(let text), .closed(_, let text), .failed(let text),
            .mark(let text):
            text.utf8.count
        case .resize: 0
        }
    }
}
