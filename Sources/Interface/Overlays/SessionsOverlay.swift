import TemporalLogic
import Cells
import Engine
import Timeline

/// Every session of the log: state, latency, cost, verdicts.
enum SessionsOverlay {
    static func draw(_ painter: inout Painter, app: App, list: SessionList) {
        let order = app.sessionOrder
        let guests = app.peers.map { $0.role == .host ? $0.peers : [] } ?? []
        let body = OverlayDrawing.box(
            &painter, size: app.size, columns: 112, rows: max(8, order.count + guests.count + 5),
            title: "sessions", note: "Enter shows, p pins, q closes")
        let head = line(
            ["", "session", "state", "model", "turns", "first ms", "p95 gap", "cost", "verdicts"],
            columns: body.columns)
        painter.write(head, body.column, body.row, .overlayTitle, limit: body.columns)
        guard !order.isEmpty else {
            painter.explain(["nothing has happened yet"], in: body)
            return
        }
        let shownGuests = guests.prefix(max(0, body.rows - 2))
        let rows = max(1, body.rows - 1 - shownGuests.count)
        let first = max(0, min(list.selection - rows / 2, order.count - rows))
        for (offset, index) in order.dropFirst(first).prefix(rows).enumerated() {
            let session = app.engine.sessions[index]
            let row = body.row + 1 + offset
            painter.write(
                line(cells(session, app), columns: body.columns), body.column, row,
                session.connection.hasFailed ? .metricBad : .overlay, limit: body.columns)
            if first + offset == list.selection {
                painter.select(
                    Rect(column: body.column, row: row, columns: body.columns, rows: 1))
            }
        }
        drawGuests(
            Array(shownGuests), &painter, body, from: body.row + 1 + min(rows, order.count))
    }

    /// Who has joined stands below what they see; J shows more of them.
    private static func drawGuests(
        _ guests: [Peer], _ painter: inout Painter, _ body: Rect, from start: Int
    ) {
        for (offset, guest) in guests.enumerated() {
            let cells = [
                "", guest.id, PeersOverlay.state(guest), guest.name, "", "", "", "",
                guest.address,
            ]
            painter.write(
                line(cells, columns: body.columns), body.column, start + offset,
                guest.isOnSummary ? .metricBad : .overlay, limit: body.columns)
        }
    }

    private static func cells(_ session: SessionState, _ app: App) -> [String] {
        let isPinned = app.view.pinned.contains(session.id)
        let latest = session.turns.last?.firstResponseLatency
        let wrong = session.properties.count { $0.verdict == .false }
        let failures = session.findings.count { $0.severity == .failure }
        return [
            isPinned ? String(app.glyphs.mark) : "", session.id.name, state(session, app),
            session.model ?? "", String(session.turns.total),
            latest.map { NumberText.fixed($0.milliseconds, 0) } ?? "-",
            session.tokens.p95.map { NumberText.fixed($0, 0) } ?? "-",
            session.spending.totalCost.map { "$" + NumberText.fixed($0, 4) } ?? "-",
            wrong == 0 && failures == 0 ? "good" : "\(wrong) false, \(failures) failures",
        ]
    }

    /// The state in a word.
    static func state(_ session: SessionState, _ app: App) -> String {
        if let client = app.clients.first(where: { $0.id == session.id })?.client {
            switch client.phase {
            case .idle: return "idle"
            case .connecting: return "connecting"
            case .greeting: return "greeting"
            case .open: return session.activeResponses > 0 ? "answering" : "open"
            case .retrying(let attempt, _, _): return "retry \(attempt)"
            case .ended: return "ended"
            }
        }
        switch session.connection {
        case .waiting: return "waiting"
        case .open: return session.activeResponses > 0 ? "answering" : "open"
        case .closed: return "closed"
        case .failed: return "failed"
        }
    }

    private static let widths = [2, 16, 11, 24, 6, 9, 8, 10, 24]

    private static func line(_ cells: [String], columns: Int) -> String {
        zip(cells, widths).map { text, width in
            String(text.prefix(width - 1)).padded(to: width)
        }.joined()
    }
}

extension Connection {
    var hasFailed: Bool {
        if case .failed = self { true } else { false }
    }
}
