import Foundation
import SequenceMatching
import Testing

private struct WarpingFile: Decodable {
    let pairs: [WarpingPair]
}

private struct WarpingPair: Decodable {
    let id: Int
    let a, b: [Double]
    let dtw_full, dtw_full_sq, dtw_L1: Double
    let radius: [String: Double]?
    let lb_keogh_r10pct, euclidean: Double?
}

private struct SubsequenceFile: Decodable {
    let cases: [SubsequenceCase]
}

private struct SubsequenceCase: Decodable {
    let id: Int
    let query, stream: [Double]
    let best_sq, eps_sq: Double
    let spring_hits: [[Double]]
}

private struct ProfileFile: Decodable {
    let cases: [ProfileCase]
}

private struct ProfileCase: Decodable {
    let series, profile: [Double]
    let m, excl_zone, motif, discord: Int
    let index, left_index: [Int]
}

/// Skipped when the folder of reference values is absent.
@Suite(.enabled(if: ReferenceValues.has("dtw.json"), "no reference values here"))
struct WarpingReferenceTests {
    @Test func `warping distances and bounds are those of dtaidistance and aeon`() throws {
        let file = try ReferenceValues.decode("dtw.json", as: WarpingFile.self)
        #expect(!file.pairs.isEmpty)
        for pair in file.pairs {
            let (a, b) = (pair.a, pair.b)
            #expect(agree(DynamicTimeWarping().distance(a, b), pair.dtw_full), "pair \(pair.id)")
            #expect(agree(DynamicTimeWarping().pathCost(a, b), pair.dtw_full_sq))
            #expect(agree(DynamicTimeWarping(cost: .absolute).distance(a, b), pair.dtw_L1))
            let path = DynamicTimeWarping().path(a, b)
            #expect(agree(path?.cost ?? -1, pair.dtw_full_sq), "pair \(pair.id)")
            var abandoning = EarlyAbandoningWarping()
            let limit = pair.dtw_full_sq * (1 + 1e-9)
            #expect(agree(abandoning.pathCost(a, b, limit: limit) ?? -1, pair.dtw_full_sq))
            #expect(abandoning.pathCost(a, b, limit: pair.dtw_full_sq * 0.999 - 1e-9) == nil)
            for (radius, distance) in pair.radius ?? [:] {
                let reach = try #require(Int(radius))
                let banded = DynamicTimeWarping(radius: reach)
                #expect(agree(banded.distance(a, b), distance), "pair \(pair.id) radius \(radius)")
                let cost = abandoning.pathCost(a, b, radius: reach, limit: .infinity)
                #expect(agree((cost ?? -1).squareRoot(), distance))
            }
            if let bound = pair.lb_keogh_r10pct {
                let envelope = WarpingEnvelope(of: b, radius: max(1, a.count / 10))
                #expect(agree(envelope.lowerBound(for: a).squareRoot(), bound), "pair \(pair.id)")
            }
            if let euclidean = pair.euclidean {
                #expect(agree(DynamicTimeWarping(radius: 0).distance(a, b), euclidean))
            }
        }
    }
}

/// Skipped when the folder of reference values is absent.
@Suite(.enabled(if: ReferenceValues.has("subsequence.json"), "no reference values here"))
struct SubsequenceReferenceTests {
    @Test func `disjoint reports and best matches are those of SPRING`() throws {
        let file = try ReferenceValues.decode("subsequence.json", as: SubsequenceFile.self)
        #expect(!file.cases.isEmpty)
        for entry in file.cases {
            var spring = Spring(query: entry.query, threshold: entry.eps_sq)
            var best = BestSubsequence(query: entry.query)
            var hits: [SubsequenceMatch] = []
            for sample in entry.stream {
                if let hit = spring.observe(sample) { hits.append(hit) }
                _ = best.observe(sample)
            }
            if let hit = spring.finish() { hits.append(hit) }
            try #require(hits.count == entry.spring_hits.count, "case \(entry.id)")
            for (hit, expected) in zip(hits, entry.spring_hits) {
                #expect(agree(hit.cost, expected[2]), "case \(entry.id)")
                // What is reported costs what it says, by the definition.
                let stretch = Array(entry.stream[hit.start...hit.end])
                #expect(agree(naiveWarping(entry.query, stretch), expected[2]))
                // Starts may name the sample before the stretch whose cost they give; the cost
                // tells which is meant. A tie is another stretch with the same cost.
                let (first, last) = (Int(expected[0]), Int(expected[1]))
                let isSame = hit.end == last && (hit.start == first || hit.start == first + 1)
                let isTie = [first, first + 1].contains { start in
                    start <= last
                        && agree(
                            naiveWarping(entry.query, Array(entry.stream[start...last])),
                            expected[2])
                }
                #expect(isSame || isTie, "case \(entry.id): \(hit), not \(expected)")
            }
            #expect(agree(best.best?.cost ?? -1, entry.best_sq), "case \(entry.id)")
        }
    }
}

/// Skipped when the folder of reference values is absent.
@Suite(.enabled(if: ReferenceValues.has("matrix_profile.json"), "no reference values here"))
struct MatrixProfileReferenceTests {
    @Test func `the profile of a stream is that of stumpy`() throws {
        let file = try ReferenceValues.decode("matrix_profile.json", as: ProfileFile.self)
        #expect(!file.cases.isEmpty)
        for entry in file.cases {
            var stream = MatrixProfileStream(length: entry.m, history: entry.series.count)
            #expect(stream.exclusion == entry.excl_zone)
            var left: [Int] = []
            for sample in entry.series {
                if let new = stream.observe(sample) { left.append(new.neighbour ?? -1) }
            }
            let profile = stream.profile()
            #expect(left.count == entry.left_index.count && profile.count == entry.index.count)
            for (start, (mine, theirs)) in zip(left, entry.left_index).enumerated() {
                #expect(isAsNear(mine, theirs, to: start, entry), "left of \(start)")
            }
            for (entryOfMine, theirs) in zip(profile, entry.index) {
                #expect(isAsNear(entryOfMine.neighbour ?? -1, theirs, to: entryOfMine.start, entry))
            }
            #expect(zip(profile, entry.profile).allSatisfy { agree($0.distance, $1) })
            #expect(stream.motif()?.distance == profile[entry.motif].distance)
            #expect(stream.discord()?.start == entry.discord)
        }
    }

    /// Whether it is the same neighbour, or, on a tie, one that is as near.
    private func isAsNear(_ mine: Int, _ theirs: Int, to start: Int, _ entry: ProfileCase) -> Bool {
        if mine == theirs { return true }
        if mine < 0 || theirs < 0 { return false }
        let distances = [mine, theirs].map {
            naiveDistance(
                entry.series[start..<start + entry.m], entry.series[$0..<$0 + entry.m])
        }
        return agree(distances[0], distances[1])
    }
}
