import SequenceMatching
import Testing

/// What `PatternSearch` promises, from the definition: all cells of Sellers' matrix with all starts.
private struct NaiveSearch {
    let pattern: [UInt8]
    let tolerance: Int
    private(set) var reports: [PatternMatch] = []

    init(_ pattern: [UInt8], _ tolerance: Int, over stream: [UInt8]) {
        self.pattern = pattern
        self.tolerance = max(0, min(tolerance, pattern.count - 1))
        var base = 0
        while let end = run(stream, from: base) { base = end }
    }

    /// Reports the first match of the stream that begins at `base`; where the next begins.
    private mutating func run(_ stream: [UInt8], from base: Int) -> Int? {
        var open: PatternMatch?
        for position in base..<stream.count {
            // best[row] = least edits of the prefix to stream[start...position], earliest start.
            let best = (0...pattern.count).map { row in
                cell(Array(pattern.prefix(row)), stream, base, position)
            }
            let (edits, start) = best[pattern.count]
            let candidate = PatternMatch(
                pattern: 0, start: start, end: position, edits: edits, confidence: nil)
            if let held = open, edits < held.edits, start > held.end {
                reports.append(held)
                return held.end + 1
            }
            if edits <= tolerance, edits < open?.edits ?? .max { open = candidate }
            guard let held = open else { continue }
            let improvable = best.contains { $0.edits < held.edits && $0.start <= held.end }
            if !improvable {
                reports.append(held)
                return held.end + 1
            }
        }
        if let held = open {
            reports.append(held)
            return held.end + 1
        }
        return nil
    }

    private func cell(
        _ prefix: [UInt8], _ stream: [UInt8], _ base: Int, _ position: Int
    ) -> (edits: Int, start: Int) {
        var best = (edits: prefix.count, start: position + 1)
        for start in stride(from: position, through: base, by: -1) {
            let edits = naiveLevenshtein(prefix, Array(stream[start...position]))
            if edits <= best.edits { best = (edits, start) }
        }
        return best
    }
}

private func found(_ patterns: [Pattern], in stream: [UInt8]) -> [PatternMatch] {
    var search = PatternSearch(patterns: patterns)
    var all: [PatternMatch] = []
    for symbol in stream { all += search.observe([symbol]) }
    return all + search.finish()
}

private func pattern(_ text: [UInt8], _ tolerance: Int) -> Pattern {
    Pattern(name: "p", kind: .word, symbols: text.map { [$0] }, tolerance: tolerance)
}

private func withoutConfidence(_ matches: [PatternMatch]) -> [PatternMatch] {
    matches.map {
        PatternMatch(
            pattern: $0.pattern, start: $0.start, end: $0.end, edits: $0.edits, confidence: nil)
    }
}

struct PatternSearchTests {
    @Test func `an exact match is reported with its last symbol`() {
        var search = PatternSearch(patterns: [pattern([1, 2, 3], 1)])
        var reports: [[PatternMatch]] = []
        for symbol: UInt8 in [9, 1, 2, 3, 9] { reports.append(search.observe([symbol])) }
        #expect(reports.map(\.count) == [0, 0, 0, 1, 0])
        #expect(
            reports[3] == [PatternMatch(pattern: 0, start: 1, end: 3, edits: 0, confidence: nil)])
    }

    @Test func `every small stream gives what the definition gives`() {
        for (text, tolerance) in [([0, 1], 0), ([0, 1], 1), ([0, 0, 1], 1), ([0, 1, 0], 2)]
            as [([UInt8], Int)]
        {
            for length in 0...7 {
                forEachSequence(length: length, alphabet: 2) { stream in
                    let naive = NaiveSearch(text, tolerance, over: stream).reports
                    #expect(
                        withoutConfidence(found([pattern(text, tolerance)], in: stream)) == naive)
                }
            }
        }
    }

    @Test func `seeded streams give what the definition gives`() {
        var random = TestRandom(seed: 11)
        for _ in 0..<60 {
            let text = random.bytes(random.below(6) + 1, alphabet: 3)
            let stream = random.bytes(24, alphabet: 3)
            let tolerance = random.below(4)
            let naive = NaiveSearch(text, tolerance, over: stream).reports
            #expect(withoutConfidence(found([pattern(text, tolerance)], in: stream)) == naive)
        }
    }

    @Test func `a pattern longer than a machine word is found too`() {
        var random = TestRandom(seed: 5)
        let text = random.bytes(100, alphabet: 20)
        var damaged = text
        damaged.remove(at: 50)
        damaged[20] = 99
        let stream = random.bytes(70, alphabet: 20) + damaged + random.bytes(70, alphabet: 20)
        let matches = found([pattern(text, 4)], in: stream)
        #expect(matches.map(\.edits) == [2])
        #expect(matches.map(\.start) == [70])
        #expect(matches.map(\.end) == [168])
    }

    @Test func `patterns searched together give what each gives alone`() {
        var random = TestRandom(seed: 3)
        let patterns = (0..<9).map { pattern(random.bytes($0, alphabet: 4), $0 / 3) }
        let stream = random.bytes(300, alphabet: 4)
        let together = withoutConfidence(found(patterns, in: stream))
        for index in patterns.indices {
            let alone = withoutConfidence(found([patterns[index]], in: stream))
            let mine = together.filter { $0.pattern == index }
            #expect(mine.map(\.start) == alone.map(\.start))
            #expect(mine.map(\.end) == alone.map(\.end))
            #expect(mine.map(\.edits) == alone.map(\.edits))
        }
    }

    @Test func `a planted sequence is significant and a common one is not`() throws {
        var random = TestRandom(seed: 8)
        var stream = random.bytes(100, alphabet: 12)
        stream += [20, 21, 22, 23]
        let rare = found([pattern([20, 21, 22, 23], 0)], in: stream)
        #expect(try #require(rare.last?.confidence) >= 0.95)
        let noise = random.bytes(100, alphabet: 2)
        let common = found([pattern([0, 1], 0)], in: noise)
        #expect(try #require(common.last?.confidence) == 0)
    }

    @Test func `too little data gives no confidence, nor does a single symbol`() {
        #expect(found([pattern([1, 2], 0)], in: [1, 2]).map(\.confidence) == [nil])
        let stream = [UInt8](repeating: 0, count: 99) + [1]
        #expect(found([pattern([1], 0)], in: stream).map(\.confidence) == [nil])
    }

    @Test func `confidences are calibrated on streams without structure`() {
        // Under the null at most a share α of streams may reach confidence 1 − α.
        var random = TestRandom(seed: 21)
        var significant = 0
        for _ in 0..<200 {
            let stream = random.bytes(120, alphabet: 5)
            let text = random.bytes(4, alphabet: 5)
            let best = found([pattern(text, 0)], in: stream).compactMap(\.confidence).max() ?? 0
            if best >= 0.9 { significant += 1 }
        }
        #expect(significant <= 40)
    }
}

struct InternerTests {
    @Test func `ids are dense, stable and in order of first appearance`() {
        var interner = Interner()
        #expect(interner.id(of: [7]) == 0)
        #expect(interner.id(of: []) == 1)
        #expect(interner.id(of: [7]) == 0)
        #expect(interner.find([8]) == nil)
        #expect(interner.count == 2)
        #expect(interner.text(1) == [])
    }
}
