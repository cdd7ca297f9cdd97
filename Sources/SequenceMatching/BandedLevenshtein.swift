extension PreparedSequence {
    /// The Levenshtein distance to `text` when it is at most `limit`, else nil.
    ///
    /// Only words that touch Ukkonen's band are computed (Information and Control 1985), and every
    /// 64 columns it stops if no cell of the band can still end within the limit.
    /// O(n · limit/64), never more than the full distance.
    package mutating func levenshteinDistance(to text: [Int32], limit: Int) -> Int? {
        let (rows, columns) = (symbols.count, text.count)
        if limit < 0 || abs(rows - columns) > limit { return nil }
        if rows == 0 || columns == 0 { return max(rows, columns) }
        if limit >= rows / 2 || rows <= 128 {
            let distance = levenshteinDistance(to: text)
            return distance <= limit ? distance : nil
        }
        var band = EditBand(rows: rows, columns: columns, limit: limit)
        for (column, id) in text.enumerated() {
            let row = row(of: id)
            band.enter(column: column + 1)
            var right = (rise: UInt64(1), fall: UInt64(0))
            for word in band.words {
                right = band.step(word, mask: mask(word, row: row), from: right)
            }
            band.leave(with: right)
            if column % 64 == 63, !band.canEndWithinLimit(at: column + 1) { return nil }
        }
        let distance = band.distance
        return distance <= limit ? distance : nil
    }
}

/// The words of the matrix's current column that lie in the band.
private struct EditBand {
    private let rows: Int
    private let columns: Int
    private let limit: Int
    /// How far the band reaches above and below the main diagonal.
    private let above: Int
    private let below: Int
    private var rises: [UInt64]
    private var falls: [UInt64]
    /// The words in the band.
    private(set) var words: ClosedRange<Int>
    /// The value in the lowest row of the last word.
    private var bottom: Int

    init(rows: Int, columns: Int, limit: Int) {
        self.rows = rows
        self.columns = columns
        self.limit = limit
        above = (limit - (rows - columns)) / 2
        below = (limit + (rows - columns)) / 2
        rises = [UInt64](repeating: .max, count: (rows + 63) / 64)
        falls = [UInt64](repeating: 0, count: rises.count)
        words = 0...max(0, min(rows, below) - 1) / 64
        bottom = (words.upperBound + 1) * 64
    }

    /// Moves the band to `column`, counted from 1; a new word begins one edit a row below the last.
    mutating func enter(column: Int) {
        let first = (max(1, column - above) - 1) / 64
        let last = (min(rows, column + below) - 1) / 64
        bottom += (last - words.upperBound) * 64
        words = first...last
    }

    /// Hyyrö's step over one word; what enters above the band may only be too large.
    @inline(__always)
    mutating func step(
        _ word: Int, mask: UInt64, from above: (rise: UInt64, fall: UInt64)
    ) -> (rise: UInt64, fall: UInt64) {
        let (rise, fall) = (rises[word], falls[word])
        let entering = mask | above.fall
        let level = (((entering & rise) &+ rise) ^ rise) | entering | fall
        let right = fall | ~(level | rise)
        let left = rise & level
        let rightward = (right &<< 1) | above.rise
        rises[word] = (left &<< 1) | above.fall | ~(level | rightward)
        falls[word] = rightward & level
        return (right &>> 63, left &>> 63)
    }

    mutating func leave(with right: (rise: UInt64, fall: UInt64)) {
        bottom += Int(right.rise) - Int(right.fall)
    }

    /// The value of the last row, below which the last word has `64 · words − rows` spare rows.
    var distance: Int {
        let used = rows - (rises.count - 1) * 64
        let spare: UInt64 = used == 64 ? 0 : .max &<< UInt64(used)
        let last = rises.count - 1
        return bottom - (rises[last] & spare).nonzeroBitCount
            + (falls[last] & spare).nonzeroBitCount
    }

    /// Whether some row's value plus the way that is left fits the limit.
    func canEndWithinLimit(at column: Int) -> Bool {
        var value = bottom
        for word in words.reversed() {
            for bit in stride(from: UInt64(63), through: 0, by: -1) {
                let row = word * 64 + Int(bit) + 1
                if row <= rows, value + abs((rows - row) - (columns - column)) <= limit {
                    return true
                }
                value -= Int(rises[word] &>> bit & 1) - Int(falls[word] &>> bit & 1)
            }
        }
        let row = words.lowerBound * 64
        return value + abs((rows - row) - (columns - column)) <= limit
    }
}
