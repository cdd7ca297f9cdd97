import Cells
import Engine
import Timeline

/// Two conversations side by side on the whole screen, aligned, with the differences marked.
///
/// Between the sides stands what became of each pair: nothing for equal ones, `~` for changed ones,
/// `<` and `>` for what only one side has; words that differ are marked within the text.
enum ComparisonPane {
    /// Columns between the sides.
    private static let gutter = 3

    static func draw(_ painter: inout Painter, app: inout App) {
        guard let comparison = app.comparison, case .comparison(var view)? = app.view.overlay else {
            return
        }
        let size = painter.grid.size
        painter.fill(Rect(size), .surface)
        let layout = app.comparisonLayout(columns: side(of: size), wraps: view.wraps)
        let body = Rect(size).inset(top: 1, bottom: 1)
        view.line = min(max(0, view.line), max(0, layout.lines.count - body.rows))
        app.view.overlay = .comparison(view)
        drawHead(&painter, comparison, side: side(of: size))
        if layout.lines.isEmpty { painter.explain(["both conversations are empty"], in: body) }
        for (offset, line) in layout.lines.dropFirst(view.line).prefix(body.rows).enumerated() {
            draw(line, &painter, row: body.row + offset, side: side(of: size))
            if line.isHead, line.row == view.selected {
                painter.select(
                    Rect(column: 0, row: body.row + offset, columns: size.columns - 1, rows: 1))
            }
        }
        painter.scrollThumb(
            Rect(column: size.columns - 1, row: body.row, columns: 1, rows: body.rows),
            first: view.line, visible: body.rows, count: layout.lines.count)
        drawFoot(&painter, comparison, view, app: app)
    }

    /// Rows between head and foot.
    static func bodyRows(_ size: Size) -> Int { max(1, size.rows - 2) }

    static func side(of size: Size) -> Int { max(1, (size.columns - gutter - 1) / 2) }

    // MARK: lines

    private static func draw(
        _ line: ComparisonLayout.Line, _ painter: inout Painter, row: Int, side: Int
    ) {
        painter.write(line.left, 0, row, limit: side)
        painter.write(line.right, side + gutter, row, limit: side)
        let (sign, role) = sign(line.kind, painter.glyphs)
        painter.write(line.isHead ? sign : separator(painter), side + 1, row, role)
    }

    private static func separator(_ painter: Painter) -> String {
        String(painter.glyphs.scrollTrack)
    }

    private static func sign(_ kind: Comparison.Kind, _ glyphs: GlyphSet) -> (String, Role) {
        switch kind {
        case .same: (String(glyphs.scrollTrack), .scrollTrack)
        case .changed: ("~", .metricWarn)
        case .onlyLeft: ("<", .metricBad)
        case .onlyRight: (">", .metricGood)
        }
    }

    // MARK: head and foot

    private static func drawHead(
        _ painter: inout Painter, _ comparison: Comparison, side: Int
    ) {
        painter.fill(
            Rect(column: 0, row: 0, columns: painter.grid.size.columns, rows: 1), .statusBar)
        for (column, title, isLeft) in [
            (0, comparison.leftTitle, true), (side + gutter, comparison.rightTitle, false),
        ] {
            let count = comparison.rows.count { (isLeft ? $0.left : $0.right) != nil }
            let entries = " \(count) entr\(count == 1 ? "y" : "ies")"
            let limit = max(1, side - entries.count)
            let used = painter.write(
                TextWidth.truncated(title, columns: limit, ellipsis: painter.glyphs.ellipsis),
                column, 0, .statusBar, limit: limit)
            painter.write(entries, column + used, 0, .textDim, limit: side - used)
        }
    }

    private static func drawFoot(
        _ painter: inout Painter, _ comparison: Comparison, _ view: ComparisonView, app: App
    ) {
        let size = painter.grid.size
        let row = size.rows - 1
        let all = comparison.differences
        let place = view.selected.flatMap { all.firstIndex(of: $0) }.map { "\($0 + 1) of " } ?? ""
        let state =
            all.isEmpty
            ? "no difference"
            : "\(place)\(all.count) difference\(all.count == 1 ? "" : "s"), similar "
                + NumberText.fixed(comparison.similarity, 2)
        let start = size.columns - 1 - state.count
        painter.write(state, max(0, start), row, .metricValue)
        if let notice = app.view.notice {
            painter.write(notice, 1, row, .notice, limit: start - 2)
            return
        }
        var column = 1
        for (key, label) in keys(view, app) {
            let width = key.count + 1 + label.count
            guard column + width < start - 1 else { return }
            column += painter.write(key, column, row, .key)
            column += painter.write(" " + label, column, row, .keyLabel) + 2
        }
    }

    private static func keys(_ view: ComparisonView, _ app: App) -> [(String, String)] {
        [
            ("n N", "difference"), ("q", app.isComparisonAlone ? "quit" : "close"),
            ("w", view.wraps ? "one line" : "wrap"), ("j k", "scroll"),
        ] + (app.engine.sessions.count > 2 ? [("c", "other session")] : [])
    }
}
