import Engine
package import SequenceMatching
import Timeline

extension App {
    /// Symbols of a learned pattern; longer stretches are cut.
    private static let longestLearned = 128
    /// How far a series may be from a learned shape, in standard deviations.
    private static let learnedTolerance = 0.25

    /// Takes in patterns and asks for the session to be searched from its beginning.
    package mutating func add(_ library: PatternLibrary) -> [Command] {
        let count = library.patterns.count + library.series.count
        learn(library)
        view.notice = "\(count) pattern\(count == 1 ? "" : "s") more, searched from the start"
        return [.analyseAgain]
    }

    /// A pattern from what is marked: the focused entry's words in the stream, the course of the
    /// series between marks in the attractor pane, the events between marks anywhere else. Each
    /// two marks are one example.
    mutating func learnPattern() -> [Command] {
        guard let session else { return [] }
        if view.focus == .stream { return learnWords(of: learnableEntry) }
        let stretches = markedStretches
        guard !stretches.isEmpty else {
            view.notice =
                "\(configuration.keyMap.keys(of: .mark).first ?? "m") marks the beginning "
                + "and the end of a stretch to learn"
            return []
        }
        if view.focus == .attractor { return learnSeries(of: session, stretches) }
        let examples = stretches.map {
            Array(session.eventSymbols(from: $0.start, to: $0.end).prefix(Self.longestLearned))
        }
        return learned(
            Pattern.learned(name: freeName, kind: .event, from: examples), "event",
            "between the marks")
    }

    /// What the assistant said, in the entry that was found or scrolled to, or else the newest; only
    /// the assistant's words are searched.
    private var learnableEntry: Entry? {
        let isSaid = { (entry: Entry) in entry.speaker == .assistant && entry.kind == .message }
        let isChosen = view.stream.highlighted != nil || view.stream.anchor != nil
        if isChosen { return selectedEntry.flatMap { isSaid($0) ? $0 : nil } }
        return session?.conversation.entries.last(where: isSaid)
    }

    private mutating func learnWords(of entry: Entry?) -> [Command] {
        guard let entry else {
            view.notice = "this is nothing that the assistant said; only its words are searched"
            return []
        }
        let words = Array(SessionState.words(of: entry).prefix(Self.longestLearned))
        return learned(
            Pattern.learned(name: freeName, kind: .word, from: [words]), "word", "in this entry")
    }

    private mutating func learned(
        _ pattern: Pattern?, _ kind: String, _ place: String
    ) -> [Command] {
        guard let pattern else {
            view.notice = "there is no \(kind) \(place)"
            return []
        }
        let commands = add(PatternLibrary(patterns: [pattern]))
        let count = pattern.symbols.count
        view.notice =
            "learned “\(pattern.name)”: \(count) \(kind)\(count == 1 ? "" : "s")"
            + (pattern.tolerance > 0 ? ", up to \(pattern.tolerance) edits" : "")
            + ", searched from the start"
        return commands
    }

    private mutating func learnSeries(
        of session: SessionState, _ stretches: [(start: Instant, end: Instant)]
    ) -> [Command] {
        guard let series = shownSeries(of: session) else { return [] }
        let examples = stretches.map { series.samples(from: $0.start, to: $0.end) }
        let radius = (examples.map(\.count).max() ?? 0) / 10
        guard
            let pattern = SeriesPattern.learned(
                name: freeName, series: series.kind.name, comparison: .byShape(radius: radius),
                from: examples, least: Self.learnedTolerance)
        else {
            view.notice =
                "there are fewer than two samples of \(series.kind.title) between the marks"
            return []
        }
        let commands = add(PatternLibrary(series: [pattern]))
        view.notice =
            "learned “\(pattern.name)”: \(pattern.samples.count) samples of \(series.kind.title), "
            + "searched from the start"
        return commands
    }

    /// Each two of the person's marks, in order of time.
    private var markedStretches: [(start: Instant, end: Instant)] {
        stride(from: 0, to: view.marks.count - 1, by: 2).map {
            (view.marks[$0], view.marks[$0 + 1])
        }
    }

    /// "learned 1", or the next number that no pattern has.
    private var freeName: String {
        let library = configuration.engine.library
        let names = Set(library.patterns.map(\.name) + library.series.map(\.name))
        var number = 1
        while names.contains("learned \(number)") { number += 1 }
        return "learned \(number)"
    }

    /// Writes all patterns to a file that can be read again.
    mutating func exportPatterns() -> [Command] {
        view.notice = nil
        return [
            .write(
                name: "midstream", suffix: ".patterns",
                contents: String(decoding: configuration.engine.library.text, as: UTF8.self))
        ]
    }

    /// The hits, then the recurring stretches of each series, then the hits again.
    mutating func nextMotifs() {
        guard let session, !session.series.isEmpty else { return }
        let next = view.motifSeries.map { $0 + 1 } ?? 0
        view.motifSeries = next < session.series.count ? next : nil
    }

    /// The series whose recurring stretches the patterns pane shows instead of hits.
    func motifSeries(of session: SessionState) -> SeriesState? {
        guard let index = view.motifSeries, index < session.series.count else { return nil }
        return session.series[index]
    }
}
