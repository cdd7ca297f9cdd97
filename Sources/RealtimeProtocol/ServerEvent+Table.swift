import JSONText

extension ServerEvent {
    typealias Definition = EventDefinition<ServerEvent>

    /// Every server event: the GA names, then the beta names of the same events, then what other
    /// servers add.
    static let table = EventTable<ServerEvent>(
        session + conversation + transcription + audio + response + parts + arguments + mcp
            + beta + xai)

    /// Where a piece of a response belongs.
    private static let address: FieldSet = [.responseID, .itemID, .outputIndex, .contentIndex]

    static let session: [Definition] = [
        Definition("error", [.error]) { .error(APIError(.error, in: &$0)) },
        Definition("session.created", [.session]) { .sessionCreated(SessionInfo(in: &$0)) },
        Definition("session.updated", [.session]) { .sessionUpdated(SessionInfo(in: &$0)) },
        Definition("rate_limits.updated", [.rateLimits]) {
            .rateLimitsUpdated(RateLimit.list(in: &$0))
        },
    ]

    private static let conversation: [Definition] = [
        Definition("conversation.created", [.conversation]) { frame in
            let conversation = frame.object(.conversation)
            conversation?.check(Vocabularies.conversation, &frame.report)
            return .conversationCreated(
                id: conversation?.requiredString("id", &frame.report) ?? "")
        },
        Definition("conversation.item.added", [.item], optional: [.previousItemID]) {
            .itemAdded(Item(in: &$0), previous: $0.optionalString(.previousItemID))
        },
        Definition("conversation.item.done", [.item], optional: [.previousItemID]) {
            .itemDone(Item(in: &$0), previous: $0.optionalString(.previousItemID))
        },
        Definition("conversation.item.created", [.item], optional: [.previousItemID]) {
            .itemCreated(Item(in: &$0), previous: $0.optionalString(.previousItemID))
        },
        Definition("conversation.item.retrieved", [.item]) { .itemRetrieved(Item(in: &$0)) },
        Definition("conversation.item.deleted", [.itemID]) {
            .itemDeleted(itemID: $0.string(.itemID))
        },
        Definition(
            "conversation.item.truncated", [.itemID, .contentIndex, .audioEndMilliseconds]
        ) {
            .itemTruncated(
                itemID: $0.string(.itemID), contentIndex: $0.int(.contentIndex),
                audioEndMilliseconds: $0.int(.audioEndMilliseconds))
        },
    ]

    private static let transcription: [Definition] = [
        Definition(
            "conversation.item.input_audio_transcription.delta", [.itemID],
            optional: [.contentIndex, .delta, .logprobs, .obfuscation]
        ) {
            .inputTranscriptionDelta(
                itemID: $0.string(.itemID), contentIndex: $0.int(.contentIndex),
                delta: $0.string(.delta))
        },
        Definition(
            "conversation.item.input_audio_transcription.completed",
            [.itemID, .contentIndex, .transcript, .usage], optional: [.languages, .logprobs],
            xai: [.status], xaiOmits: [.usage]
        ) {
            .inputTranscriptionCompleted(
                itemID: $0.string(.itemID), contentIndex: $0.int(.contentIndex),
                transcript: $0.string(.transcript), usage: TranscriptionUsage(in: &$0))
        },
        Definition(
            "conversation.item.input_audio_transcription.failed", [.itemID, .contentIndex, .error]
        ) {
            .inputTranscriptionFailed(
                itemID: $0.string(.itemID), contentIndex: $0.int(.contentIndex),
                error: APIError(.error, in: &$0))
        },
        Definition(
            "conversation.item.input_audio_transcription.segment",
            [.id, .itemID, .contentIndex, .text, .speaker, .start, .end]
        ) {
            .inputTranscriptionSegment(
                itemID: $0.string(.itemID), contentIndex: $0.int(.contentIndex),
                text: $0.string(.text), speaker: $0.string(.speaker),
                start: $0.optionalDouble(.start) ?? 0, end: $0.optionalDouble(.end) ?? 0)
        },
    ]

    private static let audio: [Definition] = [
        Definition("input_audio_buffer.committed", [.itemID], optional: [.previousItemID]) {
            .inputAudioCommitted(
                itemID: $0.string(.itemID), previous: $0.optionalString(.previousItemID))
        },
        Definition("input_audio_buffer.cleared") { _ in .inputAudioCleared },
        Definition("input_audio_buffer.dtmf_event_received", [.event, .receivedAt]) {
            .inputAudioDTMF(event: $0.string(.event), receivedAt: $0.int(.receivedAt))
        },
        Definition("input_audio_buffer.speech_started", [.itemID, .audioStartMilliseconds]) {
            .speechStarted(
                itemID: $0.string(.itemID), audioStartMilliseconds: $0.int(.audioStartMilliseconds))
        },
        Definition("input_audio_buffer.speech_stopped", [.itemID, .audioEndMilliseconds]) {
            .speechStopped(
                itemID: $0.string(.itemID), audioEndMilliseconds: $0.int(.audioEndMilliseconds))
        },
        Definition(
            "input_audio_buffer.timeout_triggered",
            [.itemID, .audioStartMilliseconds, .audioEndMilliseconds]
        ) {
            .inputTimeoutTriggered(
                itemID: $0.string(.itemID),
                audioStartMilliseconds: $0.int(.audioStartMilliseconds),
                audioEndMilliseconds: $0.int(.audioEndMilliseconds))
        },
        // Some clients log an `error` field with these three, always null.
        Definition("output_audio_buffer.started", [.responseID], optional: [.error]) {
            .outputAudioStarted(responseID: $0.string(.responseID))
        },
        Definition("output_audio_buffer.stopped", [.responseID], optional: [.error]) {
            .outputAudioStopped(responseID: $0.string(.responseID))
        },
        Definition("output_audio_buffer.cleared", [.responseID], optional: [.error]) {
            .outputAudioCleared(responseID: $0.string(.responseID))
        },
    ]

    private static let response: [Definition] = [
        Definition("response.created", [.response]) { .responseCreated(ResponseInfo(in: &$0)) },
        Definition("response.done", [.response], xai: [.responseID, .usage]) {
            .responseDone(ResponseInfo(in: &$0))
        },
        Definition("response.output_item.added", [.item, .responseID, .outputIndex]) {
            .outputItemAdded(
                Item(in: &$0), responseID: $0.string(.responseID),
                outputIndex: $0.int(.outputIndex))
        },
        Definition("response.output_item.done", [.item, .responseID, .outputIndex]) {
            .outputItemDone(
                Item(in: &$0), responseID: $0.string(.responseID),
                outputIndex: $0.int(.outputIndex))
        },
        // Azure repeats `part` as `content`.
        Definition("response.content_part.added", address | [.part], optional: [.content]) {
            .contentPartAdded(Part(in: &$0), $0.address())
        },
        Definition(
            "response.content_part.done", address | [.part], optional: [.content],
            xaiOmits: [.part]
        ) {
            .contentPartDone(Part(in: &$0), $0.address())
        },
    ]

    static let parts: [Definition] = [
        Definition("response.output_text.delta", address | [.delta], optional: [.obfuscation]) {
            .textDelta($0.address(), $0.string(.delta))
        },
        Definition("response.output_text.done", address | [.text]) {
            .textDone($0.address(), $0.string(.text))
        },
        Definition(
            "response.output_audio_transcript.delta", address | [.delta],
            optional: [.obfuscation], xai: [.rid, .startTime]
        ) {
            .transcriptDelta($0.address(), $0.string(.delta))
        },
        Definition("response.output_audio_transcript.done", address | [.transcript]) {
            .transcriptDone($0.address(), $0.string(.transcript))
        },
        Definition(
            "response.output_audio.delta", address | [.delta], optional: [.obfuscation],
            xai: [.rid, .latency, .audioDurationMilliseconds, .serverTime]
        ) {
            .audioDelta(
                $0.address(),
                AudioChunk(
                    base64: $0.slice(.delta),
                    declaredMilliseconds: $0.optionalDouble(.audioDurationMilliseconds),
                    serverTime: $0.optionalDouble(.serverTime)))
        },
        Definition("response.output_audio.done", address) { .audioDone($0.address()) },
    ]

    private static let arguments: [Definition] = [
        Definition(
            "response.function_call_arguments.delta",
            [.responseID, .itemID, .outputIndex, .callID, .delta], optional: [.obfuscation],
            xaiOmits: [.outputIndex]
        ) {
            .argumentsDelta(
                responseID: $0.string(.responseID), itemID: $0.string(.itemID),
                outputIndex: $0.int(.outputIndex), callID: $0.string(.callID),
                delta: $0.string(.delta))
        },
        Definition(
            "response.function_call_arguments.done",
            [.responseID, .itemID, .outputIndex, .callID, .name, .arguments]
        ) {
            .argumentsDone(
                responseID: $0.string(.responseID), itemID: $0.string(.itemID),
                outputIndex: $0.int(.outputIndex), callID: $0.string(.callID),
                name: $0.string(.name), arguments: $0.string(.arguments))
        },
    ]
}
