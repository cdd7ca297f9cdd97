/// What the steps of an elastic measure cost; rows are elements of the left series, columns of the
/// right one, and −1 stands for the edge before the first.
package protocol ElasticCosts {
    func pair(_ row: Int, _ column: Int) -> Double
    /// Leaving out the left element `row` where the right one has come to `column`.
    func deletion(_ row: Int, at column: Int) -> Double
    /// Putting in the right element `column` where the left one has come to `row`.
    func insertion(_ column: Int, at row: Int) -> Double
}

/// Elastic distances that are used beside dynamic time warping; each a recurrence over two rows,
/// O(n · m).
package enum ElasticMeasure: Sendable, Equatable {
    /// Edit distance with real penalty (Chen and Ng, VLDB 2004): a gap costs the distance to `gap`.
    /// A metric.
    case realPenalty(gap: Double)
    /// Edit distance on real sequences (Chen, Özsu and Oria, SIGMOD 2005): values within
    /// `tolerance` are equal; the number of edits.
    case realSequence(tolerance: Double)
    /// Move, split, merge (Stefan, Athitsos and Das, TKDE 2013): `cost` for every split and merge,
    /// more where the value is not between its neighbours. A metric; infinite when exactly one
    /// series is empty.
    case moveSplitMerge(cost: Double)
    /// Time warp edit distance (Marteau, PAMI 2009) with the indices as times: `stiffness` for each
    /// step apart in time, `penalty` for each deletion. A metric; infinite when exactly one series
    /// is empty.
    case timeWarpEdit(stiffness: Double, penalty: Double)

    /// The distance; infinite when no way keeps within `radius` of the diagonal.
    package func distance(_ a: [Double], _ b: [Double], radius: Int? = nil) -> Double {
        switch self {
        case .realPenalty(let gap):
            elasticDistance(a.count, b.count, radius, RealPenalty(a: a, b: b, gap: gap))
        case .realSequence(let tolerance):
            elasticDistance(
                a.count, b.count, radius, RealSequence(a: a, b: b, tolerance: tolerance))
        case .moveSplitMerge(let cost):
            elasticDistance(a.count, b.count, radius, MoveSplitMerge(a: a, b: b, cost: cost))
        case .timeWarpEdit(let stiffness, let penalty):
            elasticDistance(
                a.count, b.count, radius,
                TimeWarpEdit(a: a, b: b, stiffness: stiffness, penalty: penalty))
        }
    }

    /// The cheapest way with its pairs, or nil when there is none.
    package func alignment(
        _ a: [Double], _ b: [Double], radius: Int? = nil
    ) -> ElasticAlignment? {
        switch self {
        case .realPenalty(let gap):
            ElasticAlignment(a.count, b.count, radius, RealPenalty(a: a, b: b, gap: gap))
        case .realSequence(let tolerance):
            ElasticAlignment(
                a.count, b.count, radius, RealSequence(a: a, b: b, tolerance: tolerance))
        case .moveSplitMerge(let cost):
            ElasticAlignment(a.count, b.count, radius, MoveSplitMerge(a: a, b: b, cost: cost))
        case .timeWarpEdit(let stiffness, let penalty):
            ElasticAlignment(
                a.count, b.count, radius,
                TimeWarpEdit(a: a, b: b, stiffness: stiffness, penalty: penalty))
        }
    }
}

private struct RealPenalty: ElasticCosts {
    let a: [Double]
    let b: [Double]
    let gap: Double

    func pair(_ row: Int, _ column: Int) -> Double { (a[row] - b[column]).magnitude }
    func deletion(_ row: Int, at column: Int) -> Double { (a[row] - gap).magnitude }
    func insertion(_ column: Int, at row: Int) -> Double { (b[column] - gap).magnitude }
}

private struct RealSequence: ElasticCosts {
    let a: [Double]
    let b: [Double]
    let tolerance: Double

    func pair(_ row: Int, _ column: Int) -> Double {
        (a[row] - b[column]).magnitude <= tolerance ? 0 : 1
    }
    func deletion(_ row: Int, at column: Int) -> Double { 1 }
    func insertion(_ column: Int, at row: Int) -> Double { 1 }
}

private struct MoveSplitMerge: ElasticCosts {
    let a: [Double]
    let b: [Double]
    let cost: Double

    func pair(_ row: Int, _ column: Int) -> Double { (a[row] - b[column]).magnitude }

    func deletion(_ row: Int, at column: Int) -> Double {
        row == 0 || column < 0 ? .infinity : change(a[row], from: a[row - 1], towards: b[column])
    }

    func insertion(_ column: Int, at row: Int) -> Double {
        column == 0 || row < 0 ? .infinity : change(b[column], from: a[row], towards: b[column - 1])
    }

    private func change(_ value: Double, from previous: Double, towards other: Double) -> Double {
        let isBetween =
            (previous <= value && value <= other) || (previous >= value && value >= other)
        let nearest = min((value - previous).magnitude, (value - other).magnitude)
        return isBetween ? cost : cost + nearest
    }
}

private struct TimeWarpEdit: ElasticCosts {
    let a: [Double]
    let b: [Double]
    let stiffness: Double
    let penalty: Double

    /// Marteau's series begin with a zero at time zero.
    private func before(_ series: [Double], _ place: Int) -> Double {
        place == 0 ? 0 : series[place - 1]
    }

    func pair(_ row: Int, _ column: Int) -> Double {
        (a[row] - b[column]).magnitude + (before(a, row) - before(b, column)).magnitude
            + 2 * stiffness * Double(abs(row - column))
    }

    func deletion(_ row: Int, at column: Int) -> Double {
        column < 0 ? .infinity : (a[row] - before(a, row)).magnitude + stiffness + penalty
    }

    func insertion(_ column: Int, at row: Int) -> Double {
        row < 0 ? .infinity : (b[column] - before(b, column)).magnitude + stiffness + penalty
    }
}

/// The least sum of costs over all monotone ways within `radius` of the diagonal. O(n · m), one row
/// of memory.
package func elasticDistance<Costs: ElasticCosts>(
    _ rows: Int, _ columns: Int, _ radius: Int?, _ costs: Costs
) -> Double {
    var table = ElasticTable(columns: columns, radius: radius ?? max(rows, columns), costs)
    for row in 0..<rows { table.step(row, costs) { _, _ in } }
    return table.line[columns]
}
