import Dispatch
import Recordings
import Synchronization
import Timeline

/// Reads again what guests have missed, from the log's file and on a thread of its own.
///
/// Whoever reads on gets the cursor that was left there; a new place is reached from the last of
/// the places noted on the way, one for each MiB. No more is read than was said to be written.
final class LogHistory: Sendable {
    private let queue = DispatchQueue(label: "history")
    private struct State {
        let path: String
        /// Cursors by the sequence number that they read next, the least recently used first.
        var cursors: [EventCursor] = []
        /// Places that cursors have passed.
        var index = RecordingIndex(stride: 1 << 40, byteStride: 1 << 20)

        init(_ path: String) { self.path = path }

        mutating func events(
            from first: UInt64, to end: UInt64, limit: Int
        ) throws(FileError) -> [Event] {
            guard first < end else { return [] }
            var cursor = try cursor(at: first)
            var events: [Event] = []
            var bytes = 0
            while cursor.nextSequence < end, bytes < limit, let event = try next(&cursor) {
                events.append(event)
                bytes += event.payload.byteCount + 16
            }
            if cursors.count >= LogHistory.cursorLimit { cursors.removeFirst() }
            cursors.append(cursor)
            return events
        }

        private mutating func cursor(at sequence: UInt64) throws(FileError) -> EventCursor {
            if let known = cursors.firstIndex(where: { $0.nextSequence == sequence }) {
                return cursors.remove(at: known)
            }
            var cursor = try EventCursor(
                path: path, from: index.position(beforeSequence: sequence), header: nil)
            while cursor.nextSequence < sequence, try next(&cursor) != nil {}
            return cursor
        }

        /// Reads on, and notes where that was.
        private mutating func next(_ cursor: inout EventCursor) throws(FileError) -> Event? {
            guard let event = try cursor.next() else { return nil }
            if let place = cursor.position {
                index.note(
                    sequence: place.sequence, time: place.time, offset: place.offset,
                    line: place.line)
            }
            return event
        }
    }

    private let state: Mutex<State>
    private static let cursorLimit = 8

    init(path: String) { state = Mutex(State(path)) }

    /// Reads events from `first` to before `end`, at most `limit` bytes of them and at least one.
    ///
    /// - Parameter then: gets the events on the history's own thread; none when `first` is at the
    ///   end.
    func read(
        from first: UInt64, to end: UInt64, limit: Int,
        then: @escaping @Sendable (Result<[Event], FileError>) -> Void
    ) {
        queue.async { [self] in
            do throws(FileError) {
                then(
                    .success(
                        try state.withLock { (state) throws(FileError) in
                            try state.events(from: first, to: end, limit: limit)
                        }))
            } catch {
                then(.failure(error))
            }
        }
    }

    /// Waits for what is being read; `then` is not called any more afterwards, unless `read` is.
    func finish() { queue.sync {} }
}
