import Cells
import Dynamics
import Engine

extension AttractorPane {
    /// Three delayed coordinates, turning about the upright axis while the log's time runs.
    static func drawSpace(_ painter: inout Painter, _ rect: Rect, _ subject: Subject) {
        guard rect.columns >= 8, rect.rows >= 3 else { return }
        let samples = subject.space.samples
        let delay = subject.delay
        let total = samples.count - 2 * delay
        guard total > 1 else {
            painter.explain(["too few samples for three coordinates"], in: rect)
            return
        }
        let range = robustRange(samples)
        let (middle, half) = (
            (range.lowerBound + range.upperBound) / 2, (range.upperBound - range.lowerBound) / 2
        )
        let scaled = samples.map { max(-1.6, min(1.6, ($0 - middle) / half)) }
        let projection = SpaceProjection(degrees: subject.degrees)
        var canvas = BrailleCanvas(columns: rect.columns, rows: rect.rows)
        // Dots are about square; the turning cube needs 1.6 in every direction.
        let size = Double(min(canvas.width, canvas.height)) / 3.1
        let (centreX, centreY) = (Double(canvas.width) / 2, Double(canvas.height) / 2)
        func dot(_ x: Double, _ y: Double, _ z: Double) -> (x: Int, y: Int) {
            let seen = projection.seen(x, y, z)
            return (
                Int((centreX + size * 1.25 * seen.right).rounded()),
                Int((centreY - size * seen.up).rounded())
            )
        }
        drawSpaceAxes(&painter, rect, delay: delay, dot)
        trail(
            (0..<total).map { dot(scaled[$0], scaled[$0 + delay], scaled[$0 + 2 * delay]) },
            subject, on: &canvas)
        canvas.draw(
            in: &painter.grid, at: Point(column: rect.column, row: rect.row),
            styles: painter.theme.bands(.trail, count: BrailleCanvas.bandCount),
            marker: painter.glyphs.markers)
        let note = "\(Int(subject.degrees.rounded()))\(painter.glyphs == .ascii ? "" : "\u{B0}")"
        painter.writeRight(
            note, before: rect.endColumn, rect.row, .plotLabel, from: rect.column)
    }

    private static func drawSpaceAxes(
        _ painter: inout Painter, _ rect: Rect, delay: Int,
        _ dot: (Double, Double, Double) -> (x: Int, y: Int)
    ) {
        var axes = BrailleCanvas(columns: rect.columns, rows: rect.rows)
        let corner = dot(-1, -1, -1)
        let ends = [dot(1, -1, -1), dot(-1, 1, -1), dot(-1, -1, 1)]
        for end in ends { axes.line(fromX: corner.x, y: corner.y, toX: end.x, y: end.y) }
        axes.draw(
            in: &painter.grid, at: Point(column: rect.column, row: rect.row),
            styles: [painter.theme[.plotAxis]], marker: painter.glyphs.markers)
        let names = ["s(t)", "s(t+\(delay))", "s(t+\(2 * delay))"]
        for (name, end) in zip(names, ends) {
            let column = rect.column + end.x / 2 - (end.x < corner.x ? name.count : 0)
            let row = rect.row + end.y / 4
            guard row >= rect.row, row < rect.endRow, column >= rect.column else { continue }
            painter.write(name, column, row, .plotLabel, limit: max(0, rect.endColumn - column))
        }
    }
}
