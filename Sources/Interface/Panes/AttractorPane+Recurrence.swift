import Cells
import Dynamics
import Engine

extension AttractorPane {
    /// A dot wherever the state at one time is near the state at another; oldest lower left.
    static func drawRecurrence(_ painter: inout Painter, _ rect: Rect, _ subject: Subject) {
        guard rect.columns >= 8, rect.rows >= 3 else { return }
        let space = subject.space
        let (dimension, delay) = (max(2, space.dimension), subject.delay)
        let end = (dimension - 1) * delay
        let plot = Rect(
            column: rect.column + 1, row: rect.row, columns: rect.columns - 1,
            rows: rect.rows - 1)
        let dots = min(plot.columns * 2, plot.rows * 4)
        let samples = Array(space.samples.suffix(2 * dots + end))
        guard samples.count > end + 8,
            let threshold = RecurrenceMeasures.threshold(
                samples, dimension: dimension, delay: delay)
        else {
            painter.explain(["no two states to compare yet"], in: rect)
            return
        }
        let recurrence = RecurrencePlot(
            samples, dimension: dimension, delay: delay, threshold: threshold * 1.0000001)
        let step = max(1, recurrence.count / dots)
        let shown = min(dots, recurrence.count / step)
        var canvas = BrailleCanvas(columns: (shown + 1) / 2, rows: (shown + 3) / 4)
        let first = recurrence.count - shown * step
        let newest = UInt8(BrailleCanvas.bandCount - 1)
        for row in 0..<shown {
            for column in 0..<shown {
                guard recurrence.recurs(first + row * step, first + column * step) else { continue }
                // The nearer in time, the brighter: the diagonal stands out.
                let apart = abs(row - column) * (BrailleCanvas.bandCount - 2) / max(shown, 1)
                canvas.plot(
                    x: column, y: canvas.height - 1 - row, band: newest - UInt8(apart))
            }
        }
        let left = plot.column + max(0, (plot.columns - canvas.columns) / 2)
        let top = plot.endRow - canvas.rows
        canvas.draw(
            in: &painter.grid, at: Point(column: left, row: top),
            styles: painter.theme.bands(.trail, count: BrailleCanvas.bandCount),
            marker: painter.glyphs.markers)
        drawFrame(
            &painter,
            Rect(column: left - 1, row: top, columns: canvas.columns + 1, rows: canvas.rows + 1))
        let label =
            "newest \(shown * step) states" + (step > 1 ? ", 1 in \(step)" : "") + ", 5 % recur"
        painter.write(label, left + 1, plot.endRow, .plotLabel, limit: plot.endColumn - left - 1)
    }
}
