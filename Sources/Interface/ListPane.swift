import Cells
import Engine
import Timeline

/// One row of a list pane, ready to draw.
struct ListRow {
    var spans: [RoleSpan]
    /// The event to jump to.
    var sequence: UInt64?
    var time: Instant?
}

/// A pane that is a list of selectable rows: pattern hits, verdicts, events.
protocol ListPane {
    static var id: PaneID { get }
    /// The rows that pass `filter`, oldest first, as indices that `row` understands.
    static func rows(of session: SessionState, filter: Int) -> [Int]
    static func row(_ index: Int, of session: SessionState, columns: Int, glyphs: GlyphSet)
        -> ListRow
    /// Whether the row contains `query`, without regard to case.
    static func matches(_ index: Int, of session: SessionState, query: String) -> Bool
    /// What stands in the pane while there are no rows.
    static func emptyText(of session: SessionState) -> [String]
    /// The row in full.
    static func detail(_ index: Int, of session: SessionState) -> (title: String, text: String)
}

extension App {
    func listView(of pane: PaneID) -> ListView? {
        switch pane {
        case .patterns: view.patterns
        case .verdicts: view.verdicts
        case .events: view.events
        case .stream, .metrics, .attractor: nil
        }
    }

    mutating func mutateList(of pane: PaneID, _ change: (inout ListView) -> Void) {
        switch pane {
        case .patterns: change(&view.patterns)
        case .verdicts: change(&view.verdicts)
        case .events: change(&view.events)
        case .stream, .metrics, .attractor: break
        }
    }

    static func listPane(_ pane: PaneID) -> (any ListPane.Type)? {
        switch pane {
        case .patterns: PatternsPane.self
        case .verdicts: VerdictsPane.self
        case .events: EventsPane.self
        case .stream, .metrics, .attractor: nil
        }
    }

    /// The rows of a list pane as they are shown now.
    func rows(of pane: PaneID) -> [Int] {
        guard let session, let list = Self.listPane(pane) else { return [] }
        return list.rows(of: session, filter: view.filter(in: pane))
    }

    /// The selected row of a list pane; the newest while it follows.
    func selectedRow(of pane: PaneID) -> Int? {
        let rows = rows(of: pane)
        guard !rows.isEmpty else { return nil }
        let selected = listView(of: pane)?.selected ?? (pane == .verdicts ? 0 : rows.count - 1)
        return rows[min(selected, rows.count - 1)]
    }

    func selectedListRow(of pane: PaneID) -> ListRow? {
        guard let session, let list = Self.listPane(pane), let index = selectedRow(of: pane) else {
            return nil
        }
        return list.row(index, of: session, columns: 400, glyphs: glyphs)
    }
}
