import TemporalLogic
import Cells
import Engine

/// Draws the visible rows of a list pane.
enum ListDrawing {
    /// The first visible row: such that the newest is seen while it follows, else the selection.
    static func firstRow(count: Int, visible: Int, view: ListView, follows: Bool) -> Int {
        guard count > visible else { return 0 }
        guard let selected = view.selected else {
            guard follows else { return 0 }
            // Jumps by half a page: a new row then changes one line of the screen, not all.
            let jump = max(1, visible / 2)
            return (count - visible + jump - 1) / jump * jump
        }
        let clamped = min(selected, count - 1)
        let first = min(max(0, view.first), count - visible)
        if clamped < first { return clamped }
        if clamped >= first + visible { return clamped - visible + 1 }
        return first
    }

    static func draw<Pane: ListPane>(
        _ pane: Pane.Type, _ painter: inout Painter, _ body: Rect, _ session: SessionState,
        app: inout App
    ) {
        let rows = Pane.rows(of: session, filter: app.view.filter(in: Pane.id))
        guard !rows.isEmpty, body.rows > 0 else {
            let filter = app.view.filter(in: Pane.id)
            let sentences =
                filter == 0
                ? Pane.emptyText(of: session)
                : [
                    "nothing passes “\(PaneFilter.names(of: Pane.id)[filter])”",
                    "& goes on to the next filter",
                ]
            painter.explain(sentences, in: body)
            return
        }
        let view = app.listView(of: Pane.id) ?? ListView()
        var first = firstRow(
            count: rows.count, visible: body.rows, view: view, follows: Pane.id != .verdicts)
        if Pane.id == .verdicts, view.selected == nil, rows.count > body.rows {
            // Until somebody selects, the first false verdict is what matters.
            let wanted = rows.firstIndex { session.properties[$0].verdict == .false } ?? 0
            first = min(wanted, rows.count - body.rows)
        }
        app.mutateList(of: Pane.id) { $0.first = first }
        let shown = rows[first..<min(rows.count, first + body.rows)]
        for (offset, index) in shown.enumerated() {
            let row = Pane.row(
                index, of: session, columns: body.columns, glyphs: painter.glyphs)
            let line = Rect(
                column: body.column, row: body.row + offset, columns: body.columns, rows: 1)
            painter.write(row.spans, line.column, line.row, limit: line.columns)
            if app.view.focus == Pane.id, first + offset == view.selected { painter.select(line) }
        }
        painter.highlight(app.view.query(in: Pane.id), in: body)
        painter.scrollThumb(
            Rect(column: body.endColumn, row: body.row, columns: 1, rows: body.rows),
            first: first, visible: body.rows, count: rows.count)
    }
}
