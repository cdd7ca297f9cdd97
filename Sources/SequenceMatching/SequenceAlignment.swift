/// One run of an alignment: what happens to a stretch of the left sequence.
package struct AlignmentRun: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case equal, replaced, inserted, deleted
    }

    package var kind: Kind
    /// Empty for an insertion.
    package var left: Range<Int>
    /// Empty for a deletion.
    package var right: Range<Int>

    package init(kind: Kind, left: Range<Int>, right: Range<Int>) {
        self.kind = kind
        self.left = left
        self.right = right
    }
}

/// The script that turns one sequence into another, in runs that cover both from end to end.
///
/// Traced back through the bit-parallel state kept for every column, 2 bits a cell; where that would
/// take more than `cellLimit`, Hirschberg's division (CACM 1975) halves the text until it fits.
/// O(n · m/64).
package struct SequenceAlignment: Sendable, Equatable {
    /// Which edits the script may use.
    package enum Measure: Sendable, Equatable {
        /// Insertions, deletions and substitutions.
        case levenshtein
        /// Insertions and deletions: what stays is a longest common subsequence.
        case lcs
    }

    package private(set) var runs: [AlignmentRun] = []
    /// The number of edits in the script.
    package private(set) var distance = 0

    /// Cells of the matrix that may be kept at a time; 2²⁸ take 64 MiB.
    static let cellLimit = 1 << 28

    package init(_ left: [Int32], _ right: [Int32], measure: Measure) {
        self.init(left, right, measure: measure, cellLimit: Self.cellLimit)
    }

    init(_ left: [Int32], _ right: [Int32], measure: Measure, cellLimit: Int) {
        var prefix = 0
        let shorter = min(left.count, right.count)
        while prefix < shorter, left[prefix] == right[prefix] { prefix += 1 }
        var suffix = 0
        while suffix < shorter - prefix,
            left[left.count - 1 - suffix] == right[right.count - 1 - suffix]
        {
            suffix += 1
        }
        append(.equal, left: prefix, right: prefix)
        align(
            Array(left[prefix..<left.count - suffix]),
            Array(right[prefix..<right.count - suffix]), measure, cellLimit)
        append(.equal, left: suffix, right: suffix)
    }

    private mutating func align(
        _ left: [Int32], _ right: [Int32], _ measure: Measure, _ cellLimit: Int
    ) {
        if left.isEmpty || right.isEmpty {
            append(.deleted, left: left.count, right: 0)
            append(.inserted, left: 0, right: right.count)
            return
        }
        let words = (left.count + 63) / 64
        if right.count == 1 || right.count <= cellLimit / (64 * words) {
            for kind in tracedScript(left, right, measure) {
                append(kind, left: kind == .inserted ? 0 : 1, right: kind == .deleted ? 0 : 1)
            }
            return
        }
        let middle = right.count / 2
        let cut = bestCut(left, right, at: middle, measure)
        align(Array(left[..<cut]), Array(right[..<middle]), measure, cellLimit)
        align(Array(left[cut...]), Array(right[middle...]), measure, cellLimit)
    }

    /// How much of `left` goes with the first `middle` symbols of `right` in a best script.
    private func bestCut(
        _ left: [Int32], _ right: [Int32], at middle: Int, _ measure: Measure
    ) -> Int {
        let before = Self.lastColumn(left, Array(right[..<middle]), measure)
        let after = Self.lastColumn(left.reversed(), right[middle...].reversed(), measure)
        var best = 0
        for cut in 0...left.count
        where before[cut] + after[left.count - cut] < before[best] + after[left.count - best] {
            best = cut
        }
        return best
    }

    /// Adds a run behind the last one, or lengthens it.
    private mutating func append(_ kind: AlignmentRun.Kind, left: Int, right: Int) {
        if left == 0 && right == 0 { return }
        if kind != .equal { distance += max(left, right) }
        let leftEnd = runs.last?.left.upperBound ?? 0
        let rightEnd = runs.last?.right.upperBound ?? 0
        if let last = runs.last, last.kind == kind {
            runs[runs.count - 1].left = last.left.lowerBound..<leftEnd + left
            runs[runs.count - 1].right = last.right.lowerBound..<rightEnd + right
        } else {
            runs.append(
                AlignmentRun(
                    kind: kind, left: leftEnd..<leftEnd + left, right: rightEnd..<rightEnd + right))
        }
    }
}
