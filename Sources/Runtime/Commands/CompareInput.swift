import Engine
import JSONText
import Recordings
import SequenceMatching
import Timeline

/// What a file holds to be compared.
enum CompareInput {
    case symbols([String])
    case numbers([Double])
    /// Elements of several numbers each, all of as many.
    case vectors([[Double]])
    case timed(TimedSeries)
    case recording(RecordedSequences)

    /// What it is called in a sentence.
    var title: String {
        switch self {
        case .symbols(let symbols): symbols.isEmpty ? "an empty array" : "an array of symbols"
        case .numbers: "a series of numbers"
        case .vectors: "a series of vectors"
        case .timed: "a series with times"
        case .recording: "a recording"
        }
    }
}

/// What a recording's first session holds in order.
struct RecordedSequences {
    var types: [String] = []
    /// The words of the assistant.
    var words: [String] = []
    /// Milliseconds between the tokens of each response, and when each such token came.
    var gaps: [Double] = []
    var times: [Double] = []
    var hasClock = false
}

extension CompareInput {
    /// Reads a file by its content: a JSON array, a recording of any supported format, or a table.
    init(reading path: String, column: String?, timeColumn: String?) throws(FileError) {
        let bytes = try FileAccess.read(path)
        let first = bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        if first == 0x5B {
            self = try Self.array(bytes, path)
        } else if Importer.detect(Array(bytes.prefix(1 << 16))) != .unknown {
            let source = try EventSource(bytes: bytes, path: path, title: path)
            self = .recording(try Self.recording(source))
        } else {
            if first == 0x7B {
                throw FileError(
                    path: path,
                    message: "is JSON, but neither an array nor a recording of a known format")
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let values = try SeriesFile(parsing: text, column: column, path: path).values
            guard let timeColumn else {
                self = .numbers(values)
                return
            }
            let times = try SeriesFile(parsing: text, column: timeColumn, path: path).values
            self = .timed(try Self.timed(times, values, path))
        }
    }

    private static func timed(
        _ times: [Double], _ values: [Double], _ path: String
    ) throws(FileError) -> TimedSeries {
        if let series = TimedSeries(times: times, values: values) { return series }
        for (place, pair) in zip(times, values).enumerated()
        where !pair.0.isFinite || !pair.1.isFinite {
            throw FileError(path: path, message: "element \(place) is not finite")
        }
        throw FileError(path: path, message: "its times run backwards")
    }

    // MARK: JSON

    private static func array(_ bytes: [UInt8], _ path: String) throws(FileError) -> CompareInput {
        let elements: [JSON]
        do {
            elements = try JSON(parsing: bytes).arrayValue ?? []
        } catch {
            throw FileError(path: path, message: "\(error)")
        }
        let numbers = elements.compactMap(\.doubleValue)
        if numbers.count == elements.count, !numbers.isEmpty { return .numbers(numbers) }
        if let width = elements.first?.arrayValue?.count, width > 0,
            let vectors = try vectors(elements, width: width, path)
        {
            return .vectors(vectors)
        }
        return .symbols(
            elements.map { $0.stringValue ?? String(decoding: $0.bytes, as: UTF8.self) })
    }

    /// The elements as vectors; nil when they are something else.
    private static func vectors(
        _ elements: [JSON], width: Int, _ path: String
    ) throws(FileError) -> [[Double]]? {
        var vectors: [[Double]] = []
        for (place, element) in elements.enumerated() {
            guard let parts = element.arrayValue else { return nil }
            let numbers = parts.compactMap(\.doubleValue)
            if numbers.count < parts.count { return nil }
            guard numbers.count == width else {
                throw FileError(
                    path: path,
                    message: "element \(place) has \(numbers.count) numbers, the first \(width)")
            }
            vectors.append(numbers)
        }
        return vectors
    }

    // MARK: recordings

    private static func recording(_ source: EventSource) throws(FileError) -> RecordedSequences {
        var configuration = EngineConfiguration.forRecording(source.header)
        configuration.patterns = []
        configuration.properties = []
        configuration.series = []
        var engine = Engine(configuration: configuration)
        var cursor = try source.cursor(at: 0)
        var result = RecordedSequences()
        var gaps: UInt64 = 0
        var events: UInt64 = 0
        while let event = try cursor.next() {
            engine.apply(event)
            guard let session = engine.sessions.first else { continue }
            if session.eventCount > events, let row = session.log.rows.last {
                result.types.append(row.type)
            }
            events = session.eventCount
            let count = UInt64(session.tokens.gaps.count)
            if count > gaps, let gap = session.tokens.recent.last {
                result.gaps.append(gap)
                result.times.append((event.time - .zero).milliseconds)
            }
            gaps = count
        }
        guard let session = engine.sessions.first else { return result }
        result.hasClock = session.clock != .none
        for entry in session.conversation.entries
        where entry.speaker == .assistant && entry.kind == .message {
            result.words += entry.text.split(whereSeparator: \.isWhitespace).map(String.init)
        }
        return result
    }
}
