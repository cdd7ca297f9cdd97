import Timeline

/// A spoken text as sound: syllables of a buzzing source with two formants, breaths and pauses.
///
/// It is meant to be seen, not understood: its length fits the text, and its loudness rises and
/// falls as speech does. Only additions and multiplications of doubles are used, so that every
/// machine makes the same samples. Making it is O(samples), in pieces of any size.
package struct Speech: Sendable {
    private enum Sound: Sendable {
        case hiss(level: Double)
        case vowel(level: Double, pitch: Double, first: Double, second: Double)
        case pause
    }

    private struct Segment: Sendable {
        var sound: Sound
        var length: Int
    }

    private var segments: [Segment] = []
    private var current = 0
    private var position = 0
    private var phase = 0.0
    private var resonators = (Resonator(), Resonator())
    private var random: SeededRandom
    private let rate: Double

    /// How many samples there are in all.
    package private(set) var count = 0

    private static let vowels: [(first: Double, second: Double)] = [
        (730, 1090), (530, 1840), (390, 1990), (570, 840), (440, 1020), (300, 870), (270, 2290),
    ]

    /// `text` at `rate` samples a second; `speed` 1 is some two and a half words a second.
    package init(
        _ text: String, rate: Int, pitch: Double = 150, loudness: Double = 0.25,
        speed: Double = 1, seed: UInt64
    ) {
        self.rate = Double(rate)
        random = SeededRandom(seed: seed)
        let words = text.split(separator: " ")
        for (index, word) in words.enumerated() {
            let bend = 1.08 - 0.16 * Double(index) / Double(max(1, words.count - 1))
            for _ in 0..<Self.syllables(word) {
                addSyllable(pitch * bend, loudness, speed)
            }
            let pause =
                switch word.last {
                case ".", "?", "!", ":": 240.0
                case ",", ";": 130.0
                default: 25.0
                }
            add(.pause, pause / speed)
        }
    }

    private mutating func addSyllable(_ pitch: Double, _ loudness: Double, _ speed: Double) {
        let level = loudness * (0.5 + 0.5 * random.unit())
        let vowel = Self.vowels[Int(random.next() % UInt64(Self.vowels.count))]
        add(.hiss(level: level * 0.35), (14 + 30 * random.unit()) / speed)
        add(
            .vowel(
                level: level, pitch: pitch * (0.96 + 0.08 * random.unit()), first: vowel.first,
                second: vowel.second), (95 + 75 * random.unit()) / speed)
    }

    private mutating func add(_ sound: Sound, _ milliseconds: Double) {
        let length = Int(milliseconds * rate / 1000)
        segments.append(Segment(sound: sound, length: length))
        count += length
    }

    /// How many sounds and pauses are left: a word's share of the whole can be found by it.
    package var milliseconds: Double { Double(count) * 1000 / rate }

    /// The next samples, fewer than asked for at the end.
    package mutating func next(_ wanted: Int) -> [Int16] {
        var samples: [Int16] = []
        samples.reserveCapacity(wanted)
        while samples.count < wanted, current < segments.count {
            let segment = segments[current]
            if position >= segment.length {
                current += 1
                position = 0
                resonators = (Resonator(), Resonator())
                continue
            }
            let value = sample(segment)
            samples.append(Int16(min(max(value, -1), 1) * 32_767))
            position += 1
        }
        return samples
    }

    private mutating func sample(_ segment: Segment) -> Double {
        let place = Double(position) / Double(segment.length)
        switch segment.sound {
        case .pause: return (random.unit() - 0.5) * 0.0006
        case .hiss(let level): return (random.unit() - 0.5) * level
        case .vowel(let level, let pitch, let first, let second):
            let envelope = min(1, 6 * place * (1 - place) + 0.1)
            phase += pitch / rate
            if phase >= 1 { phase -= 1 }
            // The opening of the vocal folds: a short pulse and a long rest.
            let source = phase < 0.35 ? 6 * phase * (0.35 - phase) / 0.18 - 0.3 : -0.3
            let sound =
                resonators.0.filter(source, frequency: first, rate: rate)
                + 0.5 * resonators.1.filter(source, frequency: second, rate: rate)
            return level * envelope * sound
        }
    }

    /// How many groups of vowels or figures a word has, one at least.
    package static func syllables(_ word: some StringProtocol) -> Int {
        var count = 0
        var wasVowel = false
        for character in word.lowercased() {
            let isVowel = "aeiouy0123456789".contains(character)
            if isVowel && !wasVowel { count += 1 }
            wasVowel = isVowel && !character.isNumber
        }
        return max(1, count)
    }
}

/// A state-variable filter's band-pass (Chamberlin, 1980): one formant of a vowel.
private struct Resonator: Sendable {
    var low = 0.0
    var band = 0.0

    mutating func filter(_ input: Double, frequency: Double, rate: Double) -> Double {
        // 2·sin(πf/rate) by the first terms of its series; below 2,300 Hz they are enough.
        let x = Double.pi * min(frequency, rate / 5) / rate
        let step = 2 * (x - x * x * x / 6 + x * x * x * x * x / 120)
        low += step * band
        let high = input - low - 0.25 * band
        band += step * high
        return band
    }
}
