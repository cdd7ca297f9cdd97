import Engine
import JSONText

/// What a pane knows, as JSON: the matching part of the analysis.
enum PaneExport {
    static func json(_ pane: PaneID, of session: SessionState) -> JSON {
        let whole = session.json()
        let keys: [String] =
            switch pane {
            case .stream: ["conversation"]
            case .metrics: ["turns", "tokens", "audio", "spending", "streams", "rateLimits"]
            case .attractor: ["series"]
            case .patterns: ["hits"]
            case .verdicts: ["properties"]
            case .events: ["events", "unknownEvents", "unknownFields", "findings"]
            }
        let members = (whole.objectValue ?? []).filter { keys.contains($0.key) }
        return members.isEmpty ? whole : .object(members)
    }
}
