/// The cheapest warping path between two series of any kind, by a local cost of two indices.
///
/// Vector series, timed series and user-defined costs all come down to this. The direction of every
/// cell of a block of rows is kept; the blocks are recomputed from their first row, last block
/// first, so memory stays below `cellLimit` bytes and a row per block. O(n · m) or O(n · radius).
package struct WarpingPath: Sendable, Equatable {
    /// A pair of the path: an index of each series.
    package struct Pair: Sendable, Equatable {
        package var row: Int
        package var column: Int

        package init(row: Int, column: Int) {
            self.row = row
            self.column = column
        }
    }

    /// From the pair of the first elements to that of the last.
    package private(set) var pairs: [Pair] = []
    /// The sum of the local costs of the pairs.
    package private(set) var cost = 0.0

    static let cellLimit = 1 << 26

    /// The cheapest path over `rows` × `columns` cells with |row − column| ≤ `radius`, or nil when
    /// there is none; of equal steps back the diagonal one is taken first, then the row's.
    package init?(
        rows: Int, columns: Int, radius: Int? = nil, cost: (_ row: Int, _ column: Int) -> Double
    ) {
        self.init(rows, columns, radius, Self.cellLimit, cost)
    }

    @inline(__always)
    init?(
        _ rows: Int, _ columns: Int, _ radius: Int?, _ cellLimit: Int,
        _ cost: (_ row: Int, _ column: Int) -> Double
    ) {
        if rows == 0 && columns == 0 { return }
        let reach = radius ?? max(rows, columns)
        guard rows > 0, columns > 0, abs(rows - columns) <= reach else { return nil }
        var trace = WarpingTrace(columns: columns, reach: reach)
        let height = max(1, min(rows, cellLimit / columns))
        // Forward: the row above each block.
        var starts: [[Double]] = []
        for first in stride(from: 0, to: rows, by: height) {
            starts.append(trace.line)
            trace.run(rows: first..<min(rows, first + height), cost: cost)
        }
        self.cost = trace.line[columns]
        guard self.cost < .infinity else { return nil }
        // Backward: the directions of one block at a time.
        var (row, column) = (rows - 1, columns - 1)
        for block in starts.indices.reversed() {
            let first = block * height
            if block < starts.count - 1 {
                trace.line = starts[block]
                trace.run(rows: first..<min(rows, first + height), cost: cost)
            }
            while row >= first, column >= 0 {
                pairs.append(Pair(row: row, column: column))
                let direction = trace.directions[(row - first) * columns + column]
                if direction != .left { row -= 1 }
                if direction != .up { column -= 1 }
            }
        }
        pairs.reverse()
    }
}

/// A row of path costs and the directions of the rows it was last run over.
private struct WarpingTrace {
    enum Direction {
        case diagonal, up, left
    }

    let columns: Int
    let reach: Int
    /// line[column + 1]; line[0] is the edge of the matrix.
    var line: [Double]
    var directions: [Direction] = []

    init(columns: Int, reach: Int) {
        self.columns = columns
        self.reach = reach
        line = [Double](repeating: .infinity, count: columns + 1)
        line[0] = 0
    }

    @inline(__always)
    mutating func run(rows: Range<Int>, cost: (Int, Int) -> Double) {
        let cells = rows.count * columns
        if directions.count < cells {
            directions = [Direction](repeating: .diagonal, count: cells)
        }
        for row in rows {
            let first = max(0, row - reach)
            let last = min(columns - 1, row + reach)
            var diagonal = line[first]
            line[first] = .infinity
            var left = Double.infinity
            let base = (row - rows.lowerBound) * columns
            for column in first...last {
                let above = line[column + 1]
                var best = diagonal
                var direction = Direction.diagonal
                if above < best { (best, direction) = (above, .up) }
                if left < best { (best, direction) = (left, .left) }
                left = best + cost(row, column)
                line[column + 1] = left
                directions[base + column] = direction
                diagonal = above
            }
        }
    }
}

extension DynamicTimeWarping {
    /// The sum along the cheapest path between two series of any kind, by a local cost of two
    /// indices: vector series and costs of one's own. O(n · m) or O(n · radius), one row of memory.
    package func pathCost(
        rows: Int, columns: Int, cost: (_ row: Int, _ column: Int) -> Double
    ) -> Double {
        if rows == 0 && columns == 0 { return 0 }
        let reach = radius ?? max(rows, columns)
        guard rows > 0, columns > 0, abs(rows - columns) <= reach else { return .infinity }
        var line = [Double](repeating: .infinity, count: columns + 1)
        line[0] = 0
        for row in 0..<rows {
            let first = max(0, row - reach)
            var diagonal = line[first]
            line[first] = .infinity
            for column in first..<min(columns, row + reach + 1) {
                let above = line[column + 1]
                line[column + 1] = min(diagonal, above, line[column]) + cost(row, column)
                diagonal = above
            }
        }
        return line[columns]
    }
}
