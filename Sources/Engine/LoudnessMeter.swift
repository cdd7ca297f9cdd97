import RealtimeProtocol

/// Root mean square of audio per 20 ms, 0...1 of full scale, and its pitch when that is wanted.
struct LoudnessMeter: Sendable {
    /// Of whole samples, so that it is exact in any order.
    private var sumOfSquares: Int64 = 0
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
            for byte in bytes { add(Companding.linear(muLaw: byte), perLevel: 160, &levels) }
        case .pcma:
            for byte in bytes { add(Companding.linear(aLaw: byte), perLevel: 160, &levels) }
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
        let whole = (bytes.count - index) / 2
        unsafe bytes.withUnsafeBytes { buffer in
            let first = index
            var place = 0
            while place < whole {
                let count = min(whole - place, perLevel - samples)
                let part = unsafe UnsafeRawBufferPointer(
                    rebasing: buffer[(first + 2 * place)..<(first + 2 * (place + count))])
                sumOfSquares += unsafe Self.sumOfSquares(part)
                unsafe pitch?.add(part)
                samples += count
                place += count
                if samples >= perLevel { finishLevel(&levels) }
            }
        }
        index += 2 * whole
        if index < bytes.count { half = bytes[index] }
    }

    /// Of little-endian samples of 16 bits, eight at a time.
    private static func sumOfSquares(_ samples: UnsafeRawBufferPointer) -> Int64 {
        var sums = SIMD8<Int64>()
        var offset = 0
        while offset + 16 <= samples.count {
            let eight = unsafe SIMD8<Int32>(
                truncatingIfNeeded: samples.loadUnaligned(
                    fromByteOffset: offset, as: SIMD8<Int16>.self))
            sums &+= SIMD8<Int64>(truncatingIfNeeded: eight &* eight)
            offset += 16
        }
        var sum = sums.wrappedSum()
        while offset + 2 <= samples.count {
            let one = unsafe Int64(
                samples.loadUnaligned(fromByteOffset: offset, as: Int16.self))
            sum += one * one
            offset += 2
        }
        return sum
    }

    private mutating func add(_ sample: Int16, perLevel: Int, _ levels: inout [Float]) {
        sumOfSquares += Int64(sample) * Int64(sample)
        samples += 1
        pitch?.add(sample)
        if samples >= perLevel { finishLevel(&levels) }
    }

    private mutating func finishLevel(_ levels: inout [Float]) {
        let meanSquare = Double(sumOfSquares) / (32768 * 32768) / Double(samples)
        levels.append(Float(meanSquare.squareRoot()))
        sumOfSquares = 0
        samples = 0
    }
}
