import Timeline

/// Counts what crosses the boundary and keeps the last rows of it.
struct EventLogAnalyzer: Sendable {
    mutating func observe(_ event: Event, in state: inout SessionState) {
        var direction = EventRow.Direction.local
        var raw: [UInt8] = []
        var type = ""
        switch event.payload {
        case .received(let bytes):
            (direction, raw) = (.received, bytes)
        case .sent(let bytes):
            (direction, raw) = (.sent, bytes)
        case .receivedBinary(let bytes):
            (direction, raw, type) = (.received, bytes, "binary")
        case .sentBinary(let bytes):
            (direction, raw, type) = (.sent, bytes, "binary")
        case .statistics(let bytes):
            (raw, type) = (bytes, "statistics")
        case .key: type = "key"
        case .resize: type = "resize"
        case .opened: type = "opened"
        case .closed: type = "closed"
        case .failed: type = "failed"
        case .mark: type = "mark"
        case .unknown(let kind, let line): (raw, type) = (line, kind)
        }
        state.eventCount += 1
        state.byteCount += UInt64(raw.count)
        if direction == .received { state.receivedCount += 1 }
        if direction == .sent { state.sentCount += 1 }
        let gap = event.time - state.now
        state.now = max(state.now, event.time)
        state.log.append(
            EventRow(
                sequence: event.sequence, time: event.time, source: event.source,
                direction: direction, type: type, byteCount: raw.count, raw: raw, gap: gap,
                isUnknown: false, isDelta: false))
    }
}

extension EventLog {
    /// Adds a row; the oldest raw texts go when the budget is passed.
    mutating func append(_ row: EventRow) {
        var row = row
        if row.raw.count > Self.rawRowLimit { row.raw = [] }
        if rows.count == rows.limit {
            rawBytes -= rows[0].raw.count
            firstRaw = max(firstRaw - 1, 0)
        }
        rawBytes += row.raw.count
        rows.append(row)
        while rawBytes > Self.rawBudget, firstRaw < rows.count {
            rawBytes -= rows[firstRaw].raw.count
            rows[firstRaw].raw = []
            firstRaw += 1
        }
    }
}

package extension EventRow {
    /// What the row says, in one line of at most `limit` characters; made when it is shown.
    func summary(limit: Int = 160) -> String { String(decoding: raw.prefix(limit), as: UTF8.self) }

    var summary: String { summary() }
}
