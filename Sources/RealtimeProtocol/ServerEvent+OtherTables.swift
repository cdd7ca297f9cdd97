extension ServerEvent {
    /// Tools on remote servers (Model Context Protocol) and their arguments.
    static let mcp: [Definition] = [
        Definition("mcp_list_tools.in_progress", [.itemID]) {
            .mcpListToolsInProgress(itemID: $0.string(.itemID))
        },
        Definition("mcp_list_tools.completed", [.itemID]) {
            .mcpListToolsCompleted(itemID: $0.string(.itemID))
        },
        Definition("mcp_list_tools.failed", [.itemID]) {
            .mcpListToolsFailed(itemID: $0.string(.itemID))
        },
        Definition("response.mcp_call.in_progress", [.itemID, .outputIndex]) {
            .mcpCallInProgress(itemID: $0.string(.itemID), outputIndex: $0.int(.outputIndex))
        },
        Definition("response.mcp_call.completed", [.itemID, .outputIndex]) {
            .mcpCallCompleted(itemID: $0.string(.itemID), outputIndex: $0.int(.outputIndex))
        },
        Definition("response.mcp_call.failed", [.itemID, .outputIndex]) {
            .mcpCallFailed(itemID: $0.string(.itemID), outputIndex: $0.int(.outputIndex))
        },
        Definition(
            "response.mcp_call_arguments.delta", [.responseID, .itemID, .outputIndex, .delta],
            optional: [.obfuscation]
        ) {
            .mcpArgumentsDelta(
                responseID: $0.string(.responseID), itemID: $0.string(.itemID),
                outputIndex: $0.int(.outputIndex), delta: $0.string(.delta))
        },
        Definition(
            "response.mcp_call_arguments.done", [.responseID, .itemID, .outputIndex, .arguments]
        ) {
            .mcpArgumentsDone(
                responseID: $0.string(.responseID), itemID: $0.string(.itemID),
                outputIndex: $0.int(.outputIndex), arguments: $0.string(.arguments))
        },
    ]

    /// The names of the beta API (until 2025) for events that are otherwise the same.
    static let beta: [Definition] = {
        let names = [
            "session.updated": "transcription_session.updated",
            "response.output_text.delta": "response.text.delta",
            "response.output_text.done": "response.text.done",
            "response.output_audio.delta": "response.audio.delta",
            "response.output_audio.done": "response.audio.done",
            "response.output_audio_transcript.delta": "response.audio_transcript.delta",
            "response.output_audio_transcript.done": "response.audio_transcript.done",
        ]
        return (session + parts).compactMap { definition in
            names[definition.type].map { definition.named($0, .beta) }
        }
    }()

    /// What xAI's server says besides.
    static let xai: [Definition] = [
        Definition("ping", optional: [.timestamp], dialect: .xai) {
            .ping(timestamp: $0.optionalDouble(.timestamp))
        },
        Definition(
            "conversation.item.input_audio_transcription.updated",
            [.itemID, .contentIndex, .transcript], dialect: .xai
        ) {
            .inputTranscriptionUpdated(
                itemID: $0.string(.itemID), contentIndex: $0.int(.contentIndex),
                transcript: $0.string(.transcript))
        },
    ]
}
