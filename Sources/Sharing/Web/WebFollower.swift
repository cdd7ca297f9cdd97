import HTTP3
import Timeline

/// A reader of one source: where it stands in the log, and how it wants the events.
final class WebFollower {
    let stream: HTTP3Stream
    /// The WebTransport session that the stream belongs to.
    let session: HTTP3Stream?
    let source: SourceID
    let form: WebForm
    /// 0 first, 7 last (RFC 9218).
    let urgency: Int
    /// The first sequence that it was not given.
    var next: UInt64
    /// It has enough when it was given all before this; nil follows for ever.
    private(set) var end: UInt64?
    /// Whether the transport has said to wait.
    var isHeld = false
    /// What it has asked of the history.
    var request: WebHistoryRequest?
    var events: UInt64 = 0
    var bytes: UInt64 = 0
    var rate = RateMeter()
    var lastSent: Instant
    var lag = Lag()
    /// When it is told the next time how much happens; nil while it keeps up.
    var summaryTime: Instant?
    /// Whether the last summary found no room.
    var hasSummaryFailed = false
    /// Where a WebTransport session is told that.
    var summaries: HTTP3Stream?

    init(
        _ stream: HTTP3Stream, session: HTTP3Stream? = nil, source: SourceID, form: WebForm,
        urgency: Int, next: UInt64, end: UInt64?, at now: Instant
    ) {
        self.stream = stream
        self.session = session
        self.source = source
        self.form = form
        self.urgency = urgency
        self.next = next
        self.end = end
        lastSent = now
    }

    /// Lets it end with the log.
    func limit(to head: UInt64) { end = min(end ?? head, head) }

    /// An event as this reader wants it.
    func text(_ event: Event) -> [UInt8] {
        switch form {
        case .lines, .webTransport: return WebLog.numberedLine(event)
        case .events:
            var line = WebLog.line(event)
            if case .unknown = event.payload {
                // Between JSON's tokens it is a blank, but it would end a line here.
                line = line.map { $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
            }
            return Array("id: \(event.sequence)\ndata: ".utf8) + line + Array("\n\n".utf8)
        }
    }
}
