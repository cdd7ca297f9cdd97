/// Says how unlikely a pattern is by chance, given the symbols around it.
///
/// A `PermutationTest` over the last `window` symbols: the null hypothesis is that they stand in
/// random order, the statistic whether the pattern is found anywhere among them with as few edits.
/// O(window) per permutation for patterns of up to 64 symbols.
struct ShuffledBackground: Sendable {
    static let window = 256
    private var symbols: [Int32] = []

    /// The fewest symbols of stream for which a pattern of this length gets a confidence.
    static func least(forLength length: Int) -> Int { max(24, 2 * length) }

    /// One minus p for `pattern` within `edits`, or nil when the stream is too short.
    mutating func confidence(
        of pattern: [Int32], edits: Int, in ring: SymbolRing, seed: UInt64
    ) -> Double? {
        guard pattern.count > 1, ring.count >= Self.least(forLength: pattern.count) else {
            return nil
        }
        ring.copyLast(min(ring.count, Self.window), into: &symbols)
        var scan = BackgroundScan(pattern: pattern)
        return PermutationTest(seed: seed).confidence { random in
            scan.finds(edits: edits, shuffling: &symbols, with: &random)
        }
    }
}

/// Looks for one pattern in freshly shuffled windows; shuffles only as far as it reads.
private struct BackgroundScan {
    private let pattern: [Int32]
    private var masks: [UInt64] = []
    private var column: SellersColumn

    init(pattern: [Int32]) {
        self.pattern = pattern
        column = SellersColumn(pattern: pattern, position: 0)
        guard pattern.count <= 64, let largest = pattern.max() else { return }
        masks = [UInt64](
            repeating: SearchWord.padding(length: pattern.count), count: Int(largest) + 2)
        for row in pattern.indices {
            masks[Int(pattern[row])] |= SearchWord.bit(row: row, length: pattern.count)
        }
    }

    mutating func finds(
        edits: Int, shuffling symbols: inout [Int32], with random: inout SplitMix
    ) -> Bool {
        var word = SearchWord(length: pattern.count)
        if masks.isEmpty { column.restart(at: 0) }
        for place in symbols.indices {
            let other = place + Int(random.below(UInt32(symbols.count - place)))
            symbols.swapAt(place, other)
            if masks.isEmpty {
                column.step(symbols[place], at: place)
                if column.match.edits <= edits { return true }
            } else {
                word.step(masks[min(Int(symbols[place]), masks.count - 1)])
                if word.edits <= edits { return true }
            }
        }
        return false
    }
}
