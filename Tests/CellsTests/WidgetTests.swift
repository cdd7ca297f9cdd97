import Cells
import Testing

@Suite struct WidgetTests {
    static func drawn(_ columns: Int, _ rows: Int, _ draw: (inout Grid, Rect) -> Void) -> String {
        var grid = Grid(columns, rows)
        draw(&grid, grid.bounds)
        return grid.text()
    }

    @Test func `a frame carries its title and its note`() {
        let title = [Span("1 ", plain), Span("tokens", red)]
        let text = Self.drawn(30, 3) { grid, rect in
            let inside = grid.box(
                rect, .rounded, style: plain, title: title, note: [Span("p50 8", red)])
            #expect(inside == Rect(column: 1, row: 1, columns: 28, rows: 1))
            grid.write("inside", at: inside.origin, style: plain)
        }
        #expect(
            text == """
                ╭─ 1 tokens ───────── p50 8 ─╮
                │inside                      │
                ╰────────────────────────────╯
                """)
        let narrow = Self.drawn(14, 3) { grid, rect in
            grid.box(rect, .square, style: plain, title: title, note: [Span("note", red)])
            grid.rule(across: rect, row: 1, .square, style: plain)
        }
        #expect(
            narrow == """
                ┌─ 1 tokens ─┐
                ├────────────┤
                └────────────┘
                """)
        #expect(
            Self.drawn(10, 2) { $0.box($1, .ascii, style: plain, title: title) } == """
                +- 1 to -+
                +--------+
                """)
    }

    @Test func `a frame of any size stays inside itself`() {
        for columns in 0...12 {
            for rows in 0...4 {
                var grid = Grid(14, 6)
                let rect = Rect(column: 1, row: 1, columns: columns, rows: rows)
                grid.box(
                    rect, .heavy, style: red, title: [Span("日本語", plain)], note: [Span("x", plain)])
                grid.rule(down: rect, column: 3, .heavy, style: red)
                for row in 0..<6 {
                    for column in 0..<14
                    where !rect.contains(Point(column: column, row: row)) {
                        #expect(grid[column, row] == Cell.blank)
                    }
                }
            }
        }
    }

    @Test func `a histogram grows in eighths and takes its colours by height`() {
        var grid = Grid(8, 2)
        let bands = [red, boldOnBlue]
        Histogram.draw(
            [0, 0.001, 1, 2, 4, 8, .nan, .infinity], in: grid.bounds, of: &grid, maximum: 8,
            styles: bands)
        #expect(grid.text() == "     █ █\n ▁▂▄██ █")
        #expect(grid[5, 1].style == red && grid[5, 0].style == boldOnBlue)
        let wide = Self.drawn(8, 1) {
            Histogram.draw([1, 2, 4], in: $1, of: &$0, columnWidth: 2, gap: 1, styles: [plain])
        }
        #expect(wide == "▂▂ ▄▄ ██")
        #expect(
            Self.drawn(3, 1) { Histogram.draw([0, 0, 0], in: $1, of: &$0, styles: [plain]) } == "")
    }

    @Test func `the thumb touches an end exactly when the view does`() {
        for rows in 3...12 {
            for total in 1...40 {
                for visible in 1...20 {
                    guard total > visible else {
                        #expect(
                            Scrollbar.thumb(total: total, visible: visible, first: 0, rows: rows)
                                == nil)
                        continue
                    }
                    for first in 0...(total - visible) {
                        guard
                            let thumb = Scrollbar.thumb(
                                total: total, visible: visible, first: first, rows: rows)
                        else {
                            Issue.record("no thumb")
                            return
                        }
                        #expect(thumb.lowerBound >= 0 && thumb.upperBound <= rows && !thumb.isEmpty)
                        if rows - thumb.count > 1 {
                            #expect((thumb.lowerBound == 0) == (first == 0))
                            #expect((thumb.upperBound == rows) == (first == total - visible))
                        }
                    }
                }
            }
        }
    }

    @Test func `rectangles split without gaps`() {
        var random = Seeded(12)
        for _ in 0..<300 {
            let rect = Rect(
                column: .random(in: -5...5, using: &random), row: 2,
                columns: .random(in: 0...50, using: &random), rows: 4)
            let weights = (0..<4).map { _ in Int.random(in: 1...9, using: &random) }
            let parts = rect.columns(weights: weights)
            #expect(parts.map(\.columns).reduce(0, +) == rect.columns)
            for (left, right) in zip(parts, parts.dropFirst()) {
                #expect(left.endColumn == right.column)
            }
            let count = Int.random(in: -3...60, using: &random)
            let (left, right) = rect.split(right: count)
            #expect(left.endColumn == right.column && right.endColumn == rect.endColumn)
            #expect(right.columns == min(max(0, count), rect.columns))
            #expect(rect.inset(by: 2).intersection(rect) == rect.inset(by: 2))
        }
    }
}
