/// The path cost of two series when it is at most a limit, abandoned as soon as it cannot be.
///
/// Herrmann and Webb, Early Abandoning and Pruning for Elastic Distances including Dynamic Time
/// Warping (2021): a row is computed only from the first column that the row above left within the
/// limit, and no further than a path within it can come. Keeps its two rows of memory from one pair
/// to the next. At worst O(n · m).
package struct EarlyAbandoningWarping: Sendable {
    private var above: [Double] = []
    private var current: [Double] = []

    package init() {}

    /// The sum of squared differences along the cheapest path with |i − j| ≤ `radius`, or nil when
    /// it exceeds `limit`. `remaining[j]`, where given, is a lower bound for what the columns from j
    /// on of `b` add, which tightens the limit (the cumulative bound of the UCR suite).
    package mutating func pathCost(
        _ a: [Double], _ b: [Double], radius: Int? = nil, limit: Double, remaining: [Double] = []
    ) -> Double? {
        if a.isEmpty && b.isEmpty { return limit >= 0 ? 0 : nil }
        let reach = radius ?? max(a.count, b.count)
        if a.isEmpty || b.isEmpty || abs(a.count - b.count) > reach { return nil }
        reserve(b.count)
        // Cells hold column j at j + 1. `live` are the columns of the row above within the limit;
        // before the first row that is the corner, column −1.
        above[0] = 0
        above[1] = .infinity
        var live = -1 ... -1
        for row in a.indices {
            let end = min(b.count, row + reach + 1)
            let spared = end < remaining.count ? remaining[end] : 0
            guard
                let next = fill(
                    a[row], b, columns: max(0, live.lowerBound, row - reach)..<end,
                    above: live.upperBound, limit: limit - spared)
            else { return nil }
            live = next
            swap(&above, &current)
        }
        return live.upperBound == b.count - 1 && above[b.count] <= limit ? above[b.count] : nil
    }

    private mutating func reserve(_ columns: Int) {
        guard current.count < columns + 2 else { return }
        above = [Double](repeating: .infinity, count: columns + 2)
        current = above
    }

    /// Fills one row; its first and last column within the limit, or nil when there is none. Behind
    /// column `last` the row above is out.
    private mutating func fill(
        _ value: Double, _ b: [Double], columns: Range<Int>, above last: Int, limit: Double
    ) -> ClosedRange<Int>? {
        if columns.isEmpty { return nil }
        var first = -1
        var final = -1
        unsafe above.withUnsafeMutableBufferPointer { above in
            unsafe current.withUnsafeMutableBufferPointer { current in
                unsafe b.withUnsafeBufferPointer { b in
                    var column = columns.lowerBound
                    unsafe current[column] = .infinity
                    let covered = min(columns.upperBound, last + 2)
                    // Before the first live cell: from above and the diagonal only.
                    var left = Double.infinity
                    while column < covered, first < 0 {
                        let difference = unsafe value - b[column]
                        let (up, corner) = unsafe (above[column + 1], above[column])
                        left = (up < corner ? up : corner) + difference * difference
                        unsafe current[column + 1] = left
                        first = left <= limit ? column : -1
                        column += 1
                    }
                    final = first
                    // Below live cells: from above, the diagonal and the left.
                    while column < covered {
                        let difference = unsafe value - b[column]
                        let (up, corner) = unsafe (above[column + 1], above[column])
                        let over = up < corner ? up : corner
                        left = (left < over ? left : over) + difference * difference
                        unsafe current[column + 1] = left
                        final = left <= limit ? column : final
                        column += 1
                    }
                    // Beyond them: from the left only.
                    while column < columns.upperBound, first >= 0, left <= limit {
                        let difference = unsafe value - b[column]
                        left += difference * difference
                        unsafe current[column + 1] = left
                        if left <= limit { final = column }
                        column += 1
                    }
                    unsafe current[column + 1] = .infinity
                }
            }
        }
        return first < 0 ? nil : first...final
    }
}
