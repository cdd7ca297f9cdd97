import Dynamics

/// The pitch of audio every 40 ms, from its samples thinned to about 4 kHz.
struct PitchMeter: Sendable {
    private let estimator: PitchEstimator
    private let factor: Int
    private let hop: Int
    private var thinned: [Float] = []
    private var sum: Int32 = 0
    private var summed = 0
    /// The pitches in hertz of the stretches that had one and were not taken yet.
    private var pitches: [Float] = []

    /// - Parameter rate: samples per second of the audio, at least 8000.
    init?(rate: Int) {
        guard rate >= 4000 else { return nil }
        factor = rate / 4000
        let thinnedRate = Double(rate) / Double(factor)
        estimator = PitchEstimator(rate: thinnedRate)
        hop = Int(thinnedRate * Self.hopSeconds)
    }

    static let hopSeconds = 0.04

    mutating func add(_ sample: Int16) {
        sum += Int32(sample)
        summed += 1
        if summed == factor { finishSum() }
    }

    /// Adds little-endian samples of 16 bits.
    mutating func add(_ samples: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + 2 <= samples.count {
            let count = min(factor - summed, (samples.count - offset) / 2)
            for _ in 0..<count {
                sum &+= unsafe Int32(
                    samples.loadUnaligned(fromByteOffset: offset, as: Int16.self))
                offset += 2
            }
            summed += count
            if summed == factor { finishSum() }
        }
    }

    private mutating func finishSum() {
        thinned.append(Float(sum) / Float(32768 * factor))
        (sum, summed) = (0, 0)
        guard thinned.count == estimator.length else { return }
        if let pitch = estimator.frequency(thinned) { pitches.append(Float(pitch)) }
        thinned.removeFirst(hop)
    }

    mutating func take() -> [Float] {
        defer { pitches.removeAll(keepingCapacity: true) }
        return pitches
    }
}
