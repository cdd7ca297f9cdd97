/// One thing that goes wrong, on purpose and at moments that the seed decides.
package enum EmulatorScript: String, CaseIterable, Sendable {
    // Before anything is said.
    case handshake400 = "handshake-400"
    case handshake401 = "handshake-401"
    case handshake429 = "handshake-429"
    case invalidKey = "invalid-api-key"
    case invalidModel = "invalid-model"
    case betaDisabled = "beta-disabled"
    // The connection.
    case sessionExpired = "session-expired"
    case closeInResponse = "close-1011"
    case reset
    case halfOpen = "half-open"
    case slowConsumer = "slow-consumer"
    case stall
    // Responses.
    case responseFailed = "response-failed"
    case tooLong = "max-output-tokens"
    case contentFilter = "content-filter"
    case activeResponse = "active-response"
    case differingText = "differing-text"
    case usageMissing = "usage-missing"
    case usageNull = "usage-null"
    // Answers to the client.
    case errorEvents = "error-events"
    case truncateBeyond = "truncate-beyond"
    case transcriptionFailed = "transcription-failed"
    case lateTranscription = "late-transcription"
    // Frames.
    case malformedJSON = "malformed-json"
    case truncatedText = "truncated-utf8"
    case hugeFrame = "huge-frame"
    case binaryFrame = "binary-frame"
    case fragmented
    case unknownEvent = "unknown-event"
    case unknownField = "unknown-field"
    case betaNames = "beta-names"
    case duplicateDelta = "duplicate-delta"
    case missingDelta = "missing-delta"
    case reorderedDelta = "out-of-order-delta"
    case lateDelta = "late-delta"
    case clockJump = "clock-jump"
    // The model.
    case repetitionLoop = "repetition-loop"
    case drift

    /// One line for a list.
    package var summary: String {
        switch self {
        case .handshake400: "refuses the WebSocket with HTTP 400 and a JSON body"
        case .handshake401: "refuses the WebSocket with HTTP 401 and a JSON body"
        case .handshake429: "refuses the WebSocket with HTTP 429 and a JSON body"
        case .invalidKey: "error invalid_api_key and close 3000 instead of session.created"
        case .invalidModel: "error invalid_model and close 4000 instead of session.created"
        case .betaDisabled: "error beta_api_shape_disabled and close 4000 at the start"
        case .sessionExpired: "the session expires after 20 to 60 seconds: error, close 1001"
        case .closeInResponse: "closes with 1011 in the middle of a response"
        case .reset: "cuts the connection in the middle of a response, without a close frame"
        case .halfOpen: "falls silent in the middle of a response: no data, no pong, no close"
        case .slowConsumer: "stops reading for 2 to 6 seconds now and then"
        case .stall: "holds the audio or text back for 2 to 5 seconds inside a response"
        case .responseFailed: "responses fail at the rate limit, with zero usage"
        case .tooLong: "responses end incomplete: max_output_tokens"
        case .contentFilter: "responses end incomplete: content_filter"
        case .activeResponse: "response.create is refused as if a response were active"
        case .differingText: "the final text differs from its joined deltas"
        case .usageMissing: "response.done carries no usage"
        case .usageNull: "response.done carries usage null"
        case .errorEvents: "refuses some client events with each non-fatal error code in turn"
        case .truncateBeyond: "every truncation is refused as longer than the audio"
        case .transcriptionFailed: "transcriptions of the user's audio fail"
        case .lateTranscription: "transcriptions arrive seconds after the response is done"
        case .malformedJSON: "some frames are broken off JSON"
        case .truncatedText: "some frames end inside a UTF-8 character"
        case .hugeFrame: "each session.updated is eight megabytes long"
        case .binaryFrame: "binary frames between the text"
        case .fragmented: "messages arrive in fragments"
        case .unknownEvent: "events of a type nobody knows"
        case .unknownField: "fields nobody knows"
        case .betaNames: "deltas under the names of the beta API"
        case .duplicateDelta: "some deltas arrive twice"
        case .missingDelta: "some deltas never arrive"
        case .reorderedDelta: "some deltas overtake the one before"
        case .lateDelta: "deltas arrive after the response was cancelled"
        case .clockJump: "the server's own clock (ts, timestamp, expires_at) jumps back"
        case .repetitionLoop: "the model falls into saying the same words again and again"
        case .drift: "the model wanders off its topic and gets slower and slower"
        }
    }

    /// Whether every frame is still a well-formed event that the protocol's description knows.
    package var keepsToTheProtocol: Bool {
        switch self {
        case .malformedJSON, .truncatedText, .binaryFrame, .unknownEvent, .unknownField,
            .betaNames:
            false
        default: true
        }
    }
}
