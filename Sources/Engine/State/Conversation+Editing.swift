import Timeline

extension Conversation {
    /// Appends an entry under the next number, which it returns.
    @discardableResult
    mutating func append(_ entry: Entry) -> Int {
        var entry = entry
        entry.id = entries.total
        if entries.count == entries.limit { textBytes -= entries[0].text.utf8.count }
        textBytes += entry.text.utf8.count
        entries.append(entry)
        trim()
        return entry.id
    }

    /// Appends a delta to an entry; false when the entry is gone or full.
    mutating func append(_ text: String, toEntry id: Int, _ moment: Moment, limit: Int) -> Bool {
        guard let position = entries.position(ofNumber: id),
            entries[position].text.utf8.count < limit
        else { return false }
        entries[position].append(text, moment)
        textBytes += text.utf8.count
        if textBytes > Self.textBudget { trim() }
        return true
    }

    /// Changes an entry that is still kept.
    mutating func update(entry id: Int, _ change: (inout Entry) -> Void) {
        guard let position = entries.position(ofNumber: id) else { return }
        let before = entries[position].text.utf8.count
        change(&entries[position])
        textBytes += entries[position].text.utf8.count - before
        trim()
    }

    /// Drops the oldest entries while the texts pass the budget.
    private mutating func trim() {
        while textBytes > Self.textBudget, entries.count > 1 {
            textBytes -= entries[0].text.utf8.count
            entries.removeFirst()
        }
    }
}

extension Entry {
    mutating func append(_ delta: String, _ moment: Moment) {
        text += delta
        deltas += 1
        isComplete = false
        updatedAt = moment.time
        lastSequence = moment.sequence
    }
}
