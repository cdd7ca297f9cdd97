import Cells

/// The lowest row: what is being typed, a notice, or the keys that matter here.
enum Footer {
    struct Hint {
        var action: Action
        var key: String
        var label: String
        var columns: Range<Int>
    }

    static func draw(_ painter: inout Painter, _ rect: Rect, app: App) {
        painter.fill(rect, .surface)
        if let composer = app.view.composer {
            drawComposer(composer, &painter, rect, app)
            return
        }
        if let prompt = app.view.prompt {
            var used = painter.write("/", 1, rect.row, .key)
            used += painter.write(prompt.text, 1 + used, rect.row, .text, limit: rect.columns - 4)
            painter.grid.set(
                painter.glyphs.head, at: Point(column: 1 + used, row: rect.row),
                style: painter.theme[.plotHead])
            return
        }
        if let notice = app.view.notice {
            painter.write(notice, 1, rect.row, .notice, limit: rect.columns - 2)
            return
        }
        for hint in hints(app: app) {
            let start = hint.columns.lowerBound
            let used = painter.write(hint.key, start, rect.row, .key)
            painter.write(" " + hint.label, start + used, rect.row, .keyLabel)
        }
    }

    /// The end of a long line is what its writer sees; a notice stands at the right.
    private static func drawComposer(
        _ composer: Composer, _ painter: inout Painter, _ rect: Rect, _ app: App
    ) {
        var used = painter.write(composer.label, 1, rect.row, .key, limit: rect.columns / 2)
        let room = max(1, rect.columns - used - 3)
        var text = Substring(composer.text)
        while TextWidth.columns(String(text)) > room { text = text.dropFirst() }
        used += painter.write(String(text), 1 + used, rect.row, .text, limit: room)
        painter.grid.set(
            painter.glyphs.head, at: Point(column: 1 + used, row: rect.row),
            style: painter.theme[.plotHead])
        if let notice = app.view.notice {
            painter.writeRight(notice, before: rect.columns - 1, rect.row, .notice, from: used + 4)
        }
    }

    /// The hints that fit, with where they stand; the mouse uses the same.
    static func hints(app: App) -> [Hint] {
        var column = 1
        var hints: [Hint] = []
        let own = ActionTable.entries.filter { $0.context == .pane(app.view.focus) }
        let general = ActionTable.entries.filter { $0.hint != nil && $0.context == .global }
            .sorted { ($0.hint ?? 0) < ($1.hint ?? 0) }
        // Who holds a conversation needs these more than anything else.
        let speaking =
            app.shownClient != nil
            ? [Action.message, .talk, .interrupt, .settings].map(\.entry)
            : app.mayAskHost ? [Action.message, .interrupt].map(\.entry) : []
        for entry in general.prefix(1) + speaking + general.prefix(4).dropFirst() + own
            + general.dropFirst(4)
        {
            guard let key = app.configuration.keyMap.keys(of: entry.action).first else { continue }
            let shown = KeyName.display(key, ascii: app.view.usesASCII)
            let label = entry.title.lowercased()
            let width = TextWidth.columns(shown) + 1 + label.count
            guard column + width < app.size.columns else { break }
            hints.append(
                Hint(
                    action: entry.action, key: shown, label: label, columns: column..<column + width
                ))
            column += width + 2
        }
        return hints
    }
}
