/// What changed between two grids, as runs of cells in single rows.
package enum GridDiff {
    /// Cells of one row to draw anew; never half a wide character.
    package struct Run: Hashable, Sendable {
        package var row: Int
        package var columns: Range<Int>

        package init(row: Int, columns: Range<Int>) {
            self.row = row
            self.columns = columns
        }
    }

    /// The runs that make `old` into `new`, from the top, from the left.
    ///
    /// Changes at most `gap` equal cells apart join into one run, for moving a cursor costs
    /// more than writing a few cells. Grids of different size differ in every row. One pass:
    /// O(cells), two words compared per cell.
    package static func runs(from old: Grid, to new: Grid, gap: Int = 4) -> [Run] {
        let columns = new.size.columns
        guard old.size == new.size else {
            return columns == 0
                ? [] : (0..<new.size.rows).map { Run(row: $0, columns: 0..<columns) }
        }
        var runs: [Run] = []
        let oldCells = old.cells.span
        let newCells = new.cells.span
        for row in 0..<new.size.rows {
            let start = row * columns
            var column = 0
            var open: Range<Int>?
            while column < columns {
                guard newCells[start + column] != oldCells[start + column] else {
                    column += 1
                    continue
                }
                var first = column
                var end = column + 1
                if newCells[start + first].isContinuation, first > 0 { first -= 1 }
                if newCells[start + column].isWide, end < columns { end += 1 }
                if let run = open, first - run.upperBound <= gap {
                    open = run.lowerBound..<end
                } else {
                    if let run = open { runs.append(Run(row: row, columns: run)) }
                    open = first..<end
                }
                column = end
            }
            if let run = open { runs.append(Run(row: row, columns: run)) }
        }
        return runs
    }
}
