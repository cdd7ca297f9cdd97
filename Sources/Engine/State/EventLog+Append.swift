import Timeline

extension EventLog {
    /// Adds a row; the oldest raw texts go when the budget is passed. O(1) amortised.
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
