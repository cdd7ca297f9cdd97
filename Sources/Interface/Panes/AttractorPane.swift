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

    static func draw(
        _ painter: inout Painter, _ body: Rect, session: SessionState, app: inout App
    ) {
        guard body.rows > 1, let series = app.shownSeries(of: session) else {
            painter.explain(["this session has no series"], in: body)
            return
        }
        let over = app.view.attractorView == .phase ? app.shownOther(of: session) : nil
        painter.write(
            head(series, over: over, app: app), body.column, body.row, limit: body.columns)
        let inner = body.inset(top: 1)
        guard series.phaseSpace.count > 3 else {
            painter.explain(
                missing(series.phaseSpace, kind: series.kind, app: app), in: inner)
            return
        }
        let footRows = inner.rows >= 8 ? 2 : inner.rows >= 4 ? 1 : 0
        let sentence = over.map { pairSentence(series, $0) } ?? series.phaseSpace.assessment.reason
        drawFoot(&painter, inner, rows: footRows, sentence)
        let content = inner.inset(bottom: footRows)
        let measures =
            needsMeasures(app.view.attractorView, content)
            ? app.measures.measures(of: series, session: session.id) : nil
        let view = app.view.attractorView
        let hasNumbers = view != .numbers && hasRoomForNumbers(content)
        let plot = hasNumbers ? content.inset(right: numbersColumns + 1) : content
        let subject = Subject(series: series, other: over, measures: measures, app: app)
        switch view {
        case .phase: drawPhase(&painter, plot, subject)
        case .space: drawSpace(&painter, plot, subject)
        case .recurrence: drawRecurrence(&painter, plot, subject)
        case .divergence: drawDivergence(&painter, plot, subject)
        case .spectrum: drawSpectrum(&painter, plot, subject)
        case .numbers: drawNumbers(&painter, plot, subject)
        }
        if hasNumbers {
            let side = Rect(
                column: content.endColumn - numbersColumns, row: content.row,
                columns: numbersColumns, rows: content.rows)
            drawNumbers(&painter, side, subject)
        }
    }

    /// What is drawn: a series, what it is drawn over, and what was measured of it.
    struct Subject {
        let series: SeriesState
        let other: SeriesState?
        let measures: AttractorMeasures?
        let delay: Int
        /// Degrees that the 3-D view is turned.
        let degrees: Double
        let agesTrail: Bool

        init(series: SeriesState, other: SeriesState?, measures: AttractorMeasures?, app: App) {
            self.series = series
            self.other = other
            self.measures = measures
            delay = app.shownDelay
            // It turns with the log's time, so it rests when that does: once round in 40 seconds.
            let seconds =
                app.configuration.reducedMotion
                ? 0 : Double(app.playback.position.nanoseconds) * 1e-9
            degrees = (30 + 9 * seconds + Double(15 * app.view.turn))
                .truncatingRemainder(dividingBy: 360)
            agesTrail = !app.configuration.reducedMotion
        }

        var space: PhaseSpace { series.phaseSpace }

        /// How old the points look; nil when they all look the same.
        var aging: Aging? {
            agesTrail ? Aging(observed: Int(space.observed), capacity: space.capacity) : nil
        }
    }

    static let numbersColumns = 44

    private static func hasRoomForNumbers(_ rect: Rect) -> Bool {
        rect.columns >= numbersColumns + 56 && rect.rows >= 14
    }

    private static func needsMeasures(_ view: AttractorView, _ rect: Rect) -> Bool {
        view == .divergence || view == .numbers || hasRoomForNumbers(rect)
    }

    private static func head(
        _ series: SeriesState, over: SeriesState?, app: App
    ) -> [RoleSpan] {
        let space = series.phaseSpace
        let title = over.map { "\(series.kind.title) over \($0.kind.title)" } ?? series.kind.title
        let tau = app.view.usesASCII ? "tau" : "\u{3C4}"
        var spans = [
            RoleSpan(title, .plotLabel),
            RoleSpan("  " + app.view.attractorView.title, .textStrong),
            RoleSpan("  " + samplesText(space), .textDim),
        ]
        if over == nil {
            spans.append(
                RoleSpan(
                    "  d=\(space.dimension) \(tau)=\(app.shownDelay)"
                        + (app.view.delay == nil ? "" : " by hand")
                        + " w=\(space.assessment.theilerWindow)", .textDim))
        }
        if space.assessment.attractorClass != .undetermined, let c = space.assessment.confidence {
            spans.append(RoleSpan("  confidence \(NumberText.fixed(c, 2))", .textDim))
        }
        return spans
    }

    private static func pairSentence(_ series: SeriesState, _ other: SeriesState) -> String {
        let pairs = series.paired(over: other)
        guard let correlation = PairCorrelation.estimate(pairs.map(\.x), pairs.map(\.y)) else {
            return "\(pairs.count) pairs: too few for a correlation."
        }
        return "\(pairs.count) pairs, each with the newest value known then; correlation "
            + "\(NumberText.fixed(correlation.value, 2)) (\(NumberText.fixed(correlation.low, 2)) to "
            + "\(NumberText.fixed(correlation.high, 2)))."
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

    private static func drawFoot(
        _ painter: inout Painter, _ rect: Rect, rows: Int, _ sentence: String
    ) {
        guard rows > 0 else { return }
        let lines = WordWrap.lines(sentence, columns: rect.columns)
        for (offset, line) in lines.prefix(rows).enumerated() {
            painter.write(
                line, rect.column, rect.endRow - rows + offset, .textDim, limit: rect.columns)
        }
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

    static func role(_ attractorClass: Assessment.Class) -> Role {
        switch attractorClass {
        case .fixedPoint: .metricGood
        case .periodic, .quasiPeriodic: .metricValue
        case .chaotic: .metricBad
        case .stochastic, .drifting: .metricWarn
        case .undetermined: .textDim
        }
    }

    static func signed(_ value: Double) -> String {
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

    /// What the shown series is plotted over; nil is itself.
    func shownOther(of session: SessionState) -> SeriesState? {
        guard let kind = view.otherSeries, kind != shownSeries(of: session)?.kind else {
            return nil
        }
        return session.series.first { $0.kind == kind }
    }

    /// The delay of the plot: by hand, or the automatic one.
    var shownDelay: Int {
        if let delay = view.delay { return delay }
        guard let session, let series = shownSeries(of: session) else { return 1 }
        return max(1, series.phaseSpace.delay)
    }
}
