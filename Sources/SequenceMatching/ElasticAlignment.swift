/// The cheapest way from one sequence to another by an elastic measure, or by any costs of pairs,
/// deletions and insertions: which elements are paired, in order.
///
/// The step into every cell is kept, one byte each, at most `cellLimit`. O(n · m).
package struct ElasticAlignment: Sendable, Equatable {
    /// The elements that are paired; all others are left out or put in.
    package private(set) var pairs: [WarpingPath.Pair] = []
    /// The sum of the costs.
    package private(set) var distance = 0.0

    package static let cellLimit = 1 << 28

    /// nil when there is no way of finite cost, or there are more than `cellLimit` cells. Of equal
    /// steps the pair is taken first, then the deletion.
    package init?<Costs: ElasticCosts>(
        _ rows: Int, _ columns: Int, _ radius: Int?, _ costs: Costs
    ) {
        guard rows == 0 || columns <= Self.cellLimit / rows else { return nil }
        let reach = radius ?? max(rows, columns)
        var table = ElasticTable(columns: columns, radius: reach, costs)
        var steps = [ElasticStep](repeating: .pair, count: rows * columns)
        for row in 0..<rows {
            let base = row * columns
            table.step(row, costs) { column, step in steps[base + column] = step }
        }
        distance = table.line[columns]
        guard distance < .infinity else { return nil }
        var (row, column) = (rows - 1, columns - 1)
        while row >= 0, column >= 0 {
            switch steps[row * columns + column] {
            case .pair:
                pairs.append(WarpingPath.Pair(row: row, column: column))
                row -= 1
                column -= 1
            case .deletion: row -= 1
            case .insertion: column -= 1
            }
        }
        pairs.reverse()
    }
}

enum ElasticStep: UInt8 {
    case pair, deletion, insertion
}

/// A row of the recurrence of elastic measures.
struct ElasticTable {
    /// line[column + 1]; line[0] is the edge, where all of the left series is left out so far.
    private(set) var line: [Double]
    private let radius: Int

    init<Costs: ElasticCosts>(columns: Int, radius: Int, _ costs: Costs) {
        self.radius = radius
        line = [0]
        line.reserveCapacity(columns + 1)
        for column in 0..<columns {
            line.append(
                column < radius ? line[column] + costs.insertion(column, at: -1) : .infinity)
        }
    }

    /// Goes on by one row and tells of each cell within the band by which step it is reached.
    @inline(__always)
    mutating func step<Costs: ElasticCosts>(
        _ row: Int, _ costs: Costs, _ body: (Int, ElasticStep) -> Void
    ) {
        let columns = line.count - 1
        let first = min(columns, max(0, row - radius))
        let last = min(columns - 1, row + min(radius, columns))
        var diagonal = line[first]
        line[first] =
            first == 0 && row < radius ? line[0] + costs.deletion(row, at: -1) : .infinity
        guard first <= last else { return }
        for column in first...last {
            let above = line[column + 1]
            var best = diagonal + costs.pair(row, column)
            var step = ElasticStep.pair
            let deleted = above + costs.deletion(row, at: column)
            if deleted < best { (best, step) = (deleted, .deletion) }
            let inserted = line[column] + costs.insertion(column, at: row)
            if inserted < best { (best, step) = (inserted, .insertion) }
            line[column + 1] = best
            body(column, step)
            diagonal = above
        }
    }
}
