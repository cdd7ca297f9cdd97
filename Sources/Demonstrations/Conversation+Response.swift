import Emulator
import JSONText
import Timeline

/// How a response ends.
enum Ending: Equatable {
    case completed
    /// The server stopped it: `max_output_tokens` or `content_filter`.
    case incomplete(String)
    /// The user spoke into it, at this time.
    case interrupted(Double)
    /// It never began: code and message.
    case failed(code: String, message: String)
}

/// One answer of the model, under construction.
struct Reply {
    var id: String
    var itemID: String
    var modality: String
    var createdAt: Double
    /// When the first audio reached the client.
    var firstAudioAt: Double?
    /// When `response.done` reached the client.
    var doneAt = 0.0
    /// Of audio that was sent, in milliseconds.
    var milliseconds = 0.0
    /// Pieces of text that were sent.
    var pieces = 0
    /// Input of the response, and the part of it that was cached.
    var input = TokenCount()
    var cached = TokenCount()

    /// When a player that begins at once has played everything.
    var heardAt: Double { (firstAudioAt ?? doneAt) + milliseconds }
}

extension Conversation {
    /// `response.created`, and what the response will be told to have read.
    mutating func begin(modality: String, at time: Double) -> Reply {
        var reply = Reply(
            id: "resp_" + letters(21), itemID: "item_" + letters(21), modality: modality,
            createdAt: time)
        reply.input = context
        // A cache serves whole blocks of what was read before.
        reply.cached = TokenCount(text: cached.text / 64 * 64, audio: cached.audio / 64 * 64)
        cached = context
        receive(
            "response.created",
            fields([
                "response": response(reply, status: "in_progress", details: nil, output: [])
            ]), at: time)
        return reply
    }

    /// An item and its content part appear in the response.
    mutating func beginMessage(_ reply: Reply, at time: Double) {
        let item: JSON = [
            "id": .string(reply.itemID), "type": "message", "status": "in_progress",
            "role": "assistant", "content": [],
        ]
        beginItem(item, reply, at: time)
        let isAudio = reply.modality == "audio"
        let part: JSON =
            isAudio ? ["type": "audio", "transcript": ""] : ["type": "text", "text": ""]
        receive(
            "response.content_part.added", address(reply) + fields(["part": part]),
            at: time + 0.7)
    }

    mutating func beginItem(_ item: JSON, _ reply: Reply, at time: Double) {
        receive(
            "response.output_item.added",
            fields(["response_id": .string(reply.id), "output_index": 0, "item": item]), at: time)
        receive(
            "conversation.item.added",
            fields(["previous_item_id": lastItemID, "item": item]), at: time + 0.3)
    }

    /// The chain of `done` events after the last delta, down to the rate limits.
    mutating func finishMessage(
        _ reply: inout Reply, text: String, final: String, ending: Ending, at time: Double
    ) {
        let isAudio = reply.modality == "audio"
        var at = time
        if isAudio {
            receive("response.output_audio.done", address(reply), at: at)
            at += between(0.4, 1.2)
        }
        let key = isAudio ? "transcript" : "text"
        let done = isAudio ? "response.output_audio_transcript.done" : "response.output_text.done"
        receive(done, address(reply) + [.init(key: key, value: .string(final))], at: at)
        at += between(0.3, 0.9)
        let part: JSON = .object([
            .init(key: "type", value: isAudio ? "audio" : "text"),
            .init(key: key, value: .string(final)),
        ])
        receive(
            "response.content_part.done", address(reply) + fields(["part": part]), at: at)
        at += between(0.3, 0.9)
        let content: JSON = .object([
            .init(key: "type", value: isAudio ? "output_audio" : "output_text"),
            .init(key: key, value: .string(final)),
        ])
        let item: JSON = [
            "id": .string(reply.itemID), "type": "message",
            "status": ending == .completed ? "completed" : "incomplete", "role": "assistant",
            "content": [content],
        ]
        finishItem(item, &reply, ending: ending, at: at)
    }

    mutating func finishItem(
        _ item: JSON, _ reply: inout Reply, ending: Ending, at time: Double
    ) {
        receive(
            "conversation.item.done", fields(["previous_item_id": lastItemID, "item": item]),
            at: time)
        receive(
            "response.output_item.done",
            fields(["response_id": .string(reply.id), "output_index": 0, "item": item]),
            at: time + 0.4)
        lastItemID = .string(reply.itemID)
        finish(&reply, ending: ending, output: [item], at: time + between(0.8, 2.4))
    }

    /// `response.done` and, some 43 ms later, the rate limits.
    mutating func finish(
        _ reply: inout Reply, ending: Ending, output: [JSON], at time: Double
    ) {
        reply.doneAt = time
        receive(
            "response.done",
            fields([
                "response": response(
                    reply, status: ending.status, details: ending.details, output: output)
            ]), at: time)
        let spoken = TokenCount(
            text: reply.pieces + (reply.pieces > 0 ? 9 : 0), audio: Int(reply.milliseconds / 50))
        context = context + spoken
        rateLimits(spent: reply.input.total + spoken.total, at: time + between(38, 48))
    }

    func address(_ reply: Reply) -> [JSON.Member] {
        fields([
            "response_id": .string(reply.id), "item_id": .string(reply.itemID),
            "output_index": 0, "content_index": 0,
        ])
    }

    private func response(
        _ reply: Reply, status: String, details: JSON, output: [JSON]
    ) -> JSON {
        [
            "object": "realtime.response", "id": .string(reply.id), "status": .string(status),
            "status_details": details, "output": .array(output),
            "conversation_id": .string(conversationID),
            "output_modalities": [.string(reply.modality)], "max_output_tokens": "inf",
            "audio": ["output": ["format": Self.audioFormat, "voice": Self.voice]],
            "usage": status == "in_progress" ? nil : usage(reply, status), "metadata": nil,
        ]
    }

    private func usage(_ reply: Reply, _ status: String) -> JSON {
        let isNothing = status == "failed"
        let input = isNothing ? TokenCount() : reply.input
        let cached = isNothing ? TokenCount() : reply.cached
        let output = TokenCount(
            text: isNothing ? 0 : reply.pieces + 9, audio: Int(reply.milliseconds / 50))
        return [
            "total_tokens": JSON(input.total + output.total), "input_tokens": JSON(input.total),
            "output_tokens": JSON(output.total),
            "input_token_details": [
                "text_tokens": JSON(input.text), "audio_tokens": JSON(input.audio),
                "image_tokens": 0, "cached_tokens": JSON(cached.total),
                "cached_tokens_details": [
                    "text_tokens": JSON(cached.text), "audio_tokens": JSON(cached.audio),
                    "image_tokens": 0,
                ],
            ],
            "output_token_details": [
                "text_tokens": JSON(output.text), "audio_tokens": JSON(output.audio),
            ],
        ]
    }
}

extension Ending {
    var status: String {
        switch self {
        case .completed: "completed"
        case .incomplete: "incomplete"
        case .interrupted: "cancelled"
        case .failed: "failed"
        }
    }

    var details: JSON {
        switch self {
        case .completed: nil
        case .incomplete(let reason): ["type": "incomplete", "reason": .string(reason)]
        case .interrupted: ["type": "cancelled", "reason": "turn_detected"]
        case .failed(let code, let message):
            [
                "type": "failed",
                "error": [
                    "type": "invalid_request_error", "code": .string(code),
                    "message": .string(message),
                ],
            ]
        }
    }
}
