import Engine
import SequenceMatching
import Testing
import Timeline

struct SeriesPatternTests {
    private let peak = SeriesPattern(
        name: "peak", series: "length", samples: [2, 9, 2], comparison: .byValue, tolerance: 0.1)

    private func play(_ configuration: EngineConfiguration, _ lengths: [Int]) -> Playbook {
        var play = Playbook(configuration)
        play.created("resp_1", at: 0)
        for (step, length) in lengths.enumerated() {
            play.text(String(repeating: "x", count: length), at: Double(20 * step + 1))
        }
        return play
    }

    @Test func `a numeric pattern is found in its series, with the events it spans`() throws {
        let session = play(
            EngineConfiguration(patterns: [], seriesPatterns: [peak]), [4, 4, 2, 9, 2, 4, 4]
        ).state
        let hit = try #require(session.hits.first)
        #expect(session.hits.count == 1)
        #expect(hit.name == "peak")
        #expect((hit.start, hit.end) == (3, 5))
        #expect(hit.difference == 0)
        #expect(hit.confidence == nil)
        #expect(hit.excerpt == "3 samples of token length")
        #expect(session.marks.contains { $0.kind == .hit && $0.label == "peak" })
    }

    @Test func `a pattern of another series is not searched there, one of none everywhere`() {
        var other = peak
        other.series = "gap"
        let lengths = [4, 4, 2, 9, 2, 4, 4]
        #expect(play(EngineConfiguration(seriesPatterns: [other]), lengths).state.hits.isEmpty)
        other.series = nil
        #expect(play(EngineConfiguration(seriesPatterns: [other]), lengths).state.hits.count == 1)
    }

    @Test func `the confidence of a series hit is a share of shuffled blocks`() throws {
        var random = SeededRandom(seed: 9)
        var lengths = (0..<600).map { _ in 3 + Int(random.next() % 3) }
        lengths += [1, 2, 4, 8, 16, 8, 4, 2, 1, 4]
        var pattern = peak
        pattern.samples = [1, 2, 4, 8, 16, 8, 4, 2, 1]
        let hits = play(EngineConfiguration(patterns: [], seriesPatterns: [pattern]), lengths)
            .state.hits
        let confidence = try #require(hits.first { $0.name == "peak" }?.confidence)
        #expect(confidence > 0.9)
        #expect(confidence < 1)
    }

    @Test func `a loud contour is found by its shape at any loudness`() throws {
        let contour = SeriesPattern(
            name: "swell", series: "loudness", samples: [1, 2, 4, 2, 1],
            comparison: .byShape(radius: 0), tolerance: 0.1)
        var play = Playbook(EngineConfiguration(patterns: [], seriesPatterns: [contour]))
        play.created("resp_1", at: 0)
        let loudness = [500, 520, 400, 800, 1600, 800, 400, 510, 500, 530, 505, 515]
        for (step, sample) in loudness.enumerated() {
            play.audio(milliseconds: 20, sample: Int16(sample), at: Double(20 * step))
        }
        let hit = try #require(play.state.hits.first)
        #expect((hit.start, hit.end) == (3, 7))
    }

    @Test func `the motif of a series is located in the log`() throws {
        var random = SeededRandom(seed: 3)
        let noise = { (count: Int) in (0..<count).map { _ in 1 + Int(random.next() % 12) } }
        let motif = (0..<16).map { 1 + ($0 * $0 * 7) % 23 }
        let lengths = noise(40) + motif + noise(50) + motif + noise(30)
        let series = try #require(
            play(EngineConfiguration(patterns: []), lengths).state.series.first {
                $0.kind == .tokenLength
            })
        let found = try #require(SeriesProfile(of: series).motif)
        #expect(found.distance < 1e-6)
        #expect(found.first.sequence == 41)
        #expect(found.other.sequence == 107)
        #expect(found.length == 16)
        let discord = try #require(SeriesProfile(of: series).discord)
        #expect(discord.distance > found.distance)
    }

    @Test func `a library takes the place of patterns with its names`() {
        var configuration = EngineConfiguration()
        let count = configuration.patterns.count
        let sorry = Pattern(
            name: "apology", kind: .word, symbols: [Array("pardon".utf8)], tolerance: 0)
        let new = Pattern(name: "new", kind: .event, symbols: [Array("error".utf8)])
        configuration.add(PatternLibrary(patterns: [sorry, new], series: [peak, peak]))
        #expect(configuration.patterns.count == count + 1)
        #expect(configuration.patterns.contains(sorry))
        #expect(configuration.seriesPatterns == [peak])
        let (library, faults) = PatternLibrary.parse(configuration.library.text)
        #expect(library == configuration.library)
        #expect(faults.isEmpty)
    }
}
