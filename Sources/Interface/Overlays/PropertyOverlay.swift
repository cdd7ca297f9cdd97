import Cells
import Engine
import TemporalLogic
import Timeline

/// A property being written, with what is wrong in it or what it says of the session so far.
enum PropertyOverlay {
    static func draw(_ painter: inout Painter, app: App, editor: PropertyEditor) {
        let body = OverlayDrawing.box(
            &painter, size: app.size, columns: 110, rows: 12,
            title: editor.index == nil ? "new property" : "edit property",
            note: "Tab changes field, Enter keeps, Esc drops")
        let room = Rect(
            column: body.column + labelWidth, row: body.row, columns: body.columns - labelWidth,
            rows: body.rows)
        label("name", 0, body, &painter)
        line(editor.name, isActive: editor.field == .name, room, row: 0, &painter)
        label("formula", 1, body, &painter)
        let start = line(
            editor.formula, isActive: editor.field == .formula, room, row: 1, &painter)
        if let problem = editor.problem {
            draw(problem, start: start, room, &painter)
        } else if let preview = editor.preview {
            draw(preview, body, room, app, &painter)
        } else {
            painter.write(
                "for example G(response.created -> F[<=3s] (token | audio | response.done))",
                room.column, room.row + 3, .textDim, limit: room.columns)
        }
    }

    private static let labelWidth = 9

    private static func label(_ text: String, _ row: Int, _ body: Rect, _ painter: inout Painter) {
        painter.write(text, body.column, body.row + row, .textDim, limit: labelWidth)
    }

    /// Draws the part of a line around its cursor; returns the first scalar shown.
    @discardableResult
    private static func line(
        _ line: TextLine, isActive: Bool, _ room: Rect, row: Int, _ painter: inout Painter
    ) -> Int {
        let width = max(1, room.columns - 2)
        let start = line.cursor < width ? 0 : line.cursor - width + width / 4
        var shown = String.UnicodeScalarView()
        shown.append(contentsOf: line.scalars.dropFirst(start).prefix(width))
        painter.write(String(shown), room.column, room.row + row, .overlay, limit: width)
        guard isActive else { return start }
        let cell = Point(column: room.column + line.cursor - start, row: room.row + row)
        let under = line.cursor < line.scalars.count ? line.scalars[line.cursor] : " "
        painter.grid.set(under, at: cell, style: painter.theme[.selection])
        return start
    }

    private static func draw(
        _ problem: FormulaError, start: Int, _ room: Rect, _ painter: inout Painter
    ) {
        let place = problem.column - 1 - start
        if place >= 0, place < room.columns {
            painter.write("^", room.column + place, room.row + 2, .metricBad)
        }
        painter.write(
            "column \(problem.column): \(problem.message)", room.column, room.row + 3, .metricBad,
            limit: room.columns)
    }

    private static func draw(
        _ preview: PropertyEditor.Preview, _ body: Rect, _ room: Rect, _ app: App,
        _ painter: inout Painter
    ) {
        let mark = VerdictsPane.mark(preview.verdict, painter.glyphs)
        label("preview", 3, body, &painter)
        var spans = [RoleSpan(mark.glyph + " " + mark.words, mark.role)]
        if preview.isVacuous { spans.append(RoleSpan(", vacuously", .textDim)) }
        let count = preview.violations.count
        if let first = preview.violations.first {
            let row = app.session?.log.rows.first { $0.sequence == first }
            let time = row.map { " at " + TimeText.clock($0.time - Instant.zero) } ?? ""
            let words = count == 1 ? "1 violation: event" : "\(count) violations, the first: event"
            spans.append(RoleSpan("  \(words) \(first)\(time)", .metricBad))
        } else {
            spans.append(RoleSpan("  no violation", .text))
        }
        painter.write(spans, room.column, room.row + 3, limit: room.columns)
        let range = preview.isWhole ? "all \(preview.eventCount)" : "the last \(preview.eventCount)"
        var scope = "over \(range) events"
        if preview.withoutText > 0 {
            scope += "; \(preview.withoutText) of them have lost the text that it compares"
        }
        painter.write(scope, room.column, room.row + 4, .textDim, limit: room.columns)
        for (offset, text) in WordWrap.lines(preview.explanation, columns: room.columns)
            .prefix(max(0, body.rows - 6)).enumerated()
        {
            painter.write(text, room.column, room.row + 5 + offset, .overlay, limit: room.columns)
        }
        painter.write(
            "memory: " + preview.memoryBound, room.column, body.endRow - 1, .textDim,
            limit: room.columns)
    }
}
