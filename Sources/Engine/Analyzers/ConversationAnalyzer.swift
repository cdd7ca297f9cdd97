import JSONText
import RealtimeProtocol
import Timeline

/// Puts deltas, items and final texts together to the conversation's entries.
///
/// Pieces are keyed by (response, output index, content index) and the item, never by "the current
/// item": one response may interleave a message and a function call.
struct ConversationAnalyzer: Analyzer {
    /// One streamed text.
    struct Part: Sendable {
        var entry: Int
        var fingerprint = TextFingerprint()
        var isDone = false
        /// The text went on in a further entry, because the first was full.
        var isContinued = false
    }

    var parts = BoundedMap<PartAddress, Part>(limit: 256)
    /// The entries of items, for what comes later about them.
    var items = BoundedMap<String, Int>(limit: 512)
    /// The part the last delta belonged to; runs of deltas need no look-up.
    private var current: (address: PartAddress, part: Part)?

    /// An entry with more text than this goes on in a new one.
    static let entryByteLimit = 1 << 18

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        switch moment.body {
        case .server(let event): observe(event, &moment, in: &state)
        case .closed, .failed: noteConnection(moment, in: &state)
        default: break
        }
    }

    private mutating func observe(
        _ event: ServerEvent, _ moment: inout Moment, in state: inout SessionState
    ) {
        switch event {
        case .textDelta(let address, let text), .transcriptDelta(let address, let text):
            moment.token = Moment.Token(address: address, text: text)
            append(text, to: address, .assistant, .message, moment, in: &state)
        case .audioDelta(let address, _):
            // Some providers send audio before its transcript: the entry begins with it.
            if current?.address != address {
                current = (address, part(at: address, .assistant, .message, moment, in: &state))
            }
        case .textDone(let address, let text), .transcriptDone(let address, let text):
            finish(address, with: text, .assistant, .message, moment, in: &state)
        case .argumentsDelta(let response, let item, let output, _, let delta),
            .mcpArgumentsDelta(let response, let item, let output, let delta):
            append(
                delta, to: Self.arguments(response, item, output), .tool, .toolCall(""), moment,
                in: &state)
        case .argumentsDone(let response, let item, let output, _, let name, let arguments):
            finish(
                Self.arguments(response, item, output), with: arguments, .tool, .toolCall(name),
                moment, in: &state)
        case .mcpArgumentsDone(let response, let item, let output, let arguments):
            finish(
                Self.arguments(response, item, output), with: arguments, .tool, .toolCall(""),
                moment, in: &state)
        case .outputItemAdded(let item, let response, let output):
            beginOutput(item, response, output, moment, in: &state)
        default: observeItems(event, moment, in: &state)
        }
    }

    private mutating func observeItems(
        _ event: ServerEvent, _ moment: Moment, in state: inout SessionState
    ) {
        switch event {
        case .inputTranscriptionDelta(let item, let content, let delta):
            append(
                delta, to: Self.transcription(item, content), .user, .transcription, moment,
                in: &state)
        case .inputTranscriptionCompleted(let item, let content, let transcript, _):
            finish(
                Self.transcription(item, content), with: transcript, .user, .transcription,
                moment, in: &state)
        case .inputTranscriptionUpdated(let item, let content, let transcript):
            replace(Self.transcription(item, content), with: transcript, moment, in: &state)
        case .inputTranscriptionFailed(let item, let content, let error):
            failTranscription(Self.transcription(item, content), error, moment, in: &state)
        case .itemAdded(let item, _), .itemCreated(let item, _), .itemDone(let item, _):
            add(item, moment, in: &state)
        case .itemTruncated(let item, _, let end):
            notice("audio cut at \(end) ms", itemID: item, moment, in: &state)
        case .itemDeleted(let item):
            notice("item \(item) deleted", itemID: item, moment, in: &state)
        case .error(let error):
            append(
                Entry(
                    id: 0, speaker: .system, kind: .failure, text: error.summary, isComplete: true,
                    startedAt: moment.time, sequence: moment.sequence), in: &state)
        case .responseDone(let response): finish(response, moment, in: &state)
        default: break
        }
    }

    static func arguments(_ response: String, _ item: String, _ output: Int) -> PartAddress {
        PartAddress(responseID: response, itemID: item, outputIndex: output, contentIndex: -1)
    }

    static func transcription(_ item: String, _ content: Int) -> PartAddress {
        PartAddress(responseID: "", itemID: item, outputIndex: -1, contentIndex: content)
    }
}

// MARK: - Streamed texts

extension ConversationAnalyzer {
    private mutating func append(
        _ text: String, to address: PartAddress, _ speaker: Speaker, _ kind: Entry.Kind,
        _ moment: Moment, in state: inout SessionState
    ) {
        var part = part(at: address, speaker, kind, moment, in: &state)
        if part.isDone {
            state.note(
                .lateDelta, .warning, "a delta for a text that was already final", at: moment,
                responseID: address.responseID.isEmpty ? nil : address.responseID)
            part.isDone = false
        }
        part.fingerprint.append(text)
        if !state.conversation.append(text, toEntry: part.entry, moment, limit: Self.entryByteLimit)
        {
            part.isContinued = true
            part.entry = append(
                Entry(
                    id: 0, speaker: speaker, kind: kind, itemID: address.itemID,
                    responseID: address.responseID.isEmpty ? nil : address.responseID, text: text,
                    startedAt: moment.time, sequence: moment.sequence, deltas: 1), in: &state)
        }
        current = (address, part)
    }

    /// The part of an address, with its entry begun when it is new.
    private mutating func part(
        at address: PartAddress, _ speaker: Speaker, _ kind: Entry.Kind, _ moment: Moment,
        in state: inout SessionState
    ) -> Part {
        if let current, current.address == address { return current.part }
        storeCurrent()
        if let known = parts[address] { return known }
        let reused = address.contentIndex <= 0 ? items[address.itemID] : nil
        let entry =
            reused
            ?? append(
                Entry(
                    id: 0, speaker: speaker, kind: kind,
                    itemID: address.itemID.isEmpty ? nil : address.itemID,
                    responseID: address.responseID.isEmpty ? nil : address.responseID,
                    startedAt: moment.time, sequence: moment.sequence), in: &state)
        let part = Part(entry: entry)
        parts.set(address, part)
        if reused == nil, !address.itemID.isEmpty { items.set(address.itemID, entry) }
        return part
    }

    private mutating func storeCurrent() {
        if let current { parts.set(current.address, current.part) }
        current = nil
    }

    /// The final text has come: it replaces what the deltas gave when it differs.
    private mutating func finish(
        _ address: PartAddress, with text: String, _ speaker: Speaker, _ kind: Entry.Kind,
        _ moment: Moment, in state: inout SessionState
    ) {
        var part = part(at: address, speaker, kind, moment, in: &state)
        let hadDeltas = part.fingerprint.byteCount > 0
        let final = TextFingerprint(text)
        // Some providers send a final text more than once; only the first answers the deltas.
        let differs = hadDeltas && !part.isDone && final != part.fingerprint
        part.isDone = true
        part.fingerprint = final
        current = (address, part)
        let isContinued = part.isContinued
        state.conversation.update(entry: part.entry) { entry in
            entry.isComplete = true
            entry.differsFromFinal = entry.differsFromFinal || differs
            entry.updatedAt = moment.time
            entry.lastSequence = moment.sequence
            if case .toolCall(let name) = kind, !name.isEmpty { entry.kind = kind }
            if !isContinued, entry.text != text {
                entry.text = text
                entry.revision += 1
            }
        }
        guard differs else { return }
        state.note(
            .textMismatch, .warning,
            "the final text of item \(address.itemID) is not what its deltas add up to",
            at: moment, responseID: address.responseID.isEmpty ? nil : address.responseID)
    }

    /// A whole new version of a text that is still open.
    private mutating func replace(
        _ address: PartAddress, with text: String, _ moment: Moment, in state: inout SessionState
    ) {
        var part = part(at: address, .user, .transcription, moment, in: &state)
        part.fingerprint = TextFingerprint()
        current = (address, part)
        state.conversation.update(entry: part.entry) { entry in
            entry.updatedAt = moment.time
            entry.lastSequence = moment.sequence
            guard entry.text != text else { return }
            entry.text = text
            entry.revision += 1
        }
    }

    private mutating func failTranscription(
        _ address: PartAddress, _ error: APIError, _ moment: Moment, in state: inout SessionState
    ) {
        let part = part(at: address, .user, .transcription, moment, in: &state)
        current = (address, part)
        state.conversation.update(entry: part.entry) { entry in
            entry.isComplete = true
            entry.lastSequence = moment.sequence
        }
        state.note(.transcriptionFailed, .warning, error.summary, at: moment)
    }
}

// MARK: - Items

extension ConversationAnalyzer {
    /// A tool call appears with its name before its arguments do.
    private mutating func beginOutput(
        _ item: Item, _ response: String, _ output: Int, _ moment: Moment,
        in state: inout SessionState
    ) {
        guard item.type == "function_call" || item.type == "mcp_call" else { return }
        guard !item.id.isEmpty, items[item.id] == nil else { return }
        let entry = append(
            Entry(
                id: 0, speaker: .tool, kind: .toolCall(item.name ?? ""), itemID: item.id,
                responseID: response, text: item.arguments ?? "", startedAt: moment.time,
                sequence: moment.sequence), in: &state)
        items.set(item.id, entry)
    }

    /// An item as a whole: new ones become entries, known ones get what they still lack.
    private mutating func add(_ item: Item, _ moment: Moment, in state: inout SessionState) {
        let isNew = item.id.isEmpty || items[item.id] == nil
        guard isNew else {
            complete(item, moment, in: &state)
            return
        }
        guard var entry = Self.entry(for: item, moment) else { return }
        if item.status == "in_progress" { entry.isComplete = false }
        let id = append(entry, in: &state)
        if !item.id.isEmpty { items.set(item.id, id) }
    }

    private func complete(_ item: Item, _ moment: Moment, in state: inout SessionState) {
        guard let id = items[item.id] else { return }
        let text = Self.text(of: item)
        state.conversation.update(entry: id) { entry in
            if entry.text.isEmpty, !text.isEmpty {
                entry.text = text
                entry.revision += 1
                entry.updatedAt = moment.time
                entry.lastSequence = moment.sequence
            }
            if case .toolCall("") = entry.kind, let name = item.name {
                entry.kind = .toolCall(name)
            }
            if item.status == "completed", entry.kind != .transcription { entry.isComplete = true }
        }
    }

    /// The entry of an item that is not being streamed; nil for one that will be, or is nothing
    /// to show.
    private static func entry(for item: Item, _ moment: Moment) -> Entry? {
        let text = text(of: item)
        var entry = Entry(
            id: 0, speaker: .system, kind: .message, itemID: item.id, text: text,
            isComplete: true, startedAt: moment.time, sequence: moment.sequence)
        switch item.type {
        case "message":
            if item.role == "assistant", text.isEmpty { return nil }
            entry.speaker =
                item.role == "user" ? .user : item.role == "assistant" ? .assistant : .system
            if item.role == "user", text.isEmpty,
                item.content.contains(where: { $0.type == "input_audio" })
            {
                entry.kind = .transcription
                entry.isComplete = false
            }
        case "function_call", "mcp_call":
            entry.speaker = .tool
            entry.kind = .toolCall(item.name ?? "")
        case "function_call_output":
            entry.speaker = .tool
            entry.kind = .toolOutput
        default:
            entry.kind = .notice
            entry.text = item.type
        }
        return entry
    }

    private static func text(of item: Item) -> String {
        switch item.type {
        case "function_call", "mcp_call": item.arguments ?? ""
        case "function_call_output": item.output ?? ""
        default:
            item.content.compactMap { $0.text ?? $0.transcript }.joined(separator: "\n")
        }
    }

    private mutating func notice(
        _ text: String, itemID: String?, _ moment: Moment, in state: inout SessionState
    ) {
        append(
            Entry(
                id: 0, speaker: .system, kind: .notice, itemID: itemID, text: text,
                isComplete: true, startedAt: moment.time, sequence: moment.sequence), in: &state)
    }

    private mutating func noteConnection(_ moment: Moment, in state: inout SessionState) {
        let (kind, text): (Entry.Kind, String) =
            switch moment.body {
            case .closed(let code, let reason):
                (
                    code == nil || code == 1000 ? .notice : .failure,
                    "closed" + (code.map { " \($0)" } ?? "") + (reason.isEmpty ? "" : ": " + reason)
                )
            case .failed(let reason): (.failure, reason)
            default: (.notice, "")
            }
        append(
            Entry(
                id: 0, speaker: .system, kind: kind, text: text, isComplete: true,
                startedAt: moment.time, sequence: moment.sequence), in: &state)
    }

    /// What ended a response badly, where the response would have been.
    private mutating func finish(
        _ response: ResponseInfo, _ moment: Moment, in state: inout SessionState
    ) {
        for item in response.output where !item.id.isEmpty {
            if items[item.id] == nil { add(item, moment, in: &state) }
        }
        guard response.status == .failed || response.status == .incomplete else { return }
        let words = [
            "response " + response.status.wireName, response.statusReason,
            response.error?.summary,
        ]
        append(
            Entry(
                id: 0, speaker: .system, kind: .failure, responseID: response.id,
                text: words.compactMap { $0 }.joined(separator: ": "), isComplete: true,
                startedAt: moment.time, sequence: moment.sequence), in: &state)
    }

    /// Appends an entry under the next number, which it returns.
    @discardableResult
    private func append(_ entry: Entry, in state: inout SessionState) -> Int {
        state.conversation.append(entry)
    }
}

extension APIError {
    /// Code and message in one line.
    var summary: String {
        let name = code ?? type
        return message.isEmpty ? name ?? "error" : (name.map { $0 + ": " } ?? "") + message
    }
}
