import Engine
import JSONText
import Timeline

/// What a pane knows, as JSON: the matching part of the analysis, or the events it holds.
enum PaneExport {
    static func json(_ pane: PaneID, of session: SessionState) -> JSON {
        let keys: [String]
        switch pane {
        case .stream: keys = ["conversation", "findings"]
        case .metrics: keys = ["turns", "tokens", "audio", "spending", "rate_limits", "streams"]
        case .attractor: keys = ["series"]
        case .patterns: keys = ["patterns"]
        case .verdicts: keys = ["properties"]
        case .events: return events(of: session)
        }
        let members = session.json().objectValue ?? []
        return .object(members.filter { keys.contains($0.key) })
    }

    private static func events(of session: SessionState) -> JSON {
        let rows = session.log.rows.map { row in
            JSON.object([
                .init(key: "sequence", value: JSON(row.sequence)),
                .init(key: "time_ms", value: JSON((row.time - .zero).milliseconds)),
                .init(key: "direction", value: .string(row.direction.rawValue)),
                .init(key: "type", value: .string(row.type)),
                .init(key: "bytes", value: JSON(row.byteCount)),
                .init(key: "text", value: text(of: row)),
            ])
        }
        return .object([
            .init(key: "dropped", value: JSON(session.log.droppedCount)),
            .init(key: "events", value: .array(rows)),
        ])
    }

    /// The exact text; null when it is no longer held in memory.
    private static func text(of row: EventRow) -> JSON {
        row.raw.isEmpty ? .null : .string(String(decoding: row.raw, as: UTF8.self))
    }
}
