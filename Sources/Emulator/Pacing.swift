package import Timeline

/// How the pieces of a text follow each other, in milliseconds between two.
///
/// The numbers are quantiles of small measured samples of real sessions: likenesses, not claims
/// about a provider.
package enum Pacing: Equatable, Sendable {
    /// A hosted model on a good line: a steady 6 to 10 ms.
    case steady
    /// A model on one's own machine: 31 to 34 ms a token.
    case local
    /// A hosted model whose tokens come in bunches, as the network hands them out.
    case bunched

    /// The gap before the next piece.
    package func gap(_ random: inout SeededRandom) -> Double {
        switch self {
        case .steady: return 6 + 4 * random.unit()
        case .local: return Self.quantile([(0, 31.4), (0.5, 32), (0.9, 33.4), (1, 33.9)], &random)
        case .bunched:
            if random.unit() < 0.72 { return 6 + 4 * random.unit() }
            return Self.between(&random)
        }
    }

    /// The gap between two deliveries of a server that sends as it generates.
    package static func between(_ random: inout SeededRandom) -> Double {
        quantile([(0, 0.6), (0.1, 1), (0.5, 156), (0.9, 311), (1, 433)], &random)
    }

    /// A draw from a distribution known by some of its quantiles, straight between them.
    package static func quantile(
        _ points: [(share: Double, value: Double)], _ random: inout SeededRandom
    ) -> Double {
        let share = random.unit()
        for (low, high) in zip(points, points.dropFirst()) where share < high.share {
            let part = (share - low.share) / (high.share - low.share)
            return low.value + part * (high.value - low.value)
        }
        return points.last?.value ?? 0
    }
}

/// Text cut as a tokenizer cuts it: a space begins a piece, long words fall apart.
package enum Pieces {
    package static func of(_ text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for character in text {
            let isPunctuation = ".,;:!?\"{}[]()—".contains(character)
            let isFull = piece.count >= 7 && !piece.hasPrefix(" ") || piece.count >= 9
            if character == " " || isPunctuation || isFull, !piece.isEmpty {
                pieces.append(piece)
                piece = ""
            }
            piece.append(character)
            if isPunctuation {
                pieces.append(piece)
                piece = ""
            }
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }
}
