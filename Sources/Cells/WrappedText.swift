/// A growing text wrapped into lines of one width.
///
/// Appending looks only at the line that is last at the time: lines before it stay as they
/// are, so a pane may keep a line's number while text streams in. An anchor, the place of a
/// scalar in the whole text, holds even when the width changes or old lines are forgotten.
///
/// Lines break after spaces, which hang past the end, and beside wide characters, except
/// before closing punctuation; a word longer than the line is cut. Four bytes per scalar;
/// appending is O(1) amortised per scalar, drawing O(columns).
package struct WrappedText: Sendable {
    /// Distance of tab stops, counted from the start of the paragraph.
    static let tabColumns = 4

    package private(set) var width: Int
    /// The number of the first line still kept.
    package private(set) var firstLine = 0

    private var glyphs: [Glyph] = []
    /// How many glyphs were forgotten before `glyphs`.
    private var forgotten = 0
    /// The anchors where the kept lines start.
    private var starts = [0]
    private var scan = TextWidth.Scan()
    private var state = LineState()
    /// Columns since the last newline, for tab stops.
    private var paragraphColumns = 0
    /// A carriage return waits for what follows it.
    private var returnIsPending = false
    private var returnStyle: UInt8 = 0

    /// What breaking the last line needs to know.
    private struct LineState {
        var columns = 0
        /// The last place where the line may break, and the columns before it.
        var breakPlace: Int?
        var breakColumns = 0
        var hasInk = false
        /// The glyph before was a space or wide.
        var mayBreak = false
    }

    package init(width: Int) { self.width = max(1, width) }

    /// The number after the last line's; there is always a last line, though it may be empty.
    package var endLine: Int { firstLine + starts.count }
    /// Lines still kept.
    package var lineCount: Int { starts.count }
    /// The anchor of what will be appended next.
    package var end: Int { forgotten + glyphs.count }
    package var isEmpty: Bool { glyphs.isEmpty && forgotten == 0 }

    /// Adds text in one of the styles that drawing will be given.
    ///
    /// Line feeds and CR LF end lines; what cannot be drawn is shown as `TextWidth` says. It
    /// makes no difference how a text is split over several calls.
    package mutating func append(_ text: String, style: UInt8 = 0) {
        for scalar in text.unicodeScalars {
            if returnIsPending {
                returnIsPending = false
                if scalar != "\n" { add("\r", returnStyle) }
            }
            switch scalar {
            case "\r":
                returnIsPending = true
                returnStyle = style
            case "\n":
                scan.hasBase = false
                paragraphColumns = 0
                glyphs.append(Glyph(scalar: 10, columns: 0, isPicture: false, style: style))
                startLine(at: end)
                state = LineState()
            case "\t":
                let stop = Self.tabColumns - paragraphColumns % Self.tabColumns
                for _ in 0..<stop { add(" ", style) }
            default:
                add(scalar, style)
            }
        }
    }

    private mutating func add(_ scalar: Unicode.Scalar, _ style: UInt8) {
        var scan = self.scan
        _ = scan.step(scalar.value) { piece in
            let glyph = Glyph(
                scalar: piece.scalar, columns: piece.columns, isPicture: piece.isPicture,
                style: style)
            paragraphColumns += piece.columns
            place(glyph)
            glyphs.append(glyph)
            return true
        }
        self.scan = scan
    }

    /// Breaks the last line where the glyph about to be added requires it.
    private mutating func place(_ glyph: Glyph) {
        place(glyph, at: end)
    }

    private mutating func place(_ glyph: Glyph, at place: Int) {
        let columns = glyph.columns
        if columns == 0 { return }
        if glyph.isSpace {
            state.columns += 1
            state.mayBreak = true
            return
        }
        let mayBreak = state.mayBreak || columns == 2
        if mayBreak, state.hasInk, !glyph.mayNotStartLine {
            state.breakPlace = place
            state.breakColumns = state.columns
        }
        while state.columns + columns > width, starts[starts.count - 1] < place {
            if let breakPlace = state.breakPlace {
                startLine(at: breakPlace)
                state.columns -= state.breakColumns
            } else {
                startLine(at: place)
                state.columns = 0
            }
            state.breakPlace = nil
        }
        state.columns += columns
        state.hasInk = true
        state.mayBreak = columns == 2
    }

    private mutating func startLine(at place: Int) { starts.append(place) }

    /// Wraps everything kept anew; line numbers change, anchors do not. O(text kept).
    package mutating func rewrap(width: Int) {
        let width = max(1, width)
        guard width != self.width else { return }
        self.width = width
        starts = [starts[0]]
        state = LineState()
        for index in glyphs.indices {
            if glyphs[index].isNewline {
                startLine(at: forgotten + index + 1)
                state = LineState()
            } else {
                place(glyphs[index], at: forgotten + index)
            }
        }
    }

    /// Drops the lines before one; the last line is always kept. O(text kept): drop many at
    /// once.
    package mutating func forget(before line: Int) {
        let count = min(line, endLine - 1) - firstLine
        guard count > 0 else { return }
        starts.removeFirst(count)
        firstLine += count
        glyphs.removeFirst(starts[0] - forgotten)
        forgotten = starts[0]
    }

    /// The anchor of a line's first scalar.
    package func anchor(ofLine line: Int) -> Int {
        starts[min(max(0, line - firstLine), starts.count - 1)]
    }

    /// The line that holds an anchor; for one forgotten, the first line kept.
    package func line(of anchor: Int) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= anchor { low = middle } else { high = middle }
        }
        return firstLine + low
    }

    /// The anchors of a line, without the newline or spaces at its end.
    package func anchors(ofLine line: Int) -> Range<Int> {
        let range = glyphs(ofLine: line)
        return range.lowerBound + forgotten..<range.upperBound + forgotten
    }

    /// A line's text as drawn.
    package func text(ofLine line: Int) -> String {
        var result = ""
        for index in glyphs(ofLine: line) {
            result.unicodeScalars.append(Unicode.Scalar(glyphs[index].scalar) ?? " ")
        }
        return result
    }

    private func glyphs(ofLine line: Int) -> Range<Int> {
        let index = line - firstLine
        guard index >= 0, index < starts.count else { return 0..<0 }
        let start = starts[index] - forgotten
        var stop = index + 1 < starts.count ? starts[index + 1] - forgotten : glyphs.count
        while stop > start, glyphs[stop - 1].isNewline || glyphs[stop - 1].isSpace { stop -= 1 }
        return start..<stop
    }

    /// Draws one line; `styles` answers the numbers given to `append`, `highlights` are ranges
    /// of anchors, in order, that take a style of their own.
    package func draw(
        line: Int, in grid: inout Grid, at point: Point, columns: Int, styles: [Style],
        highlights: [Range<Int>] = [], highlight: Style = .standard
    ) {
        precondition(!styles.isEmpty, "a text is drawn in at least one style")
        guard point.row >= 0, point.row < grid.size.rows else { return }
        let end = min(point.column + min(columns, width), grid.size.columns)
        var column = point.column
        var base: Int?
        let range = glyphs(ofLine: line)
        var lit = highlights[Self.firstEnding(after: range.lowerBound + forgotten, highlights)...]
        for index in range {
            let glyph = glyphs[index]
            if glyph.columns == 0 {
                if let base { grid.addMark(glyph.scalar, at: base) }
                continue
            }
            if column + glyph.columns > end { return }
            if column >= 0 {
                let anchor = index + forgotten
                while let next = lit.first, next.upperBound <= anchor { lit.removeFirst() }
                let isLit = lit.first.map { $0.lowerBound <= anchor } ?? false
                let style = isLit ? highlight : styles[min(Int(glyph.style), styles.count - 1)]
                base = point.row * grid.size.columns + column
                grid.put(
                    glyph.scalar, columns: glyph.columns, at: base ?? 0,
                    look: glyph.isPicture ? style.adding(.dim).bits : style.bits)
            }
            column += glyph.columns
        }
    }

    /// The index of the first of ordered ranges that ends after an anchor.
    private static func firstEnding(after anchor: Int, _ ranges: [Range<Int>]) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound > anchor { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Draws lines from `line` on, downwards as far as `rect` and the text go.
    package func draw(
        from line: Int, in rect: Rect, of grid: inout Grid, styles: [Style],
        highlights: [Range<Int>] = [], highlight: Style = .standard
    ) {
        for row in 0..<rect.rows where line + row < endLine {
            draw(
                line: line + row, in: &grid,
                at: Point(column: rect.column, row: rect.row + row), columns: rect.columns,
                styles: styles, highlights: highlights, highlight: highlight)
        }
    }

    /// Where `needle` occurs, as ranges of anchors that do not overlap; ASCII letters match in
    /// either case. O(text kept × needle).
    package func occurrences(of needle: String) -> [Range<Int>] {
        func folded(_ scalar: UInt32) -> UInt32 {
            scalar &- 0x41 < 26 ? scalar | 0x20 : scalar
        }
        var wanted: [UInt32] = []
        var scan = TextWidth.Scan()
        scan.run(needle) { piece in
            wanted.append(folded(piece.scalar))
            return true
        }
        guard !wanted.isEmpty else { return [] }
        var found: [Range<Int>] = []
        var start = 0
        while start + wanted.count <= glyphs.count {
            let matches = wanted.indices.allSatisfy {
                folded(glyphs[start + $0].scalar) == wanted[$0]
            }
            if matches {
                found.append(forgotten + start..<forgotten + start + wanted.count)
            }
            start += matches ? wanted.count : 1
        }
        return found
    }
}

/// One scalar of a wrapped text in four bytes: scalar, columns, style and whether it stands
/// for something that cannot be drawn.
private struct Glyph: Hashable, Sendable, BitwiseCopyable {
    private var bits: UInt32

    init(scalar: UInt32, columns: Int, isPicture: Bool, style: UInt8) {
        bits =
            scalar | UInt32(columns) << 21 | (isPicture ? 1 << 23 : 0) | UInt32(style) << 24
    }

    var scalar: UInt32 { bits & 0x1F_FFFF }
    var columns: Int { Int(bits >> 21 & 3) }
    var isPicture: Bool { bits & 1 << 23 != 0 }
    var style: UInt8 { UInt8(truncatingIfNeeded: bits >> 24) }
    var isNewline: Bool { scalar == 10 }
    var isSpace: Bool { scalar == 0x20 }

    /// Closing brackets and stops of East Asian text.
    var mayNotStartLine: Bool {
        switch scalar {
        case 0x3001, 0x3002, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0x3015, 0x30FB, 0x30FC,
            0xFF01, 0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0xFF3D, 0xFF5D:
            true
        default: false
        }
    }
}
