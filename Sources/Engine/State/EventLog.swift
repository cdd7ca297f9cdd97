package import Timeline

/// The last events as they crossed the boundary.
package struct EventLog: Sendable {
    package internal(set) var rows: Window<EventRow>
    /// Bytes of raw text held by the rows.
    package internal(set) var rawBytes = 0
    /// Rows before this position of the window have lost their raw text.
    var firstRaw = 0

    package static let rowLimit = 5000
    package static let rawBudget = 1 << 20
    /// A single text beyond this is not kept.
    package static let rawRowLimit = 1 << 18

    package init(limit: Int = EventLog.rowLimit) { rows = Window(limit: limit) }

    package var droppedCount: Int { rows.droppedCount }
}

/// One event of the log.
package struct EventRow: Equatable, Sendable {
    package enum Direction: String, Sendable, CaseIterable {
        case received, sent, local
    }

    package var sequence: UInt64
    package var time: Instant
    package var source: SourceID
    package var direction: Direction
    /// The wire's `type`, or the payload's kind.
    package var type: String
    package var byteCount: Int
    /// The text that crossed, while the budget holds it; else empty.
    package var raw: [UInt8]
    /// Since the event before it in this session.
    package var gap: Interval
    package var isUnknown: Bool
    package var isDelta: Bool

    package init(
        sequence: UInt64, time: Instant, source: SourceID, direction: Direction, type: String,
        byteCount: Int, raw: [UInt8], gap: Interval, isUnknown: Bool, isDelta: Bool
    ) {
        self.sequence = sequence
        self.time = time
        self.source = source
        self.direction = direction
        self.type = type
        self.byteCount = byteCount
        self.raw = raw
        self.gap = gap
        self.isUnknown = isUnknown
        self.isDelta = isDelta
    }
}
