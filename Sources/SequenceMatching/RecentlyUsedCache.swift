/// What a comparison's result depends on, word for word: the key of a cache.
///
/// Equal keys mean equal content, not only equal hashes; numbers count by their bits, so a NaN is
/// equal to itself.
package struct ContentKey: Hashable, Sendable {
    private var words: [UInt64]

    /// A key that begins with the name of what is computed and its parameters.
    package init(_ name: [UInt8], parameters: [UInt64] = []) {
        words =
            [UInt64(name.count)] + name.map { UInt64($0) } + [UInt64(parameters.count)] + parameters
    }

    package mutating func append(_ series: [Double]) {
        words.append(UInt64(series.count))
        for value in series { words.append(value.bitPattern) }
    }

    package mutating func append(_ symbols: [Int32]) {
        words.append(UInt64(symbols.count))
        for symbol in symbols { words.append(UInt64(UInt32(bitPattern: symbol))) }
    }
}

/// A cache of bounded size that forgets what was least recently used. O(1) per access.
package struct RecentlyUsedCache<Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        let key: ContentKey
        var value: Value
        var older: Int
        var newer: Int
    }

    package let capacity: Int
    package private(set) var hits = 0
    package private(set) var misses = 0
    private var slots: [Slot] = []
    private var places: [ContentKey: Int] = [:]
    private var newest = -1
    private var oldest = -1

    package init(capacity: Int) {
        precondition(capacity > 0, "a cache holds at least one value")
        self.capacity = capacity
    }

    package var count: Int { slots.count }

    /// The value for `key`, computed and kept when it is not there.
    package mutating func value(for key: ContentKey, orCompute compute: () -> Value) -> Value {
        if let place = places[key] {
            hits += 1
            unlink(place)
            link(place)
            return slots[place].value
        }
        misses += 1
        let value = compute()
        insert(value, for: key)
        return value
    }

    private mutating func insert(_ value: Value, for key: ContentKey) {
        let slot = Slot(key: key, value: value, older: -1, newer: -1)
        let place: Int
        if slots.count < capacity {
            place = slots.count
            slots.append(slot)
        } else {
            place = oldest
            unlink(place)
            places[slots[place].key] = nil
            slots[place] = slot
        }
        places[key] = place
        link(place)
    }

    private mutating func unlink(_ place: Int) {
        let (older, newer) = (slots[place].older, slots[place].newer)
        if older >= 0 { slots[older].newer = newer } else { oldest = newer }
        if newer >= 0 { slots[newer].older = older } else { newest = older }
    }

    private mutating func link(_ place: Int) {
        slots[place].older = newest
        slots[place].newer = -1
        if newest >= 0 { slots[newest].newer = place } else { oldest = place }
        newest = place
    }
}
