import RealtimeProtocol
import Timeline

/// Lays the pieces of a response out in time, as the profile delivers them.
struct ResponsePlanner {
    let timings: Timings
    let profile: EmulatorProfile
    /// Whether the pieces come slower and slower.
    var drifts = false
    /// When the last piece of all outputs goes.
    private var end = Instant.zero

    init(timings: Timings, profile: EmulatorProfile) {
        self.timings = timings
        self.profile = profile
    }

    /// A message that says `text`.
    mutating func message(
        _ text: String, _ itemID: String, _ job: inout ResponseJob, from time: Instant,
        seed: UInt64, _ random: inout SeededRandom
    ) {
        let output = job.outputs.count
        let speech = job.isAudio ? Speech(text, rate: job.format.rate, seed: seed) : nil
        job.outputs.append(.init(itemID: itemID, kind: .message(speech)))
        let begin = time + .milliseconds(timings.item.draw(&random))
        job.steps.append((begin, .begin(output)))
        guard let speech else {
            let first = time + .milliseconds(timings.firstText.draw(&random))
            return pieces(
                Pieces.of(text).map { .text(output, $0) }, max(first, begin + .milliseconds(2)),
                &job, &random)
        }
        spoken(text, speech.milliseconds, output, &job, from: time, begin, &random)
    }

    /// Pieces of text one after another at the profile's pace.
    private mutating func pieces(
        _ steps: [ResponseJob.Step], _ first: Instant, _ job: inout ResponseJob,
        _ random: inout SeededRandom
    ) {
        var at = first
        for (number, step) in steps.enumerated() {
            job.steps.append((at, step))
            var gap = timings.pacing.gap(&random)
            // Four times as slow at the end as at the beginning.
            if drifts { gap *= 1 + 3 * Double(number) / Double(max(1, steps.count)) }
            at = at + .milliseconds(gap)
        }
        end = max(end, at)
    }

    /// Sound in pieces, with its transcript ahead of it (xAI: after the sound it belongs to).
    private mutating func spoken(
        _ text: String, _ length: Double, _ output: Int, _ job: inout ResponseJob,
        from time: Instant, _ begin: Instant, _ random: inout SeededRandom
    ) {
        let firstAudio = max(
            time + .milliseconds(timings.firstAudio.draw(&random)), begin + .milliseconds(2))
        var chunks: [(at: Instant, start: Double, length: Double)] = []
        var at = firstAudio
        var start = 0.0
        while start < length {
            let piece = min(timings.delivery.pieceLength(&random), length - start)
            chunks.append((at, start, piece))
            start += piece
            var gap = timings.delivery.gap(&random)
            if drifts { gap *= 1 + 3 * start / length }
            at = at + .milliseconds(gap)
        }
        for chunk in chunks { job.steps.append((chunk.at, .audio(output, chunk.length))) }
        end = max(end, at)
        if profile == .xAI {
            sentences(of: text, length, chunks, output, &job)
        } else {
            transcript(of: text, until: at, output, &job, from: time, begin, &random)
        }
    }

    /// The transcript is some three pieces ahead and through before the sound is.
    private mutating func transcript(
        of text: String, until audioEnd: Instant, _ output: Int, _ job: inout ResponseJob,
        from time: Instant, _ begin: Instant, _ random: inout SeededRandom
    ) {
        let pieces = Pieces.of(text)
        let first = max(
            time + .milliseconds(timings.firstTranscript.draw(&random)),
            begin + .milliseconds(2))
        let step = max(
            4, (audioEnd - first).milliseconds * 0.88 / Double(max(1, pieces.count)))
        var at = first
        for piece in pieces {
            job.steps.append((at, .text(output, piece)))
            at = at + .milliseconds(step * (0.6 + 0.8 * random.unit()))
        }
        end = max(end, at)
    }

    /// A sentence at a time, right after the sound in which it begins.
    private func sentences(
        of text: String, _ length: Double,
        _ chunks: [(at: Instant, start: Double, length: Double)], _ output: Int,
        _ job: inout ResponseJob
    ) {
        var sentences: [String] = [""]
        for piece in Pieces.of(text) {
            sentences[sentences.count - 1] += piece
            if [".", "?", "!"].contains(piece) { sentences.append("") }
        }
        var said = 0
        for sentence in sentences where !sentence.isEmpty {
            let start = length * Double(said) / Double(max(1, text.utf8.count))
            let chunk = chunks.last { $0.start <= start } ?? chunks.first
            if let chunk {
                job.steps.append((chunk.at + .milliseconds(0.3), .text(output, sentence)))
            }
            said += sentence.utf8.count
        }
    }

    /// A function call.
    mutating func call(
        _ call: ToolChoice.Call, _ itemID: String, _ callID: String, _ job: inout ResponseJob,
        from time: Instant, _ random: inout SeededRandom
    ) {
        let output = job.outputs.count
        job.outputs.append(.init(itemID: itemID, kind: .call(name: call.name, callID: callID)))
        let begin = time + .milliseconds(timings.item.draw(&random) + (output > 0 ? 40 : 0))
        job.steps.append((begin, .begin(output)))
        pieces(
            Pieces.of(call.arguments).map { .arguments(output, $0) }, begin + .milliseconds(46),
            &job, &random)
    }

    /// Puts the steps in order and the ends after them.
    mutating func finish(_ job: inout ResponseJob) {
        // Sorting keeps the order of equals: the place in the list decides.
        job.steps = job.steps.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }.map(\.element)
        var at = max(end, job.steps.last?.time ?? end) + .milliseconds(3)
        for output in job.outputs.indices {
            job.steps.append((at, .finish(output)))
            at = at + .milliseconds(5)
        }
        job.steps.append((at, .done))
    }
}
