import Cells
import Testing

@Suite struct CanvasTests {
    @Test func `every dot stands where Unicode says`() {
        // Dots 1 to 8 in the order of their bits.
        let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
        for bits in UInt32(0)..<256 {
            var canvas = BrailleCanvas(columns: 3, rows: 2)
            for (bit, place) in places.enumerated() where bits & 1 << UInt32(bit) != 0 {
                canvas.plot(x: 2 + place.0, y: 4 + place.1)
            }
            var grid = Grid(3, 2)
            canvas.draw(in: &grid, at: Point(column: 0, row: 0), styles: [red])
            #expect(grid[1, 1].scalar.value == (bits == 0 ? 0x20 : 0x2800 + bits))
            #expect(grid[0, 0] == Cell.blank)
        }
    }

    @Test func `a cell takes the highest band plotted in it`() {
        var canvas = BrailleCanvas(columns: 1, rows: 1)
        let styles = (0..<8).map { Style(foreground: .palette($0)) }
        var grid = Grid(1, 1)
        for (band, seen) in [(2, 2), (1, 2), (7, 7), (3, 7), (200, 7)] as [(UInt8, UInt8)] {
            canvas.plot(x: 0, y: 0, band: band)
            canvas.draw(in: &grid, at: Point(column: 0, row: 0), styles: styles)
            #expect(grid[0, 0].style.foreground == .palette(seen))
        }
        canvas.draw(in: &grid, at: Point(column: 0, row: 0), styles: [red])
        #expect(grid[0, 0].style == red)
        canvas.clear()
        #expect(!canvas.isSet(x: 0, y: 0))
    }

    @Test func `lines are those of a naive drawer, however far their ends lie outside`() {
        var random = Seeded(11)
        for _ in 0..<500 {
            var canvas = BrailleCanvas(columns: 5, rows: 3)
            let ends = (0..<4).map { _ in Int.random(in: -15...25, using: &random) }
            canvas.line(fromX: ends[0], y: ends[1], toX: ends[2], y: ends[3])
            let steps = max(abs(ends[2] - ends[0]), abs(ends[3] - ends[1]))
            var wanted: Set<[Int]> = []
            for step in 0...steps {
                func along(_ from: Int, _ to: Int) -> Int {
                    guard steps > 0 else { return from }
                    let exact = Double((to - from) * step) / Double(steps)
                    return from + Int((exact + 0.5).rounded(.down))
                }
                wanted.insert([along(ends[0], ends[2]), along(ends[1], ends[3])])
            }
            for x in 0..<canvas.width {
                for y in 0..<canvas.height {
                    #expect(canvas.isSet(x: x, y: y) == wanted.contains([x, y]))
                }
            }
        }
    }

    @Test func `any numbers are safe`() {
        var canvas = BrailleCanvas(columns: 4, rows: 4)
        canvas.line(fromX: .min, y: .max, toX: .max, y: .min)
        canvas.plot(x: .max, y: .min)
        canvas.line(fromX: .min, y: 3, toX: .max, y: 3)
        #expect((0..<8).allSatisfy { canvas.isSet(x: $0, y: 3) })
        var none = BrailleCanvas(columns: -1, rows: 4)
        none.plot(x: 0, y: 0)
        var grid = Grid(2, 2)
        canvas.draw(in: &grid, at: Point(column: -3, row: 1), styles: [plain])
        #expect(grid[0, 0] == Cell.blank)
    }

    @Test func `fallback marks keep the shape`() {
        var canvas = BrailleCanvas(columns: 12, rows: 3)
        canvas.line(fromX: 0, y: 11, toX: 23, y: 0)
        func drawn(_ marker: Marker) -> String {
            var grid = Grid(12, 3)
            canvas.draw(in: &grid, at: Point(column: 0, row: 0), styles: [plain], marker: marker)
            return grid.text()
        }
        #expect(drawn(.braille) == "        ⣀⠤⠒⠉\n    ⣀⠤⠒⠉\n⣀⠤⠒⠉")
        for marker in [Marker.halfblock, .quadrant] {
            #expect(drawn(marker) == "        ▄▄▀▀\n    ▄▄▀▀\n▄▄▀▀")
        }
        #expect(drawn(.ascii) == "        ..''\n    ..''\n..''")
    }
}
