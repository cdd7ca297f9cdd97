import Emulator
import JSONText
import Recordings
import Timeline
import TextEncodings

/// What the server made of something said.
struct Utterance {
    var itemID: String
    var startedAt: Double
    var stoppedAt: Double
}

/// When the transcript of something said arrives.
enum Transcription {
    /// In the middle of the answer, as usual.
    case prompt
    /// So many milliseconds after the speech ended, when the answer is long complete.
    case late(Double)
}

extension Conversation {
    /// Sends a typed message at `now`; the server takes it a round trip later.
    mutating func type(_ text: String) {
        let content: JSON = [["type": "input_text", "text": .string(text)]]
        send(
            "conversation.item.create",
            fields(["item": ["type": "message", "role": "user", "content": content]]), at: now)
        let id = "item_" + letters(21)
        addedAndDone(
            [
                "id": .string(id), "type": "message", "status": "completed", "role": "user",
                "content": content,
            ], id: id, at: now + between(262, 268))
        context.text += Pieces.of(text).count + 4
        now += 0.4
    }

    /// The pair of events with which the server takes an item of the client.
    mutating func addedAndDone(_ item: JSON, id: String, at time: Double) {
        let members = fields(["previous_item_id": lastItemID, "item": item])
        receive("conversation.item.added", members, at: time)
        receive("conversation.item.done", members, at: time + between(0.2, 0.6))
        lastItemID = .string(id)
    }

    /// Asks for a response at `now`; returns the client event's id.
    @discardableResult
    mutating func requestResponse(modality: String? = nil) -> String {
        guard let modality else { return send("response.create", [], at: now) }
        return send(
            "response.create",
            fields(["response": ["output_modalities": [.string(modality)]]]), at: now)
    }

    /// Lets the microphone hear nothing for a while.
    mutating func listen(milliseconds: Int) {
        append(Voice.silence(milliseconds: milliseconds, &random))
    }

    /// Sends audio in pieces of 100 ms as it is heard, and moves `now` to its end.
    private mutating func append(_ audio: [UInt8]) {
        let size = 100 * Voice.bytesPerMillisecond
        var start = 0
        while start < audio.count {
            let piece = Array(audio[start..<min(start + size, audio.count)])
            let length = Double(piece.count) / Double(Voice.bytesPerMillisecond)
            now += length
            appendedMilliseconds += length
            send(
                "input_audio_buffer.append", fields(["audio": .string(Self.base64(piece))]),
                at: now + between(0, 3))
            start += size
        }
    }

    /// Speaks into the open microphone from `now` on; the server detects where speech begins and
    /// ends. `interrupting` is called with the time at which it noticed the beginning.
    mutating func speak(
        _ text: String, transcription: Transcription = .prompt,
        interrupting: ((inout Conversation, Double) -> Void)? = nil
    ) -> Utterance {
        let itemID = "item_" + letters(21)
        let speechStart = appendedMilliseconds
        let begin = now
        append(Voice.user.speech(text, &random))
        let audioStart = max(0, speechStart - 300)
        // The lag counts from the start reported, which lies 300 ms before the speech.
        let startedAt = begin - 300 + between(340, 364)
        receive(
            "input_audio_buffer.speech_started",
            fields([
                "audio_start_ms": JSON(Int(audioStart)), "item_id": .string(itemID),
            ]), at: startedAt)
        interrupting?(&self, startedAt)
        listen(milliseconds: 200)
        let end = appendedMilliseconds
        let stoppedAt = now + between(44, 68)
        receive(
            "input_audio_buffer.speech_stopped",
            fields(["audio_end_ms": JSON(Int(end)), "item_id": .string(itemID)]), at: stoppedAt)
        receive(
            "input_audio_buffer.committed",
            fields(["previous_item_id": lastItemID, "item_id": .string(itemID)]),
            at: stoppedAt + 0.4)
        addedAndDone(
            [
                "id": .string(itemID), "type": "message", "status": "completed", "role": "user",
                "content": [["type": "input_audio", "transcript": nil]],
            ], id: itemID, at: stoppedAt + 0.9)
        context.audio += Int((end - audioStart) / 100)
        transcribe(text, itemID, seconds: (end - audioStart) / 1000, transcription, at: stoppedAt)
        now = stoppedAt
        return Utterance(itemID: itemID, startedAt: startedAt, stoppedAt: stoppedAt)
    }

    private mutating func transcribe(
        _ text: String, _ itemID: String, seconds: Double, _ transcription: Transcription,
        at time: Double
    ) {
        var at = time + between(240, 300)
        var step = 12.0
        if case .late(let delay) = transcription {
            at = time + delay
            step = 24
        }
        let head = fields(["item_id": .string(itemID), "content_index": 0])
        for piece in Pieces.of(" " + text) {
            receive(
                "conversation.item.input_audio_transcription.delta",
                head + fields(["delta": .string(piece), "obfuscation": obfuscation(piece)]),
                at: at)
            at += between(step * 0.5, step * 1.5)
        }
        receive(
            "conversation.item.input_audio_transcription.completed",
            head
                + fields([
                    "transcript": .string(text),
                    "usage": ["type": "duration", "seconds": JSON(Int(seconds.rounded(.up)))],
                ]), at: at + between(60, 120))
    }

    static func base64(_ bytes: [UInt8]) -> String {
        String(decoding: Base64.encoded(bytes), as: UTF8.self)
    }
}
