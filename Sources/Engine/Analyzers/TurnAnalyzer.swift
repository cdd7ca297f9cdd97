import JSONText
import RealtimeProtocol
import Timeline

/// Follows each response from what led to it until its end: the latency ladder.
struct TurnAnalyzer: Analyzer {
    /// What has led to a response that is not there yet.
    private var pending = Pending()
    /// Client requests without a `response.created` yet, oldest first.
    private var requests: [Instant] = []
    /// Responses and their turns, latest last, at most `known`.
    private var responses: [(id: String, turn: Int)] = []
    /// Responses that have begun and not ended.
    private var active: [String] = []

    private static let known = 16

    private struct Pending {
        var speechEnd: Instant?
        var committed: Instant?
        var hasToolOutput = false
    }

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        switch moment.body {
        case .client(let event): observe(event, moment)
        case .server(let event): observe(event, moment, in: &state)
        case .closed, .failed: active = []
        default: break
        }
        if !active.isEmpty { moment.signals.insert(.active) }
        state.activeResponses = active.count
    }

    private mutating func observe(_ event: ClientEvent, _ moment: Moment) {
        switch event {
        case .responseCreate:
            if requests.count == Self.known { requests.removeFirst() }
            requests.append(moment.time)
        case .audioCommit: pending.committed = pending.committed ?? moment.time
        case .itemCreate where moment.signals.contains(.functionCallOutput):
            pending.hasToolOutput = true
        default: break
        }
    }

    private mutating func observe(
        _ event: ServerEvent, _ moment: Moment, in state: inout SessionState
    ) {
        switch event {
        case .textDelta(let address, _), .transcriptDelta(let address, _):
            update(address.responseID, in: &state) { turn in
                turn.textTokens += 1
                if turn.firstText == nil { turn.firstText = moment.time }
            }
        case .audioDelta(let address, _):
            update(address.responseID, in: &state) { turn in
                if turn.firstAudio == nil { turn.firstAudio = moment.time }
            }
        case .outputAudioStarted(let response):
            update(response, in: &state) { turn in
                if turn.firstAudio == nil { turn.firstAudio = moment.time }
            }
        case .speechStarted: pending = Pending(hasToolOutput: pending.hasToolOutput)
        case .speechStopped: pending.speechEnd = moment.time
        case .inputAudioCommitted: pending.committed = moment.time
        case .responseCreated(let response): begin(response.id, moment, in: &state)
        case .responseDone(let response): finish(response, moment, in: &state)
        case .outputItemDone(let item, let response, _)
        where item.type == "function_call" || item.type == "mcp_call":
            update(response, in: &state) { turn in
                if turn.toolCalls.count < 64 { turn.toolCalls.append(item.name ?? "") }
            }
        case .error(let error): drop(error)
        case .sessionCreated: active = []
        default: break
        }
    }

    private mutating func begin(_ id: String, _ moment: Moment, in state: inout SessionState) {
        guard !responses.contains(where: { $0.id == id && !id.isEmpty }) else { return }
        let requested = requests.isEmpty ? nil : requests.removeFirst()
        let isVoice = pending.speechEnd != nil || pending.committed != nil
        var turn = Turn(
            number: state.turns.total,
            trigger: pending.hasToolOutput ? .tool : isVoice ? .voice : .text,
            responseID: id, sequence: moment.sequence, hasClock: state.hasClock)
        turn.speechEnd = pending.speechEnd
        turn.committed = pending.committed
        turn.requested = requested
        turn.created = moment.time
        turn.status = .inProgress
        pending = Pending()
        if responses.count == Self.known { responses.removeFirst() }
        responses.append((id, turn.number))
        if active.count == Self.known { active.removeFirst() }
        active.append(id)
        state.turns.append(turn)
    }

    private mutating func finish(
        _ response: ResponseInfo, _ moment: Moment, in state: inout SessionState
    ) {
        if !responses.contains(where: { $0.id == response.id }) {
            begin(response.id, moment, in: &state)
            update(response.id, in: &state) { $0.created = nil }
        }
        active.removeAll { $0 == response.id }
        update(response.id, in: &state) { turn in
            turn.done = moment.time
            turn.status = response.status
            turn.statusReason = response.statusReason
            turn.error = response.error
            turn.usage = response.usage
            if turn.toolCalls.isEmpty {
                turn.toolCalls = response.output.filter { $0.type == "function_call" }.prefix(64)
                    .map { $0.name ?? "" }
            }
        }
    }

    /// A refused request waits for no response any more.
    private mutating func drop(_ error: APIError) {
        if error.code == "conversation_already_has_active_response", !requests.isEmpty {
            requests.removeLast()
        }
    }

    private func update(
        _ response: String, in state: inout SessionState, _ change: (inout Turn) -> Void
    ) {
        guard let number = responses.last(where: { $0.id == response })?.turn,
            let position = state.turns.position(ofNumber: number)
        else { return }
        change(&state.turns[position])
    }
}
