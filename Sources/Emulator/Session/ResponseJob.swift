import JSONText
import RealtimeProtocol
import Timeline

/// A response that is being made.
struct ResponseJob: Sendable {
    /// What happens next in a response, at its time.
    enum Step: Equatable, Sendable {
        case created
        case begin(Int)
        case text(Int, String)
        /// So many milliseconds of sound.
        case audio(Int, Double)
        case arguments(Int, String)
        case finish(Int)
        case done
        case act(EmulatorOutput.Act)
    }

    /// How it ends.
    enum Ending: Equatable, Sendable {
        case completed
        case incomplete(String)
        case cancelled(String)
        case failed(code: String, message: String)

        var status: String {
            switch self {
            case .completed: "completed"
            case .incomplete: "incomplete"
            case .cancelled: "cancelled"
            case .failed: "failed"
            }
        }

        var details: JSON {
            switch self {
            case .completed: nil
            case .incomplete(let reason): ["type": "incomplete", "reason": .string(reason)]
            case .cancelled(let reason): ["type": "cancelled", "reason": .string(reason)]
            case .failed(let code, let message):
                [
                    "type": "failed",
                    "error": [
                        "type": "invalid_request_error", "code": .string(code),
                        "message": .string(message),
                    ],
                ]
            }
        }
    }

    /// One item of its output.
    struct Output: Sendable {
        enum Kind: Sendable {
            case message(Speech?)
            case call(name: String, callID: String)
        }

        var itemID: String
        var kind: Kind
        /// What was sent: text, transcript or arguments.
        var sent = ""
        var milliseconds = 0.0
        var pieces = 0
        var isBegun = false
        var isDone = false
        /// The item it comes after.
        var previous: String?
        var json: JSON = nil

        init(itemID: String, kind: Kind) {
            self.itemID = itemID
            self.kind = kind
        }

        var isCall: Bool {
            if case .call = kind { true } else { false }
        }
    }

    let number: Int
    let id: String
    /// Nil when the response stays outside the conversation.
    let conversationID: String?
    let isAudio: Bool
    let format: AudioFormat
    let voice: JSON
    let maximum: JSON
    let metadata: JSON
    var outputs: [Output] = []
    var steps: [(time: Instant, step: Step)] = []
    var next = 0
    /// Agenda entries of an older generation are stale.
    var generation = 0
    var ending = Ending.completed
    var input = TokenCount()
    var cached = TokenCount()
    var reasoning = 0
    var isCreated = false

    init(
        number: Int, id: String, conversationID: String?, isAudio: Bool, format: AudioFormat,
        voice: JSON, maximum: JSON, metadata: JSON
    ) {
        self.number = number
        self.id = id
        self.conversationID = conversationID
        self.isAudio = isAudio
        self.format = format
        self.voice = voice
        self.maximum = maximum
        self.metadata = metadata
    }

    /// Ends it at `time` with what was sent so far; what is due within `grace` milliseconds is
    /// in flight already and still goes out.
    mutating func stop(_ ending: Ending, at time: Instant, grace: Double) {
        self.ending = ending
        generation += 1
        let limit = time + .milliseconds(grace)
        var kept = steps[next...].prefix { step in
            guard step.time <= limit else { return false }
            switch step.step {
            case .created, .text, .audio, .arguments: return true
            case .begin, .finish, .done, .act: return false
            }
        }
        if !isCreated, !kept.contains(where: { $0.step == .created }) {
            kept.insert((time, .created), at: kept.startIndex)
        }
        var at = max(time, kept.last?.time ?? time) + .milliseconds(4)
        steps = Array(kept)
        for (index, output) in outputs.enumerated() where output.isBegun && !output.isDone {
            steps.append((at, .finish(index)))
            at = at + .milliseconds(5)
        }
        steps.append((at, .done))
        next = 0
    }

    /// Tokens that were put out.
    var output: TokenCount {
        let pieces = outputs.reduce(0) { $0 + $1.pieces }
        let milliseconds = outputs.reduce(0) { $0 + $1.milliseconds }
        // A spoken second is twenty tokens; each message costs a few for its frame.
        return TokenCount(
            text: pieces + (pieces > 0 ? 9 : 0) + reasoning,
            audio: Int((milliseconds / 50).rounded(.up)))
    }
}
