/// Finds approximate occurrences of many patterns in one stream of symbols.
///
/// Each pattern is followed by a bit-parallel search word; only while a candidate is open does its
/// `SellersColumn` run, rebuilt from the last 2m symbols, which is exact: a stretch longer than 2m
/// costs more than m edits. Reports follow SPRING's rule (Sakurai et al., ICDE 2007): a candidate
/// is final as soon as no prefix with fewer edits overlaps it, so exact matches come at once, and
/// the search goes on as if the stream began behind the match. Per symbol O(patterns) for patterns
/// of up to 64 symbols and O(m) for longer or open ones; memory is bounded by the patterns and the
/// background window.
package struct PatternSearch: Sendable {
    private struct Follower: Sendable {
        let symbols: [Int32]
        let tolerance: Int
        var column: SellersColumn
        /// Where the stream begins for this pattern: behind its last match.
        var base = 0
        var open: (start: Int, end: Int, edits: Int)?

        /// Whether the search word holds the whole pattern.
        var fitsWord: Bool { symbols.count <= 64 }
    }

    package let patterns: [Pattern]
    private var interner = Interner()
    private var followers: [Follower] = []
    private var words: [SearchWord] = []
    /// The edits of a word up to which its follower has to look; all of them while one is open.
    private var limits: [Int] = []
    /// One row of masks per symbol, and a last row for symbols of no pattern.
    private var masks: [UInt64] = []
    private var ring: SymbolRing
    private var background: ShuffledBackground

    /// A search for `patterns`; one without symbols never matches, a tolerance is clamped so that
    /// at least one symbol has to be there.
    package init(patterns: [Pattern]) {
        self.patterns = patterns
        let longest = patterns.reduce(1) { max($0, $1.symbols.count) }
        ring = SymbolRing(capacity: max(ShuffledBackground.window, 2 * longest))
        background = ShuffledBackground(lengths: patterns.map { $0.symbols.count })
        for pattern in patterns {
            let symbols = pattern.symbols.map { interner.id(of: $0) }
            followers.append(
                Follower(
                    symbols: symbols,
                    tolerance: max(0, min(pattern.tolerance, symbols.count - 1)),
                    column: SellersColumn(pattern: symbols, position: 0)))
            words.append(Self.word(for: symbols))
        }
        limits = followers.map(Self.limit)
        fillMasks()
    }

    /// The number of symbols observed so far: the position of the next one.
    package var position: Int { ring.count }

    /// The id under which `observe` knows a symbol; those of no pattern share one behind the others,
    /// so memory stays bounded. It never changes: whoever has ids of its own asks once.
    package func id(of symbol: [UInt8]) -> Int32 {
        interner.find(symbol) ?? Int32(interner.count)
    }

    /// Takes in the next symbol; the matches that became final with it, by pattern, then position.
    package mutating func observe(_ symbol: [UInt8]) -> [PatternMatch] {
        observe(id: id(of: symbol))
    }

    /// Takes in the next symbol by its id.
    package mutating func observe(id: Int32) -> [PatternMatch] {
        let position = ring.count
        ring.append(id)
        var matches: [PatternMatch] = []
        let row = Int(id) * words.count
        for index in words.indices {
            words[index].step(masks[row + index])
            if words[index].edits <= limits[index] { follow(index, to: position, into: &matches) }
        }
        background.advance(ring, masks: masks)
        return matches
    }

    /// What is still open at the end of the stream: final now, since nothing can improve it.
    package mutating func finish() -> [PatternMatch] {
        var matches: [PatternMatch] = []
        for index in followers.indices {
            while let open = followers[index].open {
                report(open, of: index, into: &matches)
                settle(index, to: ring.count - 1, into: &matches)
            }
        }
        return matches
    }

    private static func word(for symbols: [Int32]) -> SearchWord {
        SearchWord(length: max(1, min(64, symbols.count)))
    }

    private static func limit(of follower: Follower) -> Int {
        if follower.symbols.isEmpty { return -1 }
        return follower.fitsWord && follower.open == nil ? follower.tolerance : .max
    }

    private mutating func fillMasks() {
        masks = [UInt64](repeating: 0, count: (interner.count + 1) * followers.count)
        for (index, follower) in followers.enumerated() {
            let symbols = follower.symbols.prefix(64)
            let length = max(1, symbols.count)
            for id in 0...interner.count {
                masks[id * followers.count + index] = SearchWord.padding(length: length)
            }
            for (row, id) in symbols.enumerated() {
                masks[Int(id) * followers.count + index] |= SearchWord.bit(row: row, length: length)
            }
        }
    }

    /// Brings follower `index` to `position`, whose symbol its search word has already seen.
    private mutating func follow(
        _ index: Int, to position: Int, into matches: inout [PatternMatch]
    ) {
        if followers[index].open == nil, followers[index].fitsWord {
            let reach = 2 * followers[index].symbols.count
            let first = max(followers[index].base, position - reach + 1)
            followers[index].column.restart(at: first)
            for earlier in first..<position {
                followers[index].column.step(ring[earlier], at: earlier)
            }
        }
        let base = followers[index].base
        run(index, from: position, to: position, into: &matches)
        if followers[index].base != base { rewindWord(index, to: position) }
        limits[index] = Self.limit(of: followers[index])
    }

    /// Runs follower `index` over what lies between its base and `position`, after a report.
    private mutating func settle(
        _ index: Int, to position: Int, into matches: inout [PatternMatch]
    ) {
        run(index, from: followers[index].base, to: position, into: &matches)
        rewindWord(index, to: position)
        limits[index] = Self.limit(of: followers[index])
    }

    /// Steps the column from one position to another, beginning anew behind every match.
    private mutating func run(
        _ index: Int, from first: Int, to last: Int, into matches: inout [PatternMatch]
    ) {
        var next = first
        while next <= last {
            next = advance(index, at: next, into: &matches) ? followers[index].base : next + 1
        }
    }

    /// Steps the column over one symbol; true when it reported, and the stream begins anew.
    private mutating func advance(
        _ index: Int, at position: Int, into matches: inout [PatternMatch]
    ) -> Bool {
        followers[index].column.step(ring[position], at: position)
        let (edits, start) = followers[index].column.match
        let candidate = (start: start, end: position, edits: edits)
        if let open = followers[index].open {
            if edits < open.edits {
                // A better match behind the open one: both stand, the open one is final.
                if start > open.end {
                    report(open, of: index, into: &matches)
                    return true
                }
                followers[index].open = candidate
            }
        } else if edits <= followers[index].tolerance {
            followers[index].open = candidate
        }
        guard let open = followers[index].open,
            !followers[index].column.canImprove(on: open.edits, endingAt: open.end)
        else { return false }
        report(open, of: index, into: &matches)
        return true
    }

    private mutating func report(
        _ open: (start: Int, end: Int, edits: Int), of index: Int,
        into matches: inout [PatternMatch]
    ) {
        matches.append(
            PatternMatch(
                pattern: index, start: open.start, end: open.end, edits: open.edits,
                confidence: background.confidence(
                    of: index, edits: open.edits, streamLength: ring.count)))
        followers[index].open = nil
        followers[index].base = open.end + 1
        followers[index].column.restart(at: open.end + 1)
    }

    private mutating func rewindWord(_ index: Int, to position: Int) {
        guard followers[index].fitsWord else { return }
        var word = Self.word(for: followers[index].symbols)
        let base = followers[index].base
        if base <= position {
            for earlier in base...position {
                word.step(masks[Int(ring[earlier]) * words.count + index])
            }
        }
        words[index] = word
    }
}
