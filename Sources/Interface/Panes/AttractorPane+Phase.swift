import Cells
import Dynamics
import Engine

extension AttractorPane {
    /// Each sample against the one `delay` samples before, or against another series.
    static func drawPhase(_ painter: inout Painter, _ rect: Rect, _ subject: Subject) {
        guard rect.columns >= 8, rect.rows >= 3 else { return }
        let points: [(x: Double, y: Double)]
        if let other = subject.other {
            points = subject.series.paired(over: other)
        } else {
            let samples = subject.space.samples
            let total = max(0, samples.count - subject.delay)
            points = (0..<total).map { (samples[$0], samples[$0 + subject.delay]) }
        }
        guard points.count > 1 else {
            painter.explain(["nothing to set against each other yet"], in: rect)
            return
        }
        let xRange = robustRange(points.map(\.x))
        let yRange = subject.other == nil ? xRange : robustRange(points.map(\.y))
        let unit = subject.series.kind.unit
        drawAxes(
            &painter, rect, x: xRange, y: yRange, xUnit: subject.other?.kind.unit ?? unit,
            yUnit: unit)
        var canvas = BrailleCanvas(columns: rect.columns - 1, rows: rect.rows - 1)
        let (width, height) = (Double(canvas.width - 1), Double(canvas.height - 1))
        trail(
            points.map { point in
                (
                    place(point.x, xRange.lowerBound, xRange.upperBound, width),
                    place(point.y, yRange.upperBound, yRange.lowerBound, height)
                )
            }, subject, on: &canvas)
        canvas.draw(
            in: &painter.grid, at: Point(column: rect.column + 1, row: rect.row),
            styles: painter.theme.bands(.trail, count: BrailleCanvas.bandCount),
            marker: painter.glyphs.markers)
    }

    private static func place(_ value: Double, _ from: Double, _ to: Double, _ size: Double) -> Int
    {
        let place = (value - from) / (to - from) * size
        return Int(max(-1e6, min(1e6, place.rounded())))
    }

    /// Draws points in order of time, the newest in the highest band.
    ///
    /// The points of a sampled flow are joined to its orbit. Otherwise near points are joined while
    /// the trail is young, so that its way can be seen; joining the far jumps of a noisy series
    /// would only hide it.
    static func trail(
        _ points: [(x: Int, y: Int)], _ subject: Subject, on canvas: inout BrailleCanvas
    ) {
        let isFlow = subject.other == nil && subject.space.delay > 1
        let aging = subject.aging
        var previous: (x: Int, y: Int)?
        for (index, point) in points.enumerated() {
            let ago = points.count - 1 - index
            let band = aging?.band(samplesAgo: ago) ?? UInt8(BrailleCanvas.bandCount - 1)
            if let previous, isFlow || ago < 23, isNear(previous, point, canvas) {
                canvas.line(
                    fromX: previous.x, y: previous.y, toX: point.x, y: point.y, band: band)
            }
            canvas.plot(x: point.x, y: point.y, band: band)
            previous = point
        }
    }

    private static func isNear(
        _ a: (x: Int, y: Int), _ b: (x: Int, y: Int), _ canvas: BrailleCanvas
    ) -> Bool {
        abs(a.x - b.x) * 5 <= canvas.width && abs(a.y - b.y) * 5 <= canvas.height
    }

    private static func drawAxes(
        _ painter: inout Painter, _ rect: Rect, x: ClosedRange<Double>, y: ClosedRange<Double>,
        xUnit: String, yUnit: String
    ) {
        drawFrame(&painter, rect)
        let row = rect.endRow - 1
        painter.write(
            axisNumber(x.lowerBound, x), rect.column + 2, row, .plotLabel, limit: rect.columns / 3)
        painter.writeRight(
            axisNumber(x.upperBound, x) + " " + xUnit, before: rect.endColumn - 1, row, .plotLabel,
            from: rect.column + rect.columns / 3)
        guard x != y || xUnit != yUnit else { return }
        painter.write(
            axisNumber(y.upperBound, y) + " " + yUnit, rect.column + 1, rect.row, .plotLabel,
            limit: rect.columns / 3)
        painter.write(
            axisNumber(y.lowerBound, y), rect.column + 1, row - 1, .plotLabel,
            limit: rect.columns / 3)
    }

    /// As many decimals as tell the ends of the axis apart.
    static func axisNumber(_ value: Double, _ range: ClosedRange<Double>) -> String {
        let span = range.upperBound - range.lowerBound
        return NumberText.fixed(value, span >= 20 ? 0 : span >= 0.5 ? 1 : span >= 0.05 ? 2 : 4)
    }

    /// The left and the lower axis.
    static func drawFrame(_ painter: inout Painter, _ rect: Rect) {
        let box = painter.glyphs.box
        let style = painter.theme[.plotAxis]
        for row in rect.row..<rect.endRow - 1 {
            painter.grid.set(box.vertical, at: Point(column: rect.column, row: row), style: style)
        }
        painter.grid.fill(
            Rect(column: rect.column, row: rect.endRow - 1, columns: rect.columns, rows: 1),
            box.horizontal, style: style)
        painter.grid.set(
            box.bottomLeft, at: Point(column: rect.column, row: rect.endRow - 1), style: style)
    }

    /// How old a point looks. Ages change in steps that are anchored in the series, so that a new
    /// sample does not recolour every point on the screen.
    struct Aging {
        let newestBlock: Int
        let observed: Int
        let block: Int

        init(observed: Int, capacity: Int) {
            block = max(1, capacity / BrailleCanvas.bandCount)
            self.observed = observed
            newestBlock = (observed - 1) / block
        }

        func band(samplesAgo: Int) -> UInt8 {
            let age = newestBlock - (observed - 1 - samplesAgo) / block
            return UInt8(max(0, BrailleCanvas.bandCount - 1 - age))
        }
    }

    /// From the 4th to the 96th percentile, so that outliers do not squeeze everything else into
    /// a corner, widened to round numbers, so that the scale seldom changes.
    static func robustRange(_ samples: [Double]) -> ClosedRange<Double> {
        let sorted = samples.sorted()
        let low = sorted[sorted.count / 25]
        let high = sorted[sorted.count - 1 - sorted.count / 25]
        let step = Scale.step(max(high - low, abs(high) * 1e-6, 1e-9) / 4)
        let lower = (low / step).rounded(.down) * step
        let upper = (high / step).rounded(.up) * step
        return lower < upper ? lower...upper : (lower - step)...(lower + step)
    }
}
