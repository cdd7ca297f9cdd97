import Interface
import JSONText
import SequenceMatching

extension CompareCommand {
    /// What is said of two series.
    private struct Result {
        var distance: Double
        var similarity: Double
        var confidence: Double?
        var pairs: [WarpingPath.Pair]
        var parameters: [JSON.Member] = []
    }

    /// Beyond this many cells, ninety-nine random orders would take too long to be worth a
    /// confidence.
    private static let testedCells = 1 << 22

    func compare(_ a: [Double], _ b: [Double]) throws(FileError) -> String {
        let result = algorithm == .dtw ? try warped(a, b) : try elastic(a, b)
        return written(result, a.count, b.count)
    }

    func warp(_ a: [[Double]], _ b: [[Double]]) throws(FileError) -> String {
        guard algorithm == .dtw else {
            throw FileError(path: left, message: "only dtw compares series of vectors")
        }
        guard a[0].count == b[0].count else {
            throw FileError(
                path: right,
                message: "has vectors of \(b[0].count) numbers, \(left) of \(a[0].count)")
        }
        try checkBand(a.count, b.count)
        guard
            let comparison = SeriesComparison(
                vectors: a, b, cost: cost, radius: radius(a.count, b.count))
        else { throw withoutPath }
        return written(
            Result(
                distance: comparison.distance, similarity: comparison.similarity,
                pairs: comparison.alignment.pairs), a.count, b.count)
    }

    func warp(_ a: TimedSeries, _ b: TimedSeries) throws(FileError) -> String {
        guard window == nil, cost == .squared else {
            throw FileError(
                path: "compare", message: "in time, --max-lag bounds the path and costs are squared"
            )
        }
        let warping = TimedWarping(
            maximumLag: maximumLag ?? .infinity, stiffness: stiffness ?? 0)
        guard let comparison = SeriesComparison(a, b, by: warping) else {
            throw FileError(
                path: "compare", message: "no warping path keeps within --max-lag, or one is empty")
        }
        let lag = maximumLag.map { JSON($0) } ?? .null
        return written(
            Result(
                distance: comparison.distance, similarity: comparison.similarity,
                pairs: comparison.alignment.pairs,
                parameters: [
                    .init(key: "max_lag", value: lag),
                    .init(key: "stiffness", value: JSON(warping.stiffness)),
                ]), a.values.count, b.values.count)
    }

    // MARK: one measure each

    private func warped(_ a: [Double], _ b: [Double]) throws(FileError) -> Result {
        if a.isEmpty && b.isEmpty { return Result(distance: 0, similarity: 1, pairs: []) }
        if let path = a.isEmpty ? left : b.isEmpty ? right : nil {
            throw FileError(path: path, message: "is empty, so there is no warping path")
        }
        try checkBand(a.count, b.count)
        let radius = radius(a.count, b.count)
        guard let comparison = SeriesComparison(a, b, cost: cost, radius: radius) else {
            throw withoutPath
        }
        let warping = DynamicTimeWarping(cost: cost, radius: radius)
        return Result(
            distance: comparison.distance, similarity: comparison.similarity,
            confidence: confidence(a, b, comparison.distance) { warping.distance(a, $0) },
            pairs: comparison.alignment.pairs)
    }

    private func elastic(_ a: [Double], _ b: [Double]) throws(FileError) -> Result {
        let (measure, parameters) = measure(a, b)
        let radius = radius(a.count, b.count)
        try checkBand(a.count, b.count)
        if a.count > 0, b.count > ElasticAlignment.cellLimit / a.count {
            throw FileError(
                path: "compare",
                message: "\(algorithm.rawValue) takes at most \(ElasticAlignment.cellLimit) pairs "
                    + "of samples, these are \(a.count) × \(b.count)")
        }
        guard let alignment = measure.alignment(a, b, radius: radius) else {
            let path = a.isEmpty ? left : right
            throw a.isEmpty || b.isEmpty
                ? FileError(path: path, message: "is empty, so the distance is infinite")
                : withoutPath
        }
        return Result(
            distance: alignment.distance,
            similarity: similarity(alignment.distance, a, b),
            confidence: confidence(a, b, alignment.distance) {
                measure.distance(a, $0, radius: radius)
            },
            pairs: alignment.pairs, parameters: parameters)
    }

    private func measure(
        _ a: [Double], _ b: [Double]
    ) -> (measure: ElasticMeasure, parameters: [JSON.Member]) {
        switch algorithm {
        case .erp: return (.realPenalty(gap: gap), [.init(key: "gap", value: JSON(gap))])
        case .edr:
            let tolerance = tolerance ?? Self.deviation(a + b) / 4
            return (
                .realSequence(tolerance: tolerance),
                [.init(key: "tolerance", value: JSON(tolerance))]
            )
        case .msm:
            return (
                .moveSplitMerge(cost: penalty), [.init(key: "penalty", value: JSON(penalty))]
            )
        default:
            let stiffness = stiffness ?? 0.001
            return (
                .timeWarpEdit(stiffness: stiffness, penalty: penalty),
                [
                    .init(key: "stiffness", value: JSON(stiffness)),
                    .init(key: "penalty", value: JSON(penalty)),
                ]
            )
        }
    }

    /// 1 for a distance of nothing; 0 for the greatest there can be where that is known: every
    /// sample edited (edr), every sample compared with the gap (erp). The others fall with the
    /// distance a sample and penalty.
    private func similarity(_ distance: Double, _ a: [Double], _ b: [Double]) -> Double {
        if distance == 0 { return 1 }
        switch algorithm {
        case .edr: return 1 - distance / Double(max(a.count, b.count))
        case .erp:
            let greatest = (a + b).reduce(0) { $0 + ($1 - gap).magnitude }
            return max(0, 1 - distance / greatest)
        default: return 1 / (1 + distance / Double(max(a.count, b.count)))
        }
    }

    private static func deviation(_ values: [Double]) -> Double {
        if values.isEmpty { return 0 }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count)).squareRoot()
    }

    private func confidence(
        _ a: [Double], _ b: [Double], _ observed: Double, distance: ([Double]) -> Double
    ) -> Double? {
        guard Double(a.count) * Double(b.count) <= Double(Self.testedCells) else { return nil }
        return PermutationTest(seed: 1).confidence(
            shuffling: b, observed: observed, distance: distance)
    }

    // MARK: bands

    private func radius(_ rows: Int, _ columns: Int) -> Int? {
        window.map { min($0, max(rows, columns)) }
    }

    private func checkBand(_ rows: Int, _ columns: Int) throws(FileError) {
        guard let window, abs(rows - columns) > window else { return }
        throw FileError(
            path: "compare",
            message: "the window of \(window) is narrower than the difference of the lengths, "
                + "\(rows) and \(columns)")
    }

    private var withoutPath: FileError {
        FileError(path: "compare", message: "the sum of the costs is too large for a number")
    }

    // MARK: output

    private func written(_ result: Result, _ rows: Int, _ columns: Int) -> String {
        guard asJSON else {
            var text = "\(algorithm.rawValue) distance \(NumberText.fixed(result.distance, 6))"
            text += ", similarity \(NumberText.fixed(result.similarity, 4))"
            if let confidence = result.confidence {
                text += ", confidence \(NumberText.fixed(confidence, 2))"
            }
            return text + ", \(rows) and \(columns) samples\n"
        }
        let pairs = result.pairs.map { JSON.array([JSON($0.row), JSON($0.column)]) }
        return document(
            [
                .init(key: "distance", value: JSON(result.distance)),
                .init(key: "similarity", value: JSON(result.similarity)),
                .init(key: "confidence", value: result.confidence.map { JSON($0) } ?? .null),
                .init(key: "window", value: window.map { JSON($0) } ?? .null),
            ] + result.parameters + [.init(key: "alignment", value: .array(pairs))])
    }
}
