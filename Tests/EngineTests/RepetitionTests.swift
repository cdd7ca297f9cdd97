import Engine
import Foundation
import Testing
import Timeline

struct RepetitionTests {
    /// A looped phrase behind some prose, word by word, and the number of the word that was the
    /// first to be told of, counted from the loop's first.
    private func told(
        period: Int, prose: [String], severity: Finding.Severity? = nil
    ) -> (word: Int, state: SessionState)? {
        var play = Playbook()
        play.created("resp_1", at: 0)
        var time = 1.0
        let phrase = (0..<period).map { "loop\($0)" }
        let words = prose + (0..<6).flatMap { _ in phrase }
        for (index, word) in words.enumerated() {
            // The space behind it completes a word.
            play.text(word + " ", at: time)
            time += 10
            let findings = play.state.findings.filter {
                $0.kind == .repetition && (severity == nil || $0.severity == severity)
            }
            if !findings.isEmpty { return (index - prose.count + 1, play.state) }
        }
        return nil
    }

    private static let prose =
        ("the quick brown fox jumps over the lazy dog while a small cat sits on the wall and "
        + "looks at the moon that rises behind the hill of the old town")
        .split(separator: " ").map(String.init)

    @Test(arguments: 1...20)
    func `a loop is told of within one and a half periods and three words`(period: Int) throws {
        for prose in [[], Self.prose] {
            let (word, state) = try #require(told(period: period, prose: prose))
            let half = period + (period + 1) / 2
            // One word over and over with nothing to compare it with takes a fifth time.
            let fewest = period == 1 && prose.isEmpty ? 4 : 3
            #expect(word <= max(half, period + fewest), "period \(period), \(prose.count) before")
            let hit = try #require(state.hits.last)
            #expect(hit.name == "repetition loop")
            #expect(try #require(hit.confidence) >= 0.999)
            #expect(hit.excerpt.hasPrefix("loop0"))
            #expect(state.marks.contains { $0.kind == .hit && $0.label == "repetition loop" })
            #expect(hit.start == UInt64(prose.count + 1))
        }
    }

    @Test(arguments: 1...20)
    func `it is a warning when the phrase is whole again`(period: Int) throws {
        let (word, state) = try #require(
            told(period: period, prose: Self.prose, severity: .warning))
        #expect(word <= max(2 * period, period + 3))
        #expect(state.hits.count { $0.name == "repetition loop" } == 1)
    }

    @Test func `a loop is told of once however long it lasts, and again after a pause`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        for step in 0..<200 { play.text("one two three four five ", at: Double(step)) }
        #expect(play.state.findings.count { $0.kind == .repetition } == 2)
        play.text("and now something else entirely happens ", at: 201)
        for step in 0..<20 { play.text("six seven eight nine ten ", at: 202 + Double(step)) }
        #expect(play.state.hits.count { $0.name == "repetition loop" } == 2)
    }

    @Test func `saying the same in two responses is no loop, nor are doubled words`() {
        var play = Playbook()
        for turn in 0..<10 {
            play.created("resp_\(turn)", at: Double(turn))
            play.text("how can i help you today ", "resp_\(turn)", at: Double(turn))
        }
        play.created("resp_x", at: 100)
        play.text("that is very very good and he had had enough of it to be to ", "resp_x", at: 101)
        #expect(!play.state.findings.contains { $0.kind == .repetition })
    }

    /// Answers of real models, and the demos that are about something else.
    private static let proseFiles =
        RecordedSessions.reference
        + RecordedSessions.bundled.filter {
            ["text.jsonl", "tool-call.jsonl", "voice-barge-in.jsonl"].contains($0.lastPathComponent)
        }

    @Test(arguments: proseFiles)
    func `the answers of a recording raise no warning`(file: URL) throws {
        let (engine, _) = try RecordedSessions.engine(replaying: file)
        for session in engine.sessions {
            #expect(
                !session.findings.contains { $0.kind == .repetition && $0.severity == .warning })
        }
    }
}
