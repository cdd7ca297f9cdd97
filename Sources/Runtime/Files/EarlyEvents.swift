import Recordings
package import Timeline

/// Events of a log that came before others that are still missing, in bounded memory.
///
/// Up to `memoryLimit` bytes wait in memory. When there are more, all of them go to a side file as
/// one run, in the order of the log; the events of a run are read back one after the other, as
/// their turn comes. A run costs some 100 bytes of memory, whatever its size; at most
/// `bufferLimit` runs have a buffer at once. Putting in and taking out cost O(1), and O(log n) for
/// the sorting of a run.
package final class EarlyEvents {
    /// Beside the recording, so that it is on a disk that has room for one.
    private let path: String
    private let memoryLimit: Int
    private var kept: [UInt64: Event] = [:]
    private var keptBytes = 0
    /// Where the next run goes.
    private var file: EarlyEventFile?
    /// Runs by the sequence of the event that each has next.
    private var runs: [UInt64: EarlyEventRun] = [:]
    /// Runs that have a buffer, the least recently read first.
    private var buffered: [EarlyEventRun] = []

    private static let bufferLimit = 16
    /// After how much another file is begun, so that what was read gives its room back.
    private static let fileSize = 256 << 20
    /// What an event costs beside its payload, in the dictionary and on the heap.
    private static let overhead = 160

    package init(beside path: String, memoryLimit: Int = 8 << 20) {
        self.path = path
        self.memoryLimit = memoryLimit
    }

    package var isEmpty: Bool { kept.isEmpty && runs.isEmpty }

    /// Bytes of events in memory: at most the limit, one event and the buffers of runs.
    package var heldBytes: Int {
        keptBytes + buffered.reduce(0) { $0 + $1.bufferedCount } + runs.count * Self.overhead
    }

    /// Bytes in the side file whose events have not been taken.
    package var spilledBytes: Int { runs.values.reduce(0) { $0 + $1.count } }

    package func contains(_ sequence: UInt64) -> Bool {
        kept[sequence] != nil || runs[sequence] != nil
    }

    private static func size(of event: Event) -> Int { event.payload.byteCount + overhead }

    package func insert(_ event: Event) throws(FileError) {
        keptBytes += Self.size(of: event)
        if let same = kept.updateValue(event, forKey: event.sequence) {
            keptBytes -= Self.size(of: same)
        }
        if keptBytes > memoryLimit { try spill() }
    }

    /// Takes the event of `sequence` out, where it is there.
    ///
    /// Events are taken in ascending order; what is passed over in a run stays.
    package func take(_ sequence: UInt64) throws(FileError) -> Event? {
        let known = kept.removeValue(forKey: sequence)
        if let known { keptBytes -= Self.size(of: known) }
        guard let run = runs.removeValue(forKey: sequence) else { return known }
        let event = try run.take()
        try wait(run)
        return known ?? event
    }

    /// Brings all that is in memory to the side file.
    private func spill() throws(FileError) {
        let file: EarlyEventFile
        if let known = self.file, known.end < Self.fileSize {
            file = known
        } else {
            file = try EarlyEventFile(beside: path)
            self.file = file
        }
        let start = file.end
        var bytes: [UInt8] = []
        for sequence in kept.keys.sorted() {
            guard let event = kept[sequence] else { continue }
            EarlyEventRun.encode(event, into: &bytes)
            if bytes.count >= EarlyEventRun.bufferSize {
                try file.append(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try file.append(bytes)
        kept = [:]
        keptBytes = 0
        try wait(EarlyEventRun(file, from: start))
    }

    /// Lets a run wait for the turn of its next event; one that another run has as well is passed
    /// over.
    private func wait(_ run: EarlyEventRun) throws(FileError) {
        while let next = try run.nextSequence() {
            guard runs[next] != nil else {
                runs[next] = run
                return touch(run)
            }
            try run.skip()
        }
        buffered.removeAll { $0 === run }
        if runs.isEmpty { file = nil }
    }

    /// Notes that a run was read, and takes the buffer of one that was not for long.
    private func touch(_ run: EarlyEventRun) {
        guard buffered.last !== run else { return }
        buffered.removeAll { $0 === run }
        buffered.append(run)
        if buffered.count > Self.bufferLimit { buffered.removeFirst().forgetBuffer() }
    }
}
