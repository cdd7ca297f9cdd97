/// A dictionary of the last `limit` keys: a new key beyond it pushes out the oldest.
struct BoundedMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let limit: Int
    private var values: [Key: Value] = [:]
    /// Keys in order of arrival, as a ring once `limit` is reached.
    private var keys: [Key] = []
    private var oldest = 0

    init(limit: Int) { self.limit = limit }

    var count: Int { values.count }

    subscript(key: Key) -> Value? { values[key] }

    /// Changes the value of a key that is there.
    mutating func update(_ key: Key, _ change: (inout Value) -> Void) {
        guard let index = values.index(forKey: key) else { return }
        change(&values.values[index])
    }

    mutating func set(_ key: Key, _ value: Value) {
        guard values.updateValue(value, forKey: key) == nil else { return }
        if keys.count < limit {
            keys.append(key)
        } else {
            values[keys[oldest]] = nil
            keys[oldest] = key
            oldest = (oldest + 1) % limit
        }
    }
}
