package import Timeline

/// 20 ms of sound from a microphone.
package struct CapturedChunk: Equatable, Sendable {
    /// Its place since the microphone was started, from 0; overruns leave no gap in it.
    package var index: UInt64
    /// In the format of ``VoiceFormat``; zeros while muted.
    package var bytes: [UInt8]
    /// When its last frame was at the device: arrival less ALSA's own delay.
    ///
    /// The time from here to the bytes on the socket is the latency of sending.
    package var capturedAt: Instant
    /// When it came out of the device's buffer.
    package var arrivedAt: Instant
    /// Of the sound at the device, also while muted: so the screen can say "you are muted".
    package var level: SoundLevel
    package var isVoice: Bool
    package var isMuted: Bool

    package init(
        index: UInt64, bytes: [UInt8], capturedAt: Instant, arrivedAt: Instant, level: SoundLevel,
        isVoice: Bool, isMuted: Bool
    ) {
        self.index = index
        self.bytes = bytes
        self.capturedAt = capturedAt
        self.arrivedAt = arrivedAt
        self.level = level
        self.isVoice = isVoice
        self.isMuted = isMuted
    }

    package var frames: Int { bytes.count / VoiceFormat.bytesPerFrame }
}
