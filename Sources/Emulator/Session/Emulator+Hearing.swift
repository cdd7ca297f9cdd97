import JSONText
import RealtimeProtocol
import Timeline

/// The user's voice: from appended sound to a committed turn and its transcription.
extension Emulator {
    mutating func hear(_ sound: [UInt8]) {
        for finding in input.append(sound) {
            switch finding {
            case .started(let time): speechStarted(time)
            case .stopped(let time): speechStopped(time)
            }
        }
    }

    private mutating func speechStarted(_ time: Int) {
        guard let detection = settings.turnDetection else { return }
        let earliest = Int(input.heard - input.pending)
        let start = max(earliest, time - detection.prefixPadding, 0)
        let id = name("item")
        input.speech = (id, start)
        idleGeneration += 1
        let noticed = now + .milliseconds(timings.detection.draw(&random))
        send(
            "input_audio_buffer.speech_started",
            ["audio_start_ms": JSON(start), "item_id": .string(id)], at: noticed)
        guard detection.interruptsResponse else { return }
        for place in jobs.indices where jobs[place].conversationID != nil {
            stop(place, .cancelled("turn_detected"), at: noticed)
        }
    }

    private mutating func speechStopped(_ time: Int) {
        guard let detection = settings.turnDetection, let speech = input.speech else { return }
        let noticed = now + .milliseconds(timings.detection.draw(&random))
        send(
            "input_audio_buffer.speech_stopped",
            ["audio_end_ms": JSON(time), "item_id": .string(speech.itemID)], at: noticed)
        commit(
            speech.itemID, milliseconds: Double(time - speech.start),
            at: noticed + .milliseconds(0.4))
        guard detection.createsResponse, !settings.isTranscription else { return }
        respond(after: noticed + .milliseconds(1))
    }

    /// Makes a response to a turn that was detected, or owes it until the active one ends.
    private mutating func respond(after time: Instant) {
        if jobs.contains(where: { $0.conversationID != nil && $0.ending == .completed }) {
            owesResponse = true
            return
        }
        startResponse(
            nil, at: time + .milliseconds(timings.responseAfterSpeech.draw(&random)))
    }

    /// The response that was owed, when the one before is done.
    mutating func payResponse() {
        guard owesResponse else { return }
        owesResponse = false
        respond(after: now)
    }

    mutating func commitInput() throws(Complaint) {
        guard input.pending >= 100 else {
            let whole = Int(input.pending)
            let hundredths = Int((input.pending - Double(whole)) * 100)
            throw Complaint(
                code: "input_audio_buffer_commit_empty",
                message: "Error committing input audio buffer: buffer too small. Expected at "
                    + "least 100ms of audio, but buffer only has \(whole)."
                    + "\(hundredths < 10 ? "0" : "")\(hundredths)ms of audio.")
        }
        let id = input.speech?.itemID ?? name("item")
        commit(id, milliseconds: input.pending, at: answerTime())
    }

    /// Makes an item of the pending sound.
    private mutating func commit(_ id: String, milliseconds: Double, at time: Instant) {
        let said = speaker.guess(milliseconds: Int(milliseconds), fingerprint: input.fingerprint)
        speaker.hear(said)
        let previous = conversation.lastID
        let json: JSON = [
            "id": .string(id), "type": "message", "status": "completed", "role": "user",
            "content": [["type": "input_audio", "transcript": nil]],
        ]
        var item = ServerItem(
            id: id, json: json, text: said,
            tokens: TokenCount(audio: Int((milliseconds / 100).rounded(.up))))
        item.audio = input.take(last: milliseconds)
        item.milliseconds = milliseconds
        _ = conversation.add(item)
        send(
            "input_audio_buffer.committed",
            [
                "previous_item_id": previous.map { .string($0) } ?? nil, "item_id": .string(id),
            ], at: time)
        sendItem(item, after: previous, at: time + .milliseconds(0.3))
        if let transcriber = settings.transcriber {
            transcribe(said, id, milliseconds: milliseconds, transcriber, at: time)
        }
        restartIdleTimer()
    }

    private mutating func transcribe(
        _ text: String, _ itemID: String, milliseconds: Double, _ transcriber: String,
        at time: Instant
    ) {
        let head: [JSON.Member] = [
            .init(key: "item_id", value: .string(itemID)), .init(key: "content_index", value: 0),
        ]
        if mischief.has(.transcriptionFailed) {
            let error: JSON = [
                "type": "server_error", "code": "transcription_failed",
                "message": "The transcription model could not be reached.", "param": nil,
            ]
            return send(
                "conversation.item.input_audio_transcription.failed",
                head + [.init(key: "error", value: error)], at: time + .milliseconds(12))
        }
        var delay = timings.transcription.draw(&random)
        if mischief.has(.lateTranscription) { delay = mischief.between(6000, 9000) }
        var at = time + .milliseconds(delay)
        let pieces = Pieces.of(" " + text)
        for piece in pieces {
            send(
                "conversation.item.input_audio_transcription.delta",
                head + [.init(key: "delta", value: .string(piece))] + obfuscation(piece), at: at)
            at = at + .milliseconds(between(6, 18))
        }
        let usage: JSON
        if transcriber.contains("whisper") {
            usage = ["type": "duration", "seconds": JSON((milliseconds / 1000).rounded(.up))]
        } else {
            let heard = Int((milliseconds / 100).rounded(.up))
            usage = [
                "type": "tokens", "total_tokens": JSON(heard + pieces.count),
                "input_tokens": JSON(heard), "output_tokens": JSON(pieces.count),
                "input_token_details": ["text_tokens": 0, "audio_tokens": JSON(heard)],
            ]
        }
        send(
            "conversation.item.input_audio_transcription.completed",
            head + [
                .init(key: "transcript", value: .string(text)), .init(key: "usage", value: usage),
            ], at: at + .milliseconds(between(60, 120)))
    }

    /// Waits anew for somebody to say something, if the session wants that.
    ///
    /// `after` is how long the answer sounds, which the server can only suppose.
    mutating func restartIdleTimer(after playback: Double = 0) {
        idleGeneration += 1
        guard let timeout = settings.turnDetection?.idleTimeout else { return }
        agenda.add(
            .idle(generation: idleGeneration), at: now + .milliseconds(playback + Double(timeout)))
    }

    mutating func idleTimeout(_ generation: Int) {
        guard generation == idleGeneration, jobs.isEmpty, input.speech == nil,
            let timeout = settings.turnDetection?.idleTimeout
        else { return }
        let end = Int(input.heard)
        let start = max(0, end - timeout)
        let id = name("item")
        send(
            "input_audio_buffer.timeout_triggered",
            [
                "audio_start_ms": JSON(start), "audio_end_ms": JSON(end),
                "item_id": .string(id),
            ], at: now)
        commit(id, milliseconds: Double(end - start), at: now + .milliseconds(0.4))
        idleGeneration += 1
        respond(after: now + .milliseconds(2))
    }
}
