package import QUIC
package import Timeline

/// A connection that reads the log, from its first stream of events until it ends.
final class WebReader {
    let number: WebReaderID
    let address: String
    var sendRate = RateMeter()
    var receiveRate = RateMeter()

    init(_ number: WebReaderID, address: String) {
        (self.number, self.address) = (number, address)
    }
}

/// A reader's number, the lowest that is free when it comes: so their sources in a log are few,
/// however many come and go.
package struct WebReaderID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var number: Int

    package init(_ number: Int) { self.number = number }

    package static func < (a: WebReaderID, b: WebReaderID) -> Bool { a.number < b.number }

    /// Its source in the host's log: `web/1`.
    package var description: String { "web/\(number)" }
}

/// How events are given to a reader.
package enum WebForm: String, Sendable, CaseIterable {
    /// `text/event-stream`.
    case events = "SSE"
    /// JSON Lines with the sequence as a last member.
    case lines = "JSON Lines"
    /// The same lines on a stream of a WebTransport session.
    case webTransport = "WebTransport"
}

/// How a reader fares.
package struct WebReaderStatus: Equatable, Sendable {
    package var reader: WebReaderID
    package var address: String
    package var statistics: ConnectionStatistics
    /// UDP payload in bytes per second.
    package var sendRate = 0.0
    package var receiveRate = 0.0
    package var streams: [WebStreamStatus] = []

    package init(reader: WebReaderID, address: String, statistics: ConnectionStatistics) {
        self.reader = reader
        self.address = address
        self.statistics = statistics
    }

    /// The forms in which it reads, each once.
    package var forms: [WebForm] {
        WebForm.allCases.filter { form in streams.contains { $0.form == form } }
    }

    /// Whether it is slower than the log.
    package var isBehind: Bool { streams.contains { $0.isBehind } }
}

/// One stream of events.
package struct WebStreamStatus: Equatable, Sendable {
    package var source: SourceID
    package var form: WebForm
    /// 0 first, 7 last (RFC 9218).
    package var urgency: Int
    package var events: UInt64
    package var bytes: UInt64
    /// Bytes per second.
    package var rate: Double
    /// How far it is behind in the log's sequence, which counts other sources' events too.
    package var sequencesBehind: UInt64
    package var isBehind: Bool

    package init(
        source: SourceID, form: WebForm, urgency: Int, events: UInt64, bytes: UInt64,
        rate: Double, sequencesBehind: UInt64, isBehind: Bool
    ) {
        self.source = source
        self.form = form
        self.urgency = urgency
        self.events = events
        self.bytes = bytes
        self.rate = rate
        self.sequencesBehind = sequencesBehind
        self.isBehind = isBehind
    }
}
