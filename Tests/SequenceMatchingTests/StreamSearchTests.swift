import Testing

@testable import SequenceMatching

private func hits(_ query: [Double], _ stream: [Double], _ threshold: Double) -> [[Double]] {
    var spring = Spring(query: query, threshold: threshold)
    var found = stream.compactMap { spring.observe($0) }
    if let last = spring.finish() { found.append(last) }
    return found.map { [Double($0.start), Double($0.end), $0.cost] }
}

struct SpringTests {
    @Test func `every small stream gives the paper's reports`() {
        for query in [[0, 1], [1, 0, 2], [2]] as [[Double]] {
            forEachSequence(length: 7, alphabet: 3) { stream in
                let samples = stream.map { Double($0) }
                for threshold in [0, 1, 3] as [Double] {
                    let expected = naiveSpring(query, samples, threshold)
                    #expect(hits(query, samples, threshold) == expected)
                }
            }
        }
    }

    @Test func `seeded streams give the paper's reports`() {
        var random = TestRandom(seed: 1)
        for _ in 0..<60 {
            let query = random.noise(random.below(9) + 1)
            let stream = random.noise(120)
            for threshold in [0.01, 0.2, 1, 1e9] {
                let expected = naiveSpring(query, stream, threshold)
                #expect(hits(query, stream, threshold) == expected)
            }
        }
    }

    @Test func `an exact match comes with its last sample`() {
        var spring = Spring(query: [1, 5, 2], threshold: 0.5)
        let reports = [9, 1, 5, 2, 9].map { spring.observe($0) }
        #expect(reports.map { $0 == nil } == [true, true, true, false, true])
        #expect(reports[3] == SubsequenceMatch(start: 1, end: 3, cost: 0))
    }

    @Test func `no match spans a sample that is not finite`() {
        #expect(hits([1, 2], [1, .nan, 2, 1, .infinity, 2], 0.5) == [])
        #expect(hits([1, 2], [.nan, 1, 2], 0.5) == [[1, 2, 0]])
        #expect(hits([1, 1, 1], [1, .nan, 1], 0.5) == [[0, 0, 0], [2, 2, 0]])
    }

    @Test func `a bank of queries gives what each gives alone`() {
        var random = TestRandom(seed: 2)
        let queries = (0..<5).map { (query: random.noise($0 + 1), threshold: 0.3) }
        let stream = random.noise(200)
        var bank = SpringBank(queries: queries)
        var together = queries.map { _ in [SubsequenceMatch]() }
        for sample in stream {
            for (query, match) in bank.observe(sample) { together[query].append(match) }
        }
        for (index, entry) in queries.enumerated() {
            var spring = Spring(query: entry.query, threshold: entry.threshold)
            #expect(together[index] == stream.compactMap { spring.observe($0) })
        }
    }

    @Test func `the best stretch is the cheapest of all`() throws {
        var random = TestRandom(seed: 3)
        for _ in 0..<20 {
            let query = random.noise(4)
            let stream = random.noise(25)
            var search = BestSubsequence(query: query)
            for sample in stream { _ = search.observe(sample) }
            var least = Double.infinity
            for start in stream.indices {
                for end in start..<stream.count {
                    least = min(least, naiveWarping(query, Array(stream[start...end])))
                }
            }
            let best = try #require(search.best)
            #expect(abs(best.cost - least) < 1e-9)
            #expect(abs(naiveWarping(query, Array(stream[best.start...best.end])) - least) < 1e-9)
        }
    }
}

struct NormalisedSearchTests {
    @Test func `matches are the best of overlapping windows, whatever level and scale`() throws {
        var random = TestRandom(seed: 4)
        for _ in 0..<20 {
            let query = random.walk(12)
            var stream = random.walk(80)
            stream.replaceSubrange(30..<42, with: query.map { $0 * 3 + 100 })
            let radius = random.below(4)
            let costs = (0...(stream.count - query.count)).map {
                naiveWarping(
                    naiveNormalised(query[...]), naiveNormalised(stream[$0..<$0 + query.count]),
                    radius: radius)
            }
            var search = try #require(
                NormalisedSearch(query: query, radius: radius, threshold: 4))
            var found = stream.compactMap { search.observe($0) }
            if let last = search.finish() { found.append(last) }
            #expect(found.map(\.start) == greedy(costs, within: 4, length: query.count))
            for match in found { #expect(abs(match.cost - costs[match.start]) < 1e-9) }
            var best = try #require(NormalisedSearch(bestMatchFor: query, radius: radius))
            for sample in stream { #expect(best.observe(sample) == nil) }
            #expect(best.best?.start == 30)
        }
    }

    /// What the rule reports: a window is replaced by a cheaper one that overlaps it.
    private func greedy(_ costs: [Double], within threshold: Double, length: Int) -> [Int] {
        var reports: [Int] = []
        var open: Int?
        for start in costs.indices {
            if let held = open, start >= held + length {
                reports.append(held)
                open = nil
            }
            if costs[start] <= threshold, costs[start] < open.map({ costs[$0] }) ?? .infinity {
                open = start
            }
        }
        return reports + (open.map { [$0] } ?? [])
    }

    @Test func `constant windows and gaps are defined`() throws {
        var search = try #require(NormalisedSearch(query: [5, 5, 5], radius: 1, threshold: 0))
        let stream: [Double] = [1, 2, 7, 7, 7, .nan, 3, 3, 3]
        var found = stream.compactMap { search.observe($0) }
        if let last = search.finish() { found.append(last) }
        #expect(found.map(\.start) == [2, 6])
        #expect(NormalisedSearch(query: [], radius: 0, threshold: 1) == nil)
        #expect(NormalisedSearch(query: [.nan], radius: 0, threshold: 1) == nil)
    }
}

struct MatrixProfileTests {
    private func naive(_ series: [Double], _ length: Int, _ history: Int) -> [Double] {
        let count = series.count - length + 1
        return (0..<count).map { one in
            (0..<count).filter { abs($0 - one) > (length + 3) / 4 && abs($0 - one) <= history }
                .map { naiveDistance(series[one..<one + length], series[$0..<$0 + length]) }
                .min() ?? .infinity
        }
    }

    @Test func `the profile is that of the definition`() {
        var random = TestRandom(seed: 5)
        for length in [3, 4, 9] {
            var series = random.walk(60)
            for place in 20..<32 { series[place] = 7 }
            for place in 45..<56 { series[place] = -2 }
            var stream = MatrixProfileStream(length: length, history: 60)
            for sample in series { _ = stream.observe(sample) }
            let expected = naive(series, length, 60)
            let profile = stream.profile().map(\.distance)
            #expect(profile.count == expected.count)
            #expect(zip(profile, expected).allSatisfy { abs($0 - $1) < 1e-6 })
        }
    }

    @Test func `a bounded history forgets and stays exact on a long stream`() {
        var random = TestRandom(seed: 6)
        let series = random.walk(3000).map { $0 + 1000 }
        var stream = MatrixProfileStream(length: 8, history: 40)
        for sample in series { _ = stream.observe(sample) }
        let last = Array(series.suffix(48))
        let profile = stream.profile()
        #expect(profile.count == 41)
        #expect(profile.last?.start == 2992)
        let lastDistances = (0..<40 - 2).map { naiveDistance(last[40...], last[$0..<$0 + 8]) }
        #expect(abs((profile.last?.distance ?? 0) - (lastDistances.min() ?? 0)) < 1e-6)
    }

    @Test func `a huge sample is forgotten with the history`() {
        var random = TestRandom(seed: 12)
        var series = random.noise(400)
        series[100] = 1e9
        var stream = MatrixProfileStream(length: 6, history: 50)
        for sample in series { _ = stream.observe(sample) }
        let last = Array(series.suffix(56))
        let distances = (0..<50 - 2).map { naiveDistance(last[50...], last[$0..<$0 + 6]) }
        let nearest = distances.min() ?? 0
        #expect(abs((stream.profile().last?.distance ?? 0) - nearest) < 1e-6)
    }

    @Test func `a sample that is not finite has no neighbours and harms no others`() {
        var random = TestRandom(seed: 7)
        var series = random.noise(40)
        series[20] = .nan
        var stream = MatrixProfileStream(length: 5, history: 100)
        for sample in series { _ = stream.observe(sample) }
        let profile = stream.profile()
        #expect(profile.filter { $0.neighbour == nil }.map(\.start) == Array(16...20))
        #expect(profile.allSatisfy { !$0.distance.isNaN })
    }

    @Test func `a stream shorter than a subsequence has no profile`() {
        var stream = MatrixProfileStream(length: 5, history: 10)
        #expect(stream.profile() == [])
        #expect(stream.observe(1) == nil)
        #expect(stream.motif() == nil)
    }
}

struct RepetitionTests {
    @Test func `a loop is caught within one and a half periods, whatever its length`() throws {
        var random = TestRandom(seed: 8)
        for period in [6, 7, 10, 25, 60, 200] {
            var detector = RepetitionDetector(window: 256)
            let before = random.symbols(100, alphabet: 400)
            let phrase = (0..<period).map { Int32(400 + $0) }
            for symbol in before { #expect(detector.observe(symbol) == nil) }
            var caught: Int?
            for step in 0..<3 * period where caught == nil {
                if detector.observe(phrase[step % period]) != nil { caught = step + 1 }
            }
            // As soon as half of the second period is there, and not before.
            #expect(caught == period + (period + 1) / 2)
            let loop = try #require(detector.current)
            #expect(loop.period == period)
            #expect(loop.start == 100)
            #expect(loop.count <= 1.5 + 1 / Double(period))
        }
    }

    @Test func `a stuttering word is a loop and a doubled one is not`() {
        var detector = RepetitionDetector(window: 128)
        var random = TestRandom(seed: 9)
        for symbol in random.symbols(128, alphabet: 300) { _ = detector.observe(symbol) }
        #expect(detector.observe(7) == nil)
        #expect(detector.observe(7) == nil)
        for _ in 0..<4 { _ = detector.observe(7) }
        #expect(detector.current?.period == 1)
    }

    @Test func `random order is seldom taken for a loop`() {
        for alphabet in [2, 5, 50] {
            var random = TestRandom(seed: UInt64(alphabet))
            var detector = RepetitionDetector(window: 200, significance: 0.001)
            let found = random.symbols(5000, alphabet: alphabet).filter {
                detector.observe($0) != nil
            }
            #expect(found.count <= 25, "alphabet \(alphabet)")
        }
    }

    @Test func `the longest phrase is that of the definition`() {
        var random = TestRandom(seed: 10)
        for alphabet in [2, 4] {
            let stream = random.symbols(70, alphabet: alphabet)
            var detector = RepetitionDetector(window: 20)
            for (last, symbol) in stream.enumerated() {
                _ = detector.observe(symbol)
                var best: RecurringPhrase?
                for distance in 1..<min(last + 1, 21) {
                    var length = 0
                    while length + distance <= last,
                        stream[last - length] == stream[last - length - distance]
                    {
                        length += 1
                    }
                    if length > best?.length ?? 0 {
                        let start = last + 1 - length
                        best = RecurringPhrase(
                            start: start, earlier: start - distance, length: length)
                    }
                }
                #expect(detector.longestPhrase() == best)
            }
        }
    }
}

struct RecentlyUsedCacheTests {
    private func key(_ number: Int) -> ContentKey {
        var key = ContentKey([1], parameters: [UInt64(number)])
        key.append([Double.nan, 1])
        key.append([Int32(number)])
        return key
    }

    @Test func `what was least recently used is forgotten first`() {
        var random = TestRandom(seed: 11)
        var cache = RecentlyUsedCache<Int>(capacity: 4)
        var order: [Int] = []
        var hits = 0
        for _ in 0..<500 {
            let number = random.below(8)
            var computed = false
            let value = cache.value(for: key(number)) {
                computed = true
                return number * 10
            }
            #expect(value == number * 10)
            #expect(computed == !order.contains(number))
            if !computed { hits += 1 }
            order.removeAll { $0 == number }
            order.append(number)
            if order.count > 4 { order.removeFirst() }
            #expect(cache.count == order.count)
        }
        #expect(cache.hits == hits && cache.misses == 500 - hits)
    }

    @Test func `keys tell apart what only joins to the same words`() {
        var one = ContentKey([])
        one.append([1, 2] as [Int32])
        one.append([3] as [Int32])
        var other = ContentKey([])
        other.append([1] as [Int32])
        other.append([2, 3] as [Int32])
        #expect(one != other)
    }
}
