import RealtimeProtocol
import Timeline

/// Generated, delivered and heard audio, interruptions, underruns and truncations.
struct AudioAnalyzer: Analyzer {
    /// What is known of one response's audio.
    private struct ResponseAudio: Sendable {
        var delivered = 0.0
        /// By declared durations where the provider gives them, else by bytes.
        var announced = 0.0
        /// What this response has put into the session's generated milliseconds.
        var counted = 0.0
        var heard = 0.0
        /// The provider said how long the chunks last.
        var isDeclared = false
        var isCut = false
        var isDone = false
    }

    private var playback = Playback()
    private var outputMeter: LoudnessMeter
    private var inputMeter = LoudnessMeter()
    private var responses = BoundedMap<String, ResponseAudio>(limit: 16)
    /// Milliseconds that came and were heard, by item.
    private var items = BoundedMap<String, ItemAudio>(limit: 64)
    private var lastResponse = ""

    private struct ItemAudio: Sendable {
        var announced = 0.0
        var heard = 0.0
    }

    init(tracksPitch: Bool) { outputMeter = LoudnessMeter(tracksPitch: tracksPitch) }

    /// One audio token of the assistant is 50 ms.
    static let millisecondsPerToken = 50.0
    /// What a provider's client may be off by when it truncates, in ms.
    static let truncationTolerance = 1.0

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        play(until: moment, in: &state)
        switch moment.body {
        case .server(let event): observe(event, &moment, in: &state)
        case .client(let event): observe(event, &moment, in: &state)
        case .closed, .failed:
            playback.finish()
            state.audio.isUserSpeaking = false
        default: break
        }
        state.audio.bufferMilliseconds = playback.buffered
        state.audio.isAssistantSpeaking = playback.isPlaying
        if playback.isPlaying { moment.signals.insert(.playing) }
        if state.audio.isUserSpeaking { moment.signals.insert(.userSpeaking) }
    }

    private mutating func observe(
        _ event: ServerEvent, _ moment: inout Moment, in state: inout SessionState
    ) {
        switch event {
        case .audioDelta(let address, let chunk): receive(chunk, address, &moment, in: &state)
        case .audioDone(let address):
            if address.responseID == lastResponse { playback.finish() }
        case .responseDone(let response): finish(response, moment, in: &state)
        case .speechStarted:
            state.audio.isUserSpeaking = true
            if state.interruptsResponses { interrupt(&moment, in: &state) }
        case .speechStopped: state.audio.isUserSpeaking = false
        case .outputAudioCleared: interrupt(&moment, in: &state)
        case .sessionCreated:
            playback.cut()
            state.audio.isUserSpeaking = false
        default: break
        }
    }

    private mutating func observe(
        _ event: ClientEvent, _ moment: inout Moment, in state: inout SessionState
    ) {
        switch event {
        case .audioAppend(let chunk):
            if let rate = state.inputFormat.bytesPerMillisecond {
                state.audio.inputMilliseconds += Double(chunk.byteCount) / rate
            }
            for level in inputMeter.add(chunk, state.inputFormat) {
                state.audio.userLevels.append(level)
            }
        case .itemTruncate(let item, _, let end):
            truncate(item, at: Double(end), moment, in: &state)
            if playback.segments.contains(where: { $0.itemID == item }) {
                interrupt(&moment, in: &state)
            }
        case .outputAudioClear: interrupt(&moment, in: &state)
        case .responseCancel: interrupt(&moment, in: &state)
        default: break
        }
    }
}

// MARK: - Output

extension AudioAnalyzer {
    private mutating func receive(
        _ chunk: AudioChunk, _ address: PartAddress, _ moment: inout Moment,
        in state: inout SessionState
    ) {
        let delivered = state.outputFormat.bytesPerMillisecond.map { Double(chunk.byteCount) / $0 }
        let announced = chunk.declaredMilliseconds ?? delivered ?? 0
        let id = address.responseID
        if responses[id] == nil { responses.set(id, ResponseAudio()) }
        var isCut = false
        responses.update(id) { response in
            response.delivered += delivered ?? 0
            response.announced += announced
            response.counted += announced
            if chunk.declaredMilliseconds != nil { response.isDeclared = true }
            isCut = response.isCut
        }
        if items[address.itemID] == nil { items.set(address.itemID, ItemAudio()) }
        items.update(address.itemID) { $0.announced += announced }
        state.audio.deliveredMilliseconds += delivered ?? 0
        state.audio.generatedMilliseconds += announced
        state.addAudio(announced, responseID: id, itemID: address.itemID)
        for level in outputMeter.add(chunk, state.outputFormat) {
            moment.levels.append(level)
            state.audio.outputLevels.append(level)
        }
        moment.pitches = outputMeter.takePitches()
        guard !isCut, state.hasClock else { return }
        lastResponse = id
        let silence = playback.enqueue(
            announced, itemID: address.itemID, responseID: id, at: moment.time)
        state.setHeard(items[address.itemID]?.heard, itemID: address.itemID)
        if let silence, silence > .zero {
            state.audio.underruns += 1
            state.audio.underrunMilliseconds += silence.milliseconds
            moment.signals.insert(.underrun)
            state.note(
                .underrun, .warning,
                "the audio ran out for \(Int(silence.milliseconds.rounded())) ms",
                at: moment, responseID: id)
        }
    }

    /// The end of a response: the provider's own account replaces the sum of the chunks.
    private mutating func finish(
        _ response: ResponseInfo, _ moment: Moment, in state: inout SessionState
    ) {
        if response.id == lastResponse { playback.finish() }
        guard let known = responses[response.id] else { return }
        let byUsage = Double(response.usage?.outputAudio ?? 0) * Self.millisecondsPerToken
        let generated = known.isDeclared || byUsage <= 0 ? known.announced : byUsage
        state.audio.generatedMilliseconds += generated - known.counted
        responses.update(response.id) { audio in
            audio.counted = generated
            audio.isDone = true
        }
        state.setGenerated(generated, responseID: response.id)
        if generated > 2 * known.delivered + 200, !state.audio.isPayloadTruncated {
            state.audio.isPayloadTruncated = true
            state.note(
                .payloadTruncated, .info,
                "\(Int(generated.rounded())) ms were generated but the payloads hold "
                    + "\(Int(known.delivered.rounded())) ms: the recorder cut them",
                at: moment, responseID: response.id)
        }
        if known.isCut { noteHeard(response.id, moment, in: &state) }
    }

    private mutating func play(until moment: Moment, in state: inout SessionState) {
        var heard: [Playback.Played] = []
        playback.advance(to: moment.time) { heard.append($0) }
        for part in heard {
            state.audio.heardMilliseconds += part.milliseconds
            responses.update(part.responseID) { $0.heard += part.milliseconds }
            items.update(part.itemID) { $0.heard += part.milliseconds }
            state.setHeard(items[part.itemID]?.heard, itemID: part.itemID)
        }
    }
}

// MARK: - Interruptions

extension AudioAnalyzer {
    /// The user speaks, or the client stops the answer: what is buffered is not heard.
    private mutating func interrupt(_ moment: inout Moment, in state: inout SessionState) {
        guard playback.isPlaying || state.activeResponses > 0 else { return }
        let cut = playback.segments.first?.responseID ?? state.turns.last?.responseID ?? ""
        if !playback.isPlaying, responses[cut]?.isCut == true { return }
        moment.signals.insert(.interruption)
        state.audio.interruptions += 1
        var unheard = Set<String>()
        for segment in playback.segments { unheard.insert(segment.responseID) }
        playback.cut()
        if !cut.isEmpty { unheard.insert(cut) }
        for id in unheard.sorted() {
            if responses[id] == nil { responses.set(id, ResponseAudio()) }
            let isDone = responses[id]?.isDone ?? false
            responses.update(id) { $0.isCut = true }
            if isDone { noteHeard(id, moment, in: &state) }
        }
        state.markInterrupted(cut, moment)
    }

    private func noteHeard(_ id: String, _ moment: Moment, in state: inout SessionState) {
        guard let audio = responses[id], state.hasClock, audio.counted > audio.heard else { return }
        state.note(
            .heardVersusGenerated, .info,
            "interrupted: \(Int(audio.heard.rounded())) of \(Int(audio.counted.rounded())) ms were "
                + "heard",
            at: moment, responseID: id)
    }

    /// A truncation beyond the audio that exists is refused by the server, and the model keeps
    /// believing that all was heard.
    private func truncate(
        _ item: String, at end: Double, _ moment: Moment, in state: inout SessionState
    ) {
        guard let audio = items[item] else { return }
        guard !state.audio.isPayloadTruncated, end > audio.announced + Self.truncationTolerance
        else { return }
        state.audio.wrongTruncations += 1
        state.note(
            .wrongTruncation, .warning,
            "audio_end_ms \(Int(end)) is beyond the \(Int(audio.announced.rounded())) ms of item "
                + item,
            at: moment)
    }
}

extension SessionState {
    /// The place of a response's turn among the last few.
    func turnPosition(ofResponse responseID: String) -> Int? {
        var position = turns.count - 1
        let end = Swift.max(turns.count - 16, 0)
        while position >= end {
            if turns[position].responseID == responseID { return position }
            position -= 1
        }
        return nil
    }

    fileprivate mutating func addAudio(_ milliseconds: Double, responseID: String, itemID: String) {
        if let position = turnPosition(ofResponse: responseID) {
            turns[position].audioGeneratedMilliseconds += milliseconds
        }
        if let position = conversation.position(ofItem: itemID) {
            conversation.entries[position].audioMilliseconds += milliseconds
        }
    }

    fileprivate mutating func setGenerated(_ milliseconds: Double, responseID: String) {
        if let position = turnPosition(ofResponse: responseID) {
            turns[position].audioGeneratedMilliseconds = milliseconds
        }
    }

    fileprivate mutating func setHeard(_ milliseconds: Double?, itemID: String) {
        if let position = conversation.position(ofItem: itemID) {
            conversation.entries[position].heardMilliseconds = milliseconds
        }
    }

    fileprivate mutating func markInterrupted(_ responseID: String, _ moment: Moment) {
        if let position = turnPosition(ofResponse: responseID) {
            turns[position].interruptedAt = turns[position].interruptedAt ?? moment.time
        }
        conversation.append(
            Entry(
                id: 0, speaker: .user, kind: .interruption,
                responseID: responseID.isEmpty ? nil : responseID, isComplete: true,
                startedAt: moment.time, sequence: moment.sequence))
    }
}

extension Conversation {
    /// The place of an item's latest entry among the last few; audio belongs to recent items.
    fileprivate func position(ofItem itemID: String) -> Int? {
        var position = entries.count - 1
        let end = Swift.max(entries.count - 32, 0)
        while position >= end {
            if entries[position].itemID == itemID { return position }
            position -= 1
        }
        return nil
    }
}
