import Dispatch
import Synchronization
import Timeline

/// Reads again what guests have missed, from the log's file and on a thread of its own.
///
/// Whoever reads on gets the cursor that was left there; a new place is reached from the start of
/// the file. No more is read than was said to be written.
final class LogHistory: Sendable {
    private let path: String
    private let queue = DispatchQueue(label: "history")
    /// Cursors by the sequence number that they read next, the least recently used first.
    private let cursors = Mutex<[EventCursor]>([])
    private static let cursorLimit = 8

    init(path: String) { self.path = path }

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
                then(.success(try events(from: first, to: end, limit: limit)))
            } catch {
                then(.failure(error))
            }
        }
    }

    /// Waits for what is being read; `then` is not called any more afterwards, unless `read` is.
    func finish() { queue.sync {} }

    private func events(
        from first: UInt64, to end: UInt64, limit: Int
    ) throws(FileError) -> [Event] {
        guard first < end else { return [] }
        var cursor = try cursor(at: first)
        var events: [Event] = []
        var bytes = 0
        while cursor.nextSequence < end, bytes < limit, let event = try cursor.next() {
            events.append(event)
            bytes += event.payload.byteCount + 16
        }
        let kept = cursor
        cursors.withLock { cursors in
            if cursors.count >= Self.cursorLimit { cursors.removeFirst() }
            cursors.append(kept)
        }
        return events
    }

    private func cursor(at sequence: UInt64) throws(FileError) -> EventCursor {
        let known = cursors.withLock { cursors -> EventCursor? in
            guard let index = cursors.firstIndex(where: { $0.nextSequence == sequence }) else {
                return nil
            }
            return cursors.remove(at: index)
        }
        if let known { return known }
        var cursor = try EventCursor(path: path, from: nil, header: nil)
        while cursor.nextSequence < sequence, try cursor.next() != nil {}
        return cursor
    }
}
