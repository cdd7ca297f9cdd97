package import SequenceMatching

package extension Defaults {
    /// Sequences worth pointing at; event names are those of `docs/METRICS.md`, "Event symbols".
    static let patterns: [Pattern] = [
        events(
            "barge-in", ["response.output_audio.delta", "input_audio_buffer.speech_started"]),
        events(
            "cancelled before a word",
            ["response.created", "input_audio_buffer.speech_started", "response.done[cancelled]"]),
        // Clients send the answer at the end of the arguments, or at the end of the response.
        events(
            "tool round",
            [
                "response.function_call_arguments.delta", "response.function_call_arguments.done",
                "conversation.item.create[function_call_output]", "response.done",
                "response.create",
            ], tolerance: 2),
        events(
            "tool round, late answer",
            [
                "response.function_call_arguments.delta", "response.function_call_arguments.done",
                "response.output_item.done", "response.done",
                "conversation.item.create[function_call_output]", "response.create",
            ], tolerance: 2),
        events(
            "voice turn",
            [
                "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped",
                "input_audio_buffer.committed",
            ], tolerance: 1),
        events("failed turn", ["response.created", "response.done[failed]"]),
        events("double request", ["response.create", "response.create"]),
        events("rejected request", ["response.create", "error"]),
        events(
            "truncated after an interruption",
            [
                "input_audio_buffer.speech_started", "conversation.item.truncate",
                "conversation.item.truncated",
            ], tolerance: 1),
        words("apology", "i'm sorry"),
        words("long apology", "i apologize for the confusion", tolerance: 1),
        words("refusal", "i can't help with that", tolerance: 1),
        words("hedge", "i'm not sure"),
        words("offer of help", "how can i help you today", tolerance: 2),
        words("asks to repeat", "could you repeat that", tolerance: 1),
        words("self-disclosure", "as an ai language model", tolerance: 2),
    ]

    private static func events(
        _ name: String, _ symbols: [String], tolerance: Int = 0
    ) -> Pattern {
        Pattern(
            name: name, kind: .event, symbols: symbols.map { Array($0.utf8) }, tolerance: tolerance)
    }

    /// A pattern of the words of `text`, as the word splitter gives them.
    private static func words(_ name: String, _ text: String, tolerance: Int = 0) -> Pattern {
        let symbols = text.utf8.split(separator: UInt8(ascii: " ")).map { Array($0) }
        return Pattern(name: name, kind: .word, symbols: symbols, tolerance: tolerance)
    }
}
