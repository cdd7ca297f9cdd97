import Cells
import Engine
import Timeline

/// Hits of the pattern library: when, which, how sure, what was matched.
enum PatternsPane: ListPane {
    static let id = PaneID.patterns

    static func note(of session: SessionState) -> [RoleSpan] {
        session.hits.isEmpty
            ? []
            : [
                RoleSpan(
                    "\(session.hits.total) hit" + (session.hits.total == 1 ? "" : "s"), .textDim)
            ]
    }

    static func rows(of session: SessionState, filter: Int) -> [Int] {
        let hits = session.hits
        return filter == 1 ? hits.indices.filter { hits[$0].edits == 0 } : Array(hits.indices)
    }

    static func row(_ index: Int, of session: SessionState, columns: Int, glyphs: GlyphSet)
        -> ListRow
    {
        let hit = session.hits[index]
        let role = Role.pattern(hit.pattern)
        var spans = [
            RoleSpan(TimeText.clock(hit.time - .zero) + " ", .streamTime),
            RoleSpan(hit.name, role),
        ]
        let quality = quality(of: hit)
        if let confidence = hit.confidence {
            spans.append(RoleSpan(" " + NumberText.fixed(confidence, 2), .metricValue))
        }
        spans.append(RoleSpan(" " + quality, .textDim))
        if columns > 44 { spans.append(RoleSpan("  " + hit.excerpt, .textDim)) }
        return ListRow(spans: spans, sequence: hit.end, time: hit.time)
    }

    /// How near the place is to the pattern.
    private static func quality(of hit: PatternHit) -> String {
        if let difference = hit.difference { return "off by \(NumberText.fixed(difference, 2))" }
        return hit.edits == 0 ? "exact" : "\(hit.edits) edit\(hit.edits == 1 ? "" : "s")"
    }

    static func matches(_ index: Int, of session: SessionState, query: String) -> Bool {
        let hit = session.hits[index]
        return TextSearch.contains(hit.name, query) || TextSearch.contains(hit.excerpt, query)
    }

    static func emptyText(of session: SessionState) -> [String] {
        ["no pattern has been found yet"]
    }

    static func detail(_ index: Int, of session: SessionState) -> (title: String, text: String) {
        let hit = session.hits[index]
        var lines = [
            "pattern     \(hit.name)",
            "found at    \(TimeText.clock(hit.time - .zero))",
            "events      \(hit.start) to \(hit.end)",
            hit.difference.map {
                "difference  \(NumberText.fixed($0, 4)) (root mean square a sample)"
            }
                ?? "edits       \(hit.edits)",
        ]
        if let confidence = hit.confidence {
            lines.append(
                "confidence  \(NumberText.fixed(confidence, 3)) (1 − p against shuffled background)"
            )
        } else {
            lines.append("confidence  too little background to say")
        }
        lines += ["", hit.excerpt]
        return ("pattern hit", lines.joined(separator: "\n"))
    }
}
