import Cells
import Engine
import RealtimeProtocol
import Timeline

/// Latencies, rates, sound, cost, and what this program itself costs.
enum MetricsPane {
    static func note(of session: SessionState) -> [RoleSpan] {
        guard let p95 = session.tokens.p95 else { return [] }
        return [RoleSpan("gap p95 \(NumberText.fixed(p95, 1)) ms", .metricValue)]
    }

    static func draw(
        _ painter: inout Painter, _ body: Rect, session: SessionState, app: inout App
    ) {
        guard body.rows > 0 else { return }
        let sections = app.configuration.metrics
        // A chart fills what the lines leave; without room for it the lines scroll.
        let lines = sections.filter { $0 != .histogram }.flatMap {
            Self.lines(
                $0, session: session, app: app, rows: body.rows)
        }
        let wantsChart = sections.contains(.histogram) && !session.tokens.recentGaps.isEmpty
        let chartRows = wantsChart ? chartHeight(body: body.rows, lines: lines.count) : 0
        let room = body.rows - chartRows
        let scroll = min(app.view.metricsScroll, max(0, lines.count - room))
        app.view.metricsScroll = scroll
        for (offset, line) in lines.dropFirst(scroll).prefix(room).enumerated() {
            painter.write(line, body.column, body.row + offset, limit: body.columns)
        }
        painter.scrollThumb(
            Rect(column: body.endColumn, row: body.row, columns: 1, rows: room),
            first: scroll, visible: room, count: lines.count)
        if chartRows > 0 {
            drawChart(
                &painter, session,
                Rect(
                    column: body.column, row: body.endRow - chartRows, columns: body.columns,
                    rows: chartRows))
        }
    }

    private static func chartHeight(body: Int, lines: Int) -> Int {
        guard body >= 6 else { return 0 }
        return min(max(3, body - lines), max(3, body / 2 + 2), 6)
    }

    /// The last gaps one by one and, where there is room, how often each length occurred.
    private static func drawChart(_ painter: inout Painter, _ session: SessionState, _ rect: Rect) {
        let (recent, distribution) =
            rect.columns >= 56
            ? rect.split(left: rect.columns / 2) : (rect, Rect(columns: 0, rows: 0))
        let chart = recent.inset(top: 1, right: 1)
        let shown = Array(session.tokens.recent.suffix(chart.columns - 1))
        let top = Scale.step(shown.max() ?? 1)
        painter.write(
            "gaps, newest of \(shown.count), 0 to \(shortTime(top))", recent.column, recent.row,
            .plotLabel, limit: recent.columns - 1)
        painter.sweepChart(
            shown, total: session.tokens.recent.total, in: chart, maximum: top, gradient: .latency)
        if !distribution.isEmpty { drawDistribution(&painter, session, distribution) }
    }

    private static func drawDistribution(
        _ painter: inout Painter, _ session: SessionState, _ rect: Rect
    ) {
        let all = session.tokens.histogram
        guard let first = all.firstIndex(where: { $0.count > 0 }),
            let last = all.lastIndex(where: { $0.count > 0 })
        else { return }
        let bins = all[first...last]
        let width = max(1, min(6, rect.columns / bins.count))
        let label = "\(shortTime(bins[first].low)) to \(shortTime(bins[last].high)), log scale"
        painter.write(label, rect.column, rect.row, .plotLabel, limit: rect.columns)
        Histogram.draw(
            bins.map { Double($0.count) }, in: rect.inset(top: 1), of: &painter.grid,
            columnWidth: width > 2 ? width - 1 : width, gap: width > 2 ? 1 : 0,
            styles: [painter.theme[.metricValue]], glyphs: painter.glyphs)
    }

    private static func shortTime(_ milliseconds: Double) -> String {
        milliseconds.isFinite ? TimeText.short(.milliseconds(milliseconds)) : "more"
    }

    // MARK: the lines

    static func lines(
        _ section: MetricsSection, session: SessionState, app: App, rows: Int
    ) -> [[RoleSpan]] {
        switch section {
        case .tokens: tokenLines(session, hasClock: app.playback.hasClock)
        case .ladder: ladderLines(session, rows: rows)
        case .histogram: []
        case .audio: audioLines(session) + soundLines(app.sound)
        case .cost: costLines(session)
        case .streams: streamLines(session, hasClock: app.playback.hasClock)
        case .program: programLines(app)
        }
    }

    private static func label(_ text: String) -> RoleSpan {
        let padding = String(repeating: " ", count: max(1, 9 - text.count))
        return RoleSpan(text + padding, .metricLabel)
    }

    private static func tokenLines(_ session: SessionState, hasClock: Bool) -> [[RoleSpan]] {
        let tokens = session.tokens
        var first = [label("deltas"), RoleSpan(NumberText.grouped(tokens.total), .metricValue)]
        guard hasClock else {
            first.append(RoleSpan("  no clock: order only", .metricWarn))
            return [first]
        }
        if let rate = tokens.ratePerSecond(session.now) {
            first.append(RoleSpan("  \(NumberText.fixed(rate, 1))/s", .metricValue))
        }
        if let jitter = tokens.jitterMilliseconds {
            first.append(RoleSpan("  jitter \(NumberText.fixed(jitter, 1)) ms", .textDim))
        }
        guard let p50 = tokens.p50, let p95 = tokens.p95, let p99 = tokens.p99 else {
            return [first]
        }
        return [
            first,
            [
                label("gap"), RoleSpan("p50 \(NumberText.fixed(p50, 1))", .metricGood),
                RoleSpan("  p95 \(NumberText.fixed(p95, 1))", .metricValue),
                RoleSpan("  p99 \(NumberText.fixed(p99, 1)) ms", .metricValue),
            ],
        ]
    }

    /// The last turns, one line each: from the reference to each rung.
    private static func ladderLines(_ session: SessionState, rows: Int) -> [[RoleSpan]] {
        Array(session.turns.suffix(max(3, rows / 3))).reversed().map { turn in
            var spans = [label("turn \(turn.number)")]
            // The reference itself is always 0; a step that coincides with it says nothing.
            for step in Self.byInterest(turn.ladder) {
                guard let at = step.at, at > .zero else { continue }
                spans.append(RoleSpan("\(shortTitle(step.name)) ", .textDim))
                spans.append(RoleSpan(TimeText.short(at) + "  ", rung(step.name, at)))
            }
            if spans.count == 1 {
                let status = turn.status.map { "\($0)" } ?? "in progress"
                spans.append(RoleSpan(status, .textDim))
            }
            return spans
        }
    }

    /// What people wait for comes first: it must be seen in the narrowest pane.
    private static func byInterest(_ ladder: [LadderStep]) -> [LadderStep] {
        let order: [LadderStep.Name] = [
            .firstText, .firstAudio, .done, .created, .committed, .requested, .speechEnd,
        ]
        return order.compactMap { name in ladder.first { $0.name == name } }
    }

    private static func shortTitle(_ name: LadderStep.Name) -> String {
        switch name {
        case .speechEnd: "speech"
        case .committed: "commit"
        case .requested: "request"
        case .created: "created"
        case .firstText: "text"
        case .firstAudio: "sound"
        case .done: "done"
        }
    }

    /// The thresholds people feel: below 800 ms is a conversation, above 2 s is a wait.
    private static func rung(_ name: LadderStep.Name, _ at: Interval) -> Role {
        if name == .done { return .metricValue }
        return at < .milliseconds(800) ? .metricGood : at < .seconds(2) ? .metricWarn : .metricBad
    }

    private static func audioLines(_ session: SessionState) -> [[RoleSpan]] {
        let audio = session.audio
        guard audio.deliveredMilliseconds > 0 || audio.inputMilliseconds > 0 else { return [] }
        let seconds = { (ms: Double) in NumberText.fixed(ms / 1000, 1) + " s" }
        var lines = [
            [
                label("sound"),
                RoleSpan("made \(seconds(audio.generatedMilliseconds))", .metricValue),
                RoleSpan("  heard \(seconds(audio.heardMilliseconds))", .metricValue),
                RoleSpan("  ahead \(seconds(audio.bufferMilliseconds))", .textDim),
            ]
        ]
        if audio.underruns > 0 || audio.wrongTruncations > 0 {
            lines.append([
                label(""),
                RoleSpan(
                    "\(audio.underruns) underruns, \(NumberText.fixed(audio.underrunMilliseconds, 0)) ms",
                    audio.underruns > 0 ? .metricBad : .textDim),
                RoleSpan(
                    audio.wrongTruncations > 0 ? "  \(audio.wrongTruncations) wrong cuts" : "",
                    .metricBad),
            ])
        }
        return lines
    }

    /// The sound devices, where sound has a part.
    private static func soundLines(_ sound: SoundState?) -> [[RoleSpan]] {
        guard let sound else { return [] }
        var microphone = [label("mic")]
        if sound.isCapturing {
            let percent = NumberText.fixed(sound.level * 100, 0)
            microphone.append(RoleSpan("level \(percent) %  ", .metricValue))
            if sound.hearsVoice { microphone.append(RoleSpan("voice  ", .metricGood)) }
        }
        if sound.captureOverruns > 0 {
            microphone.append(RoleSpan("\(sound.captureOverruns) overruns  ", .metricBad))
        }
        if let p50 = sound.latencyP50, let p99 = sound.latencyP99 {
            let text =
                "to socket p50 \(NumberText.fixed(p50, 1)) p99 \(NumberText.fixed(p99, 1)) ms  "
            microphone.append(RoleSpan(text, p99 < 60 ? .metricGood : .metricWarn))
        }
        // The name comes last: what changes must be seen.
        microphone.append(RoleSpan(sound.microphone ?? "none", .textDim))
        var loudspeaker = [
            label("speaker"), RoleSpan(sound.loudspeaker ?? "none: counted, not heard", .textDim),
        ]
        if sound.playbackUnderruns > 0 {
            loudspeaker.append(RoleSpan("  \(sound.playbackUnderruns) underruns", .metricBad))
        }
        return [microphone, loudspeaker]
    }

    private static func costLines(_ session: SessionState) -> [[RoleSpan]] {
        let spending = session.spending
        guard spending.inputTokens + spending.outputTokens > 0 else { return [] }
        var spans = [label("cost")]
        if let total = spending.totalCost {
            if spending.isPartial { spans.append(RoleSpan("at least ", .metricWarn)) }
            spans.append(RoleSpan("$" + NumberText.fixed(total, 4), .metricValue))
        } else {
            spans.append(RoleSpan("no price for \(session.model ?? "this model")", .metricWarn))
        }
        spans.append(
            RoleSpan(
                "  in \(NumberText.grouped(spending.inputTokens)) (\(NumberText.grouped(spending.cachedTokens)) cached)"
                    + "  out \(NumberText.grouped(spending.outputTokens))", .textDim))
        var lines = [spans]
        for limit in session.rateLimits.prefix(2) {
            guard let remaining = limit.remaining, let most = limit.limit, most > 0 else {
                continue
            }
            let role: Role = remaining / most < 0.1 ? .metricBad : .textDim
            lines.append([
                label("limit"),
                RoleSpan(
                    "\(limit.name) \(NumberText.grouped(Int(remaining))) of \(NumberText.grouped(Int(most)))",
                    role),
            ])
        }
        return lines
    }

    private static func streamLines(_ session: SessionState, hasClock: Bool) -> [[RoleSpan]] {
        session.streams.filter { $0.chunks > 0 }.map { stream in
            [
                RoleSpan(stream.name.padded(to: 16), .metricLabel),
                RoleSpan(
                    "\(NumberText.grouped(stream.chunks)) "
                        + (stream.chunks == 1 ? "chunk" : "chunks"), .metricValue),
                RoleSpan("  \(NumberText.bytes(Double(stream.bytes)))", .textDim),
                RoleSpan(
                    hasClock
                        ? stream.bytesPerSecond.map { "  \(NumberText.bytes($0))/s" } ?? "" : "",
                    .textDim),
            ]
        }
    }

    private static func programLines(_ app: App) -> [[RoleSpan]] {
        guard let program = app.program else { return [] }
        return [
            [
                label("screen"),
                RoleSpan("\(NumberText.fixed(program.framesPerSecond, 0)) FPS", .metricValue),
                RoleSpan(
                    "  \(NumberText.fixed(program.composeMilliseconds + program.presentMilliseconds, 2)) ms/frame",
                    .textDim),
                RoleSpan("  \(NumberText.bytes(Double(program.bytesPerFrame)))", .textDim),
            ],
            [
                label("uptime"),
                RoleSpan(TimeText.clock(program.uptime, tenths: false), .metricValue),
                RoleSpan("  \(NumberText.bytes(Double(program.residentBytes))) memory", .textDim),
            ],
        ]
    }

    static func detail(of session: SessionState) -> String {
        var lines: [String] = []
        for turn in Array(session.turns.suffix(50)).reversed() {
            let status = turn.status.map { "\($0)" } ?? "in progress"
            lines.append(
                "turn \(turn.number)  \(status)" + (turn.statusReason.map { ": \($0)" } ?? ""))
            for step in turn.ladder {
                let value = step.at.map { TimeText.short($0) } ?? "–"
                lines.append("  \(step.name.title)".padded(to: 20) + value)
            }
            if let cost = turn.cost {
                lines.append("  cost".padded(to: 20) + "$" + NumberText.fixed(cost, 5))
            }
            if let error = turn.error { lines.append("  error".padded(to: 20) + error.message) }
            lines.append("")
        }
        return lines.isEmpty ? "no turn yet" : lines.joined(separator: "\n")
    }
}

extension String {
    /// The text with blanks behind it up to `count` characters.
    func padded(to count: Int) -> String {
        self + String(repeating: " ", count: max(0, count - self.count))
    }
}
