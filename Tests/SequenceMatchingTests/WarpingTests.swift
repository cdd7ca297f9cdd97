import Testing

@testable import SequenceMatching

private func near(_ a: Double, _ b: Double) -> Bool {
    a == b || abs(a - b) <= 1e-9 * max(1, abs(a), abs(b))
}

struct WarpingTests {
    @Test func `all lengths and radii give what the recurrence gives`() {
        var random = TestRandom(seed: 1)
        for rows in 0...20 {
            for columns in 0...20 where rows > 0 || columns > 0 {
                let a = random.noise(rows)
                let b = random.noise(columns)
                for radius in [nil, 0, 1, 2, 3, 5, 8, 13] as [Int?] {
                    let expected = naiveWarping(a, b, radius: radius)
                    #expect(near(DynamicTimeWarping(radius: radius).pathCost(a, b), expected))
                    var abandoning = EarlyAbandoningWarping()
                    let cost = abandoning.pathCost(a, b, radius: radius, limit: .infinity)
                    #expect(near(cost ?? .infinity, expected))
                    let absolute = DynamicTimeWarping(cost: .absolute, radius: radius)
                    let sum = naiveWarping(a, b, radius: radius) { abs($0 - $1) }
                    #expect(near(absolute.pathCost(a, b), sum))
                }
            }
        }
    }

    @Test func `long series give what the recurrence gives`() {
        var random = TestRandom(seed: 2)
        for (rows, columns) in [(64, 64), (65, 90), (120, 33), (200, 201)] {
            let a = random.walk(rows)
            let b = random.walk(columns)
            for radius in [nil, 7, 20, 150] as [Int?] {
                let expected = naiveWarping(a, b, radius: radius)
                #expect(near(DynamicTimeWarping(radius: radius).pathCost(a, b), expected))
            }
        }
    }

    @Test func `two empty series are equal and one is infinitely far`() {
        #expect(DynamicTimeWarping().distance([], []) == 0)
        #expect(DynamicTimeWarping().distance([1], []) == .infinity)
        #expect(DynamicTimeWarping().normalisedDistance([], []) == 0)
        #expect(DynamicTimeWarping().path([], [])?.pairs == [])
        #expect(DynamicTimeWarping().path([1], []) == nil)
    }

    @Test func `a number that is not finite has no distance`() {
        #expect(DynamicTimeWarping().distance([1, .nan], [1, 2]).isNaN)
        #expect(DynamicTimeWarping().distance([1], [.infinity]).isNaN)
        #expect(DynamicTimeWarping().path([.nan], [1]) == nil)
    }

    @Test func `a path is monotone, complete and costs what it says, in blocks or not`() throws {
        var random = TestRandom(seed: 3)
        for (rows, columns, radius) in [(1, 1, nil), (1, 9, nil), (30, 20, nil), (25, 25, 3)]
            as [(Int, Int, Int?)]
        {
            let a = random.walk(rows)
            let b = random.walk(columns)
            for limit in [1 << 20, 60, 1] {
                let path = try #require(
                    WarpingPath(rows, columns, radius, limit) { (a[$0] - b[$1]) * (a[$0] - b[$1]) })
                #expect(path.pairs.first == WarpingPath.Pair(row: 0, column: 0))
                #expect(path.pairs.last == WarpingPath.Pair(row: rows - 1, column: columns - 1))
                for (one, next) in zip(path.pairs, path.pairs.dropFirst()) {
                    let (down, right) = (next.row - one.row, next.column - one.column)
                    #expect((0...1).contains(down) && (0...1).contains(right) && down + right > 0)
                }
                let sum = path.pairs.reduce(0) {
                    $0 + (a[$1.row] - b[$1.column]) * (a[$1.row] - b[$1.column])
                }
                #expect(near(sum, path.cost))
                #expect(near(sum, naiveWarping(a, b, radius: radius)))
            }
        }
    }

    @Test func `vector series warp by any cost`() throws {
        var random = TestRandom(seed: 4)
        let a = (0..<15).map { _ in random.noise(3) }
        let b = (0..<12).map { _ in random.noise(3) }
        func cost(_ row: Int, _ column: Int) -> Double {
            zip(a[row], b[column]).reduce(0) { $0 + abs($1.0 - $1.1) }
        }
        for radius in [nil, 3, 5, 1] as [Int?] {
            let sum = DynamicTimeWarping(radius: radius).pathCost(rows: 15, columns: 12, cost: cost)
            #expect(near(sum, naiveWarping(rows: 15, columns: 12, radius: radius, cost: cost)))
        }
        let path = try #require(WarpingPath(rows: 15, columns: 12, cost: cost))
        #expect(near(path.cost, naiveWarping(rows: 15, columns: 12, radius: nil, cost: cost)))
    }

    @Test func `abandoning keeps what is within the limit and nothing else`() {
        var random = TestRandom(seed: 5)
        var abandoning = EarlyAbandoningWarping()
        for _ in 0..<200 {
            let a = random.walk(random.below(30) + 1)
            let b = random.walk(random.below(30) + 1)
            let radius = random.below(2) == 0 ? nil : random.below(8)
            let cost = naiveWarping(a, b, radius: radius)
            for limit in [0, cost * 0.5, cost * 0.999, cost * 1.001 + 1e-12, cost * 3] {
                let found = abandoning.pathCost(a, b, radius: radius, limit: limit)
                if cost <= limit, cost < .infinity {
                    #expect(near(found ?? -1, cost))
                } else {
                    #expect(found == nil)
                }
            }
        }
    }

    @Test func `envelopes are the extremes of every window and bounds are below the cost`() {
        var random = TestRandom(seed: 6)
        for count in 0...12 {
            for radius in [0, 1, 2, 5, 11, 12, 40] {
                let series = random.noise(count)
                let envelope = WarpingEnvelope(of: series, radius: radius)
                for place in 0..<count {
                    let window = series[max(0, place - radius)..<min(count, place + radius + 1)]
                    #expect(envelope.lower[place] == window.min())
                    #expect(envelope.upper[place] == window.max())
                }
                #expect(envelope.lower.count == count)
                let other = random.noise(count)
                let cost = naiveWarping(series, other, radius: radius)
                #expect(envelope.lowerBound(for: other) <= cost + 1e-12)
                #expect(endsLowerBound(series, other) <= cost + 1e-12)
                let sum = naiveWarping(series, other, radius: radius) { abs($0 - $1) }
                #expect(envelope.lowerBound(for: other, cost: .absolute) <= sum + 1e-12)
                #expect(endsLowerBound(series, other, cost: .absolute) <= sum + 1e-12)
            }
        }
    }

    @Test func `warping in time pairs what happened together`() throws {
        let a = try #require(TimedSeries(times: [0, 1, 2, 10], values: [0, 1, 0, 1]))
        let b = try #require(TimedSeries(times: [0, 1, 2, 9.5, 10], values: [0, 1, 0, 1, 1]))
        #expect(TimedWarping(maximumLag: 1).distance(a, b) == 0)
        #expect(TimedWarping(maximumLag: 0.1).distance(a, b) == .infinity)
        let late = try #require(TimedSeries(times: [0, 1, 2, 12], values: [0, 1, 0, 1]))
        #expect(TimedWarping(stiffness: 1).distance(a, late) == 2)
        #expect(TimedWarping().distance(a, late) == 0)
        #expect(TimedSeries(times: [1, 0], values: [0, 0]) == nil)
        #expect(TimedSeries(times: [1], values: []) == nil)
        #expect(TimedSeries(times: [1], values: [.nan]) == nil)
    }

    @Test func `elastic measures give what can be counted by hand`() {
        #expect(ElasticMeasure.realPenalty(gap: 0).distance([1, 2, 3], [1, 3]) == 2)
        #expect(ElasticMeasure.realPenalty(gap: 1).distance([], [4, -1]) == 5)
        #expect(ElasticMeasure.realSequence(tolerance: 0.1).distance([1, 2, 3], [1.05, 3]) == 1)
        #expect(ElasticMeasure.realSequence(tolerance: 0).distance([], [1, 2]) == 2)
        #expect(ElasticMeasure.moveSplitMerge(cost: 1).distance([1, 2], [1, 2]) == 0)
        #expect(ElasticMeasure.moveSplitMerge(cost: 0.5).distance([1, 1, 2], [1, 2]) == 0.5)
        #expect(ElasticMeasure.moveSplitMerge(cost: 0.5).distance([1], [3]) == 2)
        #expect(ElasticMeasure.moveSplitMerge(cost: 1).distance([], []) == 0)
        #expect(ElasticMeasure.moveSplitMerge(cost: 1).distance([1], []) == .infinity)
    }

    @Test func `the metrics among the elastic measures are metrics`() {
        var random = TestRandom(seed: 7)
        let series = (0..<8).map { _ in random.noise(random.below(6) + 1) }
        for a in series {
            for b in series {
                let there = ElasticMeasure.realPenalty(gap: 0).distance(a, b)
                let moved = ElasticMeasure.moveSplitMerge(cost: 0.3).distance(a, b)
                #expect(near(there, ElasticMeasure.realPenalty(gap: 0).distance(b, a)))
                #expect(near(moved, ElasticMeasure.moveSplitMerge(cost: 0.3).distance(b, a)))
                for c in series {
                    let around =
                        ElasticMeasure.realPenalty(gap: 0).distance(a, c)
                        + ElasticMeasure.realPenalty(gap: 0).distance(c, b)
                    #expect(there <= around + 1e-9)
                    let detour =
                        ElasticMeasure.moveSplitMerge(cost: 0.3).distance(a, c)
                        + ElasticMeasure.moveSplitMerge(cost: 0.3).distance(c, b)
                    #expect(moved <= detour + 1e-9)
                }
            }
        }
    }
}
