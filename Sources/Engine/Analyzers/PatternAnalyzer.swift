import JSONText
import RealtimeProtocol
import SequenceMatching
import Timeline

/// Searches the event stream and the assistant's words for the patterns of the library.
///
/// A run of the same streamed event (deltas, audio appends) counts as one symbol, so that a
/// pattern speaks of what happens, not of how finely it was cut. The user's audio is no symbol: an
/// open microphone would stand between any two others.
struct PatternAnalyzer: Sendable {
    /// One of the two streams with its search.
    private struct Stream: Sendable {
        var search: PatternSearch
        /// Places of the patterns in the configuration.
        var numbers: [Int]
        /// Where the last symbols lie in the log, for the report of a match.
        var places = Window<Place>(limit: 512)
    }

    private struct Place: Sendable {
        var sequence: UInt64
        var symbol: [UInt8]
    }

    private var events: Stream
    private var words: Stream
    private var repetition = RepetitionAnalyzer()
    /// The number of the repetition loop among the patterns.
    private let loopNumber: Int
    /// Event names by their ids, as the search knows them; −1 is not asked for yet.
    private var eventIDs: [Int32] = []
    private var splitter = WordSplitter()
    private var part: PartAddress?
    private var lastName: EventNames.ID = -1

    /// Symbols of an excerpt.
    private static let excerptLimit = 8

    init(patterns: [Pattern], loopNumber: Int) {
        self.loopNumber = loopNumber
        func stream(_ kind: Pattern.Kind) -> Stream {
            let numbers = patterns.indices.filter { patterns[$0].kind == kind }
            return Stream(
                search: PatternSearch(patterns: numbers.map { patterns[$0] }), numbers: numbers)
        }
        events = stream(.event)
        words = stream(.word)
    }

    mutating func observe(
        _ moment: inout Moment, names: EventNames, in state: inout SessionState
    ) {
        let isRun = moment.signals.contains(.delta) && moment.name == lastName
        if case .client(.audioAppend) = moment.body { return }
        lastName = moment.name
        if !isRun, moment.isOfTheWire, !events.numbers.isEmpty {
            let name = names.bytes[moment.name]
            if let symbol = Self.specialSymbol(of: moment, name) {
                let id = events.search.id(of: symbol)
                Self.observe(symbol, id, on: &events, separator: " → ", moment, in: &state)
            } else {
                let id = eventID(moment.name, name)
                Self.observe(name, id, on: &events, separator: " → ", moment, in: &state)
            }
        }
        if let token = moment.token {
            if part != token.address {
                finishWord(moment, in: &state)
                part = token.address
            }
            var complete: [[UInt8]] = []
            splitter.append(token.text) { complete.append($0) }
            for word in complete {
                observe(word, of: token.address.responseID, moment, in: &state)
            }
        } else if part != nil, !moment.signals.contains(.delta) {
            finishWord(moment, in: &state)
            part = nil
        }
    }

    private mutating func finishWord(_ moment: Moment, in state: inout SessionState) {
        var last: [UInt8]?
        splitter.finish { last = $0 }
        if let last { observe(last, of: part?.responseID ?? "", moment, in: &state) }
    }

    /// A word of the assistant, for the library's patterns and for loops.
    private mutating func observe(
        _ word: [UInt8], of responseID: String, _ moment: Moment, in state: inout SessionState
    ) {
        repetition.observe(word, of: responseID, number: loopNumber, moment, in: &state)
        guard !words.numbers.isEmpty else { return }
        let id = words.search.id(of: word)
        Self.observe(word, id, on: &words, separator: " ", moment, in: &state)
    }

    /// The search's id of an event name, looked up once.
    private mutating func eventID(_ name: EventNames.ID, _ bytes: [UInt8]) -> Int32 {
        while eventIDs.count <= name { eventIDs.append(-1) }
        if eventIDs[name] < 0 { eventIDs[name] = events.search.id(of: bytes) }
        return eventIDs[name]
    }

    private static func observe(
        _ symbol: [UInt8], _ id: Int32, on stream: inout Stream, separator: String,
        _ moment: Moment,
        in state: inout SessionState
    ) {
        stream.places.append(Place(sequence: moment.sequence, symbol: symbol))
        for match in stream.search.observe(id: id) {
            let first = stream.places.position(ofNumber: match.start) ?? 0
            let last = stream.places.position(ofNumber: match.end) ?? first
            let number = stream.numbers[match.pattern]
            let symbols = stream.places[first...max(first, last)].map {
                String(decoding: $0.symbol, as: UTF8.self)
            }
            let ellipsis = symbols.count > excerptLimit ? ["…"] : []
            state.hits.append(
                PatternHit(
                    id: state.hits.total, pattern: number,
                    name: stream.search.patterns[match.pattern].name,
                    start: stream.places[first].sequence,
                    end: stream.places[max(first, last)].sequence, time: moment.time,
                    edits: match.edits, confidence: match.confidence,
                    excerpt: (symbols.prefix(excerptLimit) + ellipsis).joined(separator: separator)
                ))
        }
    }

    /// The event's symbol where it is not its name: `response.done` says how the response ended when
    /// it did not complete, and a created item says what it is when it is not a message.
    private static func specialSymbol(of moment: Moment, _ name: [UInt8]) -> [UInt8]? {
        switch moment.body {
        case .server(.responseDone(let response)) where response.status != .completed:
            return name + Array("[\(response.status.wireName)]".utf8)
        case .client(.itemCreate(let item, _)):
            guard let type = item["type"]?.stringValue, type != "message" else { return nil }
            return name + Array("[\(type)]".utf8)
        default: return nil
        }
    }
}
