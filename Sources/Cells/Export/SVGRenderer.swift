/// A grid as a picture (SVG 1.1) that needs nothing but itself.
///
/// Frames, blocks and dots are drawn as shapes, so they join without gaps in every browser
/// whatever its fonts; text is stretched to its cells by `textLength`. The same grid gives the
/// same bytes.
package struct SVGRenderer {
    /// A cell's size in user units; even numbers keep the middle of a cell on the raster.
    static let cellWidth = 10
    static let cellHeight = 20

    private let grid: Grid
    private let foreground: Color
    private let background: Color
    private var backgrounds = ""
    private var texts = ""
    private var shapes = Shapes()

    /// The picture of a grid; `theme` says what the terminal's own colours look like.
    package static func svg(_ grid: Grid, theme: Theme, title: String? = nil) -> String {
        let surface = theme[.surface]
        let (ink, paper): (Color, Color) =
            theme.isDark
            ? (.rgb(0xE5, 0xE5, 0xE5), .rgb(0, 0, 0)) : (.rgb(0, 0, 0), .rgb(0xFF, 0xFF, 0xFF))
        return svg(
            grid, foreground: surface.foreground == .standard ? ink : surface.foreground,
            background: surface.background == .standard ? paper : surface.background, title: title)
    }

    /// The picture of a grid with colours for the terminal's own.
    package static func svg(
        _ grid: Grid, foreground: Color, background: Color, title: String? = nil
    ) -> String {
        var renderer = SVGRenderer(grid: grid, foreground: foreground, background: background)
        for row in 0..<grid.size.rows { renderer.render(row: row) }
        return renderer.document(title)
    }

    private init(grid: Grid, foreground: Color, background: Color) {
        self.grid = grid
        self.foreground = foreground
        self.background = background
    }

    private func document(_ title: String?) -> String {
        let margin = Self.cellWidth
        let width = grid.size.columns * Self.cellWidth + 2 * margin
        let height = grid.size.rows * Self.cellHeight + 2 * margin
        var result = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="\(-margin) \(-margin) \(width) \(height)">

            """
        if let title { result += "<title>\(Self.escaped(title))</title>\n" }
        result += """
            <rect x="\(-margin)" y="\(-margin)" width="\(width)" height="\(height)" rx="8" \
            fill="\(hex(background))"/>
            <g shape-rendering="crispEdges">
            \(backgrounds)</g>
            \(shapes.document)\
            <g font-family="ui-monospace,'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace" \
            font-size="16.6" style="white-space:pre">
            \(texts)</g>
            </svg>

            """
        return result
    }

    /// What a cell looks like once reversing and the terminal's own colours are settled.
    private struct Look: Equatable {
        var ink: Color
        var paper: Color
        var attributes: Style.Attributes
    }

    private func look(_ style: Style) -> Look {
        let ink = style.foreground == .standard ? foreground : style.foreground
        let paper = style.background == .standard ? background : style.background
        let isReversed = style.attributes.contains(.reverse)
        return Look(
            ink: isReversed ? paper : ink, paper: isReversed ? ink : paper,
            attributes: style.attributes)
    }

    private mutating func render(row: Int) {
        let cells = Array(grid.row(row))
        var column = 0
        while column < cells.count {
            let look = look(cells[column].style)
            var end = column + 1
            while end < cells.count, self.look(cells[end].style) == look { end += 1 }
            paper(look, row: row, columns: column..<end)
            lines(look, row: row, columns: column..<end)
            ink(Array(cells[column..<end]), look, row: row, column: column)
            column = end
        }
    }

    private mutating func paper(_ look: Look, row: Int, columns: Range<Int>) {
        guard look.paper != background else { return }
        backgrounds += """
            <rect x="\(columns.lowerBound * Self.cellWidth)" y="\(row * Self.cellHeight)" \
            width="\(columns.count * Self.cellWidth)" height="\(Self.cellHeight)" \
            fill="\(hex(look.paper))"/>

            """
    }

    private mutating func lines(_ look: Look, row: Int, columns: Range<Int>) {
        for (attribute, height) in [(Style.Attributes.underline, 18), (.strikethrough, 11)]
        where look.attributes.contains(attribute) {
            shapes.add(
                .line, shapeColor(look),
                "M\(columns.lowerBound * Self.cellWidth) \(row * Self.cellHeight + height)"
                    + "h\(columns.count * Self.cellWidth)")
        }
    }

    /// Shapes at once, text in pieces without two blanks in a row.
    private mutating func ink(_ cells: [Cell], _ look: Look, row: Int, column: Int) {
        var piece = ""
        var start = 0
        var columns = 0
        func isText(_ index: Int) -> Bool {
            index < cells.count && cells[index].text != Cell.blank.text && !cells[index].isWide
                && !cells[index].isContinuation && !SVGShape.isShape(cells[index].scalar)
        }
        func flush(_ renderer: inout SVGRenderer) {
            if columns > 0 {
                renderer.text(piece, look, row: row, column: column + start, columns: columns)
            }
            piece = ""
            columns = 0
        }
        for (index, cell) in cells.enumerated() where !cell.isContinuation {
            let isSingleBlank =
                cell.text == Cell.blank.text && columns > 0 && isText(index + 1)
            if isText(index) || isSingleBlank {
                if columns == 0 { start = index }
                piece += Self.characters(cell)
                columns += 1
                continue
            }
            flush(&self)
            if cell.text == Cell.blank.text { continue }
            if let shape = SVGShape(
                cell.scalar, x: (column + index) * Self.cellWidth, y: row * Self.cellHeight)
            {
                shapes.add(shape.kind, shapeColor(look), shape.path)
            } else {
                text(
                    Self.characters(cell), look, row: row, column: column + index,
                    columns: cell.columns)
            }
        }
        flush(&self)
    }

    private mutating func text(
        _ characters: String, _ look: Look, row: Int, column: Int, columns: Int
    ) {
        var attributes = ""
        if look.attributes.contains(.bold) { attributes += " font-weight=\"bold\"" }
        if look.attributes.contains(.italic) { attributes += " font-style=\"italic\"" }
        texts += """
            <text x="\(column * Self.cellWidth)" y="\(row * Self.cellHeight + 15)" \
            textLength="\(columns * Self.cellWidth)" lengthAdjust="spacingAndGlyphs" \
            fill="\(shapeColor(look))"\(attributes)>\(Self.escaped(characters))</text>

            """
    }

    /// Dim ink is ink mixed with a third of the paper.
    private func shapeColor(_ look: Look) -> String {
        guard look.attributes.contains(.dim) else { return hex(look.ink) }
        return hex(rgb(look.ink).mixed(with: rgb(look.paper), share: 1 / 3))
    }

    private func rgb(_ color: Color) -> Color {
        guard let (red, green, blue) = color.components else { return foreground }
        return .rgb(red, green, blue)
    }

    private func hex(_ color: Color) -> String { rgb(color).description }

    private static func characters(_ cell: Cell) -> String {
        var result = ""
        result.unicodeScalars.append(cell.scalar)
        for mark in cell.marks { result.unicodeScalars.append(mark) }
        return result
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in TextWidth.sanitized(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Paths of one kind and colour gathered into one element, in order of first appearance.
    private struct Shapes {
        private var order: [Key] = []
        private var paths: [Key: String] = [:]

        private struct Key: Hashable {
            var kind: SVGShape.Kind
            var color: String
        }

        mutating func add(_ kind: SVGShape.Kind, _ color: String, _ path: String) {
            let key = Key(kind: kind, color: color)
            if paths[key] == nil { order.append(key) }
            paths[key, default: ""] += path
        }

        var document: String {
            var result = ""
            for key in order {
                let color = key.color
                let attributes =
                    switch key.kind {
                    case .block: "fill=\"\(color)\" shape-rendering=\"crispEdges\""
                    case .shade(let percent): "fill=\"\(color)\" fill-opacity=\"0.\(percent)\""
                    case .line: "fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.4\""
                    case .heavy: "fill=\"none\" stroke=\"\(color)\" stroke-width=\"3\""
                    case .dots:
                        "fill=\"none\" stroke=\"\(color)\" stroke-width=\"3.4\" "
                            + "stroke-linecap=\"round\""
                    }
                result += "<path \(attributes) d=\"\(paths[key] ?? "")\"/>\n"
            }
            return result
        }
    }
}
