/// One reported occurrence of a pattern; those of one pattern never overlap.
package struct PatternMatch: Sendable, Equatable {
    /// The pattern's index in the list the search was made from.
    package var pattern: Int
    /// The position of the first symbol, counted from 0 over the stream.
    package var start: Int
    /// The position of the last symbol, inclusive.
    package var end: Int
    /// Insertions, deletions and substitutions needed, at most the pattern's tolerance.
    package var edits: Int
    /// One minus the p-value of a permutation test of the last 256 symbols: the chance that the same
    /// symbols in random order do not hold the pattern with as few edits. nil when the stream was
    /// still too short, or the pattern is a single symbol, whose order says nothing.
    package var confidence: Double?

    package init(pattern: Int, start: Int, end: Int, edits: Int, confidence: Double?) {
        self.pattern = pattern
        self.start = start
        self.end = end
        self.edits = edits
        self.confidence = confidence
    }
}
