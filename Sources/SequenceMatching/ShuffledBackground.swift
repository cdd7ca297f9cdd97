/// How often patterns are found by chance: the running permutation test behind their confidence.
///
/// The null hypothesis is that the last `window` symbols stand in random order. Seeded permutations
/// of them are searched for all patterns at once, a few symbols for every symbol of the stream, so
/// that no report has to wait for its test; of each permutation the least edits of every pattern
/// are kept. p is the share of the last 99 permutations that hold the pattern with as few edits,
/// the stream itself counted among them, so it is never zero (Phipson and Smyth, 2010). Patterns
/// beyond 64 symbols are represented by their first 64, which can only make p greater. Memory and
/// time per symbol are bounded whatever the stream.
struct ShuffledBackground: Sendable {
    static let window = 256
    static let permutations = 99
    /// Fewer permutations than these say too little.
    static let fewest = 19
    /// Symbols in a window worth shuffling.
    static let shortest = 24

    private var words: [SearchWord]
    private let lengths: [Int]
    private var least: [UInt8]
    /// The least edits of each pattern, permutation after permutation, and the windows' sizes.
    private var history: [UInt8]
    private var sizes: [Int] = []
    private var oldest = 0
    private var symbols: [Int32] = []
    private var place = 0
    private var random = SplitMix(seed: 0x5348_5546_464C_4544)

    /// For patterns of these lengths.
    init(lengths: [Int]) {
        self.lengths = lengths.map { max(1, min($0, 64)) }
        words = self.lengths.map { SearchWord(length: $0) }
        least = [UInt8](repeating: .max, count: lengths.count)
        history = [UInt8](repeating: .max, count: lengths.count * Self.permutations)
    }

    /// Searches on, in proportion to one symbol of the stream; `masks` holds a row per symbol.
    mutating func advance(_ ring: SymbolRing, masks: [UInt64]) {
        guard ring.count >= Self.shortest, !words.isEmpty else { return }
        // Many patterns take longer to judge, rather than more time a symbol; once the history is
        // full it only has to follow the stream's drift.
        let isFull = sizes.count == Self.permutations && sizes[oldest] == Self.window
        var steps = max(1, min(32, 1024 / words.count))
        if isFull { steps = max(1, steps / 8) }
        for _ in 0..<steps {
            if place == symbols.count { begin(ring) }
            let other = place + Int(random.below(UInt32(symbols.count - place)))
            symbols.swapAt(place, other)
            search(row: Int(symbols[place]) * words.count, masks)
            place += 1
            if place == symbols.count { record() }
        }
    }

    private mutating func begin(_ ring: SymbolRing) {
        ring.copyLast(min(ring.count, Self.window), into: &symbols)
        place = 0
        for index in words.indices {
            words[index] = SearchWord(length: lengths[index])
            least[index] = UInt8(lengths[index])
        }
    }

    private mutating func search(row: Int, _ masks: [UInt64]) {
        for index in words.indices {
            words[index].step(masks[row + index])
            least[index] = min(least[index], UInt8(truncatingIfNeeded: words[index].edits))
        }
    }

    private mutating func record() {
        let slot = sizes.count < Self.permutations ? sizes.count : oldest
        for index in least.indices { history[slot * least.count + index] = least[index] }
        if slot == sizes.count {
            sizes.append(symbols.count)
        } else {
            sizes[slot] = symbols.count
            oldest = (oldest + 1) % Self.permutations
        }
    }

    /// One minus p for a match of a pattern, or nil while there are too few permutations of windows
    /// at least half as long as the present one, or the pattern is a single symbol.
    func confidence(of index: Int, edits: Int, streamLength: Int) -> Double? {
        guard lengths[index] > 1 else { return nil }
        let size = min(streamLength, Self.window)
        var (drawn, hits) = (0, 0)
        for slot in sizes.indices where 2 * sizes[slot] > size {
            drawn += 1
            if Int(history[slot * lengths.count + index]) <= edits { hits += 1 }
        }
        if drawn < Self.fewest { return nil }
        return 1 - Double(hits + 1) / Double(drawn + 1)
    }
}
