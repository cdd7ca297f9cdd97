import Cells
import Testing

@Suite struct WrappedTextTests {
    static func lines(_ wrapped: WrappedText) -> [String] {
        (wrapped.firstLine..<wrapped.endLine).map { wrapped.text(ofLine: $0) }
    }

    static func wrap(_ text: String, _ width: Int) -> [String] {
        var wrapped = WrappedText(width: width)
        wrapped.append(text)
        return lines(wrapped)
    }

    @Test(arguments: [
        ("", 5, [""]),
        ("the phase space", 9, ["the phase", "space"]),
        ("the phase space", 8, ["the", "phase", "space"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("ab cdefghij", 4, ["ab", "cdef", "ghij"]),
        ("a\nb\n\nc\n", 4, ["a", "b", "", "c", ""]),
        ("a\r\nb\rc", 9, ["a", "b␍c"]),
        ("a    b", 3, ["a", "b"]),
        ("  indented text", 8, ["  indent", "ed text"]),
        ("日本語です", 4, ["日本", "語で", "す"]),
        ("日本語です", 5, ["日本", "語で", "す"]),
        ("a日本。", 5, ["a日", "本。"]),
        ("ab日本", 3, ["ab", "日", "本"]),
        ("日本", 1, ["日", "本"]),
        ("a\tb\tc", 20, ["a   b   c"]),
        ("e\u{301}e\u{301}e\u{301}", 2, ["e\u{301}e\u{301}", "e\u{301}"]),
        ("x\u{1B}[2Jy", 4, ["x␛[2", "Jy"]),
    ])
    func `text breaks at spaces, beside wide characters, or where it must`(
        text: String, width: Int, lines: [String]
    ) {
        #expect(Self.wrap(text, width) == lines)
    }

    @Test func `it makes no difference how a text is split, and old lines never change`() {
        var random = Seeded(6)
        for _ in 0..<400 {
            let width = Int.random(in: 1...14, using: &random)
            var wrapped = WrappedText(width: width)
            var text = ""
            var before = [""]
            for _ in 0..<12 {
                let part = awkwardText(2, &random, extra: ["\n", "\r\n", "\t"])
                text += part
                wrapped.append(part)
                let now = Self.lines(wrapped)
                // The last line may still change, those before may not.
                #expect(Array(now.prefix(before.count - 1)) == Array(before.dropLast()))
                before = now
            }
            // Two strings joined may share a character, but never a scalar.
            #expect(before == Self.wrap(text, width))
        }
    }

    @Test func `no line is too wide and no ink is lost`() {
        var random = Seeded(7)
        for _ in 0..<400 {
            let width = Int.random(in: 2...14, using: &random)
            let text = awkwardText(20, &random)
            let lines = Self.wrap(text, width)
            for line in lines { #expect(TextWidth.columns(line) <= width) }
            func ink(_ text: String) -> [Unicode.Scalar] {
                text.unicodeScalars.filter { $0 != " " }
            }
            var wrapped = WrappedText(width: 100_000)
            wrapped.append(text)
            #expect(ink(lines.joined()) == ink(Self.lines(wrapped).joined()))
        }
    }

    @Test func `wrapping anew is wrapping from the start, and anchors hold`() {
        var random = Seeded(8)
        for _ in 0..<200 {
            let text = awkwardText(30, &random, extra: ["\n"])
            var wrapped = WrappedText(width: 10)
            wrapped.append(text)
            let anchors = (0..<wrapped.endLine).map { wrapped.anchor(ofLine: $0) }
            for width in [3, 25, 10] {
                wrapped.rewrap(width: width)
                #expect(Self.lines(wrapped) == Self.wrap(text, width))
                for anchor in anchors {
                    let line = wrapped.line(of: anchor)
                    #expect(wrapped.anchor(ofLine: line) <= anchor)
                    if line + 1 < wrapped.endLine {
                        #expect(wrapped.anchor(ofLine: line + 1) > anchor)
                    }
                }
            }
            #expect((0..<wrapped.endLine).map { wrapped.anchor(ofLine: $0) } == anchors)
        }
    }

    @Test func `forgotten lines are gone and the others keep number, anchor and text`() {
        var wrapped = WrappedText(width: 5)
        wrapped.append("one two three four five")
        let third = wrapped.anchor(ofLine: 2)
        wrapped.forget(before: 2)
        #expect(wrapped.firstLine == 2 && wrapped.endLine == 5)
        #expect(wrapped.text(ofLine: 2) == "three" && wrapped.anchor(ofLine: 2) == third)
        #expect(wrapped.line(of: 0) == 2 && wrapped.text(ofLine: 1) == "")
        wrapped.append(" six")
        #expect(Self.lines(wrapped) == ["three", "four", "five", "six"])
        wrapped.rewrap(width: 10)
        #expect(Self.lines(wrapped) == ["three four", "five six"])
        wrapped.forget(before: 100)
        #expect(Self.lines(wrapped) == ["five six"])
    }

    @Test func `a line is drawn in the styles it was appended in`() {
        var wrapped = WrappedText(width: 8)
        wrapped.append("ab ", style: 0)
        wrapped.append("日\u{7}", style: 1)
        wrapped.append("\nnext", style: 9)
        var grid = Grid(9, 2)
        wrapped.draw(from: 0, in: grid.bounds, of: &grid, styles: [plain, red])
        #expect(grid.text() == "ab 日␇\nnext")
        #expect(grid[1, 0].style == plain && grid[3, 0].style == red)
        #expect(grid[5, 0].style == red.adding(.dim))
        #expect(grid[0, 1].style == red)
        let found = wrapped.occurrences(of: "B 日")
        #expect(found == [1..<4])
        wrapped.draw(
            line: 0, in: &grid, at: Point(column: 0, row: 0), columns: 9, styles: [plain],
            highlights: found, highlight: boldOnBlue)
        #expect((0..<5).map { grid[$0, 0].style == boldOnBlue } == [false, true, true, true, true])
    }

    @Test func `every occurrence is lit, on whatever line it lies`() {
        var random = Seeded(13)
        for _ in 0..<100 {
            var wrapped = WrappedText(width: 7)
            wrapped.append(
                (0..<60).map { _ in ["a", "b", " "].randomElement(using: &random) ?? "" }.joined())
            let found = wrapped.occurrences(of: "AB")
            for line in 0..<wrapped.endLine {
                var grid = Grid(7, 1)
                wrapped.draw(
                    line: line, in: &grid, at: Point(column: 0, row: 0), columns: 7,
                    styles: [plain], highlights: found, highlight: red)
                for (column, anchor) in wrapped.anchors(ofLine: line).enumerated() {
                    #expect(
                        (grid[column, 0].style == red) == found.contains { $0.contains(anchor) })
                }
            }
        }
    }

    @Test func `drawing is cut at both sides of the grid`() {
        var wrapped = WrappedText(width: 8)
        wrapped.append("日本語")
        var grid = Grid(4, 1)
        wrapped.draw(
            line: 0, in: &grid, at: Point(column: -1, row: 0), columns: 8, styles: [plain])
        #expect(grid.text() == " 本" && grid.isWhole)
        wrapped.draw(
            line: 0, in: &grid, at: Point(column: 0, row: 5), columns: 8, styles: [plain])
        wrapped.draw(
            line: 7, in: &grid, at: Point(column: 0, row: 0), columns: 8, styles: [plain])
        #expect(grid.text() == " 本")
    }
}
