/// A share as a bar from the left.
package enum Bar {
    /// Fills the first row of `rect` up to `fraction` (0 to 1) in eighths of a cell; `styles`
    /// go over the width from left to right; `track` is drawn behind.
    package static func draw(
        _ fraction: Double, in rect: Rect, of grid: inout Grid, styles: [Style],
        track: Style? = nil, glyphs: GlyphSet = .unicode
    ) {
        precondition(!styles.isEmpty, "a bar can be drawn")
        let row = Rect(column: rect.column, row: rect.row, columns: rect.columns, rows: 1)
        guard rect.rows > 0 else { return }
        if let track { grid.fill(row, style: track) }
        let eighths = Histogram.eighths([fraction], maximum: 1, height: rect.columns)[0]
        for index in 0..<rect.columns where eighths > index * 8 {
            let glyph = glyphs.bars[min(8, eighths - index * 8) - 1]
            let style = styles[index * styles.count / rect.columns]
            grid.set(glyph, at: Point(column: rect.column + index, row: rect.row), style: style)
        }
    }
}

/// A share as a filled field with words over it.
package enum Gauge {
    /// Draws `label` in the middle of the first row of `rect`; the cells up to `fraction`
    /// (0 to 1) take `filled`, the others `empty`. The styles must differ in their
    /// background or in `reverse`, for the words stand over both.
    package static func draw(
        _ fraction: Double, label: String, in rect: Rect, of grid: inout Grid, filled: Style,
        empty: Style
    ) {
        guard rect.rows > 0, rect.columns > 0 else { return }
        let row = Rect(column: rect.column, row: rect.row, columns: rect.columns, rows: 1)
        grid.fill(row, style: empty)
        let text = TextWidth.truncated(label, columns: rect.columns)
        let start = rect.column + (rect.columns - TextWidth.columns(text)) / 2
        grid.write(text, at: Point(column: start, row: rect.row), style: empty, clip: row)
        let share = fraction > 0 ? min(fraction, 1) : 0
        let count = Int((share * Double(rect.columns)).rounded())
        grid.restyle(row.split(left: count).left) { _ in filled }
    }
}

/// Which part of a long list is in view.
package enum Scrollbar {
    /// Draws a column of track and thumb in the first column of `rect`; nothing when all of
    /// `total` is in view. The thumb touches an end only when the view does.
    package static func draw(
        total: Int, visible: Int, first: Int, in rect: Rect, of grid: inout Grid,
        track: Style, thumb: Style, glyphs: GlyphSet = .unicode
    ) {
        guard let range = self.thumb(total: total, visible: visible, first: first, rows: rect.rows)
        else { return }
        for row in 0..<rect.rows {
            let isThumb = range.contains(row)
            grid.set(
                isThumb ? glyphs.scrollThumb : glyphs.scrollTrack,
                at: Point(column: rect.column, row: rect.row + row),
                style: isThumb ? thumb : track)
        }
    }

    /// The thumb's rows; nil when there is nothing to scroll or no room.
    package static func thumb(total: Int, visible: Int, first: Int, rows: Int) -> Range<Int>? {
        guard rows > 0, visible > 0, total > visible else { return nil }
        let length = min(rows, max(1, rows * visible / total))
        let room = rows - length
        let last = total - visible
        let first = min(max(0, first), last)
        var start = (2 * room * first + last) / (2 * last)
        if room > 1, first > 0, first < last { start = min(max(1, start), room - 1) }
        return start..<start + length
    }
}

/// Loudness over time, mirrored about the middle.
package enum Waveform {
    /// Draws the newest levels (0 to 1), two to a cell, the last at the right edge; `styles`
    /// go from quiet to loud.
    package static func draw(
        _ levels: [Double], in rect: Rect, of grid: inout Grid, styles: [Style],
        marker: Marker = .braille
    ) {
        precondition(!styles.isEmpty, "a wave can be drawn")
        var canvas = BrailleCanvas(columns: rect.columns, rows: rect.rows)
        guard canvas.width > 0, canvas.height > 0 else { return }
        let shown = levels.suffix(canvas.width)
        let bands = min(styles.count, BrailleCanvas.bandCount)
        let middle = canvas.height / 2
        for (index, level) in shown.enumerated() {
            let level = level > 0 ? min(level, 1) : 0
            let reach = Int((level * Double(middle)).rounded())
            let band = UInt8(min(bands - 1, Int(level * Double(bands))))
            let x = canvas.width - shown.count + index
            for y in middle - max(1, reach)..<middle + reach {
                canvas.plot(x: x, y: y, band: band)
            }
        }
        canvas.draw(in: &grid, at: rect.origin, styles: styles, marker: marker)
    }
}
