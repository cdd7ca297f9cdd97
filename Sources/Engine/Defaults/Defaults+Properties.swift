import TemporalLogic

package extension Defaults {
    /// What a healthy session keeps; the propositions are defined in `docs/METRICS.md`.
    static let properties: [PropertyDefinition] = [
        ("every response ends", "G(response.created -> F response.done)"),
        ("every request is answered", "G(response.create -> F(response.created | error))"),
        ("no response fails", "G !failed"),
        ("no error", "G !error"),
        (
            "one response at a time",
            "G(response.created -> X(!response.created W response.done))"
        ),
        ("every tool call is answered", "G(function_call -> F function_call_output)"),
        ("every tool answer is used", "G(function_call_output -> F response.created)"),
        (
            "what is said is committed",
            "G(input_audio_buffer.speech_stopped -> F input_audio_buffer.committed)"
        ),
        (
            "speech begins before it ends",
            "!input_audio_buffer.speech_stopped W input_audio_buffer.speech_started"
        ),
        (
            "an interruption ends the answer",
            "G(interruption -> F(response.done | conversation.item.truncate | "
                + "output_audio_buffer.cleared))"
        ),
        (
            "a text that begins is finished",
            "G(response.output_text.delta -> F(response.output_text.done | response.done))"
        ),
        (
            "a truncation is confirmed",
            "G(conversation.item.truncate -> F(conversation.item.truncated | error))"
        ),
    ].map { name, text in
        do {
            return PropertyDefinition(name: name, formula: try Formula(parsing: text))
        } catch {
            preconditionFailure("the built-in property \"\(name)\" does not parse: \(error)")
        }
    }
}
