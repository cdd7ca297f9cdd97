package import Timeline

/// A place where a pattern of the library was found.
package struct PatternHit: Identifiable, Equatable, Sendable {
    /// Its number in the session, from 0.
    package var id: Int
    /// The pattern's place in `EngineConfiguration.patterns`, behind them in `seriesPatterns`, and
    /// behind those the repetition loop.
    package var pattern: Int
    package var name: String
    /// The first and the last event of the hit.
    package var start: UInt64
    package var end: UInt64
    package var time: Instant
    package var edits: Int
    /// For a pattern that is a series, the root mean square difference a sample.
    package var difference: Double?
    /// The chance that such a hit is none of chance's; nil while too little was seen.
    package var confidence: Double?
    /// The matched words or events, shortened.
    package var excerpt: String

    package init(
        id: Int, pattern: Int, name: String, start: UInt64, end: UInt64, time: Instant, edits: Int,
        confidence: Double?, excerpt: String, difference: Double? = nil
    ) {
        self.id = id
        self.pattern = pattern
        self.name = name
        self.start = start
        self.end = end
        self.time = time
        self.edits = edits
        self.difference = difference
        self.confidence = confidence
        self.excerpt = excerpt
    }
}
