/// What a server of the Realtime API says: the 46 events of the GA API and, at the end, the known
/// additions of other servers. Beta names decode to the same cases.
package enum ServerEvent: Equatable, Sendable {
    indirect case sessionCreated(SessionInfo)
    indirect case sessionUpdated(SessionInfo)

    case conversationCreated(id: String)
    indirect case itemAdded(Item, previous: String?)
    indirect case itemDone(Item, previous: String?)
    indirect case itemCreated(Item, previous: String?)
    indirect case itemRetrieved(Item)
    case itemDeleted(itemID: String)
    case itemTruncated(itemID: String, contentIndex: Int, audioEndMilliseconds: Int)

    case inputTranscriptionDelta(itemID: String, contentIndex: Int, delta: String)
    indirect case inputTranscriptionCompleted(
        itemID: String, contentIndex: Int, transcript: String, usage: TranscriptionUsage?)
    indirect case inputTranscriptionFailed(itemID: String, contentIndex: Int, error: APIError)
    indirect case inputTranscriptionSegment(
        itemID: String, contentIndex: Int, text: String, speaker: String, start: Double,
        end: Double)

    indirect case error(APIError)

    case inputAudioCommitted(itemID: String, previous: String?)
    case inputAudioCleared
    case inputAudioDTMF(event: String, receivedAt: Int)
    case speechStarted(itemID: String, audioStartMilliseconds: Int)
    case speechStopped(itemID: String, audioEndMilliseconds: Int)
    case inputTimeoutTriggered(
        itemID: String, audioStartMilliseconds: Int, audioEndMilliseconds: Int)
    case outputAudioStarted(responseID: String)
    case outputAudioStopped(responseID: String)
    case outputAudioCleared(responseID: String)

    case rateLimitsUpdated([RateLimit])

    indirect case responseCreated(ResponseInfo)
    indirect case responseDone(ResponseInfo)
    indirect case outputItemAdded(Item, responseID: String, outputIndex: Int)
    indirect case outputItemDone(Item, responseID: String, outputIndex: Int)
    indirect case contentPartAdded(Part, PartAddress)
    indirect case contentPartDone(Part, PartAddress)
    case textDelta(PartAddress, String)
    case textDone(PartAddress, String)
    case transcriptDelta(PartAddress, String)
    case transcriptDone(PartAddress, String)
    case audioDelta(PartAddress, AudioChunk)
    case audioDone(PartAddress)
    case argumentsDelta(
        responseID: String, itemID: String, outputIndex: Int, callID: String, delta: String)
    case argumentsDone(
        responseID: String, itemID: String, outputIndex: Int, callID: String, name: String,
        arguments: String)

    case mcpListToolsInProgress(itemID: String)
    case mcpListToolsCompleted(itemID: String)
    case mcpListToolsFailed(itemID: String)
    case mcpCallInProgress(itemID: String, outputIndex: Int)
    case mcpCallCompleted(itemID: String, outputIndex: Int)
    case mcpCallFailed(itemID: String, outputIndex: Int)
    case mcpArgumentsDelta(responseID: String, itemID: String, outputIndex: Int, delta: String)
    case mcpArgumentsDone(responseID: String, itemID: String, outputIndex: Int, arguments: String)

    /// xAI's keepalive, with the server's clock in Unix milliseconds.
    case ping(timestamp: Double?)
    /// xAI's growing transcript of what the user says; replaces the one before it.
    case inputTranscriptionUpdated(itemID: String, contentIndex: Int, transcript: String)
}
