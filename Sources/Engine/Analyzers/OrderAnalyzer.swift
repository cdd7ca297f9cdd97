import RealtimeProtocol
import Timeline

/// Finds what comes late or out of order: transcripts, and pieces of unknown or ended responses.
struct OrderAnalyzer: Analyzer {
    private enum Stage { case begun, ended }

    private struct Commit: Sendable {
        var number: Int
        /// The response that answered it has ended.
        var isAnswered = false
    }

    private var responses = BoundedMap<String, Stage>(limit: 64)
    private var reported = BoundedMap<String, Bool>(limit: 64)
    /// The response of the last piece that was in order; most pieces need no look-up.
    private var inOrder = ""
    private var commits = BoundedMap<String, Commit>(limit: 64)
    private var commitOrder: [String] = []
    private var committed = 0
    private var lastTranscribed = -1

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        guard case .server(let event) = moment.body else { return }
        switch event {
        case .responseCreated(let response): responses.set(response.id, .begun)
        case .responseDone(let response): end(response.id, moment, in: &state)
        case .textDelta(let address, _), .transcriptDelta(let address, _),
            .audioDelta(let address, _):
            check(address.responseID, moment, in: &state)
        case .argumentsDelta(let response, _, _, _, _), .outputItemAdded(_, let response, _):
            check(response, moment, in: &state)
        case .inputAudioCommitted(let item, _): commit(item)
        case .inputTranscriptionCompleted(let item, _, _, _):
            transcribe(item, moment, in: &state)
        default: break
        }
    }

    private mutating func check(_ id: String, _ moment: Moment, in state: inout SessionState) {
        if id == inOrder { return }
        switch responses[id] {
        case .begun: inOrder = id
        case .ended: report(id, .lateDelta, "a piece of a response that has ended", moment, &state)
        case nil:
            report(id, .outOfOrder, "a piece of a response that was not created", moment, &state)
        }
    }

    private mutating func end(_ id: String, _ moment: Moment, in state: inout SessionState) {
        if responses[id] == nil {
            report(id, .outOfOrder, "the end of a response that was not created", moment, &state)
        }
        responses.set(id, .ended)
        if inOrder == id { inOrder = "" }
        for item in commitOrder { commits.update(item) { $0.isAnswered = true } }
        commitOrder = []
    }

    /// One finding for each response, however many pieces are out of place.
    private mutating func report(
        _ id: String, _ kind: FindingKind, _ message: String, _ moment: Moment,
        _ state: inout SessionState
    ) {
        guard reported[id] == nil else { return }
        reported.set(id, true)
        state.note(kind, .warning, message, at: moment, responseID: id)
    }

    private mutating func commit(_ item: String) {
        guard commits[item] == nil else { return }
        commits.set(item, Commit(number: committed))
        committed += 1
        if commitOrder.count == 64 { commitOrder.removeFirst() }
        commitOrder.append(item)
    }

    private mutating func transcribe(
        _ item: String, _ moment: Moment, in state: inout SessionState
    ) {
        guard let commit = commits[item] else { return }
        if commit.number < lastTranscribed {
            state.note(
                .outOfOrder, .warning,
                "the transcript of item \(item) came after that of a later one", at: moment)
        } else if commit.isAnswered {
            state.note(
                .lateTranscript, .info,
                "the transcript of item \(item) came after the answer had ended", at: moment)
        }
        lastTranscribed = max(lastTranscribed, commit.number)
    }
}
