/// Grids as the control sequences that draw them (ECMA-48, with 24-bit colours as xterm reads
/// them), for recordings of the screen and for one frame on standard output.
package struct ANSIWriter: Sendable {
    package let depth: ColorDepth
    /// The style that the terminal is set to; nil: not known.
    private var style: Style?

    package init(depth: ColorDepth = .rgb) { self.depth = depth }

    /// What draws `runs` of `grid`; the terminal keeps the last style.
    package mutating func draw(_ runs: [GridDiff.Run], of grid: Grid) -> String {
        var result = ""
        for run in runs {
            result += "\u{1B}[\(run.row + 1);\(run.columns.lowerBound + 1)H"
            let start = run.row * grid.size.columns
            for cell in grid.cells[start + run.columns.lowerBound..<start + run.columns.upperBound]
            {
                append(cell, to: &result)
            }
        }
        return result
    }

    /// The rows of a grid as lines, each of which begins and ends in the terminal's own style;
    /// blanks at the ends that show nothing are left out.
    package static func lines(_ grid: Grid, depth: ColorDepth) -> String {
        var result = ""
        for row in 0..<grid.size.rows {
            var writer = ANSIWriter(depth: depth)
            writer.style = .standard
            let cells = grid.row(row)
            let end =
                cells.lastIndex {
                    $0.text != Cell.blank.text || $0.style.reduced(to: depth).isVisibleOnBlanks
                }.map { $0 + 1 } ?? cells.startIndex
            for cell in cells[..<end] { writer.append(cell, to: &result) }
            if writer.style != .standard { result += "\u{1B}[m" }
            result += "\n"
        }
        return result
    }

    private mutating func append(_ cell: Cell, to result: inout String) {
        if cell.isContinuation { return }
        let wanted = cell.style.reduced(to: depth)
        if wanted != style {
            result += wanted.selection
            style = wanted
        }
        result.unicodeScalars.append(cell.scalar)
        for mark in cell.marks { result.unicodeScalars.append(mark) }
    }
}

extension Style {
    /// Whether a blank in this style differs from no blank.
    var isVisibleOnBlanks: Bool {
        background != .standard
            || !attributes.isDisjoint(with: [.reverse, .underline, .strikethrough])
    }

    /// The control sequence that selects exactly this style.
    var selection: String {
        var codes = ""
        let attributes = attributes
        if attributes.contains(.bold) { codes += ";1" }
        if attributes.contains(.dim) { codes += ";2" }
        if attributes.contains(.italic) { codes += ";3" }
        if attributes.contains(.underline) { codes += ";4" }
        if attributes.contains(.reverse) { codes += ";7" }
        if attributes.contains(.strikethrough) { codes += ";9" }
        codes += foreground.selection(base: 30) + background.selection(base: 40)
        return codes.isEmpty ? "\u{1B}[m" : "\u{1B}[0\(codes)m"
    }
}

extension Color {
    fileprivate func selection(base: Int) -> String {
        switch self {
        case .standard: ""
        case .palette(let index) where index < 8: ";\(base + Int(index))"
        case .palette(let index) where index < 16: ";\(base + 60 + Int(index) - 8)"
        case .palette(let index): ";\(base + 8);5;\(index)"
        case .rgb(let red, let green, let blue): ";\(base + 8);2;\(red);\(green);\(blue)"
        }
    }
}
