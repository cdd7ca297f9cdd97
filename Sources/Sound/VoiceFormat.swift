package import Timeline

/// The one format of the sound edge: what the Realtime protocol calls `audio/pcm` at 24 kHz.
///
/// Mono, signed 16-bit little-endian; a frame is one sample. Devices that cannot do it are
/// converted by ALSA's `plug`.
package enum VoiceFormat {
    /// Frames a second.
    package static let rate = 24_000
    package static let bytesPerFrame = 2
    /// 20 ms, the portion in which sound is captured.
    package static let periodFrames = 480

    /// How long `frames` last.
    package static func interval(frames: Int) -> Interval {
        Interval(nanoseconds: Int64(frames) * 1_000_000_000 / Int64(rate))
    }

    /// How many whole frames fit into `interval`.
    package static func frames(in interval: Interval) -> Int {
        let (seconds, rest) = interval.nanoseconds.quotientAndRemainder(
            dividingBy: 1_000_000_000)
        return Int(seconds) * rate + Int(rest) * rate / 1_000_000_000
    }
}
