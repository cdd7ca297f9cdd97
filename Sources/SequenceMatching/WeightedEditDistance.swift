/// What each kind of edit costs; a substitution never costs more than a deletion and an insertion.
package struct EditWeights: Sendable, Equatable {
    package var insertion: Int
    package var deletion: Int
    package var substitution: Int

    package init(insertion: Int, deletion: Int, substitution: Int) {
        precondition(
            insertion >= 0 && deletion >= 0 && substitution >= 0, "weights are not negative")
        self.insertion = insertion
        self.deletion = deletion
        self.substitution = substitution
    }
}

/// The least total weight of edits that turn `a` into `b`, or nil when it exceeds `limit`.
///
/// Equal weights and those where a substitution is no better than a deletion and an insertion go
/// to the bit-parallel distances; else two rows of Wagner and Fischer's matrix (JACM 1974),
/// abandoned when a row exceeds the limit. O(m · n).
package func weightedDistance(
    _ a: [Int32], _ b: [Int32], weights: EditWeights, limit: Int = .max
) -> Int? {
    let distance: Int
    let unit = weights.insertion
    if weights.deletion == unit, weights.substitution == unit {
        var prepared = PreparedSequence(a)
        distance = unit * prepared.levenshteinDistance(to: b)
    } else if weights.substitution >= weights.insertion + weights.deletion {
        var prepared = PreparedSequence(a)
        let common = prepared.lcsLength(with: b)
        distance = weights.deletion * (a.count - common) + weights.insertion * (b.count - common)
    } else {
        return wagnerFischer(a, b, weights: weights, limit: limit)
    }
    return distance <= limit ? distance : nil
}

private func wagnerFischer(
    _ a: [Int32], _ b: [Int32], weights: EditWeights, limit: Int
) -> Int? {
    var row = (0...b.count).map { $0 * weights.insertion }
    for symbol in a {
        var diagonal = row[0]
        row[0] += weights.deletion
        var least = row[0]
        for column in b.indices {
            let change = diagonal + (symbol == b[column] ? 0 : weights.substitution)
            diagonal = row[column + 1]
            let best = min(change, diagonal + weights.deletion, row[column] + weights.insertion)
            row[column + 1] = best
            least = min(least, best)
        }
        if least > limit { return nil }
    }
    return row[b.count] <= limit ? row[b.count] : nil
}
