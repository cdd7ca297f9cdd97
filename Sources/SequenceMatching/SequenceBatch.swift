/// Many short sequences prepared to be compared with one query at a time.
///
/// Hyyrö, Fredriksson and Navarro (Increased Bit-Parallelism for Approximate and Multiple String
/// Matching, JEA 2005): every sequence has its own lane of a register, as wide as the longest one
/// needs (8, 16, 32 or 64 bits), and one load fetches a query symbol's masks for a whole block of
/// sequences. O(query · sequences · lane/128) register steps per query.
package struct SequenceBatch: Sendable {
    private enum Lanes: Sendable {
        case of8(LaneMasks<UInt8>)
        case of16(LaneMasks<UInt16>)
        case of32(LaneMasks<UInt32>)
        case of64(LaneMasks<UInt64>)
    }

    private let lengths: [Int]
    private let lanes: Lanes

    /// A batch of `sequences` with dense ids, at most 64 symbols each; nil when one is longer.
    package init?(_ sequences: [[Int32]]) {
        lengths = sequences.map { $0.count }
        switch lengths.max() ?? 0 {
        case 0...8: lanes = .of8(LaneMasks(sequences))
        case 9...16: lanes = .of16(LaneMasks(sequences))
        case 17...32: lanes = .of32(LaneMasks(sequences))
        case 33...64: lanes = .of64(LaneMasks(sequences))
        default: return nil
        }
    }

    package var count: Int { lengths.count }

    /// The LCS length of `query` with each sequence, in their order.
    package func lcsLengths(with query: [Int32]) -> [Int] {
        switch lanes {
        case .of8(let masks): masks.lcsLengths(query)
        case .of16(let masks): masks.lcsLengths(query)
        case .of32(let masks): masks.lcsLengths(query)
        case .of64(let masks): masks.lcsLengths(query)
        }
    }

    /// Insertions and deletions between `query` and each sequence.
    package func indelDistances(to query: [Int32]) -> [Int] {
        var distances = lcsLengths(with: query)
        for place in distances.indices {
            distances[place] = lengths[place] + query.count - 2 * distances[place]
        }
        return distances
    }

    /// The Levenshtein distance of `query` to each sequence.
    package func levenshteinDistances(to query: [Int32]) -> [Int] {
        switch lanes {
        case .of8(let masks): masks.levenshteinDistances(query, lengths)
        case .of16(let masks): masks.levenshteinDistances(query, lengths)
        case .of32(let masks): masks.levenshteinDistances(query, lengths)
        case .of64(let masks): masks.levenshteinDistances(query, lengths)
        }
    }
}
