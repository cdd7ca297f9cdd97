/// A name that was seen on the wire and how often.
package struct CountedName: Equatable, Sendable {
    package var name: String
    package var count: Int

    package init(name: String, count: Int) {
        self.name = name
        self.count = count
    }
}

/// Counts of names in order of first appearance, for at most `limit` different ones; the rest are
/// counted together in `others`.
package struct NameCounts: Equatable, Sendable {
    package let limit: Int
    package private(set) var names: [CountedName] = []
    package private(set) var others = 0

    package init(limit: Int = 64) { self.limit = limit }

    package var total: Int { names.reduce(others) { $0 + $1.count } }

    package mutating func add(_ name: String) {
        if let index = names.firstIndex(where: { $0.name == name }) {
            names[index].count += 1
        } else if names.count < limit {
            names.append(CountedName(name: name, count: 1))
        } else {
            others += 1
        }
    }
}
