import JSONText
import RealtimeProtocol
import Timeline

extension Conversation {
    var json: JSON {
        [
            "total": JSON(entries.total),
            "dropped": JSON(droppedCount),
            "items": .array(entries.map(\.json)),
        ]
    }
}

extension Entry {
    fileprivate var json: JSON {
        [
            "id": JSON(id),
            "speaker": .string(speaker.rawValue),
            "kind": .string(kindName),
            "tool": .text(toolName),
            "item_id": .text(itemID),
            "response_id": .text(responseID),
            "text": .string(text),
            "complete": .bool(isComplete),
            "differs_from_final": .bool(differsFromFinal),
            "started_ms": .instant(startedAt),
            "updated_ms": .instant(updatedAt),
            "sequence": JSON(sequence),
            "last_sequence": JSON(lastSequence),
            "deltas": JSON(deltas),
            "audio_ms": .value(audioMilliseconds),
            "heard_ms": .value(heardMilliseconds),
        ]
    }

    private var toolName: String? {
        guard case .toolCall(let name) = kind else { return nil }
        return name
    }

    private var kindName: String {
        switch kind {
        case .message: "message"
        case .toolCall: "tool_call"
        case .toolOutput: "tool_output"
        case .interruption: "interruption"
        case .failure: "failure"
        case .notice: "notice"
        case .transcription: "transcription"
        }
    }
}

extension Turn {
    var json: JSON {
        [
            "number": JSON(number),
            "trigger": .string(trigger.rawValue),
            "response_id": .text(responseID),
            "sequence": JSON(sequence),
            "status": .text(status?.wireName),
            "reason": .text(statusReason),
            "error": error?.json ?? .null,
            "ladder_ms": .object(
                ladder.map { .init(key: $0.name.jsonKey, value: .interval($0.at)) }),
            "first_response_ms": .interval(firstResponseLatency),
            "interrupted_ms": hasClock ? .instant(interruptedAt) : .null,
            "interrupted": .bool(interruptedAt != nil),
            "text_tokens": JSON(textTokens),
            "audio_ms": .value(audioGeneratedMilliseconds),
            "tool_calls": .array(toolCalls.map { .string($0) }),
            "usage": usage?.json ?? .null,
            "cost_usd": .dollars(cost),
        ]
    }
}

extension LadderStep.Name {
    fileprivate var jsonKey: String {
        switch self {
        case .speechEnd: "speech_end"
        case .committed: "committed"
        case .requested: "requested"
        case .created: "created"
        case .firstText: "first_text"
        case .firstAudio: "first_audio"
        case .done: "done"
        }
    }
}

extension APIError {
    fileprivate var json: JSON {
        [
            "type": .text(type), "code": .text(code), "message": .string(message),
            "param": .text(parameter), "event_id": .text(eventID),
        ]
    }
}

extension Usage {
    fileprivate var json: JSON {
        [
            "total": JSON(total), "input": JSON(input), "output": JSON(output),
            "input_text": .number(inputText), "input_audio": .number(inputAudio),
            "input_image": .number(inputImage), "cached": .number(cached),
            "cached_text": .number(cachedText), "cached_audio": .number(cachedAudio),
            "cached_image": .number(cachedImage), "output_text": .number(outputText),
            "output_audio": .number(outputAudio), "reasoning": .number(reasoning),
        ]
    }
}
