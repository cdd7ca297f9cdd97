import Cells
import Dynamics
import Engine

extension AttractorPane {
    /// How neighbours part: the curve, the region that was fitted, and the line through it.
    static func drawDivergence(_ painter: inout Painter, _ rect: Rect, _ subject: Subject) {
        guard rect.columns >= 12, rect.rows >= 3 else { return }
        guard let result = subject.measures?.divergence, let last = result.overview.times.last,
            last > 0
        else {
            painter.explain(
                [
                    subject.space.assessment.missing > 0
                        ? subject.space.assessment.reason
                        : "no two states part in this window: there is no curve"
                ], in: rect)
            return
        }
        let values = result.overview.logarithms.filter { $0.isFinite } + result.curve.logarithms
        guard let low = values.min(), let high = values.max(), high > low else { return }
        drawFrame(&painter, rect)
        var canvas = BrailleCanvas(columns: rect.columns - 1, rows: rect.rows - 1)
        let pad = 0.06 * (high - low)
        let (width, height) = (Double(canvas.width - 1), Double(canvas.height - 1))
        func dot(_ time: Double, _ value: Double) -> (x: Int, y: Int) {
            let x = time / Double(last) * width
            let y = (high + pad - value) / (high - low + 2 * pad) * height
            return (Int(x.rounded()), Int(max(-1e6, min(1e6, y.rounded()))))
        }
        join(result.overview, band: 2, on: &canvas, dot)
        join(result.curve, band: 5, on: &canvas, dot)
        let slope = result.estimate.perSample
        let (from, to) = (result.curve.times.first ?? 0, result.curve.times.last ?? 0)
        let (start, end) = (
            dot(Double(from), result.intercept + slope * Double(from)),
            dot(Double(to), result.intercept + slope * Double(to))
        )
        canvas.line(fromX: start.x, y: start.y, toX: end.x, y: end.y, band: 7)
        canvas.draw(
            in: &painter.grid, at: Point(column: rect.column + 1, row: rect.row),
            styles: painter.theme.bands(.trail, count: BrailleCanvas.bandCount),
            marker: painter.glyphs.markers)
        drawDivergenceLabels(&painter, rect, subject, result, from: from, to: to, last: last)
    }

    private static func join(
        _ curve: DivergenceCurve, band: UInt8, on canvas: inout BrailleCanvas,
        _ dot: (Double, Double) -> (x: Int, y: Int)
    ) {
        var previous: (x: Int, y: Int)?
        for (time, value) in zip(curve.times, curve.logarithms) where value.isFinite {
            let point = dot(Double(time), value)
            if let previous {
                canvas.line(
                    fromX: previous.x, y: previous.y, toX: point.x, y: point.y, band: band)
            }
            previous = point
        }
    }

    private static func drawDivergenceLabels(
        _ painter: inout Painter, _ rect: Rect, _ subject: Subject,
        _ result: LyapunovEstimator.Result, from: Int, to: Int, last: Int
    ) {
        let lambda = painter.glyphs.lambda
        let estimate = result.estimate
        let row = rect.endRow - 1
        painter.write("0", rect.column + 1, row, .plotLabel)
        painter.writeRight(
            "\(last) samples", before: rect.endColumn, row, .plotLabel,
            from: rect.column + rect.columns / 3)
        painter.write(
            "ln distance", rect.column + 1, rect.row, .plotLabel, limit: rect.columns - 1)
        let lines: [String]
        if subject.space.assessment.lyapunov == nil {
            lines = [
                "slope \(signed(estimate.perSample)): no exponent",
                subject.space.assessment.lyapunovReason ?? "",
            ]
        } else {
            lines = [
                "\(lambda) \(signed(estimate.perSample)) "
                    + "(\(signed(estimate.low)) to \(signed(estimate.high)))",
                "fitted from \(from) to \(to) of \(last) samples",
            ]
        }
        for (offset, line) in lines.enumerated() where rect.rows > 5 + offset {
            painter.writeRight(
                line, before: rect.endColumn, row - 2 + offset,
                offset == 0 ? .metricValue : .textDim,
                from: rect.column + 1)
        }
    }

    /// The power at each frequency in decibels below the strongest.
    static func drawSpectrum(_ painter: inout Painter, _ rect: Rect, _ subject: Subject) {
        guard rect.columns >= 12, rect.rows >= 3 else { return }
        let spectrum = PowerSpectrum(subject.space.samples)
        let range = 60.0
        let levels = spectrum.decibels(range: range)
        guard levels.count > 4 else {
            painter.explain(["too few samples for a spectrum"], in: rect)
            return
        }
        drawFrame(&painter, rect)
        var canvas = BrailleCanvas(columns: rect.columns - 1, rows: rect.rows - 1)
        for x in 0..<canvas.width {
            // Where several frequencies share a dot, the strongest is seen.
            let first = x * levels.count / canvas.width
            let end = max(first + 1, (x + 1) * levels.count / canvas.width)
            let level = levels[first..<end].max() ?? -range
            let height = Int((1 + level / range) * Double(canvas.height - 1))
            for y in 0...max(0, height) where height > 0 {
                let band = y * (BrailleCanvas.bandCount - 1) / max(1, canvas.height - 1)
                canvas.plot(x: x, y: canvas.height - 1 - y, band: UInt8(band))
            }
        }
        canvas.draw(
            in: &painter.grid, at: Point(column: rect.column + 1, row: rect.row),
            styles: painter.theme.bands(.trail, count: BrailleCanvas.bandCount),
            marker: painter.glyphs.markers)
        drawSpectrumLabels(&painter, rect, subject)
    }

    private static func drawSpectrumLabels(
        _ painter: inout Painter, _ rect: Rect, _ subject: Subject
    ) {
        let row = rect.endRow - 1
        painter.write("0", rect.column + 1, row, .plotLabel)
        let highest =
            subject.series.kind.secondsPerSample.map { "\(NumberText.fixed(0.5 / $0, 1)) Hz" }
            ?? "1/2 cycle a sample"
        painter.writeRight(
            highest, before: rect.endColumn, row, .plotLabel,
            from: rect.column + rect.columns / 3)
        painter.writeRight(
            "0 to -60 dB", before: rect.endColumn, rect.row, .plotLabel, from: rect.column + 1)
        for frequency in subject.space.assessment.frequencies.prefix(3) {
            let column = rect.column + 1 + Int(2 * frequency * Double(rect.columns - 2))
            guard column < rect.endColumn, row > rect.row else { continue }
            painter.grid.set(
                painter.glyphs.arrowUp, at: Point(column: column, row: row),
                style: painter.theme[.plotHead])
        }
    }
}
