/// One entry of the pattern library: a sequence of symbols with an edit tolerance.
package struct Pattern: Sendable, Equatable {
    /// Which stream the symbols come from.
    package enum Kind: Sendable, Equatable {
        /// Event types, such as `response.created`.
        case event
        /// Words of a transcript.
        case word
    }

    package var name: String
    package var kind: Kind
    /// What has to appear, in order.
    package var symbols: [[UInt8]]
    /// How many insertions, deletions and substitutions together still count; 0 is exact.
    package var tolerance: Int

    package init(name: String, kind: Kind, symbols: [[UInt8]], tolerance: Int = 0) {
        self.name = name
        self.kind = kind
        self.symbols = symbols
        self.tolerance = tolerance
    }
}
