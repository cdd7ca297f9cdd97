internal import Glibc

/// How loud a stretch of sound is, against full scale.
package struct SoundLevel: Equatable, Sendable {
    /// Root mean square in dBFS: 0 is a full-scale square wave, silence is ``silence``.
    package var rms: Double
    /// The largest sample in dBFS.
    package var peak: Double

    /// Stands for no sound at all: below the smallest 16-bit sample (-90.3).
    package static let silence = -100.0

    package init(rms: Double, peak: Double) {
        self.rms = rms
        self.peak = peak
    }

    /// Measures 16-bit little-endian samples; an odd last byte is left out.
    package init(_ bytes: some Collection<UInt8>) {
        var (sum, largest, count) = (0.0, 0, 0)
        var low: UInt8?
        for byte in bytes {
            guard let first = low else {
                low = byte
                continue
            }
            low = nil
            let sample = Int(Int16(truncatingIfNeeded: Int(first) | Int(byte) << 8))
            sum += Double(sample * sample)
            largest = max(largest, abs(sample))
            count += 1
        }
        rms = Self.decibels(count == 0 ? 0 : (sum / Double(count)).squareRoot() / 32768)
        peak = Self.decibels(Double(largest) / 32768)
    }

    private static func decibels(_ share: Double) -> Double {
        share > 0 ? max(silence, 20 * log10(share)) : silence
    }
}
