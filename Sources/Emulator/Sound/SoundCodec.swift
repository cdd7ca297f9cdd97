import RealtimeProtocol

/// Turns the bytes of a session's audio format into samples and back.
extension AudioFormat {
    /// Samples a second.
    var rate: Int {
        switch self {
        case .pcm(let rate): rate
        case .pcmu, .pcma, .other: 8000
        }
    }

    var bytesPerSample: Int {
        switch self {
        case .pcm: 2
        case .pcmu, .pcma, .other: 1
        }
    }

    /// Bytes in so many milliseconds, whole samples.
    func byteCount(milliseconds: Double) -> Int {
        Int(milliseconds * Double(rate) / 1000) * bytesPerSample
    }

    func milliseconds(byteCount: Int) -> Double {
        Double(byteCount / bytesPerSample) * 1000 / Double(rate)
    }

    /// The samples in `bytes`; a PCM sample cut in half at the end is left out.
    func samples(_ bytes: some Collection<UInt8>) -> [Int16] {
        switch self {
        case .pcmu, .other: return bytes.map { Companding.linear(muLaw: $0) }
        case .pcma: return bytes.map { Companding.linear(aLaw: $0) }
        case .pcm:
            var samples: [Int16] = []
            samples.reserveCapacity(bytes.count / 2)
            var low: UInt8?
            for byte in bytes {
                if let first = low {
                    samples.append(Int16(bitPattern: UInt16(byte) << 8 | UInt16(first)))
                    low = nil
                } else {
                    low = byte
                }
            }
            return samples
        }
    }

    func bytes(_ samples: [Int16]) -> [UInt8] {
        switch self {
        case .pcmu, .other: return samples.map { Companding.muLaw($0) }
        case .pcma: return samples.map { Companding.aLaw($0) }
        case .pcm:
            var bytes: [UInt8] = []
            bytes.reserveCapacity(samples.count * 2)
            for sample in samples {
                bytes.append(UInt8(truncatingIfNeeded: sample))
                bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
            }
            return bytes
        }
    }
}
