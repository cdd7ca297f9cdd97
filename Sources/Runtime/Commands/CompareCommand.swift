package import SequenceMatching

/// Compares two recordings, two series of numbers or two JSON arrays.
///
/// Recordings are compared by the types of their events or the assistant's words, in order; the
/// measures of series compare the times between their tokens.
package struct CompareCommand {
    package enum Algorithm: String, CaseIterable, Sendable {
        case edit, levenshtein, lcs, indel, osa, damerau
        case dtw, erp, edr, msm, twed

        /// Whether it compares series of numbers.
        package var isOfSeries: Bool {
            switch self {
            case .edit, .levenshtein, .lcs, .indel, .osa, .damerau: false
            case .dtw, .erp, .edr, .msm, .twed: true
            }
        }
    }

    /// What of a recording is compared by the measures of symbols.
    package enum Aspect: String, CaseIterable, Sendable {
        case events, words
    }

    package var left: String
    package var right: String
    package var algorithm: Algorithm
    /// The half width of the band around the diagonal, in samples; nil is none.
    package var window: Int?
    package var column: String?
    package var timeColumn: String?
    package var aspect = Aspect.events
    /// The weights of `edit`.
    package var weights: Weights?
    package var cost = SeriesCost.squared
    /// The value that gaps of erp are compared with.
    package var gap = 0.0
    /// How far apart equal values of edr may be; nil is a quarter of the standard deviation.
    package var tolerance: Double?
    /// What a split or merge of msm costs, or a deletion of twed.
    package var penalty = 1.0
    /// What a unit of time apart costs: with twed by index, with dtw in the files' unit of time.
    package var stiffness: Double?
    /// How far apart in time paired elements of dtw may be.
    package var maximumLag: Double?
    package var asJSON = false

    package init(left: String, right: String, algorithm: Algorithm) {
        self.left = left
        self.right = right
        self.algorithm = algorithm
    }

    /// Whether dtw goes by the elements' times.
    var isTimed: Bool { maximumLag != nil || stiffness != nil || timeColumn != nil }

    package func run() throws(FileError) -> String {
        let a = try CompareInput(reading: left, column: column, timeColumn: timeColumn)
        let b = try CompareInput(reading: right, column: column, timeColumn: timeColumn)
        if !algorithm.isOfSeries {
            try checkKinds(a, b)
            return try alignSymbols(symbols(a), symbols(b))
        }
        if algorithm == .dtw, isTimed {
            return try warp(try timed(a, left), try timed(b, right))
        }
        if case .vectors(let a) = a, case .vectors(let b) = b { return try warp(a, b) }
        return try compare(try numbers(a, left), try numbers(b, right))
    }

    // MARK: what is compared

    /// The symbols of a recording are names; no number is equal to one.
    private func checkKinds(_ a: CompareInput, _ b: CompareInput) throws(FileError) {
        switch (a, b) {
        case (.recording, .numbers), (.recording, .vectors), (.recording, .timed),
            (.numbers, .recording), (.vectors, .recording), (.timed, .recording):
            throw FileError(
                path: "compare",
                message: "\(left) is \(a.title) and \(right) \(b.title): nothing in them can be "
                    + "equal")
        default: break
        }
    }

    private func symbols(_ input: CompareInput) -> [String] {
        switch input {
        case .symbols(let symbols): symbols
        case .numbers(let numbers): numbers.map { "\($0)" }
        case .vectors(let vectors): vectors.map { "\($0)" }
        case .timed(let series): series.values.map { "\($0)" }
        case .recording(let recorded): aspect == .words ? recorded.words : recorded.types
        }
    }

    private func numbers(
        _ input: CompareInput, _ path: String
    ) throws(FileError) -> [Double] {
        switch input {
        case .numbers(let numbers): return try finite(numbers, path)
        case .timed(let series): return series.values
        case .recording(let recorded): return try gaps(recorded, path).gaps
        case .symbols(let symbols) where symbols.isEmpty: return []
        case .symbols, .vectors:
            throw FileError(
                path: path,
                message: "is \(input.title); \(algorithm.rawValue) wants a series of numbers")
        }
    }

    private func finite(_ numbers: [Double], _ path: String) throws(FileError) -> [Double] {
        if let place = numbers.firstIndex(where: { !$0.isFinite }) {
            throw FileError(
                path: path,
                message: "sample \(place) is \(numbers[place]); \(algorithm.rawValue) wants "
                    + "finite numbers")
        }
        return numbers
    }

    private func gaps(
        _ recorded: RecordedSequences, _ path: String
    ) throws(FileError) -> RecordedSequences {
        if !recorded.gaps.isEmpty { return recorded }
        throw FileError(
            path: path,
            message: recorded.hasClock
                ? "holds no gap between tokens; use edit or lcs"
                : "has no clock, so no gaps to compare; use edit or lcs")
    }

    private func timed(
        _ input: CompareInput, _ path: String
    ) throws(FileError) -> TimedSeries {
        let series: TimedSeries?
        switch input {
        case .timed(let known): series = known
        case .recording(let recorded):
            let gaps = try gaps(recorded, path)
            series = TimedSeries(times: gaps.times, values: gaps.gaps)
        case .vectors(let pairs) where pairs[0].count == 2:
            series = TimedSeries(times: pairs.map { $0[0] }, values: pairs.map { $0[1] })
        default:
            throw FileError(
                path: path,
                message: "has no times; name their column with --time-column, or give "
                    + "[time, value] pairs")
        }
        guard let series else { throw FileError(path: path, message: "its times run backwards") }
        return series
    }
}
