/// How two sequences of symbols compare: everything a report of the comparison needs.
package struct SymbolComparison: Sendable, Equatable {
    package enum Algorithm: Sendable, Equatable, CaseIterable {
        /// Insertions, deletions and substitutions.
        case levenshtein
        /// Insertions and deletions: what the longest common subsequence leaves.
        case lcs
        /// Levenshtein with swaps of neighbours, none of them edited twice.
        case optimalStringAlignment
        /// Levenshtein with swaps of neighbours.
        case damerau
    }

    package let algorithm: Algorithm
    package let distance: Int
    /// 1 for equal sequences, 0 when nothing of one could be kept: one minus the distance over the
    /// greatest that two sequences of these lengths can have.
    package let similarity: Double
    /// A best script; of swaps it knows nothing and spells them as other edits.
    package let alignment: SequenceAlignment
    /// One minus the share of random orders of the right sequence that are as near, or nil for
    /// sequences of fewer than two symbols.
    package let confidence: Double?

    /// Compares two sequences of dense ids; `test` is for the confidence.
    package init(
        _ left: [Int32], _ right: [Int32], algorithm: Algorithm, test: PermutationTest
    ) {
        self.algorithm = algorithm
        var prepared = PreparedSequence(left)
        let observed = Self.distance(&prepared, left, right, algorithm)
        distance = observed
        let greatest =
            algorithm == .lcs ? left.count + right.count : max(left.count, right.count)
        similarity = greatest == 0 ? 1 : 1 - Double(observed) / Double(greatest)
        alignment = SequenceAlignment(
            left, right, measure: algorithm == .lcs ? .lcs : .levenshtein)
        if left.count < 2 || right.count < 2 {
            confidence = nil
            return
        }
        var shuffled = right
        confidence = test.confidence { random in
            random.shuffle(&shuffled)
            return Self.distance(&prepared, left, shuffled, algorithm) <= observed
        }
    }

    private static func distance(
        _ prepared: inout PreparedSequence, _ left: [Int32], _ right: [Int32],
        _ algorithm: Algorithm
    ) -> Int {
        switch algorithm {
        case .levenshtein: prepared.levenshteinDistance(to: right)
        case .lcs: prepared.indelDistance(to: right)
        case .optimalStringAlignment: prepared.alignmentDistance(to: right)
        case .damerau: damerauDistance(left, right)
        }
    }
}

/// How two series compare under dynamic time warping.
package struct SeriesComparison: Sendable, Equatable {
    package let distance: Double
    /// 1 for series that warp into each other exactly, 0 for those that agree no better than two
    /// unrelated ones would: one minus the path's cost over the sum of both variances along it.
    package let similarity: Double
    package let alignment: WarpingPath

    /// nil when no path exists: a series is empty, not finite, or the band too narrow.
    package init?(_ left: [Double], _ right: [Double], radius: Int? = nil) {
        guard let path = DynamicTimeWarping(radius: radius).path(left, right), !path.pairs.isEmpty
        else { return nil }
        alignment = path
        distance = path.cost.squareRoot()
        let spread =
            squaredDeviations(path.pairs.map { left[$0.row] })
            + squaredDeviations(path.pairs.map { right[$0.column] })
        similarity = path.cost == 0 ? 1 : spread > path.cost ? 1 - path.cost / spread : 0
    }
}

private func squaredDeviations(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
}
