/// The last `capacity` symbols of a stream, addressed by their position in the stream.
struct SymbolRing: Sendable {
    private var storage: [Int32]
    private let mask: Int
    /// The number of symbols seen so far: the position of the next one.
    private(set) var count = 0

    /// Room for at least `capacity` symbols, rounded up to a power of two.
    init(capacity: Int) {
        var size = 1
        while size < capacity { size &<<= 1 }
        storage = [Int32](repeating: 0, count: size)
        mask = size - 1
    }

    mutating func append(_ symbol: Int32) {
        storage[count & mask] = symbol
        count += 1
    }

    /// The symbol at `position`, which must be among the last `capacity`.
    subscript(position: Int) -> Int32 { storage[position & mask] }

    /// Copies the last `length` symbols, oldest first, into `window`.
    func copyLast(_ length: Int, into window: inout [Int32]) {
        window.removeAll(keepingCapacity: true)
        for position in (count - length)..<count { window.append(storage[position & mask]) }
    }
}
