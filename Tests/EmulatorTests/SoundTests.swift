@testable import Emulator
import RealtimeProtocol
import Testing
import Timeline

struct SoundTests {
    @Test func `speech is as long as its words, loud but not clipped, and may be cut anywhere`() {
        let text = "The tide is a very long wave that the moon draws around the earth."
        var whole = Speech(text, rate: 24_000, seed: 3)
        let samples = whole.next(whole.count)
        #expect(samples.count == whole.count)
        let wordsPerSecond = 14 / (whole.milliseconds / 1000)
        #expect((1.8...4.5).contains(wordsPerSecond), "\(wordsPerSecond)")
        let peak = samples.map { abs(Int($0)) }.max() ?? 0
        #expect((3000...32_000).contains(peak), "\(peak)")
        var cut = Speech(text, rate: 24_000, seed: 3)
        var pieces: [Int16] = []
        for size in [1, 7, 240, 6000, 100_000, 10_000_000] { pieces += cut.next(size) }
        #expect(pieces == samples)
    }

    /// Noise of a given mean amplitude.
    private static func noise(_ count: Int, _ level: Double, _ random: inout SeededRandom)
        -> [Int16]
    {
        (0..<count).map { _ in Int16((random.unit() - 0.5) * 2 * level * 32_767) }
    }

    @Test(arguments: [24_000, 8000], [0.0005, 0.004, 0.012])
    func `speech in noise is found where it is`(_ rate: Int, _ level: Double) {
        var random = SeededRandom(seed: 11)
        var speech = Speech(
            "How do the tides follow the moon around the earth", rate: rate, loudness: 0.3,
            seed: 4)
        let spoken = speech.next(speech.count)
        let begin = 2000
        let end = begin + spoken.count * 1000 / rate
        var samples = Self.noise((end + 2000) * rate / 1000, level, &random)
        for (offset, sample) in spoken.enumerated() {
            let place = begin * rate / 1000 + offset
            samples[place] = Int16(clamping: Int(samples[place]) + Int(sample))
        }
        var detector = VoiceActivityDetector(rate: rate, silence: 500, threshold: 0.5)
        let findings = detector.add(samples)
        guard findings.count == 2, case .started(let started) = findings[0],
            case .stopped(let stopped) = findings[1]
        else {
            Issue.record("\(findings)")
            return
        }
        #expect(abs(started - begin) <= 150, "\(started) \(begin)")
        #expect(abs(stopped - (end + 500)) <= 250, "\(stopped) \(end)")
    }

    @Test(arguments: [0.0, 0.0005, 0.01, 0.1])
    func `noise alone is no speech`(_ level: Double) {
        var random = SeededRandom(seed: 12)
        var detector = VoiceActivityDetector(rate: 24_000, silence: 500, threshold: 0.5)
        // It may come up at first, as the floor is not known yet.
        _ = detector.add(Self.noise(24_000 * 4, level, &random))
        var started = 0
        for _ in 0..<20 {
            for case .started in detector.add(Self.noise(24_000, level, &random)) { started += 1 }
        }
        #expect(started == 0)
    }

    @Test func `however sound is cut up, the same is found`() {
        var random = SeededRandom(seed: 13)
        var speech = Speech("One, two. Three, four, five.", rate: 8000, seed: 5)
        let samples =
            Self.noise(4000, 0.001, &random) + speech.next(speech.count)
            + Self.noise(9000, 0.001, &random)
        var whole = VoiceActivityDetector(rate: 8000, silence: 300, threshold: 0.5)
        var cut = whole
        let expected = whole.add(samples)
        var found: [VoiceActivityDetector.Finding] = []
        var start = 0
        while start < samples.count {
            let size = 1 + Int(random.next() % 700)
            found += cut.add(Array(samples[start..<min(samples.count, start + size)]))
            start += size
        }
        #expect(found == expected && !found.isEmpty)
    }
}
