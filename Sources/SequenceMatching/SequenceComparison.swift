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

    /// Compares two sequences of dense ids; without a `test` there is no confidence.
    package init(
        _ left: [Int32], _ right: [Int32], algorithm: Algorithm, test: PermutationTest?
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
        guard let test, left.count > 1, right.count > 1 else {
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
