import Dynamics

/// The pitch of audio every 40 ms, from its samples thinned to about 4 kHz.
struct PitchMeter: Sendable {
    private let estimator: PitchEstimator
    private let factor: Int
    private let hop: Int
    private var thinned: [Float] = []
    private var sum: Float = 0
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

    mutating func add(_ sample: Float) {
        sum += sample
        summed += 1
        guard summed == factor else { return }
        thinned.append(sum / Float(factor))
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
