/// Compares pairs of sequences of dense ids, keeping its memory from one pair to the next.
///
/// What the two have in common at both ends is cut off first, and the shorter rest is the one that
/// is prepared, so that near-equal sequences cost O(n).
package struct SequenceComparer: Sendable {
    private var prepared = PreparedSequence()

    package init() {}

    /// The length of the longest common subsequence.
    package mutating func lcsLength(_ a: [Int32], _ b: [Int32]) -> Int {
        let (ends, shorter, longer) = trimmed(a, b)
        if shorter.isEmpty { return ends }
        prepared.prepare(shorter)
        return ends + prepared.lcsLength(with: longer)
    }

    /// Insertions and deletions that turn one into the other.
    package mutating func indelDistance(_ a: [Int32], _ b: [Int32]) -> Int {
        a.count + b.count - 2 * lcsLength(a, b)
    }

    /// Insertions, deletions and substitutions that turn one into the other.
    package mutating func levenshteinDistance(_ a: [Int32], _ b: [Int32]) -> Int {
        let (_, shorter, longer) = trimmed(a, b)
        if shorter.isEmpty { return longer.count }
        prepared.prepare(shorter)
        return prepared.levenshteinDistance(to: longer)
    }

    /// The Levenshtein distance when it is at most `limit`, else nil, sooner than the distance.
    package mutating func levenshteinDistance(_ a: [Int32], _ b: [Int32], limit: Int) -> Int? {
        if abs(a.count - b.count) > limit { return nil }
        let (_, shorter, longer) = trimmed(a, b)
        prepared.prepare(shorter)
        return prepared.levenshteinDistance(to: longer, limit: limit)
    }

    /// The optimal string alignment distance: with swaps of neighbours.
    package mutating func alignmentDistance(_ a: [Int32], _ b: [Int32]) -> Int {
        let (_, shorter, longer) = trimmed(a, b)
        if shorter.isEmpty { return longer.count }
        prepared.prepare(shorter)
        return prepared.alignmentDistance(to: longer)
    }

    /// One minus the Levenshtein distance over the longer length; 1 for two empty sequences.
    package mutating func levenshteinSimilarity(_ a: [Int32], _ b: [Int32]) -> Double {
        let longest = max(a.count, b.count)
        if longest == 0 { return 1 }
        return 1 - Double(levenshteinDistance(a, b)) / Double(longest)
    }

    /// How many symbols the common ends have, and what is left, the shorter one first.
    private func trimmed(_ a: [Int32], _ b: [Int32]) -> (ends: Int, [Int32], [Int32]) {
        let shortest = min(a.count, b.count)
        var prefix = 0
        while prefix < shortest, a[prefix] == b[prefix] { prefix += 1 }
        var suffix = 0
        while suffix < shortest - prefix, a[a.count - 1 - suffix] == b[b.count - 1 - suffix] {
            suffix += 1
        }
        let ends = prefix + suffix
        if ends == 0 { return a.count <= b.count ? (0, a, b) : (0, b, a) }
        let restA = Array(a[prefix..<a.count - suffix])
        let restB = Array(b[prefix..<b.count - suffix])
        return a.count <= b.count ? (ends, restA, restB) : (ends, restB, restA)
    }
}
