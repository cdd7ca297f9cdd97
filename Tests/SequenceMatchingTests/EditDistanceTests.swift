import Testing

@testable import SequenceMatching

/// Seeded pairs whose lengths lie around the borders of machine words and groups.
private func pairs(seed: UInt64, alphabet: Int) -> [([Int32], [Int32])] {
    var random = TestRandom(seed: seed)
    let lengths = [0, 1, 5, 63, 64, 65, 128, 129, 200, 260]
    return lengths.flatMap { left in
        lengths.map { right in
            let a = random.symbols(left, alphabet: alphabet)
            if random.below(2) == 0 { return (a, random.symbols(right, alphabet: alphabet)) }
            var b = a
            for _ in 0..<4 {
                b.insert(Int32(random.below(alphabet)), at: random.below(b.count + 1))
                b.remove(at: random.below(b.count))
                if b.count > 1 {
                    let place = random.below(b.count - 1)
                    b.swapAt(place, place + 1)
                }
            }
            return (a, b)
        }
    }
}

struct EditDistanceTests {
    @Test func `every pair of small sequences gives what the recurrences give`() {
        var small: [[Int32]] = []
        for length in 0...4 {
            forEachSequence(length: length, alphabet: 3) { small.append($0.map { Int32($0) }) }
        }
        var comparer = SequenceComparer()
        for a in small {
            var prepared = PreparedSequence(a)
            for b in small {
                let distance = naiveLevenshtein(a, b)
                let common = naiveLCS(a, b)
                #expect(prepared.levenshteinDistance(to: b) == distance)
                #expect(comparer.levenshteinDistance(a, b) == distance)
                #expect(prepared.lcsLength(with: b) == common)
                let swaps = editMatrix(a, b, swaps: true)[a.count][b.count]
                #expect(prepared.alignmentDistance(to: b) == swaps)
                #expect(damerauDistance(a, b) == naiveDamerau(a, b))
                for limit in 0...4 {
                    let expected = distance <= limit ? distance : nil
                    #expect(prepared.levenshteinDistance(to: b, limit: limit) == expected)
                }
                #expect(SequenceAlignment(a, b, measure: .levenshtein).distance == distance)
                let script = SequenceAlignment(a, b, measure: .lcs)
                #expect(script.distance == a.count + b.count - 2 * common)
                #expect(apply(script, to: a, b) == b)
            }
        }
    }

    @Test(arguments: [3, 50]) func `seeded pairs give what the recurrences give`(alphabet: Int) {
        for (a, b) in pairs(seed: 1, alphabet: alphabet) {
            var prepared = PreparedSequence(a)
            #expect(prepared.levenshteinDistance(to: b) == naiveLevenshtein(a, b))
            #expect(prepared.lcsLength(with: b) == naiveLCS(a, b))
            let swaps = editMatrix(a, b, swaps: true)[a.count][b.count]
            #expect(prepared.alignmentDistance(to: b) == swaps)
            #expect(damerauDistance(a, b) == naiveDamerau(a, b))
        }
    }

    @Test func `what happens in one group of rows reaches the ones far below`() {
        // Parts without common symbols: the groups between two matches stay untouched.
        var random = TestRandom(seed: 9)
        for _ in 0..<6 {
            let a = (0..<450).map { place in Int32(place / 130 * 3 + random.below(3)) }
            let b = (0..<120).map { _ in Int32(random.below(2) * 9 + random.below(3)) }
            var prepared = PreparedSequence(a)
            #expect(prepared.lcsLength(with: b) == naiveLCS(a, b))
            #expect(prepared.levenshteinDistance(to: b) == naiveLevenshtein(a, b))
            let swaps = editMatrix(a, b, swaps: true)[a.count][b.count]
            #expect(prepared.alignmentDistance(to: b) == swaps)
            #expect(SequenceAlignment(a, b, measure: .lcs).distance == 570 - 2 * naiveLCS(a, b))
        }
    }

    @Test func `swaps across the border of a group count once`() {
        var random = TestRandom(seed: 10)
        let a = random.symbols(300, alphabet: 50)
        for border in [64, 128, 192, 256] {
            var b = a
            b.swapAt(border - 1, border)
            var prepared = PreparedSequence(a)
            #expect(prepared.alignmentDistance(to: b) == (a == b ? 0 : 1))
        }
    }

    @Test func `a prepared sequence can be replaced by another`() {
        var random = TestRandom(seed: 4)
        var prepared = PreparedSequence()
        for length in [300, 3, 100, 0, 64, 129] {
            let a = random.symbols(length, alphabet: 9)
            let b = random.symbols(77, alphabet: 12)
            prepared.prepare(a)
            #expect(prepared.levenshteinDistance(to: b) == naiveLevenshtein(a, b))
            #expect(prepared.lcsLength(with: b) == naiveLCS(a, b))
        }
    }

    @Test func `a banded distance is the distance or nothing`() {
        for (a, b) in pairs(seed: 2, alphabet: 4) {
            var prepared = PreparedSequence(a)
            let distance = naiveLevenshtein(a, b)
            for limit in [0, 1, 3, 8, 20, 70, distance - 1, distance, distance + 1] {
                let expected = distance <= limit ? distance : nil
                #expect(prepared.levenshteinDistance(to: b, limit: limit) == expected)
            }
        }
    }

    @Test func `weights give what the recurrence gives`() {
        for (a, b) in pairs(seed: 3, alphabet: 4) where a.count < 130 && b.count < 130 {
            for (insertion, deletion, substitution) in [(1, 1, 1), (1, 1, 2), (2, 3, 4), (1, 5, 7)]
            {
                let weights = EditWeights(
                    insertion: insertion, deletion: deletion, substitution: substitution)
                let expected = editMatrix(
                    a, b, insertion: insertion, deletion: deletion, substitution: substitution
                )[a.count][b.count]
                #expect(weightedDistance(a, b, weights: weights) == expected)
                #expect(weightedDistance(a, b, weights: weights, limit: expected - 1) == nil)
            }
        }
    }

    @Test func `scripts are shortest and complete, divided or not`() {
        for (a, b) in pairs(seed: 5, alphabet: 4) {
            for limit in [1 << 28, 2000, 1] {
                let script = SequenceAlignment(a, b, measure: .levenshtein, cellLimit: limit)
                #expect(script.distance == naiveLevenshtein(a, b))
                #expect(apply(script, to: a, b) == b)
                let common = SequenceAlignment(a, b, measure: .lcs, cellLimit: limit)
                #expect(common.distance == a.count + b.count - 2 * naiveLCS(a, b))
                #expect(!common.runs.contains { $0.kind == .replaced })
                #expect(apply(common, to: a, b) == b)
            }
        }
    }

    @Test func `an occurrence is the best stretch, the first and shortest`() {
        var random = TestRandom(seed: 6)
        for length in [0, 1, 2, 5, 64, 65, 130] {
            let a = random.symbols(length, alphabet: 3)
            let b = random.symbols(40, alphabet: 3)
            var best = EditOccurrence(edits: a.count, range: 0..<0)
            for end in 0...b.count {
                for start in stride(from: end, through: 0, by: -1) {
                    let edits = naiveLevenshtein(a, Array(b[start..<end]))
                    if edits < best.edits {
                        best = EditOccurrence(edits: edits, range: start..<end)
                    }
                }
            }
            var prepared = PreparedSequence(a)
            #expect(prepared.bestOccurrence(in: b) == best)
            let prefixes = (0...b.count).map { naiveLevenshtein(a, Array(b[..<$0])) }
            let least = prefixes.min() ?? 0
            let shortest = prefixes.firstIndex(of: least) ?? 0
            #expect(
                prepared.bestPrefix(of: b) == EditOccurrence(edits: least, range: 0..<shortest))
        }
    }

    @Test(arguments: [0, 3, 8, 9, 16, 17, 32, 33, 64])
    func `a batch gives what single comparisons give`(longest: Int) {
        var random = TestRandom(seed: 7)
        let many = (0..<75).map { _ in random.symbols(random.below(longest + 1), alphabet: 5) }
        guard let batch = SequenceBatch(many) else {
            Issue.record("no batch")
            return
        }
        let query = random.symbols(40, alphabet: 6)
        #expect(batch.levenshteinDistances(to: query) == many.map { naiveLevenshtein($0, query) })
        #expect(batch.lcsLengths(with: query) == many.map { naiveLCS($0, query) })
    }

    @Test func `a batch refuses sequences longer than a word`() {
        #expect(SequenceBatch([[Int32](repeating: 0, count: 65)]) == nil)
        #expect(SequenceBatch([])?.levenshteinDistances(to: [1]) == [])
    }
}
