import RealtimeProtocol

/// Root mean square of audio per 20 ms, 0...1 of full scale, and its pitch when that is wanted.
struct LoudnessMeter: Sendable {
    private var sumOfSquares = 0.0
    private var samples = 0
    /// The first byte of a sample whose second has not come.
    private var half: UInt8?
    private let tracksPitch: Bool
    private var pitch: PitchMeter?
    private var pitchRate = 0

    init(tracksPitch: Bool = false) { self.tracksPitch = tracksPitch }

    /// Chunks shorter than this say nothing about loudness: the recorder has cut them.
    static let shortestChunkMilliseconds = 5.0

    /// The pitches since they were last taken, in hertz, one per 40 ms that had one.
    mutating func takePitches() -> [Float] { pitch?.take() ?? [] }

    /// The levels that a chunk completes; none for a format without a known coding.
    mutating func add(_ chunk: AudioChunk, _ format: AudioFormat) -> [Float] {
        guard let rate = format.bytesPerMillisecond,
            Double(chunk.byteCount) >= Self.shortestChunkMilliseconds * rate
        else { return [] }
        let bytes = chunk.decoded()
        follow(format)
        var levels: [Float] = []
        switch format {
        case .pcm(let rate): add(pcm: bytes, perLevel: max(rate / 50, 1), &levels)
        case .pcmu:
            for byte in bytes { add(G711.muLaw(byte), perLevel: 160, &levels) }
        case .pcma:
            for byte in bytes { add(G711.aLaw(byte), perLevel: 160, &levels) }
        case .other: break
        }
        return levels
    }

    /// Readies the pitch meter for the format's rate.
    private mutating func follow(_ format: AudioFormat) {
        guard tracksPitch else { return }
        let rate =
            switch format {
            case .pcm(let rate): rate
            case .pcmu, .pcma: 8000
            case .other: 0
            }
        guard rate != pitchRate else { return }
        pitchRate = rate
        pitch = PitchMeter(rate: rate)
    }

    private mutating func add(pcm bytes: [UInt8], perLevel: Int, _ levels: inout [Float]) {
        var index = 0
        if let half, let first = bytes.first {
            add(Int16(truncatingIfNeeded: Int(half) | Int(first) << 8), perLevel: perLevel, &levels)
            index = 1
        }
        half = nil
        while index + 1 < bytes.count {
            let sample = Int16(truncatingIfNeeded: Int(bytes[index]) | Int(bytes[index + 1]) << 8)
            add(sample, perLevel: perLevel, &levels)
            index += 2
        }
        if index < bytes.count { half = bytes[index] }
    }

    private mutating func add(_ sample: Int16, perLevel: Int, _ levels: inout [Float]) {
        let value = Double(sample) / 32768
        sumOfSquares += value * value
        samples += 1
        pitch?.add(Float(value))
        guard samples >= perLevel else { return }
        levels.append(Float((sumOfSquares / Double(samples)).squareRoot()))
        sumOfSquares = 0
        samples = 0
    }
}

/// The two companding laws of ITU-T G.711.
enum G711 {
    static func muLaw(_ byte: UInt8) -> Int16 {
        let code = ~byte
        let magnitude = ((Int(code & 0x0F) << 3) + 0x84) << Int((code & 0x70) >> 4) - 0x84
        return Int16(code & 0x80 == 0 ? magnitude : -magnitude)
    }

    static func aLaw(_ byte: UInt8) -> Int16 {
        let code = byte ^ 0x55
        let exponent = Int((code & 0x70) >> 4)
        var magnitude = (Int(code & 0x0F) << 4) + 8
        if exponent > 0 { magnitude = (magnitude + 0x100) << (exponent - 1) }
        return Int16(code & 0x80 == 0 ? -magnitude : magnitude)
    }
}
