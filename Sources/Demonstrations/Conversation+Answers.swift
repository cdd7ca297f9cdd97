import Emulator
import JSONText
import Timeline

/// How audio reaches the client.
enum Delivery {
    /// Chunks of 250 ms, five to seven times as fast as they play.
    case fast
    /// Chunks of some 520 ms as they are generated, three to four times as fast as they play.
    case generated
    /// As `fast`, but nothing comes for `milliseconds` after the chunk number `chunk`.
    case stalling(chunk: Int, milliseconds: Double)
}

extension Conversation {
    /// A whole answer as text, asked for at `now`; moves `now` to its end.
    ///
    /// `final` is what the server says the text was, when that is not what its deltas gave.
    @discardableResult
    mutating func answerInText(
        _ text: String, pacing: Pacing, ending: Ending = .completed, final: String? = nil
    ) -> Reply {
        var reply = begin(modality: "text", at: now + between(272, 284))
        beginMessage(reply, at: reply.createdAt + between(150, 175))
        var at = reply.createdAt + between(192, 200)
        for piece in Pieces.of(text) {
            receive(
                "response.output_text.delta",
                address(reply)
                    + fields(["delta": .string(piece), "obfuscation": obfuscation(piece)]),
                at: at)
            reply.pieces += 1
            at += pacing.gap(&random)
        }
        finishMessage(&reply, text: text, final: final ?? text, ending: ending, at: at)
        now = reply.doneAt
        return reply
    }

    /// A response that fails before it begins, as one does at the provider's limit.
    @discardableResult
    mutating func failResponse(code: String, message: String) -> Reply {
        var reply = begin(modality: "text", at: now + between(272, 284))
        finish(
            &reply, ending: .failed(code: code, message: message), output: [],
            at: reply.createdAt + between(90, 140))
        now = reply.doneAt
        return reply
    }

    /// A spoken answer to what was said until `now`; moves `now` to when it is complete.
    ///
    /// When it is interrupted nothing is sent after that time, and the final transcript is what
    /// was sent.
    mutating func answerInAudio(
        _ text: String, delivery: Delivery = .fast, delay: Double = 2,
        ending: Ending = .completed
    ) -> Reply {
        var reply = begin(modality: "audio", at: now + delay)
        beginMessage(reply, at: reply.createdAt + between(195, 210))
        var end = Double.infinity
        if case .interrupted(let time) = ending { end = time + 0.3 }
        let first = reply.createdAt + between(325, 385)
        let audioEnd = sendAudio(
            &reply, Voice.assistant.speech(text, &random), delivery, first, end)
        precondition(end == .infinity || end < audioEnd.planned, "interrupted after its end")
        let pieces = Pieces.of(text)
        // The transcript leads by some three pieces and is through before the audio is.
        var at = reply.createdAt + between(225, 260)
        let step = max(4, (audioEnd.planned - at) * 0.88 / Double(pieces.count))
        var sent = ""
        for piece in pieces {
            if at >= end { break }
            receive(
                "response.output_audio_transcript.delta",
                address(reply)
                    + fields(["delta": .string(piece), "obfuscation": obfuscation(piece)]),
                at: at)
            sent += piece
            reply.pieces += 1
            at += between(step * 0.6, step * 1.4)
        }
        let last = min(max(audioEnd.sent, at), end)
        finishMessage(&reply, text: text, final: sent, ending: ending, at: last + 3)
        now = reply.doneAt
        return reply
    }

    /// Sends audio until `end`; returns when the last chunk went and when it would have gone.
    private mutating func sendAudio(
        _ reply: inout Reply, _ audio: [UInt8], _ delivery: Delivery, _ first: Double,
        _ end: Double
    ) -> (sent: Double, planned: Double) {
        var at = first
        var sent = first
        var start = 0
        var number = 0
        while start < audio.count {
            var length = 250.0
            if case .generated = delivery { length = between(430, 610) }
            let piece = Array(
                audio[start..<min(start + Int(length) * Voice.bytesPerMillisecond, audio.count)])
            start += piece.count
            if at < end {
                receive(
                    "response.output_audio.delta",
                    address(reply) + fields(["delta": .string(Self.base64(piece))]), at: at)
                reply.milliseconds += Double(piece.count) / Double(Voice.bytesPerMillisecond)
                if reply.firstAudioAt == nil { reply.firstAudioAt = at }
                sent = at
            }
            switch delivery {
            case .fast: at += between(36, 50)
            case .generated: at += Pacing.between(&random)
            case .stalling(let chunk, let milliseconds):
                at += number == chunk ? milliseconds : between(36, 50)
            }
            number += 1
        }
        return (sent, at)
    }

    /// Calls a function at `now`; the client answers after `delay`, asks for a response, and
    /// `now` moves to that request.
    mutating func callTool(
        _ name: String, arguments: String, output: String, delay: Double, modality: String
    ) {
        var reply = begin(modality: modality, at: now + 2)
        let callID = "call_" + letters(16)
        let head: JSON = [
            "id": .string(reply.itemID), "type": "function_call", "status": "in_progress",
            "name": .string(name), "call_id": .string(callID), "arguments": "",
        ]
        let place = fields([
            "response_id": .string(reply.id), "item_id": .string(reply.itemID),
            "output_index": 0, "call_id": .string(callID),
        ])
        beginItem(head, reply, at: reply.createdAt + between(150, 180))
        var at = reply.createdAt + between(196, 210)
        for piece in Pieces.of(arguments) {
            receive(
                "response.function_call_arguments.delta",
                place + fields(["delta": .string(piece), "obfuscation": obfuscation(piece)]),
                at: at)
            reply.pieces += 1
            at += Pacing.steady.gap(&random)
        }
        receive(
            "response.function_call_arguments.done",
            place + fields(["name": .string(name), "arguments": .string(arguments)]), at: at)
        let item: JSON = [
            "id": .string(reply.itemID), "type": "function_call", "status": "completed",
            "name": .string(name), "call_id": .string(callID), "arguments": .string(arguments),
        ]
        finishItem(item, &reply, ending: .completed, at: at + 0.8)
        now = reply.doneAt + delay
        answer(callID, output)
    }

    /// The client's side of a call: its output, and the request to go on.
    private mutating func answer(_ callID: String, _ output: String) {
        let item: JSON = [
            "type": "function_call_output", "call_id": .string(callID),
            "output": .string(output),
        ]
        send("conversation.item.create", fields(["item": item]), at: now)
        now += 0.4
        requestResponse()
        let id = "item_" + letters(21)
        addedAndDone(
            [
                "id": .string(id), "type": "function_call_output", "call_id": .string(callID),
                "output": .string(output),
            ], id: id, at: now + between(262, 268))
        context.text += Pieces.of(output).count + 6
    }

    /// Tells the server how much of an answer was heard when the user spoke at `time`.
    ///
    /// Cutting removes the audio and the transcript from what the model remembers.
    mutating func truncate(_ reply: Reply, at time: Double) {
        let heard = min(reply.milliseconds, max(0, time - (reply.firstAudioAt ?? time)))
        let members = fields([
            "item_id": .string(reply.itemID), "content_index": 0,
            "audio_end_ms": JSON(Int(heard)),
        ])
        send("conversation.item.truncate", members, at: time + 4)
        receive("conversation.item.truncated", members, at: time + between(262, 270))
        context.audio -= Int((reply.milliseconds - heard) / 50)
        context.text -= reply.pieces + 9
        cached = TokenCount(
            text: min(cached.text, context.text), audio: min(cached.audio, context.audio))
    }
}
