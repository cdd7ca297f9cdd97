package import JSONText
import RealtimeProtocol
import Timeline

package extension SessionState {
    /// The state as JSON: keys in a fixed order, absent values as null, times in milliseconds.
    func json() -> JSON {
        .object([
            .init(key: "id", value: .string(id.name)),
            .init(key: "session", value: sessionJSON),
            .init(key: "events", value: eventsJSON),
            .init(key: "conversation", value: conversation.json),
            .init(key: "turns", value: windowed(turns) { $0.json }),
            .init(key: "tokens", value: tokens.json(at: now)),
            .init(key: "audio", value: audio.json),
            .init(key: "spending", value: spending.json),
            .init(key: "rate_limits", value: .array(rateLimits.map { $0.json(at: now) })),
            .init(key: "findings", value: windowed(findings) { $0.json }),
            .init(key: "series", value: .array(series.map(\.json))),
            .init(key: "patterns", value: windowed(hits) { $0.json }),
            .init(key: "properties", value: .array(properties.map(\.json))),
            .init(key: "marks", value: .array(marks.map(\.json))),
            .init(key: "streams", value: .array(streams.map { $0.json(at: now) })),
        ])
    }

    private var sessionJSON: JSON {
        [
            "connection": connection.json,
            "clock": .string(clock.rawValue),
            "note": clock == .none ? "no clock" : .null,
            "session_id": .text(sessionID),
            "model": .text(model),
            "voice": .text(voice),
            "transcription_model": .text(transcriptionModel),
            "tools": JSON(toolCount),
            "dialects": .array(dialects.map { .string($0) }),
            "started_ms": .instant(startedAt),
            "now_ms": .instant(now),
            "expires_in_ms": hasClock ? .interval(expiresIn) : .null,
            "silence_ms": hasClock ? .interval(silence) : .null,
            "active_responses": JSON(activeResponses),
        ]
    }

    private var eventsJSON: JSON {
        [
            "total": JSON(eventCount),
            "received": JSON(receivedCount),
            "sent": JSON(sentCount),
            "bytes": JSON(byteCount),
            "undecodable": JSON(undecodable),
            "unknown_types": unknownEventCounts.json,
            "unknown_fields": unknownFieldCounts.json,
        ]
    }

    /// The kept elements of a window and how many there were.
    private func windowed<Element>(
        _ window: Window<Element>, _ json: (Element) -> JSON
    ) -> JSON {
        [
            "total": JSON(window.total),
            "dropped": JSON(window.droppedCount),
            "items": .array(window.map(json)),
        ]
    }
}

extension Connection {
    fileprivate var json: JSON {
        switch self {
        case .waiting: ["state": "waiting"]
        case .open: ["state": "open"]
        case .closed(let code, let reason):
            ["state": "closed", "code": code.map { JSON($0) } ?? .null, "reason": .string(reason)]
        case .failed(let reason): ["state": "failed", "reason": .string(reason)]
        }
    }
}

extension NameCounts {
    fileprivate var json: JSON {
        var members = names.map { JSON.Member(key: $0.name, value: JSON($0.count)) }
        if others > 0 { members.append(.init(key: "…", value: JSON(others))) }
        return .object(members)
    }
}
