internal import Glibc

/// Whether somebody speaks: energy above an adaptive floor, and a spectrum that is not flat.
///
/// Per 10 ms: a high-pass against hum, a Hann-windowed spectrum, the power between 200 and
/// 4000 Hz against a floor that falls quickly and rises slowly, and the spectral flatness of that
/// band (1 is white noise; voiced speech has a comb of harmonics). Three frames of voice begin an
/// utterance, 200 ms without end it. An indicator for the screen: the provider's own detection
/// decides what becomes a turn. About 20,000 multiplications per 10 ms.
package struct VoiceActivity: Sendable {
    /// Whether somebody speaks, as of the last whole frame.
    package private(set) var isVoice = false
    /// Power of the band in the last frame, in dBFS.
    package private(set) var power = SoundLevel.silence
    /// What is taken for background, in dBFS.
    package private(set) var floor = VoiceActivity.firstFloor
    /// Spectral flatness of the last frame, 0...1.
    package private(set) var flatness = 1.0

    private var frame: [Float] = []
    private var half: UInt8?
    private var first = HighPass()
    private var second = HighPass()
    private var voiced = 0
    private var hangover = 0
    private var frames = 0

    /// 10 ms; the spectrum's lines are 100 Hz apart.
    private static let length = 240
    private static let lines = 2...40
    private static let firstFloor = -60.0
    /// The quietest speech that counts: the noise of a good microphone is below.
    private static let quietest = -62.0
    private static let onsetFrames = 3
    private static let hangoverFrames = 20

    private static let cosines: [Float] = (0..<length).map {
        Float(cos(2 * Double.pi * Double($0) / Double(length)))
    }
    private static let sines: [Float] = (0..<length).map {
        Float(sin(2 * Double.pi * Double($0) / Double(length)))
    }
    private static let window: [Float] = (0..<length).map {
        Float(0.5 - 0.5 * cos(2 * Double.pi * (Double($0) + 0.5) / Double(length)))
    }

    /// One pole at 180 Hz; two of them take 23 dB from hum at 50 Hz.
    private struct HighPass {
        var previousInput: Float = 0
        var output: Float = 0
        static let pole = Float(exp(-2 * Double.pi * 180 / Double(VoiceFormat.rate)))

        mutating func filter(_ input: Float) -> Float {
            output = Self.pole * output + (1 + Self.pole) / 2 * (input - previousInput)
            previousInput = input
            return output
        }
    }

    package init() { frame.reserveCapacity(Self.length) }

    /// Takes 16-bit little-endian samples in portions of any size.
    package mutating func add(_ bytes: some Collection<UInt8>) {
        for byte in bytes {
            guard let low = half else {
                half = byte
                continue
            }
            half = nil
            let sample = Int16(truncatingIfNeeded: Int(low) | Int(byte) << 8)
            frame.append(second.filter(first.filter(Float(sample) / 32768)))
            if frame.count == Self.length {
                finishFrame()
                frame.removeAll(keepingCapacity: true)
            }
        }
    }

    private mutating func finishFrame() {
        measure()
        let isTonal = flatness < 0.45
        let excess = power - floor
        let isLoud = power > Self.quietest && excess > (flatness < 0.3 ? 6 : 9)
        voiced = isLoud && isTonal ? voiced + 1 : 0
        if voiced >= Self.onsetFrames {
            isVoice = true
            hangover = Self.hangoverFrames
        } else if hangover > 0 {
            hangover -= 1
        } else {
            isVoice = false
        }
        adapt(isTonal: isTonal)
    }

    /// Follows the background: down at once, up quickly in noise, hardly at all while a voice is
    /// there, so that a steady hum becomes background within seconds and a sentence does not.
    private mutating func adapt(isTonal: Bool) {
        frames += 1
        if power < floor {
            floor += 0.2 * (power - floor)
        } else if frames <= 10 && !isTonal {
            floor = power
        } else {
            let decibelsPerSecond = isVoice ? 1.5 : isTonal ? 4.0 : 12
            floor = min(power, floor + decibelsPerSecond / 100)
        }
        floor = max(floor, -90)
    }

    private mutating func measure() {
        var (sum, logarithms) = (0.0, 0.0)
        for index in frame.indices { frame[index] *= Self.window[index] }
        for line in Self.lines {
            var (real, imaginary, turn) = (Float(0), Float(0), 0)
            for sample in frame {
                real += sample * Self.cosines[turn]
                imaginary += sample * Self.sines[turn]
                turn += line
                if turn >= Self.length { turn -= Self.length }
            }
            let value = Double(real * real + imaginary * imaginary) + 1e-12
            sum += value
            logarithms += log(value)
        }
        let count = Double(Self.lines.count)
        flatness = exp(logarithms / count) / (sum / count)
        // The window's power is 3/8; both halves of the spectrum count.
        let scale = 2 / (Double(Self.length) * Double(Self.length) * 0.375)
        power = max(SoundLevel.silence, 10 * log10(sum * scale))
    }
}
