import Cells

/// Draws what lies above the panes.
enum OverlayDrawing {
    /// Returns `overlay` as it is shown: scrolled no further than its end.
    static func draw(_ overlay: Overlay, _ painter: inout Painter, app: App) -> Overlay {
        switch overlay {
        case .help(let query, let isTyping, let scroll):
            let shown = HelpOverlay.draw(
                &painter, app: app, query: query, isTyping: isTyping, scroll: scroll)
            return .help(query: query, isTyping: isTyping, scroll: shown)
        case .palette(let query, let selection):
            PaletteOverlay.draw(&painter, app: app, query: query, selection: selection)
            return overlay
        case .property(let editor):
            PropertyOverlay.draw(&painter, app: app, editor: editor)
            return overlay
        case .detail(let title, let text, let scroll):
            let shown = DetailOverlay.draw(
                &painter, app: app, title: title, text: text, scroll: scroll)
            return .detail(title: title, text: text, scroll: shown)
        case .settings(let form):
            SettingsOverlay.draw(&painter, app: app, form: form)
            return overlay
        case .sessions(let list):
            SessionsOverlay.draw(&painter, app: app, list: list)
            return overlay
        case .peers(let list):
            PeersOverlay.draw(&painter, app: app, list: list)
            return overlay
        case .comparison: return overlay
        }
    }

    /// Clears a box in the middle of the screen and returns the room inside.
    static func box(
        _ painter: inout Painter, size: Size, columns: Int, rows: Int, title: String, note: String
    ) -> Rect {
        let columns = min(columns, size.columns - 2)
        let rows = min(rows, size.rows - 2)
        let rect = Rect(
            column: (size.columns - columns) / 2, row: (size.rows - rows) / 2, columns: columns,
            rows: rows)
        painter.fill(rect, .overlay)
        let body = painter.grid.box(
            rect, painter.glyphs.box, style: painter.theme[.overlayBorder],
            title: [Span(title, painter.theme[.overlayTitle])],
            note: [Span(note, painter.theme[.overlayTitle])])
        return body.inset(left: 1, right: 1)
    }

    /// Draws `lines` from `scroll` on, kept within what there is; returns the first line shown.
    static func drawLines(
        _ lines: [[RoleSpan]], _ painter: inout Painter, _ body: Rect, scroll: Int
    ) -> Int {
        let first = min(scroll, max(0, lines.count - body.rows))
        for (offset, line) in lines.dropFirst(first).prefix(body.rows).enumerated() {
            painter.write(line, body.column, body.row + offset, limit: body.columns)
        }
        painter.scrollThumb(
            Rect(column: body.endColumn + 1, row: body.row, columns: 1, rows: body.rows),
            first: first, visible: body.rows, count: lines.count)
        return first
    }
}

/// Every key, from the action table.
enum HelpOverlay {
    static func draw(
        _ painter: inout Painter, app: App, query: String, isTyping: Bool, scroll: Int
    ) -> Int {
        let note = isTyping || !query.isEmpty ? "/\(query)" : "/ searches, q closes"
        let body = OverlayDrawing.box(
            &painter, size: app.size, columns: 84, rows: app.size.rows - 2, title: "keys",
            note: note)
        let lines = lines(app: app, query: query, columns: body.columns)
        if lines.isEmpty {
            painter.explain(["no key for “\(query)”"], in: body)
        }
        return OverlayDrawing.drawLines(lines, &painter, body, scroll: scroll)
    }

    private static func lines(app: App, query: String, columns: Int) -> [[RoleSpan]] {
        var lines: [[RoleSpan]] = []
        var group = ""
        for entry in ActionTable.entries {
            let keys = app.configuration.keyMap.keys(of: entry.action)
                .map { KeyName.display($0, ascii: app.view.usesASCII) }.joined(separator: " ")
            let text = "\(entry.title) \(entry.help) \(entry.id) \(keys)"
            guard query.isEmpty || TextSearch.contains(text, query) else { continue }
            if entry.group != group {
                group = entry.group
                if !lines.isEmpty { lines.append([]) }
                lines.append([RoleSpan(group, .overlayTitle)])
            }
            lines.append([
                RoleSpan("  " + keys.padded(to: 15), .key),
                RoleSpan(entry.help, .overlay),
            ])
        }
        return query.isEmpty ? lines + legend(app.glyphs) : lines
    }

    /// What the signs on the timeline and in the verdicts mean.
    private static func legend(_ glyphs: GlyphSet) -> [[RoleSpan]] {
        let rows: [(Unicode.Scalar, Role, String)] = [
            (glyphs.head, .timelineHead, "where you are"),
            (glyphs.separator, .timelineMark, "a turn"),
            (glyphs.bullet, .streamUser, "speech, a pattern hit, a verdict that changed"),
            (glyphs.verdictFalse, .timelineFailure, "a failure"),
            (glyphs.mark, .timelineMark, "a mark"),
            (glyphs.verdictTrue, .verdictTrue, "true for ever"),
            (glyphs.verdictPresumablyTrue, .verdictPresumablyTrue, "true so far"),
            (
                glyphs.verdictPresumablyFalse, .verdictPresumablyFalse,
                "false so far: something is still owed"
            ),
            (glyphs.verdictFalse, .verdictFalse, "false for ever"),
        ]
        return [[], [RoleSpan("Signs on the timeline and before verdicts", .overlayTitle)]]
            + rows.map {
                [RoleSpan("  " + String($0.0).padded(to: 15), $0.1), RoleSpan($0.2, .overlay)]
            }
    }
}

/// Commands by name.
enum PaletteOverlay {
    static func draw(_ painter: inout Painter, app: App, query: String, selection: Int) {
        let items = Palette.items(matching: query, app: app)
        let body = OverlayDrawing.box(
            &painter, size: app.size, columns: 72, rows: 18, title: "command",
            note: "Enter runs, Esc closes")
        let used = painter.write(": " + query, body.column, body.row, .key, limit: body.columns - 1)
        painter.grid.set(
            painter.glyphs.head, at: Point(column: body.column + used, row: body.row),
            style: painter.theme[.plotHead])
        let list = body.inset(top: 1)
        if items.isEmpty {
            painter.explain(["no command fits; try “seek 0:12” or “speed 4”"], in: list)
        }
        let first = max(0, min(selection - list.rows / 2, items.count - list.rows))
        for (offset, item) in items.dropFirst(first).prefix(list.rows).enumerated() {
            let row = list.row + offset
            painter.write(item.title, list.column, row, .overlay, limit: 26)
            painter.write(item.help, list.column + 27, row, .textDim, limit: list.columns - 35)
            let key = item.keys.first.map { KeyName.display($0, ascii: app.view.usesASCII) } ?? ""
            painter.writeRight(key, before: list.endColumn, row, .key, from: list.column + 27)
            if first + offset == selection {
                painter.select(Rect(column: list.column, row: row, columns: list.columns, rows: 1))
            }
        }
    }
}

/// One row in full: an event's JSON, a verdict's reason, an utterance.
enum DetailOverlay {
    static func draw(
        _ painter: inout Painter, app: App, title: String, text: String, scroll: Int
    ) -> Int {
        let columns = min(app.size.columns - 4, 110)
        let lines = wrapped(text, columns: columns - 4)
        let body = OverlayDrawing.box(
            &painter, size: app.size, columns: columns,
            rows: min(lines.count + 2, app.size.rows - 4),
            title: title, note: "y copies, q closes")
        let first = OverlayDrawing.drawLines(
            lines.map { [RoleSpan($0, .overlay)] }, &painter, body, scroll: scroll)
        painter.highlight(app.view.query(in: app.view.focus), in: body)
        return first
    }

    /// At most this many lines are laid out; the export and the copy have everything.
    private static let lineLimit = 5000

    private static func wrapped(_ text: String, columns: Int) -> [String] {
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if lines.count >= lineLimit {
                lines.append("… the rest is in the copy (y)")
                break
            }
            lines += line.isEmpty ? [""] : WordWrap.lines(String(line), columns: columns)
        }
        return lines
    }
}
