import JSONText
import RealtimeProtocol
import Timeline

/// Failures that look like silence, errors with their cause, races, tools without an answer.
struct FailureAnalyzer: Analyzer {
    /// Where the client's events lie in the log, by their `event_id`.
    private var sent = BoundedMap<String, UInt64>(limit: 256)
    /// The last client event of each kind that an error code can only be about.
    private var lastRequest: UInt64?
    private var lastCancel: UInt64?
    private var lastCommit: UInt64?
    private var lastTruncation: UInt64?
    /// Tools that were called and not yet followed by anything said.
    private var unspoken: (tools: [String], responseID: String)?
    private var hasSpoken = false

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        switch moment.body {
        case .client(let event): observe(event, moment, in: &state)
        case .server(let event): observe(event, moment, in: &state)
        case .closed, .failed: reportUnspoken(moment, in: &state)
        default: break
        }
    }

    private mutating func observe(
        _ event: ClientEvent, _ moment: Moment, in state: inout SessionState
    ) {
        if let id = moment.eventID { sent.set(id, moment.sequence) }
        switch event {
        case .responseCreate(let response):
            lastRequest = moment.sequence
            let isOutOfBand = response?["conversation"]?.stringValue == "none"
            if state.activeResponses > 0, !isOutOfBand {
                state.note(
                    .activeResponseRace, .warning,
                    "response.create while a response is active", at: moment,
                    cause: moment.sequence, responseID: state.turns.last?.responseID)
            }
        case .responseCancel: lastCancel = moment.sequence
        case .audioCommit: lastCommit = moment.sequence
        case .itemTruncate: lastTruncation = moment.sequence
        case .itemCreate where moment.signals.contains(.userMessage):
            reportUnspoken(moment, in: &state)
        default: break
        }
    }

    private mutating func observe(
        _ event: ServerEvent, _ moment: Moment, in state: inout SessionState
    ) {
        if moment.token != nil {
            hasSpoken = true
            return
        }
        switch event {
        case .audioDelta, .outputAudioStarted: hasSpoken = true
        case .error(let error): report(error, moment, in: &state)
        case .responseCreated: hasSpoken = false
        case .responseDone(let response):
            end(response, moment, in: &state)
            followTools(of: response)
        case .speechStarted: reportUnspoken(moment, in: &state)
        case .mcpCallFailed(let item, _), .mcpListToolsFailed(let item):
            state.note(.toolFailed, .failure, "the tool of item \(item) failed", at: moment)
        default: break
        }
    }

    private func report(_ error: APIError, _ moment: Moment, in state: inout SessionState) {
        let isRace = error.code == "conversation_already_has_active_response"
        state.note(
            isRace ? .activeResponseRace : .apiError, .failure, error.summary, at: moment,
            cause: cause(of: error))
    }

    /// The client event that an error names, or else the last one that its code can be about.
    private func cause(of error: APIError) -> UInt64? {
        if let id = error.eventID, let sequence = sent[id] { return sequence }
        return switch error.code {
        case "conversation_already_has_active_response": lastRequest
        case "response_cancel_not_active": lastCancel
        case "input_audio_buffer_commit_empty": lastCommit
        default: error.message.contains("already shorter than") ? lastTruncation : nil
        }
    }

    private func end(_ response: ResponseInfo, _ moment: Moment, in state: inout SessionState) {
        let reason = [response.statusReason, response.error?.summary].compactMap { $0 }
            .joined(separator: ": ")
        let words = reason.isEmpty ? "without a reason" : reason
        let (kind, severity): (FindingKind, Finding.Severity)
        switch response.status {
        case .failed: (kind, severity) = (.responseFailed, .failure)
        case .incomplete: (kind, severity) = (.responseIncomplete, .warning)
        case .cancelled: (kind, severity) = (.responseCancelled, .info)
        default: return
        }
        state.note(
            kind, severity, "response \(response.status.wireName): \(words)", at: moment,
            responseID: response.id)
    }

    /// After a response that only called tools something must be said before the user goes on.
    private mutating func followTools(of response: ResponseInfo) {
        let tools = response.output.filter { $0.type == "function_call" || $0.type == "mcp_call" }
        if hasSpoken {
            unspoken = nil
        } else if !tools.isEmpty, response.status == .completed {
            let names = (unspoken?.tools ?? []) + tools.map { $0.name ?? "" }
            unspoken = (Array(names.suffix(16)), response.id)
        }
    }

    private mutating func reportUnspoken(_ moment: Moment, in state: inout SessionState) {
        guard let (tools, response) = unspoken else { return }
        unspoken = nil
        state.note(
            .toolCallWithoutSpeech, .warning,
            "nothing was said after the call of " + tools.joined(separator: ", "), at: moment,
            responseID: response)
    }
}
