import Foundation
import SequenceMatching
import Testing

private struct EditFile: Decodable {
    let pairs: [EditPair]
}

private struct EditPair: Decodable {
    let id: Int
    let a: Elements
    let b: Elements
    let levenshtein, indel, lcs, osa, damerau_levenshtein, lev_w_1_1_2: Int
    let lev_norm_sim: Double
    let edlib_nw, edlib_infix, edlib_prefix: Int?
}

/// A text by Unicode scalar, or a list of numbers.
private struct Elements: Decodable {
    let values: [Int32]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            values = text.unicodeScalars.map { Int32(bitPattern: $0.value) }
        } else {
            values = try container.decode([Int32].self)
        }
    }
}

/// Skipped when the folder of reference values is absent.
@Suite(.enabled(if: ReferenceValues.has("edit_lcs.json"), "no reference values here"))
struct EditReferenceTests {
    @Test func `distances are those of rapidfuzz and edlib`() throws {
        let file = try ReferenceValues.decode("edit_lcs.json", as: EditFile.self)
        #expect(!file.pairs.isEmpty)
        for pair in file.pairs {
            let (a, b) = dense(pair.a.values, pair.b.values)
            var comparer = SequenceComparer()
            #expect(comparer.levenshteinDistance(a, b) == pair.levenshtein, "pair \(pair.id)")
            #expect(comparer.indelDistance(a, b) == pair.indel, "pair \(pair.id)")
            #expect(comparer.lcsLength(a, b) == pair.lcs, "pair \(pair.id)")
            #expect(comparer.alignmentDistance(a, b) == pair.osa, "pair \(pair.id)")
            #expect(damerauDistance(a, b) == pair.damerau_levenshtein, "pair \(pair.id)")
            let weights = EditWeights(insertion: 1, deletion: 1, substitution: 2)
            #expect(weightedDistance(a, b, weights: weights) == pair.lev_w_1_1_2)
            let similarity = comparer.levenshteinSimilarity(a, b)
            #expect(agree(similarity, pair.lev_norm_sim), "pair \(pair.id)")
            var query = PreparedSequence(a)
            if let infix = pair.edlib_infix {
                #expect(query.bestOccurrence(in: b).edits == infix, "pair \(pair.id)")
            }
            if let prefix = pair.edlib_prefix {
                #expect(query.bestPrefix(of: b).edits == prefix, "pair \(pair.id)")
            }
            if let whole = pair.edlib_nw {
                #expect(query.levenshteinDistance(to: b) == whole, "pair \(pair.id)")
            }
        }
    }

    @Test func `scripts, limits and batches agree with the reference distances`() throws {
        let file = try ReferenceValues.decode("edit_lcs.json", as: EditFile.self)
        for pair in file.pairs {
            let (a, b) = dense(pair.a.values, pair.b.values)
            let script = SequenceAlignment(a, b, measure: .levenshtein)
            #expect(script.distance == pair.levenshtein, "pair \(pair.id)")
            #expect(apply(script, to: a, b) == b, "pair \(pair.id)")
            let common = SequenceAlignment(a, b, measure: .lcs)
            #expect(common.distance == pair.indel, "pair \(pair.id)")
            #expect(apply(common, to: a, b) == b, "pair \(pair.id)")
            var prepared = PreparedSequence(a)
            for limit in [pair.levenshtein - 1, pair.levenshtein, pair.levenshtein + 5] {
                let expected = limit >= pair.levenshtein ? pair.levenshtein : nil
                #expect(prepared.levenshteinDistance(to: b, limit: limit) == expected)
            }
            if let batch = SequenceBatch([a, b]) {
                #expect(batch.levenshteinDistances(to: b) == [pair.levenshtein, 0])
                #expect(batch.indelDistances(to: b) == [pair.indel, 0])
            }
        }
    }

    private func dense(_ a: [Int32], _ b: [Int32]) -> ([Int32], [Int32]) {
        var ids: [Int32: Int32] = [:]
        func id(_ value: Int32) -> Int32 {
            if let known = ids[value] { return known }
            ids[value] = Int32(ids.count)
            return Int32(ids.count - 1)
        }
        return (a.map(id), b.map(id))
    }
}

/// Carries the script out: what the left sequence becomes.
func apply(_ script: SequenceAlignment, to left: [Int32], _ right: [Int32]) -> [Int32]? {
    var result: [Int32] = []
    var (leftEnd, rightEnd) = (0, 0)
    for run in script.runs {
        guard run.left.lowerBound == leftEnd, run.right.lowerBound == rightEnd else { return nil }
        (leftEnd, rightEnd) = (run.left.upperBound, run.right.upperBound)
        switch run.kind {
        case .equal: result += left[run.left]
        case .replaced where run.left.count == run.right.count: result += right[run.right]
        case .inserted where run.left.isEmpty: result += right[run.right]
        case .deleted where run.right.isEmpty: break
        default: return nil
        }
    }
    return leftEnd == left.count ? result : nil
}
