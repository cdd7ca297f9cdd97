import Interface
import JSONText
import SequenceMatching

extension CompareCommand {
    /// What an edit costs; none is negative.
    package struct Weights: Sendable, Equatable {
        package var insertion: Double
        package var deletion: Double
        package var substitution: Double

        package init(insertion: Double, deletion: Double, substitution: Double) {
            self.insertion = insertion
            self.deletion = deletion
            self.substitution = substitution
        }
    }

    /// Beyond this many words of the bit-parallel matrix, or cells of Damerau's, ninety-nine random
    /// orders would take too long to be worth a confidence.
    private static let testedWords = 1 << 22

    func alignSymbols(_ a: [String], _ b: [String]) throws(FileError) -> String {
        var interner = Interner()
        let ids = (
            a.map { interner.id(of: Array($0.utf8)) }, b.map { interner.id(of: Array($0.utf8)) }
        )
        if let weights { return try align(ids.0, ids.1, weights) }
        let size = Double(a.count) * Double(b.count) / (algorithm == .damerau ? 8 : 64)
        let comparison = SymbolComparison(
            ids.0, ids.1, algorithm: symbolAlgorithm,
            test: size <= Double(Self.testedWords) ? PermutationTest(seed: 1) : nil)
        return asJSON ? json(comparison) : report(comparison, a, b)
    }

    /// With weights of one's own; the alignment goes by them too.
    private func align(
        _ a: [Int32], _ b: [Int32], _ weights: Weights
    ) throws(FileError) -> String {
        guard
            let alignment = ElasticAlignment(
                a.count, b.count, nil, WeightedEdits(a: a, b: b, weights: weights))
        else {
            throw FileError(
                path: "compare", message: "weights take at most \(ElasticAlignment.cellLimit) pairs"
            )
        }
        let both = min(a.count, b.count)
        let change = min(weights.substitution, weights.insertion + weights.deletion)
        let greatest =
            Double(both) * change + Double(a.count - both) * weights.deletion
            + Double(b.count - both) * weights.insertion
        let similarity = greatest == 0 ? 1 : 1 - alignment.distance / greatest
        guard asJSON else {
            return
                "\(algorithm.rawValue) distance \(String(decoding: JSON(alignment.distance).bytes, as: UTF8.self)), similarity "
                + NumberText.fixed(similarity, 4) + "\n"
        }
        return document([
            .init(key: "distance", value: JSON(alignment.distance)),
            .init(key: "similarity", value: JSON(similarity)),
            .init(
                key: "alignment",
                value: .array(alignment.pairs.map { .array([JSON($0.row), JSON($0.column)]) })),
        ])
    }

    private var symbolAlgorithm: SymbolComparison.Algorithm {
        switch algorithm {
        case .lcs, .indel: .lcs
        case .osa: .optimalStringAlignment
        case .damerau: .damerau
        default: .levenshtein
        }
    }

    private func json(_ comparison: SymbolComparison) -> String {
        let runs = comparison.alignment.runs
        let pairs = runs.filter { $0.kind == .equal || $0.kind == .replaced }.flatMap { run in
            zip(run.left, run.right).map { JSON.array([JSON($0), JSON($1)]) }
        }
        var members: [JSON.Member] = [
            .init(key: "distance", value: JSON(comparison.distance)),
            .init(key: "similarity", value: JSON(comparison.similarity)),
            .init(key: "confidence", value: comparison.confidence.map { JSON($0) } ?? .null),
        ]
        if symbolAlgorithm == .lcs {
            members.append(.init(key: "length", value: JSON(pairs.count)))
        }
        members += [
            .init(key: "alignment", value: .array(pairs)),
            .init(key: "script", value: .array(runs.map(Self.json))),
        ]
        return document(members)
    }

    func document(_ members: [JSON.Member]) -> String {
        let head: [JSON.Member] = [
            .init(key: "format", value: "midstream-compare/1"),
            .init(key: "algorithm", value: .string(algorithm.rawValue)),
        ]
        return JSON.object(head + members).pretty(indent: 2) + "\n"
    }

    private static func json(_ run: AlignmentRun) -> JSON {
        .object([
            .init(key: "kind", value: .string("\(run.kind)")),
            .init(
                key: "left", value: .array([JSON(run.left.lowerBound), JSON(run.left.upperBound)])),
            .init(
                key: "right",
                value: .array([JSON(run.right.lowerBound), JSON(run.right.upperBound)])),
        ])
    }

    /// The differences as a script: what stays is counted, what differs is shown.
    private func report(
        _ comparison: SymbolComparison, _ a: [String], _ b: [String]
    ) -> String {
        var text = "\(algorithm.rawValue) distance \(comparison.distance), similarity "
        text += NumberText.fixed(comparison.similarity, 4)
        if let confidence = comparison.confidence {
            text += ", confidence \(NumberText.fixed(confidence, 2))"
        }
        text += "\n"
        for run in comparison.alignment.runs {
            if run.kind == .equal {
                text += "  … \(run.left.count) equal\n"
                continue
            }
            for symbol in a[run.left] { text += "- \(symbol)\n" }
            for symbol in b[run.right] { text += "+ \(symbol)\n" }
        }
        return text
    }
}

private struct WeightedEdits: ElasticCosts {
    let a: [Int32]
    let b: [Int32]
    let weights: CompareCommand.Weights

    func pair(_ row: Int, _ column: Int) -> Double {
        a[row] == b[column] ? 0 : weights.substitution
    }
    func deletion(_ row: Int, at column: Int) -> Double { weights.deletion }
    func insertion(_ column: Int, at row: Int) -> Double { weights.insertion }
}
