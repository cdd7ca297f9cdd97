import Emulator
import RealtimeProtocol
import Timeline

/// A synthetic voice: syllables of a buzzing source with pauses where the text has commas.
///
/// It is meant to be seen, not understood: its loudness rises and falls as speech does. Only
/// additions and multiplications of doubles are used, so that every machine makes the same bytes.
struct Voice {
    /// Of the source, in hertz, before the melody of a sentence bends it.
    var pitch: Double
    /// Of the loudest sample, of 1.
    var loudness: Double

    static let assistant = Voice(pitch: 196, loudness: 0.24)
    static let user = Voice(pitch: 122, loudness: 0.17)

    static let bytesPerMillisecond = 8
    private static let rate = 8000.0

    /// `text` as G.711 µ-law at 8 kHz.
    func speech(_ text: String, _ random: inout SeededRandom) -> [UInt8] {
        var samples: [UInt8] = []
        let words = text.split(separator: " ")
        for (index, word) in words.enumerated() {
            let bend = 1.08 - 0.16 * Double(index) / Double(max(1, words.count - 1))
            for _ in 0..<Speech.syllables(word) { samples += syllable(bend: bend, &random) }
            switch word.last {
            case ".", "?", "!", ":": samples += Voice.silence(milliseconds: 260, &random)
            case ",", ";": samples += Voice.silence(milliseconds: 140, &random)
            default: samples += Voice.silence(milliseconds: 25, &random)
            }
        }
        return samples
    }

    /// Background noise at a level that is heard as silence.
    static func silence(milliseconds: Int, _ random: inout SeededRandom) -> [UInt8] {
        (0..<(milliseconds * bytesPerMillisecond)).map { _ in
            muLaw((random.unit() - 0.5) * 0.002)
        }
    }

    /// One syllable: a short hiss, then a vowel that swells and fades.
    private func syllable(bend: Double, _ random: inout SeededRandom) -> [UInt8] {
        let hiss = 12 + Int(random.next() % 30)
        let vowel = 95 + Int(random.next() % 75)
        let level = loudness * (0.45 + 0.55 * random.unit())
        let frequency = pitch * bend * (0.96 + 0.08 * random.unit())
        let colour = 0.2 + 0.5 * random.unit()
        var samples: [UInt8] = []
        for _ in 0..<(hiss * Voice.bytesPerMillisecond) {
            samples.append(Voice.muLaw((random.unit() - 0.5) * level * 0.3))
        }
        let count = vowel * Voice.bytesPerMillisecond
        var phase = 0.0
        for index in 0..<count {
            let place = Double(index) / Double(count)
            let envelope = 4 * place * (1 - place)
            let wave =
                Voice.wave(phase) + colour * Voice.wave(3 * phase) + 0.3 * Voice.wave(5 * phase)
            samples.append(Voice.muLaw(level * envelope * wave / (1.3 + colour)))
            phase += frequency / Voice.rate
            if phase >= 1 { phase -= 1 }
        }
        return samples
    }

    /// A parabola's likeness of a sine, of a phase in turns.
    private static func wave(_ phase: Double) -> Double {
        let turn = phase - phase.rounded(.down)
        return turn < 0.5 ? 8 * turn * (1 - 2 * turn) * 0.999 : -8 * (turn - 0.5) * (2 - 2 * turn)
    }

    /// A sample between -1 and 1 as ITU-T G.711 µ-law.
    static func muLaw(_ sample: Double) -> UInt8 {
        Companding.muLaw(Int16((min(max(sample, -1), 1) * 32_767).rounded()))
    }
}
