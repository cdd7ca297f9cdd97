/// One column of Sellers' matrix (J. Algorithms 1980): for every prefix of a pattern, the least
/// edits to some stretch of the stream that ends here, and where that stretch starts.
///
/// Edits and start are packed into one number, edits above start, so that one `min` picks the
/// least edits and among equals the earliest start. O(m) per symbol.
struct SellersColumn: Sendable {
    private let pattern: [Int32]
    private var cells: [Int64]
    private static let edit: Int64 = 1 << 44

    init(pattern: [Int32], position: Int) {
        self.pattern = pattern
        cells = [Int64](repeating: 0, count: pattern.count + 1)
        restart(at: position)
    }

    /// Forgets everything: the stream begins at `position`.
    mutating func restart(at position: Int) {
        for row in cells.indices { cells[row] = Int64(row) * Self.edit + Int64(position) }
    }

    /// Takes in the symbol at `position`.
    mutating func step(_ symbol: Int32, at position: Int) {
        var diagonal = cells[0]
        var above = Int64(position) + 1
        cells[0] = above
        for row in pattern.indices {
            let left = cells[row + 1]
            var best = pattern[row] == symbol ? diagonal : diagonal + Self.edit
            best = min(best, min(left, above) + Self.edit)
            diagonal = left
            cells[row + 1] = best
            above = best
        }
    }

    /// The least edits of the whole pattern to a stretch ending here, and that stretch's start.
    var match: (edits: Int, start: Int) {
        let cell = cells[pattern.count]
        return (Int(cell / Self.edit), Int(cell % Self.edit))
    }

    /// Whether some prefix with fewer than `edits` edits began at or before `position`: it could
    /// still grow into a better match that overlaps one ending there.
    func canImprove(on edits: Int, endingAt position: Int) -> Bool {
        let limit = Int64(edits) * Self.edit
        for cell in cells where cell < limit && cell % Self.edit <= Int64(position) { return true }
        return false
    }
}
