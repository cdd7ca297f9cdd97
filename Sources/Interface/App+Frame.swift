import Cells
import Engine

extension App {
    /// Draws everything; the only place that knows the order.
    mutating func compose() -> Grid {
        var painter = Painter(
            grid: Grid(size: size, style: theme[.surface]), theme: theme, glyphs: glyphs)
        let layout = layout
        guard layout.kind != .refusal else {
            painter.explain(
                ["needs 40x12,", "has \(size.columns)x\(size.rows)"], in: Rect(size))
            return painter.grid
        }
        if case .comparison? = view.overlay {
            ComparisonPane.draw(&painter, app: &self)
            return painter.grid
        }
        StatusBar.draw(&painter, layout.header, app: self)
        if let tabs = layout.tabs { TabBar.draw(&painter, tabs, app: self) }
        for (pane, frame) in layout.panes {
            let body = drawFrame(of: pane, in: frame, &painter)
            draw(pane, in: body, &painter)
        }
        TimelineBar.draw(&painter, layout.timeline, app: self)
        Footer.draw(&painter, layout.footer, app: self)
        if let overlay = view.overlay {
            view.overlay = OverlayDrawing.draw(overlay, &painter, app: self)
        }
        return painter.grid
    }

    private func drawFrame(of pane: PaneID, in frame: Rect, _ painter: inout Painter) -> Rect {
        let isFocused = pane == view.focus
        let title = theme[isFocused ? .paneTitleFocus : .paneTitle]
        var spans = [Span("\(pane.rawValue) \(pane.title)", title)]
        let filter = view.filter(in: pane)
        if filter > 0 {
            spans.append(Span(" [\(PaneFilter.names(of: pane)[filter])]", theme[.match]))
        }
        let note = session.map { paneNote(pane, of: $0) } ?? []
        return painter.grid.box(
            frame, glyphs.box, style: theme[isFocused ? .paneBorderFocus : .paneBorder],
            title: spans, note: note.map { Span($0.text, theme[$0.role]) })
    }

    private func paneNote(_ pane: PaneID, of session: SessionState) -> [RoleSpan] {
        switch pane {
        case .stream: StreamPane.note(of: session, view: view.stream)
        case .metrics: MetricsPane.note(of: session)
        case .attractor: AttractorPane.note(of: session, app: self)
        case .patterns:
            motifSeries(of: session).map(MotifsView.note) ?? PatternsPane.note(of: session)
        case .verdicts: VerdictsPane.note(of: session, glyphs: glyphs)
        case .events: EventsPane.note(of: session)
        }
    }

    private mutating func draw(_ pane: PaneID, in body: Rect, _ painter: inout Painter) {
        guard let session else {
            painter.explain(["nothing has happened yet"], in: body)
            return
        }
        switch pane {
        case .stream: StreamPane.draw(&painter, body, session: session, app: &self)
        case .metrics: MetricsPane.draw(&painter, body, session: session, app: &self)
        case .attractor: AttractorPane.draw(&painter, body, session: session, app: &self)
        case .patterns:
            if let series = motifSeries(of: session) {
                MotifsView.draw(&painter, body, series: series)
            } else {
                ListDrawing.draw(PatternsPane.self, &painter, body, session, app: &self)
            }
        case .verdicts: ListDrawing.draw(VerdictsPane.self, &painter, body, session, app: &self)
        case .events: ListDrawing.draw(EventsPane.self, &painter, body, session, app: &self)
        }
    }
}
