import RealtimeProtocol

/// The user's sound that was appended and not yet committed.
struct InputAudio: Sendable {
    private(set) var format: AudioFormat
    /// Bytes since the last commit; beyond `limit` the oldest are let go.
    private(set) var bytes: [UInt8] = []
    /// Milliseconds since the last commit, those let go included.
    private(set) var pending = 0.0
    /// Milliseconds since the session began.
    private(set) var heard = 0.0
    /// FNV-1a over the pending bytes (Fowler, Noll, Vo; 64 bits).
    private(set) var fingerprint: UInt64 = 0xCBF2_9CE4_8422_2325
    private var detector: VoiceActivityDetector?
    /// What `heard` was when the detector began.
    private var detectorStart = 0.0
    /// The item that a speech under way will become, and where it begins.
    var speech: (itemID: String, start: Int)?

    /// Two minutes at 24 kHz.
    static let limit = 120 * 48_000

    init(format: AudioFormat) { self.format = format }

    /// Follows changed settings; a format that changes throws pending sound away.
    mutating func configure(_ format: AudioFormat, _ detection: TurnDetection?) {
        if format != self.format {
            self.format = format
            clear()
            detector = nil
        }
        guard let detection else {
            detector = nil
            speech = nil
            return
        }
        if detector == nil {
            detector = VoiceActivityDetector(
                rate: format.rate, silence: detection.silence, threshold: detection.threshold)
            detectorStart = heard
        }
        detector?.silence = detection.silence
        detector?.threshold = detection.threshold
    }

    /// Takes sound; returns where speech began and ended, in milliseconds of the session.
    mutating func append(_ sound: [UInt8]) -> [VoiceActivityDetector.Finding] {
        for byte in sound { fingerprint = (fingerprint ^ UInt64(byte)) &* 0x100_0000_01B3 }
        bytes += sound
        if bytes.count > Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
        let length = format.milliseconds(byteCount: sound.count)
        pending += length
        heard += length
        let offset = Int(detectorStart)
        let findings = detector?.add(format.samples(sound)) ?? []
        // Without speech under way only what may pad the next one is worth keeping.
        if detector != nil, speech == nil, findings.isEmpty { trim(to: 2000) }
        return findings.map { finding in
            switch finding {
            case .started(let time): .started(at: time + offset)
            case .stopped(let time): .stopped(at: time + offset)
            }
        }
    }

    private mutating func trim(to milliseconds: Double) {
        guard pending > 2 * milliseconds else { return }
        let keep = format.byteCount(milliseconds: milliseconds)
        if bytes.count > keep { bytes.removeFirst(bytes.count - keep) }
        pending = format.milliseconds(byteCount: bytes.count)
    }

    /// Gives the pending sound away and begins anew.
    mutating func take(last milliseconds: Double) -> [UInt8] {
        let keep = min(bytes.count, format.byteCount(milliseconds: milliseconds))
        let result = Array(bytes.suffix(keep))
        bytes = []
        pending = 0
        fingerprint = 0xCBF2_9CE4_8422_2325
        speech = nil
        return result
    }

    mutating func clear() {
        _ = take(last: 0)
        detector?.reset()
    }
}
