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
