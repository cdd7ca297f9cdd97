/// How many columns and rows something takes.
package struct Size: Hashable, Sendable {
    package var columns: Int
    package var rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// A cell's place: column and row from the top left, both from 0.
package struct Point: Hashable, Sendable {
    package var column: Int
    package var row: Int

    package init(column: Int, row: Int) {
        self.column = column
        self.row = row
    }
}

/// A rectangle of cells; one without columns or rows is empty.
package struct Rect: Hashable, Sendable {
    package var column: Int
    package var row: Int
    package var columns: Int
    package var rows: Int

    /// Negative sizes count as 0, so that arithmetic in layouts needs no care.
    package init(column: Int = 0, row: Int = 0, columns: Int, rows: Int) {
        self.column = column
        self.row = row
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }

    package init(_ size: Size) {
        self.init(columns: size.columns, rows: size.rows)
    }

    package var origin: Point { Point(column: column, row: row) }
    package var size: Size { Size(columns: columns, rows: rows) }
    package var isEmpty: Bool { columns == 0 || rows == 0 }
    /// The first column to the right of it.
    package var endColumn: Int { column + columns }
    /// The first row below it.
    package var endRow: Int { row + rows }

    package func contains(_ point: Point) -> Bool {
        point.column >= column && point.column < endColumn && point.row >= row
            && point.row < endRow
    }

    /// What lies in both; empty (but placed within `self`'s bounds) when they do not meet.
    package func intersection(_ other: Rect) -> Rect {
        let left = max(column, other.column)
        let top = max(row, other.row)
        return Rect(
            column: left, row: top, columns: min(endColumn, other.endColumn) - left,
            rows: min(endRow, other.endRow) - top)
    }

    /// The rectangle inside margins; a margin wider than the rectangle leaves an empty one.
    package func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Rect {
        Rect(
            column: column + min(left, columns), row: row + min(top, rows),
            columns: columns - left - right, rows: rows - top - bottom)
    }

    /// The same margin on all four sides.
    package func inset(by margin: Int) -> Rect {
        inset(left: margin, top: margin, right: margin, bottom: margin)
    }

    /// The first `count` columns and the rest.
    package func split(left count: Int) -> (left: Rect, right: Rect) {
        let count = min(max(0, count), columns)
        return (
            Rect(column: column, row: row, columns: count, rows: rows),
            Rect(column: column + count, row: row, columns: columns - count, rows: rows)
        )
    }

    /// The last `count` columns, after the rest.
    package func split(right count: Int) -> (left: Rect, right: Rect) {
        split(left: columns - min(max(0, count), columns))
    }

    /// The first `count` rows and the rest.
    package func split(top count: Int) -> (top: Rect, bottom: Rect) {
        let count = min(max(0, count), rows)
        return (
            Rect(column: column, row: row, columns: columns, rows: count),
            Rect(column: column, row: row + count, columns: columns, rows: rows - count)
        )
    }

    /// The last `count` rows, below the rest.
    package func split(bottom count: Int) -> (top: Rect, bottom: Rect) {
        split(top: rows - min(max(0, count), rows))
    }

    /// Columns in proportion to `weights`, which fill the whole width exactly.
    ///
    /// Every boundary is rounded on its own (largest error half a column), so that a
    /// growing terminal moves boundaries one by one and never backwards.
    package func columns(weights: [Int]) -> [Rect] {
        Self.boundaries(columns, weights).map { part in
            Rect(
                column: column + part.lowerBound, row: row, columns: part.count, rows: rows)
        }
    }

    /// Rows in proportion to `weights`, which fill the whole height exactly.
    package func rows(weights: [Int]) -> [Rect] {
        Self.boundaries(rows, weights).map { part in
            Rect(
                column: column, row: row + part.lowerBound, columns: columns, rows: part.count)
        }
    }

    private static func boundaries(_ length: Int, _ weights: [Int]) -> [Range<Int>] {
        let total = weights.reduce(0, +)
        precondition(total > 0 && weights.allSatisfy { $0 >= 0 }, "weights must be positive")
        var start = 0
        var sum = 0
        return weights.map { weight in
            sum += weight
            let end = (2 * length * sum + total) / (2 * total)
            defer { start = end }
            return start..<end
        }
    }
}
