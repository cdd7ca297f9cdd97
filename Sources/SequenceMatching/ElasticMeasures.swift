/// Elastic distances that are used beside dynamic time warping; each a recurrence over two rows,
/// O(n · m).
package enum ElasticMeasures {
    /// Edit distance with real penalty (Chen and Ng, VLDB 2004): a gap costs the distance to `gap`.
    /// A metric.
    package static func realPenalty(_ a: [Double], _ b: [Double], gap: Double = 0) -> Double {
        recurrence(
            a.count, b.count,
            pair: { (a[$0] - b[$1]).magnitude },
            deletion: { row, _ in (a[row] - gap).magnitude },
            insertion: { _, column in (b[column] - gap).magnitude })
    }

    /// Edit distance on real sequences (Chen, Özsu and Oria, SIGMOD 2005): values within
    /// `tolerance` are equal; the number of edits.
    package static func realSequence(_ a: [Double], _ b: [Double], tolerance: Double) -> Int {
        let edits = recurrence(
            a.count, b.count,
            pair: { (a[$0] - b[$1]).magnitude <= tolerance ? 0 : 1 },
            deletion: { _, _ in 1 }, insertion: { _, _ in 1 })
        return Int(edits)
    }

    /// Move, split, merge (Stefan, Athitsos and Das, TKDE 2013): `cost` for every split and merge,
    /// more where the value is not between its neighbours. A metric; infinite when exactly one
    /// series is empty.
    package static func moveSplitMerge(_ a: [Double], _ b: [Double], cost: Double) -> Double {
        if a.isEmpty || b.isEmpty { return a.isEmpty && b.isEmpty ? 0 : .infinity }
        func change(_ value: Double, from previous: Double, towards other: Double) -> Double {
            let isBetween =
                (previous <= value && value <= other) || (previous >= value && value >= other)
            let nearest = min((value - previous).magnitude, (value - other).magnitude)
            return isBetween ? cost : cost + nearest
        }
        return recurrence(
            a.count, b.count,
            pair: { (a[$0] - b[$1]).magnitude },
            deletion: { row, column in
                row == 0 || column < 0
                    ? .infinity : change(a[row], from: a[row - 1], towards: b[column])
            },
            insertion: { row, column in
                column == 0 || row < 0
                    ? .infinity : change(b[column], from: a[row], towards: b[column - 1])
            })
    }

    /// The least sum of costs over all monotone ways; a deletion is told the column it happens at
    /// (−1 before the first), an insertion its row.
    @inline(__always)
    private static func recurrence(
        _ rows: Int, _ columns: Int, pair: (Int, Int) -> Double,
        deletion: (Int, Int) -> Double, insertion: (Int, Int) -> Double
    ) -> Double {
        var line = [0.0]
        for column in 0..<columns { line.append(line[column] + insertion(-1, column)) }
        for row in 0..<rows {
            var diagonal = line[0]
            line[0] += deletion(row, -1)
            for column in 0..<columns {
                let above = line[column + 1]
                let best = min(
                    diagonal + pair(row, column), above + deletion(row, column),
                    line[column] + insertion(row, column))
                line[column + 1] = best
                diagonal = above
            }
        }
        return line[columns]
    }
}
