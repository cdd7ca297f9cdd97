import Cells

/// A piece of text and what it means; the theme says how it looks.
struct RoleSpan {
    var text: String
    var role: Role

    init(_ text: String, _ role: Role) {
        self.text = text
        self.role = role
    }
}

/// A grid with the theme and glyphs to draw into it.
struct Painter {
    var grid: Grid
    let theme: Theme
    let glyphs: GlyphSet

    @discardableResult
    mutating func write(
        _ text: String, _ column: Int, _ row: Int, _ role: Role, limit: Int = .max
    ) -> Int {
        grid.write(text, at: Point(column: column, row: row), style: theme[role], limit: limit)
    }

    /// Writes `spans` one after the other; returns the columns used.
    @discardableResult
    mutating func write(_ spans: [RoleSpan], _ column: Int, _ row: Int, limit: Int) -> Int {
        var used = 0
        for span in spans where used < limit {
            used += write(span.text, column + used, row, span.role, limit: limit - used)
        }
        return used
    }

    /// Writes `text` so that it ends before column `end`.
    mutating func writeRight(_ text: String, before end: Int, _ row: Int, _ role: Role, from: Int) {
        let width = TextWidth.columns(text)
        guard end - width >= from else { return }
        write(text, end - width, row, role)
    }

    mutating func fill(_ rect: Rect, _ role: Role) {
        grid.fill(rect, " ", style: theme[role])
    }

    /// Shows a row as selected: the selection's colours, the text stays.
    mutating func select(_ rect: Rect) {
        let selection = theme[.selection]
        grid.restyle(rect) { style in
            Style(
                foreground: selection.foreground == .standard
                    ? style.foreground : selection.foreground,
                background: selection.background,
                attributes: style.attributes.union(selection.attributes))
        }
    }

    /// Marks where `query` stands in the drawn cells of `rect`'s rows.
    mutating func highlight(_ query: String, in rect: Rect) {
        guard !query.isEmpty else { return }
        let style = theme[.match]
        for row in rect.row..<rect.endRow {
            for range in drawnRanges(of: query, row: row, in: rect) {
                grid.restyle(
                    Rect(column: range.lowerBound, row: row, columns: range.count, rows: 1)
                ) { _ in
                    style
                }
            }
        }
    }

    private func drawnRanges(of query: String, row: Int, in rect: Rect) -> [Range<Int>] {
        let needle = query.lowercased().unicodeScalars.map { $0 }
        let cells = (rect.column..<rect.endColumn).map { grid[$0, row] }
        guard !needle.isEmpty, needle.count <= cells.count else { return [] }
        var found: [Range<Int>] = []
        var start = 0
        while start + needle.count <= cells.count {
            let matches = needle.indices.allSatisfy { offset in
                let scalar = cells[start + offset].scalar
                return scalar == needle[offset]
                    || String(scalar).lowercased() == String(needle[offset])
            }
            if matches {
                found.append(rect.column + start..<rect.column + start + needle.count)
                start += needle.count
            } else {
                start += 1
            }
        }
        return found
    }

    /// A sentence in the middle of an empty pane.
    mutating func explain(_ sentences: [String], in rect: Rect) {
        var row = rect.row + max(0, (rect.rows - sentences.count) / 2)
        for sentence in sentences {
            for line in WordWrap.lines(sentence, columns: max(1, rect.columns - 2)) {
                guard row < rect.endRow else { return }
                let width = TextWidth.columns(line)
                write(line, rect.column + max(0, (rect.columns - width) / 2), row, .textDim)
                row += 1
            }
        }
    }

    // MARK: charts

    /// Columns of eighth blocks that are written over from left to right like a heart monitor:
    /// a new value changes one column, not all. `total` counts the values since the beginning.
    mutating func sweepChart(
        _ values: [Double], total: Int, in rect: Rect, maximum: Double, gradient: Gradient
    ) {
        guard rect.columns > 1, total > 0 else { return }
        let shown = values.suffix(rect.columns - 1)
        var columns = [Double](repeating: 0, count: rect.columns)
        for (offset, value) in shown.reversed().enumerated() {
            columns[(total - 1 - offset) % rect.columns] = value
        }
        Histogram.draw(
            columns, in: rect, of: &grid, maximum: maximum,
            styles: theme.bands(gradient, count: 3), glyphs: glyphs)
    }

    /// A thumb in the first column of `rect`, only when there is more than fits; the pane's
    /// border serves as its track.
    mutating func scrollThumb(_ rect: Rect, first: Int, visible: Int, count: Int) {
        guard
            let thumb = Scrollbar.thumb(
                total: count, visible: visible, first: first, rows: rect.rows)
        else { return }
        for row in thumb {
            grid.set(
                glyphs.scrollThumb, at: Point(column: rect.column, row: rect.row + row),
                style: theme[.scrollThumb])
        }
    }
}
