import Cells
import Testing

/// A programmer's errors end the process instead of drawing nonsense.
@Suite struct MisuseTests {
    @Test func `reading outside a grid`() async {
        await #expect(processExitsWith: .failure) {
            _ = Grid(size: Size(columns: 2, rows: 2))[2, 0]
        }
    }

    @Test func `dividing by weights that are all 0`() async {
        await #expect(processExitsWith: .failure) {
            _ = Rect(columns: 4, rows: 4).columns(weights: [0, 0])
        }
    }

    @Test func `drawing in no style`() async {
        await #expect(processExitsWith: .failure) {
            var grid = Grid(size: Size(columns: 2, rows: 2))
            Histogram.draw([1], in: grid.bounds, of: &grid, styles: [])
        }
        await #expect(processExitsWith: .failure) {
            var grid = Grid(size: Size(columns: 2, rows: 2))
            WrappedText(width: 4).draw(
                line: 0, in: &grid, at: Point(column: 0, row: 0), columns: 2, styles: [])
        }
    }
}
