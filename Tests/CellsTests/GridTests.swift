import Cells
import Testing

@Suite struct GridTests {
    @Test func `a cell takes sixteen bytes and gives back what it was given`() {
        #expect(MemoryLayout<Cell>.stride == 16)
        let colors: [Color] = [
            .standard, .palette(0), .palette(255), .rgb(0, 0, 0), .rgb(1, 2, 255),
        ]
        for foreground in colors {
            for background in colors {
                for raw in UInt8(0)..<64 {
                    let attributes = Style.Attributes(rawValue: raw)
                    let style = Style(
                        foreground: foreground, background: background, attributes: attributes)
                    let cell = Cell("x", style: style)
                    #expect(cell.style.foreground == foreground)
                    #expect(cell.style.background == background)
                    #expect(cell.style.attributes == attributes)
                    #expect(!cell.isWide && !cell.isContinuation)
                }
            }
        }
    }

    @Test func `setting one part of a style leaves the others`() {
        var style = Style(
            foreground: .rgb(1, 2, 3), background: .palette(7), attributes: [.bold, .dim])
        style.foreground = .palette(9)
        #expect(style.background == .palette(7) && style.attributes == [.bold, .dim])
        style.background = .standard
        #expect(style.foreground == .palette(9) && style.attributes == [.bold, .dim])
        style.attributes = .reverse
        #expect(style == Style(foreground: .palette(9), attributes: .reverse))
    }

    @Test func `text is written with marks, wide characters and a limit`() {
        var grid = Grid(10, 2)
        #expect(grid.write("e\u{301}日x", at: Point(column: 1, row: 0), style: red) == 4)
        #expect(grid[1, 0].marks == ["\u{301}"])
        #expect(grid[2, 0].isWide && grid[3, 0].isContinuation && grid[2, 0].columns == 2)
        #expect(grid[4, 0].scalar == "x" && grid[4, 0].style == red)
        #expect(grid.write("ab日", at: Point(column: 0, row: 1), style: plain, limit: 3) == 2)
        #expect(grid.text() == " e\u{301}日x\nab")
    }

    @Test func `only two marks are drawn over a character`() {
        var grid = Grid(3, 1)
        grid.write("a\u{301}\u{302}\u{303}b", at: Point(column: 0, row: 0), style: plain)
        #expect(grid[0, 0].marks == ["\u{301}", "\u{302}"])
        #expect(grid[1, 0].scalar == "b")
    }

    @Test func `what lies outside is cut on every side`() {
        var grid = Grid(4, 1)
        #expect(grid.write("abcdefgh", at: Point(column: -2, row: 0), style: plain) == 6)
        #expect(grid.text() == "cdef")
        #expect(grid.write("日本", at: Point(column: -1, row: 0), style: plain) == 4)
        #expect(grid.text() == "c本f")
        #expect(grid.write("x", at: Point(column: 0, row: 1), style: plain) == 0)
        #expect(grid.write("x", at: Point(column: 9, row: 0), style: plain) == 0)
        #expect(grid.write("x", at: Point(column: 0, row: 0), style: plain, limit: -1) == 0)
        grid.fill(Rect(column: -5, row: -5, columns: 6, rows: 6), "#", style: plain)
        #expect(grid.text() == "#本f")
    }

    @Test func `overwriting half a wide character blanks the other half`() {
        for column in 0..<3 {
            var grid = Grid(4, 1)
            grid.write("日本", at: Point(column: 0, row: 0), style: red)
            grid.write("x", at: Point(column: column, row: 0), style: plain)
            #expect(grid.isWhole)
            #expect(grid[column, 0].scalar == "x")
            #expect(grid[column ^ 1, 0].scalar == " " && grid[column ^ 1, 0].style == red)
        }
    }

    @Test func `any writing leaves wide characters whole`() {
        var random = Seeded(1)
        for _ in 0..<300 {
            var grid = Grid(Int.random(in: 0...12, using: &random), 3)
            var other = Grid(5, 2)
            for _ in 0..<20 {
                let point = Point(
                    column: .random(in: -3...12, using: &random),
                    row: .random(in: -1...3, using: &random))
                let rect = Rect(
                    column: point.column, row: point.row,
                    columns: .random(in: 0...6, using: &random), rows: 2)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: grid.fill(rect, "日", style: red)
                case 1: grid.box(rect, .rounded, style: plain)
                case 2: grid.draw(other, at: point)
                case 3: grid.restyle(rect) { $0.adding(.bold) }
                case 4:
                    other.write(
                        awkwardText(4, &random), at: Point(column: 0, row: 1), style: red)
                default:
                    grid.write(awkwardText(5, &random), at: point, style: boldOnBlue)
                }
                #expect(grid.isWhole)
            }
        }
    }

    @Test func `writing is what a naive writer of columns does`() {
        var random = Seeded(2)
        for _ in 0..<500 {
            let text = awkwardText(6, &random)
            let limit = Int.random(in: 0...20, using: &random)
            var grid = Grid(30, 1)
            let used = grid.write(text, at: Point(column: 0, row: 0), style: plain, limit: limit)
            // Naive: the longest beginning of the sanitized text that fits, marks included.
            var kept = ""
            var columns = 0
            for scalar in TextWidth.sanitized(text).unicodeScalars {
                let width = TextWidth.width(of: scalar)
                if columns + width > limit { break }
                if width == 0 && columns == 0 { break }
                kept.unicodeScalars.append(scalar)
                columns += width
            }
            #expect(used == columns)
            var once = Grid(30, 1)
            once.write(kept, at: Point(column: 0, row: 0), style: plain)
            #expect(grid.text() == once.text())
        }
    }

    @Test func `no scalar that a terminal obeys gets into a cell`() {
        var random = Seeded(3)
        var grid = Grid(40, 1)
        for _ in 0..<2000 {
            grid.write(awkwardText(8, &random), at: Point(column: 0, row: 0), style: plain)
            for cell in grid.row(0) {
                for scalar in [cell.scalar] + cell.marks {
                    #expect(scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value))
                }
            }
        }
        for value in UInt32(0)..<0x3000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let drawn = Cell(scalar, style: plain).scalar
            #expect(drawn == scalar || drawn == "\u{FFFD}")
            #expect(TextWidth.width(of: drawn) == 1)
            #expect(drawn.value >= 0x20 && !(0x7F..<0xA0).contains(drawn.value))
        }
    }

    @Test func `the style map gives every style a letter and says what it is`() {
        var grid = Grid(4, 2)
        grid.write("ab", at: Point(column: 1, row: 0), style: red)
        grid.write("c", at: Point(column: 0, row: 1), style: boldOnBlue)
        #expect(
            grid.styleMap() == """
                abba
                caaa
                a default on default
                b #ff0000 on default
                c default on ansi-blue bold

                """)
    }

    @Test func `equal drawings are equal grids`() {
        var one = Grid(5, 1)
        var other = Grid(5, 1)
        one.write("日本", at: Point(column: 0, row: 0), style: red)
        one.write("ab", at: Point(column: 0, row: 0), style: plain)
        other.write("本", at: Point(column: 2, row: 0), style: red)
        other.write("ab", at: Point(column: 0, row: 0), style: plain)
        #expect(one == other)
        other.set("c", at: Point(column: 4, row: 0), style: plain)
        #expect(one != other)
    }
}
