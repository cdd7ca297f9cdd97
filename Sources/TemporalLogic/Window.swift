/// A ring of elements numbered by their position in the stream, from `first` up to `end`.
struct Window<Element: Sendable>: Sendable {
    private var storage: [Element]
    private var mask: Int
    private let filler: Element
    private(set) var first = 0
    private(set) var end = 0

    init(filler: Element) {
        self.filler = filler
        storage = [Element](repeating: filler, count: 16)
        mask = 15
    }

    var isEmpty: Bool { first == end }
    var count: Int { end - first }

    subscript(position: Int) -> Element {
        @inline(__always) get { storage[position & mask] }
        @inline(__always) set { storage[position & mask] = newValue }
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        if end - first > mask { grow() }
        storage[end & mask] = element
        end += 1
    }

    /// Forgets the elements before `position`.
    @inline(__always)
    mutating func drop(before position: Int) {
        if position > first { first = min(position, end) }
    }

    /// Forgets the elements from `position` on.
    mutating func drop(from position: Int) {
        if position < end { end = max(position, first) }
    }

    @inline(never)
    private mutating func grow() {
        var larger = [Element](repeating: filler, count: storage.count * 2)
        let wider = larger.count - 1
        for position in first..<end { larger[position & wider] = storage[position & mask] }
        storage = larger
        mask = wider
    }
}
