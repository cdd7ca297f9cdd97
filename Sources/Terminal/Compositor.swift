internal import CNcurses
package import Cells

/// ncurses as a function from grids to the bytes that bring a terminal up to date.
///
/// It draws into memory and sends nothing: whoever owns the terminal writes the bytes, knows
/// their number and never blocks. ncurses keeps its state in globals, so there is at most
/// one compositor at a time; opening another throws.
package final class Compositor {
    package private(set) var size: Size
    /// What is drawn with: what was asked for, or less if the terminal type has less.
    package let depth: ColorDepth
    /// Why it is less, in words.
    package let problem: String?
    /// Whether the C library has a UTF-8 locale; without, all but ASCII is drawn as '?'.
    package let hasUTF8: Bool
    let type: TerminalType
    private var looks: LookTable
    /// What the terminal shows once all bytes so far have reached it; nil when unknown.
    private var shown: Grid?
    private var cells: [compositor_cell] = []
    private var wide: [UInt8] = []

    /// Opens the compositor for a terminal type; throws if it has no description or cannot
    /// place the cursor.
    package init(
        term: String, depth: ColorDepth, size: Size, environment: [String: String]
    ) throws(TerminalError) {
        hasUTF8 = compositor_use_utf8_locale() != 0
        let known = try TerminalType.known(term)
        let choice = TerminalType.choose(
            base: term, depth: depth, known: known, environment: environment)
        type = choice.type
        self.depth = choice.depth
        problem = choice.problem
        self.size = Size(columns: max(1, size.columns), rows: max(1, size.rows))
        looks = LookTable(type: choice.type, depth: choice.depth)
        let result = unsafe compositor_open(
            choice.type.name, choice.type.directory, CInt(self.size.rows),
            CInt(self.size.columns), choice.depth == .mono ? 0 : 1)
        guard result == 0 else {
            if Int(result) == compositor_failed { throw .system("open the compositor") }
            throw .unsuitable(type: term, knows: Int(result) == compositor_cannot_address)
        }
        compositor_strike_through(choice.type.strikesThrough ? 1 : 0)
        looks.limit = Int(compositor_pairs())
    }

    deinit { compositor_close() }

    /// Adapts to a terminal of another size; the next frame is drawn whole.
    package func resize(_ size: Size) throws(TerminalError) {
        self.size = Size(columns: max(1, size.columns), rows: max(1, size.rows))
        guard compositor_resize(CInt(self.size.rows), CInt(self.size.columns)) == 0 else {
            throw .system("resize the screen")
        }
        invalidate()
    }

    /// Takes nothing for granted any more: the next frame is drawn whole.
    package func invalidate() {
        shown = nil
        compositor_invalidate()
    }

    /// The bytes that make the terminal show `grid`: none when it does.
    ///
    /// A grid of another size than the screen's shows its upper left part.
    package func bytes(for grid: Grid) -> [UInt8] {
        if shown == grid { return [] }
        if looks.isFull {
            looks.forget()
            compositor_reset_pairs()
            shown = nil
        }
        let before = shown ?? Grid(size: Size(columns: 0, rows: 0))
        for run in GridDiff.runs(from: before, to: grid) { draw(run, of: grid) }
        shown = grid
        let count = compositor_update()
        guard count > 0 else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, taken in
            taken = unsafe Int(compositor_take(buffer.baseAddress, buffer.count))
        }
    }

    private func draw(_ run: GridDiff.Run, of grid: Grid) {
        guard run.row < size.rows, run.columns.lowerBound < size.columns else { return }
        cells.removeAll(keepingCapacity: true)
        wide.removeAll(keepingCapacity: true)
        let row = grid.row(run.row)
        let end = min(run.columns.upperBound, size.columns)
        var column = run.columns.lowerBound
        while column < end {
            let cell = row[row.startIndex + column]
            let isWide = cell.isWide && column + 1 < end
            let look = looks[cell.style]
            var drawn = compositor_cell()
            drawn.attributes = look.attributes
            drawn.pair = look.pair
            // Half a wide character at the screen's edge cannot be drawn.
            drawn.text.0 = cell.isWide == isWide && !cell.isContinuation ? cell.scalar.value : 0x20
            if cell.hasMarks {
                let marks = cell.marks
                drawn.text.1 = marks[0].value
                if marks.count > 1 { drawn.text.2 = marks[1].value }
            }
            cells.append(drawn)
            wide.append(isWide ? 1 : 0)
            column += isWide ? 2 : 1
        }
        unsafe compositor_put(
            CInt(run.row), CInt(run.columns.lowerBound), cells, wide, CInt(cells.count))
    }

    /// A string capability of the terminal type, by its terminfo name, without padding.
    func capability(_ name: String) -> [UInt8] {
        guard let text = unsafe compositor_string(name) else { return [] }
        var result: [UInt8] = []
        var isPadding = false
        for byte in unsafe String(cString: text).utf8 {
            if byte == UInt8(ascii: "$"), !isPadding {
                result.append(byte)
            } else if byte == UInt8(ascii: "<"), result.last == UInt8(ascii: "$") {
                result.removeLast()
                isPadding = true
            } else if isPadding {
                isPadding = byte != UInt8(ascii: ">")
            } else {
                result.append(byte)
            }
        }
        return result
    }
}
