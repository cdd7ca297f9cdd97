import Cells
import Engine
import Timeline

/// The uppermost row: what is shown, in what state, when, how fast.
enum StatusBar {
    static func draw(_ painter: inout Painter, _ rect: Rect, app: App) {
        painter.fill(rect, .statusBar)
        let right = rightSpans(app)
        let width = right.reduce(0) { $0 + TextWidth.columns($1.text) }
        let rightStart = rect.columns - width - 1
        if rightStart > 24 {
            painter.write(right, rightStart, rect.row, limit: width)
        }
        let limit = rightStart > 24 ? rightStart - 2 : rect.columns - 1
        var column = 1
        for span in leftSpans(app, painter.glyphs) {
            // A value cut in the middle would be a wrong one: it is shown whole or not at all.
            let width = TextWidth.columns(span.text)
            guard column + width <= limit || column < 12 else { continue }
            column += painter.write(span.text, column, rect.row, span.role, limit: limit - column)
        }
    }

    private static func leftSpans(_ app: App, _ glyphs: GlyphSet) -> [RoleSpan] {
        let playback = app.playback
        var spans: [RoleSpan] = []
        if let client = app.shownClient?.client {
            spans += clientSpans(client, app, glyphs)
        } else if playback.mode == .live {
            let isOver = app.session.map { $0.connection.isOver } ?? false
            spans.append(
                isOver
                    ? RoleSpan("\(glyphs.paused) ended ", .statusPaused)
                    : RoleSpan("\(glyphs.live) live ", .statusLive))
        } else if playback.isPlaying {
            spans.append(RoleSpan("\(glyphs.playing) replay ", .statusReplay))
        } else {
            let word = playback.isAtEnd ? "end " : "paused "
            spans.append(RoleSpan("\(glyphs.paused) " + word, .statusPaused))
        }
        spans.append(RoleSpan(playback.title, .statusBar))
        if playback.isRecording { spans.append(RoleSpan("  \(glyphs.live) rec", .statusFailed)) }
        if let peers = app.peers { spans.append(peerSpan(peers, app.glyphs)) }
        guard let session = app.session else { return spans }
        if app.engine.sessions.count > 1 {
            spans.append(
                RoleSpan(
                    "  \(session.id.name) \(app.view.sessionIndex + 1)/\(app.engine.sessions.count)",
                    .statusBar))
        }
        switch session.connection {
        case .failed(let reason): spans.append(RoleSpan("  failed: \(reason)", .statusFailed))
        case .closed(let code, let reason):
            let number = code.map { " \($0)" } ?? ""
            let isNormal = code == nil || code == 1000 || code == 1001
            spans.append(
                RoleSpan(
                    "  closed\(number) \(reason)", isNormal ? .statusBar : .statusFailed))
        case .waiting, .open: break
        }
        if let model = session.model { spans.append(RoleSpan("  " + model, .statusBar)) }
        if let expires = session.expiresIn, !session.connection.isOver {
            let isNear = expires < .seconds(300)
            spans.append(
                RoleSpan(
                    "  expires in \(TimeText.clock(expires, tenths: false))",
                    isNear ? .statusFailed : .statusBar))
        }
        return spans
    }

    /// Who else sees this, or how the way to where it comes from is.
    private static func peerSpan(_ state: PeersState, _ glyphs: GlyphSet) -> RoleSpan {
        switch (state.role, state.link) {
        case (_, .interrupted): return RoleSpan("  peer lost, trying again", .statusFailed)
        case (_, .ended(let reason)): return RoleSpan("  peer: \(reason)", .statusFailed)
        case (.host, .up):
            let readers = state.peers.filter(\.isReader)
            let guests = state.peers.filter { !$0.isReader }
            var words = "  \(guests.count) joined"
            let slowGuests = guests.count(where: \.isOnSummary)
            if slowGuests > 0 { words += ", \(slowGuests) on summary" }
            if !readers.isEmpty { words += ", \(readers.count) reading" }
            let slowReaders = readers.count(where: \.isOnSummary)
            if slowReaders > 0 { words += ", \(slowReaders) slow" }
            let isSlow = slowGuests + slowReaders > 0
            return RoleSpan(words, isSlow ? .statusFailed : .statusBar)
        case (.guest, .up):
            guard let host = state.peers.first else { return RoleSpan("  joining", .statusPaused) }
            if host.isOnSummary {
                return RoleSpan("  \(host.eventsBehind) events behind", .statusFailed)
            }
            return RoleSpan(
                "  rtt \(NumberText.fixed(host.smoothedRoundTrip, 1)) ms", .statusBar)
        }
    }

    /// Where the conversation stands; it is called open only when the server has greeted.
    private static func clientSpans(
        _ client: RealtimeClient, _ app: App, _ glyphs: GlyphSet
    ) -> [RoleSpan] {
        var spans: [RoleSpan]
        switch client.phase {
        case .idle: spans = [RoleSpan("\(glyphs.paused) idle ", .statusPaused)]
        case .connecting(let attempt):
            let words = attempt == 0 ? "connecting " : "connecting again (\(attempt)) "
            spans = [RoleSpan("\(glyphs.live) " + words, .statusPaused)]
        case .greeting:
            spans = [RoleSpan("\(glyphs.live) waits for the server ", .statusPaused)]
        case .open: spans = [RoleSpan("\(glyphs.live) live ", .statusLive)]
        case .retrying(let attempt, let time, _):
            let left = max(0, (time - app.playback.position).seconds)
            spans = [
                RoleSpan(
                    "\(glyphs.paused) try \(attempt) in \(NumberText.fixed(left, 0)) s ",
                    .statusFailed)
            ]
        case .ended(let reason):
            spans = [RoleSpan("\(glyphs.paused) ended: \(reason) ", .statusPaused)]
        }
        if client.isTalking {
            spans.append(RoleSpan("\(glyphs.live) you speak ", .statusFailed))
        } else if client.isListening {
            spans.append(
                RoleSpan(client.isMuted ? "muted " : "\(glyphs.live) microphone ", .statusFailed))
        }
        return spans
    }

    private static func rightSpans(_ app: App) -> [RoleSpan] {
        let playback = app.playback
        var spans: [RoleSpan] = []
        if let session = app.session {
            let failures = session.findings.reduce(0) { $0 + ($1.severity == .failure ? 1 : 0) }
            if failures > 0 {
                spans.append(RoleSpan("\(app.glyphs.verdictFalse)\(failures) ", .statusFailed))
            }
            if playback.hasClock, let p95 = session.tokens.p95 {
                spans.append(RoleSpan("gap p95 \(NumberText.fixed(p95, 0)) ms  ", .statusBar))
            }
            if let total = session.spending.totalCost {
                spans.append(RoleSpan("$\(NumberText.fixed(total, 4))  ", .statusBar))
            }
        }
        if !playback.hasClock { spans.append(RoleSpan("no clock  ", .statusPaused)) }
        spans.append(
            RoleSpan(
                TimeText.clock(playback.position - .zero, tenths: !playback.isPlaying), .statusBar))
        if playback.speed != 1 {
            spans.append(RoleSpan("  " + App.speedText(playback.speed), .statusReplay))
        }
        if playback.isLooping { spans.append(RoleSpan("  loop", .statusReplay)) }
        return spans
    }
}

extension Connection {
    /// Whether nothing can come any more.
    var isOver: Bool {
        switch self {
        case .closed, .failed: true
        case .waiting, .open: false
        }
    }
}

/// The row of panes when only one fits.
enum TabBar {
    static func draw(_ painter: inout Painter, _ rect: Rect, app: App) {
        painter.fill(rect, .surface)
        for tab in tabs(app: app) {
            let role: Role = tab.pane == app.view.focus ? .paneTitleFocus : .paneTitle
            painter.write(
                tab.text, tab.columns.lowerBound, rect.row, role,
                limit: rect.columns - tab.columns.lowerBound)
            if tab.pane == app.view.focus {
                painter.select(
                    Rect(
                        column: tab.columns.lowerBound, row: rect.row, columns: tab.columns.count,
                        rows: 1))
            }
        }
    }

    private static func tabs(app: App) -> [(pane: PaneID, text: String, columns: Range<Int>)] {
        let panes = PaneID.allCases.filter { !app.view.hidden.contains($0) }
        // The longest titles that fit, all cut to the same length.
        let longest = panes.map(\.title.count).max() ?? 0
        let length =
            (3...max(3, longest)).last { length in
                panes.reduce(0) { $0 + min(length, $1.title.count) + 4 } <= app.size.columns
            } ?? 3
        var column = 0
        return panes.map { pane in
            let title = String(pane.title.prefix(length))
            let text = " \(pane.rawValue) \(title) "
            defer { column += text.count }
            return (pane, text, column..<column + text.count)
        }
    }

    static func pane(at column: Int, app: App) -> PaneID? {
        tabs(app: app).first { $0.columns.contains(column) }?.pane
    }
}
