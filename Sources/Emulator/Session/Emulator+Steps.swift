import JSONText
import RealtimeProtocol
import Timeline

/// The events of a response, step by step.
extension Emulator {
    /// Puts the next step of a response on the agenda.
    mutating func schedule(_ place: Int) {
        let job = jobs[place]
        guard job.next < job.steps.count else { return }
        agenda.add(
            .step(job: job.number, generation: job.generation),
            at: max(now, job.steps[job.next].time))
    }

    mutating func step(_ number: Int, _ generation: Int) {
        guard let place = jobs.firstIndex(where: { $0.number == number }),
            jobs[place].generation == generation, jobs[place].next < jobs[place].steps.count
        else { return }
        let step = jobs[place].steps[jobs[place].next].step
        jobs[place].next += 1
        switch step {
        case .created:
            jobs[place].isCreated = true
            lastResponseID = jobs[place].id
            send("response.created", ["response": response(jobs[place])], at: now)
        case .begin(let output): begin(place, output)
        case .text(let output, let piece): sendText(place, output, piece)
        case .audio(let output, let length): sendAudio(place, output, length)
        case .arguments(let output, let piece): sendArguments(place, output, piece)
        case .finish(let output): finish(place, output)
        case .act(let act): agenda.add(.act(act), at: now)
        case .done: return done(place)
        }
        schedule(place)
    }

    private mutating func begin(_ place: Int, _ output: Int) {
        let job = jobs[place]
        let item = itemJSON(job, output, status: "in_progress")
        jobs[place].outputs[output].isBegun = true
        if job.conversationID != nil {
            // Clients ask for an item as soon as they hear of it.
            let begun = ServerItem(
                id: job.outputs[output].itemID, json: item, text: "", tokens: TokenCount())
            jobs[place].outputs[output].previous = conversation.add(begun)
        }
        send(
            "response.output_item.added",
            [
                "response_id": .string(job.id), "output_index": JSON(output), "item": item,
            ], at: now)
        sendItemEvent("conversation.item.added", place, output, item, after: 0.3)
        guard !job.outputs[output].isCall else { return }
        let part: JSON =
            job.isAudio ? ["type": "audio", "transcript": ""] : ["type": "text", "text": ""]
        send(
            "response.content_part.added",
            address(job, output) + [.init(key: "part", value: part)],
            at: now + .milliseconds(0.7))
    }

    /// An event of the conversation about an output item; none for a response outside of it.
    private mutating func sendItemEvent(
        _ type: String, _ place: Int, _ output: Int, _ item: JSON, after delay: Double
    ) {
        guard jobs[place].conversationID != nil else { return }
        let previous = jobs[place].outputs[output].previous
        send(
            type,
            ["previous_item_id": previous.map { .string($0) } ?? nil, "item": item],
            at: now + .milliseconds(delay))
    }

    private mutating func sendText(_ place: Int, _ output: Int, _ piece: String) {
        let job = jobs[place]
        jobs[place].outputs[output].sent += piece
        jobs[place].outputs[output].pieces +=
            configuration.profile == .xAI ? Pieces.of(piece).count : 1
        let kind = job.isAudio ? "output_audio_transcript" : "output_text"
        var members = address(job, output) + [.init(key: "delta", value: .string(piece))]
        members += obfuscation(piece)
        send("response.\(kind).delta", members, at: now)
    }

    private mutating func sendAudio(_ place: Int, _ output: Int, _ length: Double) {
        guard case .message(var speech?) = jobs[place].outputs[output].kind else { return }
        let format = jobs[place].format
        let samples = speech.next(Int((length * Double(format.rate) / 1000).rounded()))
        jobs[place].outputs[output].kind = .message(speech)
        guard !samples.isEmpty else { return }
        let milliseconds = Double(samples.count) * 1000 / Double(format.rate)
        let isFirst = jobs[place].outputs[output].milliseconds == 0
        jobs[place].outputs[output].milliseconds += milliseconds
        hasSpoken = true
        let text = AudioChunk(encoding: format.bytes(samples)).base64
        var members = address(jobs[place], output)
        members.append(
            .init(key: "delta", value: .string(String(decoding: text, as: UTF8.self))))
        if configuration.profile == .xAI {
            if mischief.strikes(.clockJump, every: 2...6) { clockOffset -= mischief.draw(2...90) }
            members.append(.init(key: "audio_duration_ms", value: JSON(milliseconds.rounded())))
            members.append(.init(key: "ts", value: JSON(serverMilliseconds)))
            if isFirst, let created = jobs[place].steps.first?.time {
                let hundredths = Int((now - created).milliseconds / 10)
                members.append(
                    .init(key: "latency", value: .string(Self.seconds(hundredths))))
            }
        }
        send("response.output_audio.delta", members, at: now)
    }

    /// Hundredths of a second as "0.65".
    private static func seconds(_ hundredths: Int) -> String {
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    private mutating func sendArguments(_ place: Int, _ output: Int, _ piece: String) {
        jobs[place].outputs[output].sent += piece
        jobs[place].outputs[output].pieces += 1
        send(
            "response.function_call_arguments.delta",
            callAddress(jobs[place], output) + [.init(key: "delta", value: .string(piece))]
                + obfuscation(piece), at: now)
    }

    // MARK: Ends

    private mutating func finish(_ place: Int, _ output: Int) {
        let job = jobs[place]
        let final = finalText(job.outputs[output].sent)
        let isWhole = job.ending == .completed
        let item = itemJSON(
            job, output, status: isWhole ? "completed" : "incomplete", text: final)
        jobs[place].outputs[output].json = item
        jobs[place].outputs[output].isDone = true
        if job.conversationID != nil { remember(place, output, item) }
        if job.outputs[output].isCall {
            guard case .call(let name, _) = job.outputs[output].kind else { return }
            send(
                "response.function_call_arguments.done",
                callAddress(job, output) + [
                    .init(key: "name", value: .string(name)),
                    .init(key: "arguments", value: .string(job.outputs[output].sent)),
                ], at: now)
        } else {
            finishContent(job, output, final)
        }
        if configuration.profile != .xAI {
            sendItemEvent("conversation.item.done", place, output, item, after: 2)
        }
        send(
            "response.output_item.done",
            ["response_id": .string(job.id), "output_index": JSON(output), "item": item],
            at: now + .milliseconds(2.4))
    }

    private mutating func finalText(_ sent: String) -> String {
        guard mischief.strikes(.differingText, every: 1...2) else { return sent }
        return sent.split(separator: " ").dropLast().joined(separator: " ") + " or so I believe."
    }

    private mutating func finishContent(_ job: ResponseJob, _ output: Int, _ final: String) {
        let address = address(job, output)
        let key = job.isAudio ? "transcript" : "text"
        let text = JSON.Member(key: key, value: .string(final))
        let part = JSON.object([.init(key: "type", value: job.isAudio ? "audio" : "text"), text])
        let partDone = address + [.init(key: "part", value: part)]
        guard job.isAudio else {
            send("response.output_text.done", address + [text], at: now)
            return send("response.content_part.done", partDone, at: now + .milliseconds(0.6))
        }
        if configuration.profile == .xAI {
            send("response.output_audio_transcript.done", address + [text], at: now)
            send("response.content_part.done", partDone, at: now + .milliseconds(0.6))
            send("response.output_audio.done", address, at: now + .milliseconds(1.2))
        } else {
            send("response.output_audio.done", address, at: now)
            send(
                "response.output_audio_transcript.done", address + [text],
                at: now + .milliseconds(0.7))
            send("response.content_part.done", partDone, at: now + .milliseconds(1.4))
        }
    }

    /// Completes the conversation's item; one that was deleted meanwhile stays so.
    private mutating func remember(_ place: Int, _ output: Int, _ json: JSON) {
        let done = jobs[place].outputs[output]
        guard conversation[done.itemID] != nil else { return }
        var item = ServerItem(
            id: done.itemID, json: json, text: done.sent,
            tokens: TokenCount(
                text: done.pieces + 9, audio: Int((done.milliseconds / 50).rounded(.up))))
        item.milliseconds = done.milliseconds
        conversation[done.itemID] = item
    }

    private mutating func done(_ place: Int) {
        let job = jobs[place]
        var members: [JSON.Member] = [.init(key: "response", value: response(job, isDone: true))]
        if mischief.has(.usageMissing), case .object(var fields) = members[0].value {
            fields.removeAll { $0.key == "usage" }
            members[0].value = .object(fields)
        }
        send("response.done", members, at: now)
        jobs.remove(at: place)
        let begun = job.outputs.contains { $0.isBegun }
        let spent = job.input.total + job.output.total
        if let delay = timings.rateLimits, begun || job.ending.status == "failed" {
            sendRateLimits(spent, at: now + .milliseconds(delay.draw(&random)))
        }
        guard job.conversationID != nil else { return }
        restartIdleTimer(after: job.outputs.reduce(0) { $0 + $1.milliseconds })
        payResponse()
    }

    private mutating func sendRateLimits(_ spent: Int, at time: Instant) {
        remainingTokens = min(40_000, max(0, remainingTokens - spent))
        let reset = Double(40_000 - remainingTokens) * 60 / 40_000
        send(
            "rate_limits.updated",
            [
                "rate_limits": [
                    [
                        "name": "tokens", "limit": 40_000, "remaining": JSON(remainingTokens),
                        "reset_seconds": JSON((reset * 1000).rounded() / 1000),
                    ]
                ]
            ], at: time)
        remainingTokens = min(40_000, remainingTokens + spent / 2)
    }

    // MARK: Shapes

    /// Where a piece of a response belongs.
    func address(_ job: ResponseJob, _ output: Int) -> [JSON.Member] {
        [
            .init(key: "response_id", value: .string(job.id)),
            .init(key: "item_id", value: .string(job.outputs[output].itemID)),
            .init(key: "output_index", value: JSON(output)),
            .init(key: "content_index", value: 0),
        ]
    }

    private func callAddress(_ job: ResponseJob, _ output: Int) -> [JSON.Member] {
        guard case .call(_, let callID) = job.outputs[output].kind else { return [] }
        return [
            .init(key: "response_id", value: .string(job.id)),
            .init(key: "item_id", value: .string(job.outputs[output].itemID)),
            .init(key: "output_index", value: JSON(output)),
            .init(key: "call_id", value: .string(callID)),
        ]
    }

    private func itemJSON(
        _ job: ResponseJob, _ output: Int, status: String, text: String? = nil
    ) -> JSON {
        let item = job.outputs[output]
        switch item.kind {
        case .call(let name, let callID):
            return [
                "id": .string(item.itemID), "type": "function_call", "status": .string(status),
                "name": .string(name), "call_id": .string(callID),
                "arguments": .string(text == nil ? "" : item.sent),
            ]
        case .message:
            var content: [JSON] = []
            if let text {
                content = [
                    .object([
                        .init(key: "type", value: job.isAudio ? "output_audio" : "output_text"),
                        .init(key: job.isAudio ? "transcript" : "text", value: .string(text)),
                    ])
                ]
            }
            return [
                "id": .string(item.itemID), "type": "message", "status": .string(status),
                "role": "assistant", "content": .array(content),
            ]
        }
    }

    private func response(_ job: ResponseJob, isDone: Bool = false) -> JSON {
        var audio: JSON = ["output": ["format": formatJSON(job.format), "voice": job.voice]]
        if job.voice.stringValue == nil {
            audio = ["output": ["format": formatJSON(job.format)]]
        }
        return [
            "object": "realtime.response", "id": .string(job.id),
            "status": .string(isDone ? job.ending.status : "in_progress"),
            "status_details": isDone ? job.ending.details : nil,
            "output": .array(isDone ? job.outputs.filter(\.isDone).map(\.json) : []),
            "conversation_id": job.conversationID.map { .string($0) } ?? nil,
            "output_modalities": [.string(job.isAudio ? "audio" : "text")],
            "max_output_tokens": job.maximum, "audio": audio,
            "usage": isDone && !mischief.has(.usageNull) ? usage(job) : nil,
            "metadata": job.metadata,
        ]
    }

    private func formatJSON(_ format: AudioFormat) -> JSON {
        if case .pcm(let rate) = format { return ["type": "audio/pcm", "rate": JSON(rate)] }
        return ["type": .string(format.wireName)]
    }

    /// What it cost; a response that failed cost nothing.
    private func usage(_ job: ResponseJob) -> JSON {
        let isNothing = job.ending.status == "failed"
        let input = isNothing ? TokenCount() : job.input
        let cached = isNothing ? TokenCount() : job.cached
        let output = isNothing ? TokenCount() : job.output
        var details: [JSON.Member] = [
            .init(key: "text_tokens", value: JSON(output.text)),
            .init(key: "audio_tokens", value: JSON(output.audio)),
        ]
        // Thinking is a part of the text.
        if job.reasoning > 0, !isNothing {
            details.append(.init(key: "reasoning_tokens", value: JSON(job.reasoning)))
        }
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
            "output_token_details": .object(details),
        ]
    }
}
