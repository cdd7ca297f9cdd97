/// The characters of a frame.
package struct BoxGlyphs: Hashable, Sendable {
    package var horizontal: Unicode.Scalar
    package var vertical: Unicode.Scalar
    package var topLeft: Unicode.Scalar
    package var topRight: Unicode.Scalar
    package var bottomLeft: Unicode.Scalar
    package var bottomRight: Unicode.Scalar
    /// The left and right ends of a rule across a frame.
    package var joinLeft: Unicode.Scalar
    package var joinRight: Unicode.Scalar
    /// The upper and lower ends of a rule down a frame.
    package var joinTop: Unicode.Scalar
    package var joinBottom: Unicode.Scalar

    /// Eleven characters in the order `─│╭╮╰╯├┤┬┴`.
    package init(_ glyphs: StaticString) {
        let scalars = Array(glyphs.description.unicodeScalars)
        precondition(scalars.count == 10, "a frame has ten characters")
        horizontal = scalars[0]
        vertical = scalars[1]
        topLeft = scalars[2]
        topRight = scalars[3]
        bottomLeft = scalars[4]
        bottomRight = scalars[5]
        joinLeft = scalars[6]
        joinRight = scalars[7]
        joinTop = scalars[8]
        joinBottom = scalars[9]
    }

    package static let rounded = BoxGlyphs("─│╭╮╰╯├┤┬┴")
    package static let square = BoxGlyphs("─│┌┐└┘├┤┬┴")
    package static let heavy = BoxGlyphs("━┃┏┓┗┛┣┫┳┻")
    package static let double = BoxGlyphs("═║╔╗╚╝╠╣╦╩")
    package static let ascii = BoxGlyphs("-|++++++++")
}

/// A piece of text with its style, for lines of several styles.
package struct Span: Hashable, Sendable {
    package var text: String
    package var style: Style

    package init(_ text: String, _ style: Style) {
        self.text = text
        self.style = style
    }
}

extension Grid {
    /// Draws a frame along the inside of `rect`; one without room for a frame draws nothing.
    package mutating func box(_ rect: Rect, _ glyphs: BoxGlyphs, style: Style) {
        guard rect.columns >= 2, rect.rows >= 2 else { return }
        let right = rect.endColumn - 1
        let bottom = rect.endRow - 1
        let across = rect.columns - 2
        let down = rect.rows - 2
        for row in [rect.row, bottom] {
            fill(
                Rect(column: rect.column + 1, row: row, columns: across, rows: 1),
                glyphs.horizontal, style: style)
        }
        for column in [rect.column, right] {
            fill(
                Rect(column: column, row: rect.row + 1, columns: 1, rows: down),
                glyphs.vertical, style: style)
        }
        set(glyphs.topLeft, at: rect.origin, style: style)
        set(glyphs.topRight, at: Point(column: right, row: rect.row), style: style)
        set(glyphs.bottomLeft, at: Point(column: rect.column, row: bottom), style: style)
        set(glyphs.bottomRight, at: Point(column: right, row: bottom), style: style)
    }

    /// Draws a frame with a title let into its upper edge, `╭─ 1 tokens ──── note ─╮`, and
    /// returns the room inside. What does not fit of the title is cut; the note is left out.
    @discardableResult
    package mutating func box(
        _ rect: Rect, _ glyphs: BoxGlyphs, style: Style, title: [Span], note: [Span] = []
    ) -> Rect {
        box(rect, glyphs, style: style)
        let room = rect.columns - 6
        guard room > 0, rect.rows >= 2 else { return rect.inset(by: 1) }
        var used = 0
        if !title.isEmpty {
            used = inset(title, at: rect.column + 2, row: rect.row, room: room, style: style)
        }
        let width = note.reduce(0) { $0 + TextWidth.columns($1.text) }
        if width > 0, used + width + 3 <= room {
            inset(
                note, at: rect.endColumn - 4 - width, row: rect.row, room: width, style: style)
        }
        return rect.inset(by: 1)
    }

    /// Text between two blanks; returns the columns of the text.
    @discardableResult
    private mutating func inset(
        _ spans: [Span], at column: Int, row: Int, room: Int, style: Style
    ) -> Int {
        set(" ", at: Point(column: column, row: row), style: style)
        let used = write(spans, at: Point(column: column + 1, row: row), limit: room)
        set(" ", at: Point(column: column + 1 + used, row: row), style: style)
        return used
    }

    /// Draws a line across a frame, joined to its sides.
    package mutating func rule(across rect: Rect, row: Int, _ glyphs: BoxGlyphs, style: Style) {
        guard rect.columns >= 2, row > rect.row, row < rect.endRow - 1 else { return }
        fill(
            Rect(column: rect.column + 1, row: row, columns: rect.columns - 2, rows: 1),
            glyphs.horizontal, style: style)
        set(glyphs.joinLeft, at: Point(column: rect.column, row: row), style: style)
        set(glyphs.joinRight, at: Point(column: rect.endColumn - 1, row: row), style: style)
    }

    /// Draws a line down a frame, joined to its upper and lower edges.
    package mutating func rule(down rect: Rect, column: Int, _ glyphs: BoxGlyphs, style: Style) {
        guard rect.rows >= 2, column > rect.column, column < rect.endColumn - 1 else { return }
        fill(
            Rect(column: column, row: rect.row + 1, columns: 1, rows: rect.rows - 2),
            glyphs.vertical, style: style)
        set(glyphs.joinTop, at: Point(column: column, row: rect.row), style: style)
        set(glyphs.joinBottom, at: Point(column: column, row: rect.endRow - 1), style: style)
    }

    /// Writes spans one after the other in at most `limit` columns; returns the columns used.
    @discardableResult
    package mutating func write(_ spans: [Span], at point: Point, limit: Int = .max) -> Int {
        var used = 0
        for span in spans where used < limit {
            let place = Point(column: point.column + used, row: point.row)
            used += write(span.text, at: place, style: span.style, limit: limit - used)
        }
        return used
    }
}
