/// Values as columns that grow from the bottom of a rectangle.
package enum Histogram {
    /// Draws a column for each value, in eighths of a cell; the first stands at the left.
    ///
    /// Rows take `styles` from the bottom up, spread over the height. A value at or above
    /// `maximum` (default: the greatest value) fills the height; one that is not a number, or
    /// not above 0, draws nothing.
    package static func draw(
        _ values: [Double], in rect: Rect, of grid: inout Grid, maximum: Double? = nil,
        columnWidth: Int = 1, gap: Int = 0, styles: [Style], glyphs: GlyphSet = .unicode
    ) {
        precondition(!styles.isEmpty && columnWidth > 0 && gap >= 0, "a column can be drawn")
        let eighths = Self.eighths(values, maximum: maximum, height: rect.rows)
        let rowStyles = (0..<rect.rows).map { row in
            styles[min(styles.count - 1, row * styles.count / max(1, rect.rows))]
        }
        for (index, height) in eighths.enumerated() {
            let column = rect.column + index * (columnWidth + gap)
            let width = min(columnWidth, rect.endColumn - column)
            guard width > 0 else { return }
            for row in 0..<rect.rows where height > row * 8 {
                let glyph = glyphs.levels[min(8, height - row * 8) - 1]
                let place = Rect(
                    column: column, row: rect.endRow - 1 - row, columns: width, rows: 1)
                grid.fill(place, glyph, style: rowStyles[row])
            }
        }
    }

    /// Every value's height in eighths of a row; what is above 0 at all gets at least one.
    static func eighths(_ values: [Double], maximum: Double?, height: Int) -> [Int] {
        let top = maximum ?? values.reduce(0) { $1.isFinite ? max($0, $1) : $0 }
        return values.map { value in
            guard value > 0, top > 0 else { return 0 }
            return max(1, Int((min(1, value / top) * Double(height * 8)).rounded()))
        }
    }
}
