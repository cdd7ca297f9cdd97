import Cells
import Dynamics
import Engine
import Timeline

/// The stream in phase space: each sample against the one `delay` samples before.
enum AttractorPane {
    static func note(of session: SessionState, app: App) -> [RoleSpan] {
        guard let series = app.shownSeries(of: session) else { return [] }
        let assessment = series.phaseSpace.assessment
        var spans = [
            RoleSpan(classText(assessment.attractorClass), role(assessment.attractorClass))
        ]
        if let lyapunov = assessment.lyapunov {
            spans.append(
                RoleSpan(" \(app.glyphs.lambda) " + signed(lyapunov.perSample), .metricValue))
        }
        return spans
    }

    static func draw(_ painter: inout Painter, _ body: Rect, session: SessionState, app: App) {
        guard body.rows > 1, let series = app.shownSeries(of: session) else {
            painter.explain(["this session has no series"], in: body)
            return
        }
        let delay = app.shownDelay
        let space = series.phaseSpace
        let head = [
            RoleSpan(series.kind.title, .plotLabel),
            RoleSpan(
                "  " + samplesText(space)
                    + "  d=\(space.dimension) \(painter.glyphs == .ascii ? "tau" : "\u{3C4}")=\(delay)"
                    + (app.view.delay == nil ? "" : " by hand"), .textDim),
        ]
        painter.write(head, body.column, body.row, limit: body.columns)
        let plot = body.inset(top: 1)
        let samples = space.samples
        guard samples.count > delay + 1 else {
            painter.explain(missing(space, kind: series.kind, app: app), in: plot)
            return
        }
        let footRows = plot.rows >= 8 ? 2 : plot.rows >= 4 ? 1 : 0
        let aging =
            app.configuration.reducedMotion
            ? nil : Aging(observed: Int(space.observed), capacity: space.capacity)
        drawPlot(
            &painter, plot.inset(bottom: footRows), samples: samples, delay: delay,
            unit: series.kind.unit, aging: aging)
        drawReason(&painter, plot, rows: footRows, space.assessment)
    }

    /// "323 samples", or how far a statement is away: "17 of 145 samples".
    private static func samplesText(_ space: PhaseSpace) -> String {
        let missing = space.assessment.missing
        return missing > 0
            ? "\(space.count) of \(space.count + missing) samples" : "\(space.count) samples"
    }

    private static func missing(_ space: PhaseSpace, kind: SeriesKind, app: App) -> [String] {
        if !app.playback.hasClock, kind == .interTokenGap {
            return [
                "this recording has no clock, so there are no gaps to plot",
                "c chooses another series",
            ]
        }
        return [space.assessment.reason, "c chooses another series"]
    }

    private static func drawReason(
        _ painter: inout Painter, _ plot: Rect, rows: Int, _ assessment: Assessment
    ) {
        guard rows > 0 else { return }
        let lines = WordWrap.lines(assessment.reason, columns: plot.columns)
        for (offset, line) in lines.prefix(rows).enumerated() {
            painter.write(
                line, plot.column, plot.endRow - rows + offset, .textDim, limit: plot.columns)
        }
    }

    // MARK: the plot

    private static func drawPlot(
        _ painter: inout Painter, _ rect: Rect, samples: [Double], delay: Int, unit: String,
        aging: Aging?
    ) {
        guard rect.columns >= 4, rect.rows >= 2 else { return }
        let range = robustRange(samples)
        let columns = rect.columns - 1
        let rows = rect.rows - 1
        drawAxes(&painter, rect, range: range, unit: unit)
        var canvas = BrailleCanvas(columns: columns, rows: rows)
        let width = Double(canvas.width - 1)
        let height = Double(canvas.height - 1)
        let span = range.upperBound - range.lowerBound
        let total = samples.count - delay
        var previous: (x: Int, y: Int)?
        for index in 0..<total {
            let x = Int(((samples[index] - range.lowerBound) / span * width).rounded())
            let y = Int(((range.upperBound - samples[index + delay]) / span * height).rounded())
            let band =
                aging?.band(samplesAgo: total - 1 - index) ?? UInt8(BrailleCanvas.bandCount - 1)
            // Near points are joined while the trail is young, so that its way can be seen; joining
            // the far jumps of a noisy series would only hide it.
            if let previous, total - index < 24, isNear(previous, (x, y), canvas) {
                canvas.line(fromX: previous.x, y: previous.y, toX: x, y: y, band: band)
            }
            if x >= 0, y >= 0, x < canvas.width, y < canvas.height {
                canvas.plot(x: x, y: y, band: band)
            }
            previous = (x, y)
        }
        let styles = painter.theme.bands(.trail, count: BrailleCanvas.bandCount)
        canvas.draw(
            in: &painter.grid, at: Point(column: rect.column + 1, row: rect.row), styles: styles,
            marker: painter.glyphs.markers)
    }

    private static func isNear(
        _ a: (x: Int, y: Int), _ b: (x: Int, y: Int), _ canvas: BrailleCanvas
    ) -> Bool {
        abs(a.x - b.x) * 8 <= canvas.width && abs(a.y - b.y) * 8 <= canvas.height
    }

    private static func drawAxes(
        _ painter: inout Painter, _ rect: Rect, range: ClosedRange<Double>, unit: String
    ) {
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
        let low = NumberText.fixed(range.lowerBound, 1)
        let high = NumberText.fixed(range.upperBound, 1) + " " + unit
        painter.write(low, rect.column + 2, rect.endRow - 1, .plotLabel, limit: rect.columns / 3)
        painter.writeRight(
            high, before: rect.endColumn - 1, rect.endRow - 1, .plotLabel,
            from: rect.column + rect.columns / 3)
    }

    /// How old a point looks. Ages change in steps that are anchored in the series, so that a new
    /// sample does not recolour every point on the screen.
    private struct Aging {
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

    // MARK: words

    static func classText(_ attractorClass: Assessment.Class) -> String {
        switch attractorClass {
        case .fixedPoint: "fixed point"
        case .periodic: "periodic"
        case .quasiPeriodic: "quasi-periodic"
        case .chaotic: "chaotic"
        case .stochastic: "stochastic"
        case .drifting: "drifting"
        case .undetermined: "undetermined"
        }
    }

    private static func role(_ attractorClass: Assessment.Class) -> Role {
        switch attractorClass {
        case .fixedPoint: .metricGood
        case .periodic, .quasiPeriodic: .metricValue
        case .chaotic: .metricBad
        case .stochastic, .drifting: .metricWarn
        case .undetermined: .textDim
        }
    }

    private static func signed(_ value: Double) -> String {
        (value >= 0 ? "+" : "") + NumberText.fixed(value, 3)
    }

    static func detail(of session: SessionState, app: App) -> String {
        session.series.map { series in
            let space = series.phaseSpace
            let assessment = space.assessment
            var lines = [
                "\(series.kind.title) (\(series.kind.unit))",
                "  class       " + classText(assessment.attractorClass)
                    + (assessment.confidence.map { ", confidence \(NumberText.fixed($0, 2))" } ?? ""),
                "  samples     \(space.count) held, \(space.observed) seen, \(space.rejected) rejected",
                "  embedding   delay \(space.delay), dimension \(space.dimension)",
            ]
            if let lyapunov = assessment.lyapunov {
                lines.append(
                    "  λ           \(signed(lyapunov.perSample)) per sample"
                        + " (\(signed(lyapunov.low)) to \(signed(lyapunov.high)))")
            } else {
                lines.append("  λ           none")
            }
            if let period = assessment.period {
                lines.append("  period      \(NumberText.fixed(period, 2)) samples")
            }
            lines.append("  \(assessment.reason)")
            return lines.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}

extension App {
    func shownSeries(of session: SessionState) -> SeriesState? {
        guard let first = session.series.first else { return nil }
        if let index = view.seriesIndex {
            return session.series[min(index, session.series.count - 1)]
        }
        return session.series.first { $0.phaseSpace.count > 0 } ?? first
    }

    /// The delay of the plot: by hand, or the automatic one.
    var shownDelay: Int {
        if let delay = view.delay { return delay }
        guard let session, let series = shownSeries(of: session) else { return 1 }
        return max(1, series.phaseSpace.delay)
    }
}
