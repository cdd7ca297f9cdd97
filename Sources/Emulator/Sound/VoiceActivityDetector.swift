/// Finds where speech begins and ends in a stream of samples.
///
/// The energy between 200 and 4,000 Hz in frames of 10 ms is compared with a floor that follows
/// the background: at once when it falls, by some 6 dB a second when it rises, and hardly at all
/// during speech. Speech begins with three loud frames out of four and ends when no loud frame
/// came for the configured silence. Adding costs O(samples).
package struct VoiceActivityDetector: Sendable {
    /// What was found; times are milliseconds of the audio heard so far.
    package enum Finding: Equatable, Sendable {
        case started(at: Int)
        /// `at` is the end of the silence that ended it.
        case stopped(at: Int)
    }

    /// How long the silence after speech must be.
    package var silence: Int
    /// 0 hears everything, 1 hardly anything; 0.5 is 9 dB above the background.
    package var threshold: Double
    package private(set) var isSpeaking = false
    /// Milliseconds heard so far.
    package private(set) var heard = 0

    private let frameLength: Int
    private let highPass: Double
    private let lowPass: Double
    private var highState = (input: 0.0, output: 0.0)
    private var lowState = 0.0
    private var energy = 0.0
    private var filled = 0
    /// Mean square of the background, of full scale 1.
    private var floor: Double?
    /// The last four frames, newest in the lowest bit: loud or not.
    private var recent: UInt8 = 0
    private var lastLoud = 0
    private var begun = 0

    package init(rate: Int, silence: Int, threshold: Double) {
        self.silence = silence
        self.threshold = threshold
        frameLength = max(1, rate / 100)
        // One-pole filters: y += a(x − y) with a = 2πf/(2πf + rate).
        func coefficient(_ frequency: Double) -> Double {
            let step = 2 * Double.pi * frequency
            return step / (step + Double(rate))
        }
        highPass = 1 - coefficient(200)
        lowPass = coefficient(4000)
    }

    /// Takes samples and reports what they changed, in order.
    package mutating func add(_ samples: [Int16]) -> [Finding] {
        var findings: [Finding] = []
        for sample in samples {
            let input = Double(sample) / 32_768
            let high = highPass * (highState.output + input - highState.input)
            highState = (input, high)
            lowState += lowPass * (high - lowState)
            energy += lowState * lowState
            filled += 1
            if filled == frameLength {
                if let finding = endFrame(energy / Double(frameLength)) { findings.append(finding) }
                energy = 0
                filled = 0
            }
        }
        return findings
    }

    private mutating func endFrame(_ power: Double) -> Finding? {
        let background = max(floor ?? power, 1e-9)
        // Ten to the power of 1.8·threshold: 9 dB at 0.5.
        var ratio = 1.0
        for _ in 0..<18 { ratio *= 1 + 0.13646 * threshold }
        // Nothing below −60 dB is speech, however silent the room.
        let isLoud = power > background * ratio && power > 1e-6
        follow(power, isLoud: isLoud)
        heard += 10
        recent = recent << 1 & 0x0F | (isLoud ? 1 : 0)
        if isLoud { lastLoud = heard }
        if !isSpeaking, recent.nonzeroBitCount >= 3 {
            isSpeaking = true
            begun = heard - 10 * (8 - recent.leadingZeroBitCount)
            return .started(at: max(0, begun))
        }
        if isSpeaking, heard - lastLoud >= max(10, silence) {
            isSpeaking = false
            recent = 0
            return .stopped(at: heard)
        }
        return nil
    }

    /// Lets the floor follow; a rise takes long, so that a word does not become background.
    private mutating func follow(_ power: Double, isLoud: Bool) {
        guard let floor else {
            // The first frame may be speech: begin no higher than −50 dB.
            self.floor = min(max(power, 1e-9), 1e-5)
            return
        }
        if power < floor {
            self.floor = max(1e-9, floor + 0.3 * (power - floor))
        } else {
            self.floor = min(floor * (isLoud ? 1.0008 : 1.014), power)
        }
    }

    /// Forgets a speech under way, as when the buffer is cleared.
    package mutating func reset() {
        isSpeaking = false
        recent = 0
    }
}
