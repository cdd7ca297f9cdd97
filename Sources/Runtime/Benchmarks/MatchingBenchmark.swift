import JSONText
import SequenceMatching
import Timeline

/// Edit distances, warping and searches in streams.
struct MatchingBenchmark {
    private let watch: Stopwatch

    init(_ effort: Benchmark.Effort) { watch = Stopwatch(isQuick: effort.isQuick) }

    func run(into report: inout BenchmarkReport) {
        for alphabet in [26, 1000, 100_000] {
            for count in [100, 1000] { edits(alphabet, count, into: &report) }
        }
        batches(into: &report)
        for count in [100, 1000] { warping(count, into: &report) }
        searches(into: &report)
        profile(into: &report)
    }

    // MARK: edit distances

    /// Random pairs with interned symbols, cycled through.
    private func edits(_ alphabet: Int, _ count: Int, into report: inout BenchmarkReport) {
        var random = SeededRandom(seed: UInt64(alphabet + count))
        let texts = (0..<16).map { _ in Self.symbols(count, alphabet, &random) }
        var ids: [Int: Int32] = [:]
        let dense = texts.map { text in
            text.map { symbol in
                let id = ids[symbol] ?? Int32(ids.count)
                ids[symbol] = id
                return id
            }
        }
        let isLong = count == 1000
        let measures: [(String, Double, (inout SequenceComparer, [Int32], [Int32]) -> Int)] = [
            ("lcs", isLong ? 20 : 0.3, { $0.lcsLength($1, $2) }),
            ("levenshtein", isLong ? 40 : 1, { $0.levenshteinDistance($1, $2) }),
            ("indel", isLong ? 20 : 0.3, { $0.indelDistance($1, $2) }),
            ("osa", isLong ? 122 : 1.39, { $0.alignmentDistance($1, $2) }),
        ]
        let id = "edit-\(alphabet)-\(count)"
        var answers: [JSON.Member] = []
        for (name, aim, distance) in measures {
            var comparer = SequenceComparer()
            var distances = [Int](repeating: 0, count: 8)
            let measured = watch.measure {
                for pair in 0..<8 {
                    distances[pair] = distance(&comparer, dense[2 * pair], dense[2 * pair + 1])
                }
            }
            report.add(
                "\(name), \(count) symbols of \(alphabet)", measured.nanoseconds / 8000, "µs",
                .atMost(aim), id: "\(id)-\(name)")
            answers.append(.init(key: name, value: .array(distances.map { JSON($0) })))
        }
        report.file(
            id, input: .array(texts.map { .array($0.map { JSON($0) }) }), answer: .object(answers))
    }

    /// 64 queries against 4096 candidates of 60 symbols.
    private func batches(into report: inout BenchmarkReport) {
        var random = SeededRandom(seed: 60)
        let queries = (0..<64).map { _ in Self.symbols(60, 26, &random) }
        let candidates = (0..<4096).map { _ in Self.symbols(60, 26, &random) }
        let dense = (queries.map { $0.map { Int32($0) } }, candidates.map { $0.map { Int32($0) } })
        guard let batch = SequenceBatch(dense.1) else { return }
        let pairs = Double(queries.count * candidates.count)
        let measures: [(String, Double, ([Int32]) -> [Int])] = [
            ("lcs", 20, { batch.lcsLengths(with: $0) }),
            ("indel", 20, { batch.indelDistances(to: $0) }),
            ("levenshtein", 20, { batch.levenshteinDistances(to: $0) }),
        ]
        var answers: [JSON.Member] = []
        for (name, aim, distances) in measures {
            let measured = watch.measure {
                dense.0.reduce(0) { $0 + distances($1).reduce(0, +) }
            }
            report.add(
                "\(name) of one against 4096, 60 symbols", measured.nanoseconds / pairs,
                "ns a pair", .atMost(aim), id: "batch-\(name)")
            answers.append(.init(key: name, value: JSON(measured.result)))
        }
        report.file(
            "batch",
            input: .object([
                .init(key: "queries", value: .array(queries.map(Self.letters))),
                .init(key: "candidates", value: .array(candidates.map(Self.letters))),
            ]), answer: .object(answers))
    }

    private static func letters(_ symbols: [Int]) -> JSON {
        .string(String(decoding: symbols.map { UInt8($0 + 97) }, as: UTF8.self))
    }

    private static func symbols(
        _ count: Int, _ alphabet: Int, _ random: inout SeededRandom
    ) -> [Int] {
        (0..<count).map { _ in Int(random.next() % UInt64(alphabet)) }
    }

    // MARK: warping

    private func warping(_ count: Int, into report: inout BenchmarkReport) {
        var random = SeededRandom(seed: UInt64(count))
        let (a, b) = (Self.walk(count, &random), Self.walk(count, &random))
        let radius = count / 10
        let full = watch.measure { DynamicTimeWarping().distance(a, b) }
        let banded = watch.measure { DynamicTimeWarping(radius: radius).distance(a, b) }
        report.add(
            "dtw, \(count) samples", full.nanoseconds / 1000, "µs",
            .atMost(count == 1000 ? 380 : 5), id: "dtw-\(count)-full")
        report.add(
            "dtw, \(count) samples, window of 10 %", banded.nanoseconds / 1000, "µs",
            count == 1000 ? .atMost(250) : .atMost(2), id: "dtw-\(count)-band")
        report.file(
            "dtw-\(count)",
            input: .object([
                .init(key: "a", value: Self.numbers(a)), .init(key: "b", value: Self.numbers(b)),
                .init(key: "radius", value: JSON(radius)),
            ]),
            answer: .object([
                .init(key: "full", value: JSON(full.result)),
                .init(key: "band", value: JSON(banded.result)),
            ]))
    }

    private static func walk(_ count: Int, _ random: inout SeededRandom) -> [Double] {
        var level = 0.0
        return (0..<count).map { _ in
            level += random.unit() - 0.5
            return level
        }
    }

    private static func numbers(_ series: [Double]) -> JSON { .array(series.map { JSON($0) }) }

    // MARK: searches

    /// A pattern of 64 samples in a stream of 100 000 in which it occurs, disturbed, now and then.
    private func searches(into report: inout BenchmarkReport) {
        var random = SeededRandom(seed: 64)
        let query = Self.walk(64, &random)
        var stream = Self.walk(100_000, &random)
        for start in stride(from: 5000, to: 95_000, by: 10_000) {
            for place in 0..<64 { stream[start + place] = query[place] + 0.1 * random.unit() }
        }
        let samples = Double(stream.count)
        let best = watch.measure {
            var search = BestSubsequence(query: query)
            for sample in stream { _ = search.observe(sample) }
            return search.best?.cost ?? .nan
        }
        let found = watch.measure {
            var search = Spring(query: query, threshold: 2)
            return stream.reduce(0) { $0 + (search.observe($1) == nil ? 0 : 1) }
        }
        // Every cell within the threshold: nothing can be skipped.
        let whole = watch.measure {
            var search = Spring(query: query, threshold: .greatestFiniteMagnitude)
            return stream.reduce(0) { $0 + (search.observe($1) == nil ? 0 : 1) }
        }
        for (name, nanoseconds, id) in [
            ("best match", best.nanoseconds, "best"),
            ("reports within 2", found.nanoseconds, "some"),
            ("nothing skipped", whole.nanoseconds, "all"),
        ] {
            report.add(
                "spring, 64 samples, \(name)", nanoseconds / samples, "ns a sample", .atMost(100),
                id: "spring-\(id)")
        }
        var answers: [JSON.Member] = [
            .init(key: "best", value: JSON(best.result)),
            .init(key: "reports", value: JSON(found.result)),
        ]
        for radius in [0, 3] {
            let measured = watch.measure {
                var search = NormalisedSearch(bestMatchFor: query, radius: radius)
                for sample in stream { _ = search?.observe(sample) }
                return search?.best?.cost ?? .nan
            }
            report.add(
                "z-normalised search, 64 samples, radius \(radius)",
                measured.nanoseconds / samples, "ns a sample", .atMost(66),
                id: "normalised-\(radius)")
            answers.append(.init(key: "normalised-\(radius)", value: JSON(measured.result)))
        }
        report.file(
            "search",
            input: .object([
                .init(key: "query", value: Self.numbers(query)),
                .init(key: "stream", value: Self.numbers(stream)),
            ]), answer: .object(answers))
    }

    private func profile(into report: inout BenchmarkReport) {
        var random = SeededRandom(seed: 1000)
        let series = Self.walk(3000, &random)
        var stream = MatrixProfileStream(length: 64, history: 1000)
        for sample in series.prefix(2000) { _ = stream.observe(sample) }
        let warm = stream
        let measured = watch.measure {
            var stream = warm
            for sample in series.suffix(1000) { _ = stream.observe(sample) }
            return stream.profile().map(\.distance)
        }
        report.add(
            "matrix-profile update at 1000, 64 samples", measured.nanoseconds / 1e6, "µs",
            .atMost(5), id: "profile")
        report.file(
            "profile", input: Self.numbers(series), answer: Self.numbers(measured.result))
    }
}
