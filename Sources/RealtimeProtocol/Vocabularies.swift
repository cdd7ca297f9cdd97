/// The field names of the objects inside events, from the API's description and from recordings.
enum Vocabularies {
    static let conversation = Vocabulary(ga: "id object")

    static let item = Vocabulary(
        ga: """
            id object type status role content name call_id arguments output phase server_label \
            tools error approval_request_id approve reason
            """)

    /// Some beta clients log `id` with every part.
    static let part = Vocabulary(
        ga: "type text transcript audio image_url detail", beta: "id")

    static let response = Vocabulary(
        ga: """
            id object status status_details output output_modalities conversation_id audio \
            max_output_tokens metadata usage
            """,
        beta: "modalities voice output_audio_format temperature")

    static let statusDetails = Vocabulary(ga: "type reason error")

    static let error = Vocabulary(ga: "type code message param event_id")

    static let usage = Vocabulary(
        ga: """
            total_tokens input_tokens output_tokens input_token_details output_token_details
            """,
        xai: "output_audio_seconds billable_audio_seconds")

    static let inputTokens = Vocabulary(
        ga: "text_tokens audio_tokens image_tokens cached_tokens cached_tokens_details",
        xai: "grok_tokens")

    static let cachedTokens = Vocabulary(ga: "text_tokens audio_tokens image_tokens")

    static let outputTokens = Vocabulary(
        ga: "text_tokens audio_tokens reasoning_tokens", xai: "grok_tokens")

    static let transcriptionUsage = Vocabulary(
        ga: "type seconds total_tokens input_tokens output_tokens input_token_details")

    static let transcriptionInputTokens = Vocabulary(ga: "text_tokens audio_tokens")

    static let rateLimit = Vocabulary(ga: "name limit remaining reset_seconds")

    static let session = Vocabulary(
        ga: """
            type object id model output_modalities instructions tools tool_choice \
            max_output_tokens tracing truncation prompt expires_at audio include \
            parallel_tool_calls reasoning
            """,
        beta: """
            modalities voice input_audio_format output_audio_format input_audio_transcription \
            input_audio_noise_reduction turn_detection temperature max_response_output_tokens \
            speed client_secret
            """,
        voiceLive: """
            input_audio_sampling_rate animation input_audio_echo_cancellation avatar \
            output_audio_timestamp_types truncation_strategy greeting handoff
            """,
        xai: "enable_noise_suppression keep_context enable_phonetic_spelling")

    static let sessionAudio = Vocabulary(ga: "input output")

    static let sessionAudioInput = Vocabulary(
        ga: "format transcription noise_reduction turn_detection", xai: "transport")

    /// `language` belongs to the translation family's sessions.
    static let sessionAudioOutput = Vocabulary(ga: "format voice speed language", xai: "transport")
}
