import Cells
import Engine

/// The session's settings, one a line.
enum SettingsOverlay {
    static func draw(_ painter: inout Painter, app: App, form: SettingsForm) {
        let fields = SettingsField.allCases
        let body = OverlayDrawing.box(
            &painter, size: app.size, columns: 96, rows: fields.count + 5,
            title: "session settings", note: "s sends, q leaves")
        let rows = max(1, body.rows - 2)
        let first = max(0, min(form.selection - rows / 2, fields.count - rows))
        for (offset, field) in fields.dropFirst(first).prefix(rows).enumerated() {
            let row = body.row + offset
            let isSelected = first + offset == form.selection
            let value = field.value(in: form.draft)
            let isChanged = app.shownClient.map { field.value(in: $0.client.settings) != value }
            painter.write(field.rawValue, body.column, row, .overlay, limit: 20)
            let shown = isSelected ? form.editing.map { $0 + "▏" } ?? value : value
            painter.write(
                shown.isEmpty ? "(none)" : shown, body.column + 20, row,
                isChanged == true ? .match : .key, limit: min(30, body.columns - 20))
            painter.write(
                field.help, body.column + 52, row, .textDim, limit: body.columns - 52)
            if isSelected {
                painter.select(
                    Rect(column: body.column, row: row, columns: body.columns, rows: 1))
            }
        }
        let hint =
            form.problem.map { RoleSpan($0, .metricBad) }
            ?? RoleSpan(
                form.editing == nil
                    ? "up and down choose, left and right change, Enter types"
                    : "Enter takes it, Esc leaves it as it was", .textDim)
        painter.write([hint], body.column, body.endRow - 1, limit: body.columns)
    }
}
