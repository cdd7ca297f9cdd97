import RealtimeProtocol
import SequenceMatching
import Timeline

/// Notices when the assistant's running response begins to repeat itself.
///
/// The words of each response go through a `RepetitionDetector`. With half of a second period a
/// loop may have begun: a hit of the pattern "repetition loop", whose confidence is one minus the
/// chance that the response's words in random order repeat as much, its mark on the timeline and a
/// finding tell of it. Prose does that too now and then, so only when the phrase is whole again
/// the finding is a warning. O(window) per word, vectorised.
struct RepetitionAnalyzer: Sendable {
    /// The hit's name.
    static let name = "repetition loop"
    /// Words of the window: longer periods are not seen.
    static let window = 512
    /// A loop needs this many words that came again: "very, very good" is none.
    static let fewestAgreeing = 3
    /// Words of one response that are told apart before everything begins anew, so that memory
    /// stays bounded.
    private static let vocabulary = 1 << 14
    private static let excerptLimit = 12

    private struct Place: Sendable {
        var sequence: UInt64
        var word: Int32
    }

    private var response = ""
    private var detector = RepetitionDetector(window: window)
    private var interner = Interner()
    private var places = Window<Place>(limit: 2 * window)
    /// What was told of the loop that the stream is in.
    private var told = Stage.nothing

    private enum Stage: Sendable {
        case nothing, beginning, warning
    }

    /// Takes in the next word of the response `responseID`; `number` is the hit's pattern.
    mutating func observe(
        _ word: [UInt8], of responseID: String, number: Int, _ moment: Moment,
        in state: inout SessionState
    ) {
        if responseID != response || interner.count == Self.vocabulary {
            self = RepetitionAnalyzer()
            response = responseID
        }
        let id = interner.id(of: word)
        places.append(Place(sequence: moment.sequence, word: id))
        guard let loop = detector.observe(id) else {
            told = .nothing
            return
        }
        let again = loop.end - loop.start + 1 - loop.period
        guard told != .warning, again >= Self.fewestAgreeing else { return }
        let stage = again >= loop.period ? Stage.warning : .beginning
        guard told != stage else { return }
        tell(loop, stage, number: number, moment, in: &state)
        told = stage
    }

    private func tell(
        _ loop: Repetition, _ stage: Stage, number: Int, _ moment: Moment,
        in state: inout SessionState
    ) {
        let first = places.position(ofNumber: loop.start) ?? 0
        let phrase = places[first..<min(first + loop.period, places.count)].map {
            String(decoding: interner.text($0.word), as: UTF8.self)
        }
        let ellipsis = phrase.count > Self.excerptLimit ? ["…"] : []
        let excerpt = (phrase.prefix(Self.excerptLimit) + ellipsis).joined(separator: " ")
        if told == .nothing {
            state.hits.append(
                PatternHit(
                    id: state.hits.total, pattern: number, name: Self.name,
                    start: places[first].sequence, end: moment.sequence, time: moment.time,
                    edits: 0, confidence: 1 - loop.chance, excerpt: excerpt))
        }
        let words = "\(loop.period) word\(loop.period == 1 ? "" : "s")"
        state.note(
            .repetition, stage == .warning ? .warning : .info,
            "\(stage == .warning ? "repeats" : "begins to repeat") \(words): \(excerpt)",
            at: moment, cause: places[first].sequence, responseID: response)
    }
}
