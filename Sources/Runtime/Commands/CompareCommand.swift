import Dynamics
import Engine
import Interface
import JSONText
import Recordings
import SequenceMatching
import Timeline

/// Compares two recordings, two series of numbers or two JSON arrays.
///
/// Recordings are compared by the types of their events, in order; `dtw` compares the times
/// between the tokens of two recordings.
package struct CompareCommand {
    package enum Algorithm: String, CaseIterable, Sendable {
        case edit, lcs, osa, damerau, dtw
    }

    package var left: String
    package var right: String
    package var algorithm: Algorithm
    /// The half width of the Sakoe-Chiba band, in samples; nil is none.
    package var window: Int?
    package var column: String?
    package var asJSON: Bool

    package init(
        left: String, right: String, algorithm: Algorithm, window: Int?, column: String?,
        asJSON: Bool
    ) {
        self.left = left
        self.right = right
        self.algorithm = algorithm
        self.window = window
        self.column = column
        self.asJSON = asJSON
    }

    /// What a file holds to be compared.
    private enum Content {
        case symbols([String])
        case numbers([Double])
        case recording(types: [String], gaps: [Double])
    }

    package func run() throws(FileError) -> String {
        let contents = (try content(of: left), try content(of: right))
        if algorithm == .dtw {
            return try warp(try numbers(contents.0, left), try numbers(contents.1, right))
        }
        return align(Self.symbols(contents.0), Self.symbols(contents.1))
    }

    // MARK: reading

    private func content(of path: String) throws(FileError) -> Content {
        let bytes = try FileAccess.read(path)
        let first = bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        if first == 0x5B { return try array(bytes, path) }
        if Importer.detect(Array(bytes.prefix(1 << 16))) == .unknown {
            let text = String(decoding: bytes, as: UTF8.self)
            return .numbers(try SeriesFile(parsing: text, column: column, path: path).values)
        }
        return try recording(path)
    }

    private func array(_ bytes: [UInt8], _ path: String) throws(FileError) -> Content {
        do {
            let elements = try JSON(parsing: bytes).arrayValue ?? []
            let numbers = elements.compactMap(\.doubleValue)
            if numbers.count == elements.count { return .numbers(numbers) }
            return .symbols(
                elements.map { $0.stringValue ?? String(decoding: $0.bytes, as: UTF8.self) })
        } catch {
            throw FileError(path: path, message: "\(error)")
        }
    }

    private func recording(_ path: String) throws(FileError) -> Content {
        let source = try EventSource(opening: path)
        var engine = Engine(configuration: .forRecording(source.header))
        var cursor = try source.cursor(at: 0)
        var types: [String] = []
        while let event = try cursor.next() {
            engine.apply(event)
            if let row = engine.sessions.last?.log.rows.last { types.append(row.type) }
        }
        let series = engine.sessions.first?.series.first { $0.kind == .interTokenGap }
        return .recording(types: types, gaps: series?.phaseSpace.samples ?? [])
    }

    private static func symbols(_ content: Content) -> [String] {
        switch content {
        case .symbols(let symbols): symbols
        case .numbers(let numbers): numbers.map { "\($0)" }
        case .recording(let types, _): types
        }
    }

    private func numbers(_ content: Content, _ path: String) throws(FileError) -> [Double] {
        switch content {
        case .numbers(let numbers): return numbers
        case .recording(_, let gaps) where !gaps.isEmpty: return gaps
        case .recording:
            throw FileError(
                path: path, message: "has no clock, so no gaps to warp; use edit or lcs")
        case .symbols: throw FileError(path: path, message: "dtw wants numbers; use edit or lcs")
        }
    }

    // MARK: comparing

    private func warp(_ a: [Double], _ b: [Double]) throws(FileError) -> String {
        guard let comparison = SeriesComparison(a, b, radius: window) else {
            throw FileError(
                path: "compare",
                message:
                    "there is no warping path: a series is empty or not finite, or the window too narrow"
            )
        }
        guard asJSON else {
            return "dtw distance \(NumberText.fixed(comparison.distance, 6)), similarity "
                + "\(NumberText.fixed(comparison.similarity, 4)), \(a.count) and \(b.count) samples\n"
        }
        let pairs = comparison.alignment.pairs.map { JSON.array([JSON($0.row), JSON($0.column)]) }
        return document([
            .init(key: "distance", value: JSON(comparison.distance)),
            .init(key: "similarity", value: JSON(comparison.similarity)),
            .init(key: "window", value: window.map { JSON($0) } ?? .null),
            .init(key: "alignment", value: .array(pairs)),
        ])
    }

    private func align(_ a: [String], _ b: [String]) -> String {
        var interner = Interner()
        let ids = (
            a.map { interner.id(of: Array($0.utf8)) }, b.map { interner.id(of: Array($0.utf8)) }
        )
        let comparison = SymbolComparison(
            ids.0, ids.1, algorithm: symbolAlgorithm, test: PermutationTest(seed: 1))
        guard asJSON else { return report(comparison, a, b) }
        return document([
            .init(key: "distance", value: JSON(comparison.distance)),
            .init(key: "similarity", value: JSON(comparison.similarity)),
            .init(key: "confidence", value: comparison.confidence.map { JSON($0) } ?? .null),
            .init(key: "alignment", value: .array(comparison.alignment.runs.map(Self.json))),
        ])
    }

    private var symbolAlgorithm: SymbolComparison.Algorithm {
        switch algorithm {
        case .lcs: .lcs
        case .osa: .optimalStringAlignment
        case .damerau: .damerau
        case .edit, .dtw: .levenshtein
        }
    }

    private func document(_ members: [JSON.Member]) -> String {
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
    private func report(_ comparison: SymbolComparison, _ a: [String], _ b: [String]) -> String {
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
