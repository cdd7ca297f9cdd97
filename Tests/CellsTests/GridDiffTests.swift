import Cells
import Testing

@Suite struct GridDiffTests {
    /// Redraws the runs of `new` on `old`, as a terminal would: it starts in no half and knows
    /// nothing beyond the run.
    static func applying(_ runs: [GridDiff.Run], of new: Grid, to old: Grid) -> Grid {
        var screen = old
        for run in runs {
            for column in run.columns where !new[column, run.row].isContinuation {
                let cell = new[column, run.row]
                var text = String(cell.scalar)
                for mark in cell.marks { text.unicodeScalars.append(mark) }
                screen.write(
                    text, at: Point(column: column, row: run.row), style: cell.style)
            }
        }
        return screen
    }

    @Test func `redrawing the runs makes the old grid the new one`() {
        var random = Seeded(5)
        for _ in 0..<400 {
            let size = Size(
                columns: .random(in: 1...14, using: &random),
                rows: .random(in: 1...3, using: &random))
            var old = Grid(size: size)
            for _ in 0..<3 { Self.scribble(on: &old, &random) }
            var new = Bool.random(using: &random) ? old : Grid(size: size)
            for _ in 0..<2 { Self.scribble(on: &new, &random) }
            for gap in [0, 1, 4, 100] {
                let runs = GridDiff.runs(from: old, to: new, gap: gap)
                #expect(Self.applying(runs, of: new, to: old) == new)
                for run in runs {
                    #expect(!new[run.columns.lowerBound, run.row].isContinuation)
                    #expect(!new[run.columns.upperBound - 1, run.row].isWide)
                    #expect(run.columns.upperBound <= size.columns)
                }
                for (left, right) in zip(runs, runs.dropFirst()) where left.row == right.row {
                    #expect(right.columns.lowerBound - left.columns.upperBound > gap)
                }
            }
        }
    }

    static func scribble(on grid: inout Grid, _ random: inout Seeded) {
        let styles = [plain, red, boldOnBlue]
        grid.write(
            awkwardText(4, &random),
            at: Point(
                column: .random(in: -1..<grid.size.columns, using: &random),
                row: .random(in: 0..<grid.size.rows, using: &random)),
            style: styles.randomElement(using: &random) ?? plain)
    }

    @Test func `equal grids have no runs; other sizes have every row`() {
        let grid = Grid(4, 2)
        #expect(GridDiff.runs(from: grid, to: grid) == [])
        #expect(
            GridDiff.runs(from: Grid(3, 2), to: grid) == [
                .init(row: 0, columns: 0..<4), .init(row: 1, columns: 0..<4),
            ])
        #expect(GridDiff.runs(from: grid, to: Grid(0, 2)) == [])
    }

    @Test func `every pair of three cells is redrawn right`() {
        // Exhaustive: all texts of at most three columns of narrow and wide.
        let texts = ["", "a", "b", "日", "本", "aa", "ab", "日a", "a日", "本b", "b本", "aba", "abb"]
        for one in texts {
            for other in texts {
                var (old, new) = (Grid(3, 1), Grid(3, 1))
                old.write(one, at: Point(column: 0, row: 0), style: plain)
                new.write(other, at: Point(column: 0, row: 0), style: plain)
                let runs = GridDiff.runs(from: old, to: new, gap: 0)
                #expect(Self.applying(runs, of: new, to: old) == new)
            }
        }
    }
}
