import SequenceMatching
import Testing

struct ComparisonTests {
    private let test = PermutationTest(seed: 1)

    @Test func `a comparison says how far, how alike and how unlikely`() {
        var random = TestRandom(seed: 1)
        let left = random.symbols(60, alphabet: 30)
        var right = left
        right.remove(at: 30)
        right[10] = 99
        for algorithm in SymbolComparison.Algorithm.allCases {
            let comparison = SymbolComparison(left, right, algorithm: algorithm, test: test)
            #expect(comparison.distance == (algorithm == .lcs ? 3 : 2))
            #expect(comparison.similarity > 0.95)
            #expect(comparison.confidence == 0.99)
            #expect(apply(comparison.alignment, to: left, right) == right)
        }
    }

    @Test func `unrelated sequences are not significant`() {
        var random = TestRandom(seed: 2)
        var significant = 0
        for _ in 0..<100 {
            let left = random.symbols(30, alphabet: 4)
            let right = random.symbols(30, alphabet: 4)
            let comparison = SymbolComparison(left, right, algorithm: .levenshtein, test: test)
            if comparison.confidence ?? 0 >= 0.95 { significant += 1 }
        }
        #expect(significant <= 10)
    }

    @Test func `sequences without symbols compare, too`() {
        let none = SymbolComparison([], [], algorithm: .lcs, test: test)
        #expect(none.distance == 0 && none.similarity == 1 && none.confidence == nil)
        let one = SymbolComparison([1], [], algorithm: .levenshtein, test: test)
        #expect(one.distance == 1 && one.similarity == 0 && one.confidence == nil)
    }

    @Test func `series that warp into each other are alike and unrelated ones are not`() throws {
        let left = [0, 0, 1, 2, 1, 0] as [Double]
        let slower = [0, 0, 0, 1, 1, 2, 2, 1, 0, 0] as [Double]
        let same = try #require(SeriesComparison(left, slower))
        #expect(same.distance == 0 && same.similarity == 1)
        let far = try #require(SeriesComparison([0, 0, 0], [5, 5, 5]))
        #expect(far.similarity == 0)
        #expect(SeriesComparison([], [1]) == nil)
        #expect(SeriesComparison([1, .nan], [1]) == nil)
        #expect(SeriesComparison([1], [1, 2, 3], radius: 0) == nil)
    }
}

struct SeriesPatternTests {
    @Test func `patterns are found by value and by shape, with a confidence`() throws {
        var random = TestRandom(seed: 3)
        let shape = (0..<24).map { $0 < 12 ? Double($0) : 24 - Double($0) }
        var stream = random.noise(400)
        stream += shape
        stream += random.noise(60)
        stream += shape.map { $0 * 10 + 500 }
        stream += random.noise(60)
        var search = SeriesPatternSearch(patterns: [
            SeriesPattern(name: "value", samples: shape, comparison: .byValue, tolerance: 0.1),
            SeriesPattern(
                name: "shape", samples: shape, comparison: .byShape(radius: 2), tolerance: 0.05),
            SeriesPattern(name: "empty", samples: [], comparison: .byValue, tolerance: 9),
        ])
        var found = stream.flatMap { search.observe($0) }
        found += search.finish()
        let byValue = found.filter { $0.pattern == 0 }
        #expect(byValue.map(\.start) == [400] && byValue.map(\.end) == [423])
        let byShape = found.filter { $0.pattern == 1 }
        #expect(byShape.map(\.start) == [400, 484])
        #expect(found.count == 3)
        for match in found {
            #expect(match.difference < 0.05)
            #expect(try #require(match.confidence) >= 0.9)
        }
    }

    @Test func `what blocks in any order contain is not significant`() {
        var random = TestRandom(seed: 4)
        let stream = random.noise(600)
        var search = SeriesPatternSearch(patterns: [
            SeriesPattern(
                name: "any", samples: [0, 0.1, 0, 0.1], comparison: .byValue, tolerance: 0.4)
        ])
        let found = stream.flatMap { search.observe($0) }
        #expect(!found.isEmpty)
        let confident = found.filter { $0.confidence ?? 0 >= 0.95 }
        #expect(confident.count * 5 <= found.count)
    }

    @Test func `a stream that is too short gives no confidence`() {
        var search = SeriesPatternSearch(patterns: [
            SeriesPattern(name: "p", samples: [1, 2], comparison: .byValue, tolerance: 0)
        ])
        let found = [1, 2].flatMap { search.observe($0) }
        #expect(found.map(\.confidence) == [nil] && found.map(\.end) == [1])
    }
}

struct PatternLearningTests {
    private func words(_ text: String) -> [[UInt8]] {
        text.split(separator: " ").map { Array($0.utf8) }
    }

    @Test func `a learned pattern finds all its examples`() throws {
        let examples = ["a b c d e", "a b x d e", "a b c d e f"].map(words)
        let pattern = try #require(Pattern.learned(name: "p", kind: .word, from: examples))
        #expect(pattern.symbols == words("a b c d e"))
        #expect(pattern.tolerance == 1)
        for example in examples {
            var search = PatternSearch(patterns: [pattern])
            var found = example.flatMap { search.observe($0) }
            found += search.finish()
            #expect(found.count == 1)
        }
    }

    @Test func `one example is exact and none is no pattern`() throws {
        let one = try #require(Pattern.learned(name: "p", kind: .event, from: [words("a b"), []]))
        #expect(one.tolerance == 0)
        #expect(Pattern.learned(name: "p", kind: .event, from: [[]]) == nil)
        let series = SeriesPattern.learned(
            name: "s", comparison: .byValue, from: [[1, .nan], [2]], least: 0.1)
        #expect(series == nil)
    }

    @Test func `a learned series finds all its examples`() throws {
        var random = TestRandom(seed: 5)
        let base = random.walk(20)
        let examples = (0..<4).map { _ in base.map { $0 + 0.2 * random.unit() } }
        let pattern = try #require(
            SeriesPattern.learned(name: "s", comparison: .byValue, from: examples, least: 0.01))
        for example in examples {
            var search = SeriesPatternSearch(patterns: [pattern])
            var found = example.flatMap { search.observe($0) }
            found += search.finish()
            #expect(!found.isEmpty)
        }
    }
}
