import Foundation
import Testing
import Timeline

@testable import Sound

func sine(_ turn: Double) -> Double { sin(turn) }

/// Sounds made of numbers, at 24 kHz, in -1...1.
private enum Sounds {
    static func noise(seconds: Double, decibels: Double, seed: UInt64 = 5) -> [Double] {
        var random = SeededRandom(seed: seed)
        let scale = pow(10, decibels / 20) * 3.0.squareRoot()
        return (0..<Int(seconds * 24_000)).map { _ in (2 * random.unit() - 1) * scale }
    }

    static func hum(seconds: Double, decibels: Double) -> [Double] {
        let scale = pow(10, decibels / 20) * 2.0.squareRoot()
        return (0..<Int(seconds * 24_000)).map { scale * sin(2 * .pi * 50 * Double($0) / 24_000) }
    }

    /// A buzz of a gliding pitch through three formants, four syllables a second.
    static func speech(seconds: Double, decibels: Double) -> [Double] {
        var phase = 0.0
        var sound = (0..<Int(seconds * 24_000)).map { index -> Double in
            let time = Double(index) / 24_000
            let pitch = 120 + 25 * sin(2 * .pi * 0.7 * time)
            phase += pitch / 24_000
            let loudness = max(0, sin(2 * .pi * 2 * time).magnitude - 0.15)
            return loudness
                * (1...30).reduce(0.0) { sum, harmonic in
                    let frequency = Double(harmonic) * pitch
                    let formants = [(600.0, 1.0), (1400, 0.5), (2500, 0.25)]
                    let gain = formants.reduce(0.02) { gain, formant in
                        gain + formant.1 * exp(-pow((frequency - formant.0) / 180, 2))
                    }
                    return sum + gain * sin(2 * .pi * Double(harmonic) * phase)
                }
        }
        let power = sound.reduce(0) { $0 + $1 * $1 } / Double(sound.count)
        let scale = pow(10, decibels / 20) / power.squareRoot()
        for index in sound.indices { sound[index] *= scale }
        return sound
    }

    static func bytes(_ sound: [Double]) -> [UInt8] {
        sound.flatMap { value in
            let sample = Int16(max(-32768, min(32767, (value * 32768).rounded())))
            return [UInt8(truncatingIfNeeded: sample), UInt8(truncatingIfNeeded: sample >> 8)]
        }
    }
}

/// The indicator after every 10 ms.
private func decisions(_ sound: [Double]) -> [Bool] {
    var activity = VoiceActivity()
    let bytes = Sounds.bytes(sound)
    return stride(from: 0, to: bytes.count, by: 480).map { start in
        activity.add(bytes[start..<min(start + 480, bytes.count)])
        return activity.isVoice
    }
}

private func share(_ decisions: some Collection<Bool>) -> Double {
    Double(decisions.count { $0 }) / Double(decisions.count)
}

struct VoiceActivityTests {
    @Test func `silence is no voice`() {
        #expect(share(decisions([Double](repeating: 0, count: 48_000))) == 0)
    }

    @Test(arguments: [-70.0, -50, -35, -20])
    func `noise is no voice`(decibels: Double) {
        #expect(share(decisions(Sounds.noise(seconds: 5, decibels: decibels))) == 0)
    }

    @Test(arguments: [-40.0, -20])
    func `mains hum is no voice`(decibels: Double) {
        let found = decisions(Sounds.hum(seconds: 8, decibels: decibels))
        // A steady tone is taken for background within seconds.
        #expect(share(found.suffix(300)) == 0)
    }

    @Test(arguments: [40.0, 20, 10])
    func `speech in noise is found and its end, too`(signalToNoise: Double) {
        let speech = Sounds.speech(seconds: 4, decibels: -25)
        var sound = Sounds.noise(seconds: 8, decibels: -25 - signalToNoise)
        for index in speech.indices { sound[index + 48_000] += speech[index] }
        let found = decisions(sound)
        #expect(share(found[..<200]) == 0)
        #expect(share(found[200..<600]) > 0.85)
        #expect(share(found[640...]) == 0)
    }

    @Test func `a noise that begins becomes background`() {
        let sound =
            Sounds.noise(seconds: 2, decibels: -60) + Sounds.noise(seconds: 6, decibels: -30)
        #expect(share(decisions(sound)) == 0)
    }

    @Test func `any portions give the same decision`() {
        let bytes = Sounds.bytes(
            Sounds.speech(seconds: 1, decibels: -20) + Sounds.noise(seconds: 1, decibels: -50))
        var whole = VoiceActivity()
        whole.add(bytes)
        var random = SeededRandom(seed: 4)
        for _ in 0..<5 {
            var parts = VoiceActivity()
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + 1 + Int(random.next() % 3000))
                parts.add(bytes[start..<end])
                start = end
            }
            #expect(parts.power == whole.power && parts.floor == whole.floor)
            #expect(parts.isVoice == whole.isVoice && parts.flatness == whole.flatness)
        }
    }

    @Test func `a tone of known power measures as that`() {
        var activity = VoiceActivity()
        activity.add(tone(hertz: 1000, seconds: 0.5))
        #expect(abs(activity.power + 9.03) < 0.5)
    }
}

struct SoundLevelTests {
    @Test func `levels against full scale`() {
        #expect(SoundLevel([]) == SoundLevel(rms: -100, peak: -100))
        #expect(SoundLevel([0, 0, 0, 0]) == SoundLevel(rms: -100, peak: -100))
        let square = SoundLevel([0x00, 0x80, 0x00, 0x80])
        #expect(square == SoundLevel(rms: 0, peak: 0))
        let half = SoundLevel(tone(hertz: 1000, seconds: 0.1))
        #expect(abs(half.rms + 9.03) < 0.01 && abs(half.peak + 6.02) < 0.01)
    }
}

struct VoiceFormatTests {
    @Test(arguments: [0, 1, 479, 480, 24_000, 123_456_789])
    func `frames and time agree`(frames: Int) {
        let interval = VoiceFormat.interval(frames: frames)
        #expect(abs(VoiceFormat.frames(in: interval) - frames) <= 1)
    }
}

struct SoundDeviceTests {
    @Test func `every device listed has a name and a direction`() throws {
        for device in try SoundDevice.all() {
            #expect(!device.name.isEmpty && !device.directions.isEmpty)
            #expect(device.name != "null" && !device.description.contains("\n"))
        }
    }
}
