/// A screenful of cells: what a pane draws into, what a screen shows, what a test compares.
///
/// Two cells of a wide character always stand side by side: whoever overwrites one half
/// blanks the other.
package struct Grid: Equatable, Sendable {
    package let size: Size
    /// Row by row.
    private(set) var cells: [Cell]

    /// Blanks of one style.
    package init(size: Size, style: Style = .standard) {
        self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
        cells = Array(
            repeating: Cell(" ", style: style), count: self.size.columns * self.size.rows)
    }

    package var bounds: Rect { Rect(size) }

    package subscript(column: Int, row: Int) -> Cell {
        precondition(bounds.contains(Point(column: column, row: row)), "outside the grid")
        return cells[row * size.columns + column]
    }

    package subscript(point: Point) -> Cell { self[point.column, point.row] }

    /// The cells of one row.
    package func row(_ row: Int) -> ArraySlice<Cell> {
        cells[row * size.columns..<(row + 1) * size.columns]
    }

    /// Writes one line of text in at most `limit` columns; returns the columns used.
    ///
    /// Text is drawn by the policy of `TextWidth`, so no byte of it reaches a terminal as a
    /// command. What lies outside the grid is cut; a wide character that does not fit whole
    /// is not drawn.
    @discardableResult
    package mutating func write(
        _ text: String, at point: Point, style: Style, limit: Int = .max
    ) -> Int {
        guard limit > 0 else { return 0 }
        let columns = min(limit, max(0, size.columns - point.column))
        return write(
            text, at: point, style: style,
            clip: Rect(column: point.column, row: point.row, columns: columns, rows: 1))
    }

    /// Writes one line of text where it lies inside `clip`; returns the columns from `point`
    /// to the end of what fitted.
    @discardableResult
    package mutating func write(
        _ text: String, at point: Point, style: Style, clip: Rect
    ) -> Int {
        let clip = clip.intersection(bounds)
        guard point.row >= clip.row, point.row < clip.endRow, !clip.isEmpty else { return 0 }
        var pen = Pen(
            row: point.row * size.columns, column: point.column, first: clip.column,
            end: clip.endColumn, look: style.bits)
        var scan = TextWidth.Scan()
        scan.run(text) { piece in draw(piece, with: &pen) }
        return pen.column - point.column
    }

    /// Where the next piece of a text goes.
    private struct Pen {
        /// The index of the row's first cell.
        var row: Int
        var column: Int
        /// The columns that may be drawn to: `first..<end`.
        var first: Int
        var end: Int
        var look: UInt64
        /// The cell that a mark stands over.
        var base: Int?
    }

    @inline(__always)
    private mutating func draw(_ piece: TextWidth.Piece, with pen: inout Pen) -> Bool {
        if piece.columns == 0 {
            if let base = pen.base { addMark(piece.scalar, at: base) }
            return true
        }
        guard pen.column + piece.columns <= pen.end else { return false }
        defer { pen.column += piece.columns }
        guard pen.column >= pen.first else {
            pen.base = nil
            return true
        }
        let index = pen.row + pen.column
        let look = piece.isPicture ? pen.look | 2 << 52 : pen.look
        pen.base = index
        put(piece.scalar, columns: piece.columns, at: index, look: look)
        return true
    }

    /// Replaces a cell and blanks the half of a wide character that this leaves alone.
    @inline(__always)
    mutating func put(_ cell: Cell, at index: Int) {
        let halves = Cell.wide | Cell.continuation
        let old = cells[index].look
        cells[index] = cell
        if old & halves != 0 { mend(around: index, old: old) }
    }

    /// Puts a narrow or wide scalar; one that would cross the row's end is the caller's error.
    @inline(__always)
    mutating func put(_ scalar: UInt32, columns: Int, at index: Int, look: UInt64) {
        if columns == 1 {
            put(Cell(text: UInt64(scalar), look: look), at: index)
        } else {
            put(Cell(text: UInt64(scalar), look: look | Cell.wide), at: index)
            put(Cell(text: 0x20, look: look | Cell.continuation), at: index + 1)
        }
    }

    mutating func addMark(_ mark: UInt32, at index: Int) {
        Cell.addMark(mark, to: &cells[index].text)
    }

    private mutating func mend(around index: Int, old: UInt64) {
        if old & Cell.wide != 0 {
            if cells[index].look & Cell.wide == 0 { blank(index + 1) }
        } else if cells[index].look & Cell.continuation == 0 {
            blank(index - 1)
        }
    }

    /// A blank with the colours that the cell had.
    private mutating func blank(_ index: Int) {
        cells[index] = Cell(text: 0x20, look: cells[index].look & Style.mask)
    }

    /// Fills what lies inside the grid with one narrow scalar.
    package mutating func fill(_ rect: Rect, _ scalar: Unicode.Scalar = " ", style: Style) {
        let rect = rect.intersection(bounds)
        guard !rect.isEmpty else { return }
        let cell = Cell(scalar, style: style)
        for row in rect.row..<rect.endRow {
            let start = row * size.columns + rect.column
            let end = start + rect.columns
            // Only the edges can cut a wide character.
            put(cell, at: start)
            put(cell, at: end - 1)
            for index in start..<end { cells[index] = cell }
        }
    }

    /// Draws one narrow scalar if it lies inside the grid.
    package mutating func set(_ scalar: Unicode.Scalar, at point: Point, style: Style) {
        guard bounds.contains(point) else { return }
        put(Cell(scalar, style: style), at: point.row * size.columns + point.column)
    }

    /// Changes the styles of cells and leaves their text; of a wide character cut by the edge,
    /// the left half decides.
    package mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
        let rect = rect.intersection(bounds)
        guard !rect.isEmpty else { return }
        for row in rect.row..<rect.endRow {
            for index in row * size.columns + rect.column..<row * size.columns + rect.endColumn
            where !cells[index].isContinuation {
                cells[index].style = change(cells[index].style)
                if cells[index].isWide { cells[index + 1].style = cells[index].style }
            }
        }
    }

    /// Copies another grid over this one, clipped to this one.
    package mutating func draw(_ other: Grid, at point: Point) {
        for row in 0..<other.size.rows where point.row + row >= 0 && point.row + row < size.rows {
            for column in 0..<other.size.columns {
                let target = point.column + column
                guard target >= 0, target < size.columns else { continue }
                var cell = other.cells[row * other.size.columns + column]
                let cut =
                    cell.isWide ? target + 1 >= size.columns : cell.isContinuation && target == 0
                if cut { cell = Cell(" ", style: cell.style) }
                put(cell, at: (point.row + row) * size.columns + target)
            }
        }
    }
}
