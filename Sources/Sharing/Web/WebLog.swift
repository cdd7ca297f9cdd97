import JSONText
import PeerProtocol
import Recordings
import Timeline

/// The newest events of a log, and what is known of its sources.
final class WebLog {
    /// A source that readers may see.
    struct Source {
        var name: SourceID
        var events: UInt64 = 0
        /// Payload.
        var bytes: UInt64 = 0
        var firstSequence: UInt64
        var lastSequence: UInt64
        var lastTime: Instant
    }

    struct Entry {
        var event: Event
        /// Nil for what readers may not see.
        var source: Int?
    }

    private(set) var sources: [Source] = []
    /// The sequence of the next event.
    private(set) var head: UInt64
    private var numbers: [SourceID: Int] = [:]
    private var hidden: Set<SourceID> = []
    private var entries: [Entry] = []
    private var first = 0
    private var bytes = 0
    private let limit: Int
    private let shares: SourceSelection

    init(limit: Int, shares: SourceSelection, nextSequence: UInt64) {
        (self.limit, self.shares, head) = (limit, shares, nextSequence)
    }

    /// The sequence of the oldest event in memory.
    var tailStart: UInt64 { head - UInt64(entries.count - first) }

    func append(_ event: Event) {
        precondition(event.sequence == head, "the log's events come in order, without gaps")
        head += 1
        let number = number(of: event.source, event)
        if let number {
            sources[number].events += 1
            sources[number].bytes += UInt64(Self.payload(event))
            sources[number].lastSequence = event.sequence
            sources[number].lastTime = event.time
        }
        entries.append(Entry(event: event, source: number))
        bytes += Self.cost(event)
        while bytes > limit, first < entries.count - 1 {
            bytes -= Self.cost(entries[first].event)
            // Its place is given back later, what it holds is at once.
            entries[first].event.payload = .mark("")
            first += 1
        }
        // Halves are given back, so that each event is moved once on average.
        if first >= 256, first * 2 >= entries.count {
            entries.removeFirst(first)
            first = 0
        }
    }

    func entry(_ sequence: UInt64) -> Entry? {
        guard sequence >= tailStart, sequence < head else { return nil }
        return entries[first + Int(sequence - tailStart)]
    }

    func number(of source: SourceID) -> Int? { numbers[source] }

    private func number(of source: SourceID, _ event: Event) -> Int? {
        if let number = numbers[source] { return number }
        guard !hidden.contains(source) else { return nil }
        guard shares.contains(source.name) else {
            // Few are hidden in any log; a hostile one costs no more than this.
            if hidden.count < 4_096 { hidden.insert(source) }
            return nil
        }
        sources.append(
            Source(
                name: source, firstSequence: event.sequence, lastSequence: event.sequence,
                lastTime: event.time))
        numbers[source] = sources.count - 1
        return sources.count - 1
    }

    private static func cost(_ event: Event) -> Int { payload(event) + 96 }

    private static func payload(_ event: Event) -> Int {
        switch event.payload {
        case .received(let bytes), .sent(let bytes), .receivedBinary(let bytes),
            .sentBinary(let bytes), .statistics(let bytes):
            bytes.count
        case .unknown(_, let line): line.count
        case .key(let text), .mark(let text), .failed(let text), .opened(let text):
            text.utf8.count
        case .closed(_, let reason): reason.utf8.count
        case .resize: 0
        }
    }

    /// An event as the line of a recording, without its newline.
    static func line(_ event: Event) -> [UInt8] {
        var line = RecordingCodec.encode(RecordedEvent(event: event))
        line.removeLast()
        return line
    }

    /// The line with its sequence as a last member, and a newline.
    static func numberedLine(_ event: Event) -> [UInt8] {
        var line = line(event)
        guard line.last == UInt8(ascii: "}") else { return line + [UInt8(ascii: "\n")] }
        line.removeLast()
        return line + Array(",\"seq\":\(event.sequence)}\n".utf8)
    }
}
