package import Recordings

/// The bundled recordings: made-up sessions with the orders and gaps of real ones.
///
/// Everything follows from the names and seeds here, so every run writes the same bytes.
package enum Demonstration: String, CaseIterable, Sendable {
    case tour
    case text
    case voiceBargeIn = "voice-barge-in"
    case toolCall = "tool-call"
    case failure

    /// The session, played through.
    package func recording() -> Recording {
        var conversation = Conversation(seed: seed)
        switch self {
        case .tour: Tour.play(&conversation)
        case .text: TextSession.play(&conversation)
        case .voiceBargeIn: VoiceSession.play(&conversation)
        case .toolCall: ToolSession.play(&conversation)
        case .failure: FailureSession.play(&conversation)
        }
        return conversation.recording(rawValue)
    }

    private var seed: UInt64 {
        switch self {
        case .tour: 2026
        case .text: 101
        case .voiceBargeIn: 202
        case .toolCall: 303
        case .failure: 404
        }
    }
}
