import Cells
import Engine
import Timeline

/// The conversation as it arrives: who speaks, tools, interruptions and failures in place.
enum StreamPane {
    static func note(of session: SessionState, view: StreamView) -> [RoleSpan] {
        if view.anchor != nil { return [RoleSpan("scrolled · G follows", .statusPaused)] }
        guard let rate = session.tokens.ratePerSecond(session.now), rate > 0 else { return [] }
        return [RoleSpan(NumberText.fixed(rate, rate < 10 ? 1 : 0) + " tokens/s", .metricValue)]
    }

    static func draw(
        _ painter: inout Painter, _ body: Rect, session: SessionState, app: inout App
    ) {
        let filter = app.view.filter(in: .stream)
        let entries = session.conversation.entries.filter { passes($0, filter) }
        guard !entries.isEmpty, body.rows > 0 else {
            painter.explain(
                [filter == 0 ? "waiting for the first words" : "nothing passes the filter"],
                in: body)
            return
        }
        let strip = VoiceStrip.rows(of: session, in: body.rows)
        VoiceStrip.draw(
            &painter,
            Rect(
                column: body.column, row: body.endRow - strip, columns: body.columns, rows: strip),
            session: session)
        let body = Rect(
            column: body.column, row: body.row, columns: body.columns, rows: body.rows - strip)
        let gutter = Gutter(columns: body.columns)
        let width = max(1, body.columns - gutter.width)
        let placed = place(entries, width: width, rows: body.rows, app: &app)
        var row = body.row
        for piece in placed {
            let entry = entries[piece.entry]
            let text = text(of: entry, width: width, app: &app)
            let styles = styles(of: entry, painter.theme)
            for line in piece.lines where row < body.endRow {
                if line == 0 { gutter.draw(entry, &painter, body.column, row) }
                text.draw(
                    line: line, in: &painter.grid,
                    at: Point(column: body.column + gutter.width, row: row), columns: width,
                    styles: styles)
                row += 1
            }
        }
        app.wraps.trim()
        painter.highlight(app.view.query(in: .stream), in: body)
    }

    // MARK: which lines are visible

    private struct Piece {
        var entry: Int
        var lines: Range<Int>
    }

    /// The lines that fill `rows`: from the anchor on, or the newest when following.
    private static func place(
        _ entries: [Entry], width: Int, rows: Int, app: inout App
    ) -> [Piece] {
        if let anchor = app.view.stream.anchor {
            let first = entries.firstIndex { $0.id >= anchor.entry } ?? entries.count - 1
            var pieces: [Piece] = []
            var free = rows
            for index in first..<entries.count where free > 0 {
                let count = text(of: entries[index], width: width, app: &app).lineCount
                let from =
                    index == first && entries[index].id == anchor.entry
                    ? min(anchor.line, count - 1) : 0
                let until = min(count, from + free)
                pieces.append(Piece(entry: index, lines: from..<until))
                free -= until - from
            }
            // Where the end is visible it fills from below, so the pane is never half empty.
            return free == 0 ? pieces : newest(entries, width: width, rows: rows, app: &app)
        }
        return newest(entries, width: width, rows: rows, app: &app)
    }

    private static func newest(
        _ entries: [Entry], width: Int, rows: Int, app: inout App
    ) -> [Piece] {
        var pieces: [Piece] = []
        var free = rows - slack(entries, width: width, rows: rows, app: &app)
        for index in entries.indices.reversed() where free > 0 {
            let count = text(of: entries[index], width: width, app: &app).lineCount
            let take = min(count, free)
            pieces.append(Piece(entry: index, lines: count - take..<count))
            free -= take
        }
        return pieces.reversed()
    }

    /// Blank lines below the newest: an utterance grows into them, so that the pane scrolls by
    /// several lines at once and not with every one. A function of the text alone, so that the
    /// same moment always looks the same.
    private static func slack(
        _ entries: [Entry], width: Int, rows: Int, app: inout App
    ) -> Int {
        guard let last = entries.last else { return 0 }
        let jump = min(8, max(1, rows / 5))
        let lines = text(of: last, width: width, app: &app).lineCount
        return (jump - lines % jump) % jump
    }

    /// The anchor of the uppermost visible line: as it is now, or as it is when following.
    static func top(
        _ entries: [Entry], width: Int, rows: Int, following: Bool, app: inout App
    ) -> StreamView.Anchor? {
        let pieces =
            following
            ? newest(entries, width: width, rows: rows, app: &app)
            : place(entries, width: width, rows: rows, app: &app)
        return pieces.first.map {
            .init(entry: entries[$0.entry].id, line: $0.lines.lowerBound)
        }
    }

    static func passes(_ entry: Entry, _ filter: Int) -> Bool {
        switch filter {
        case 1: return entry.speaker == .user
        case 2: return entry.speaker == .assistant
        case 3: return entry.speaker == .tool || isTool(entry)
        case 4: return entry.kind == .failure || entry.kind == .interruption
        default: return true
        }
    }

    private static func isTool(_ entry: Entry) -> Bool {
        if case .toolCall = entry.kind { return true }
        return entry.kind == .toolOutput
    }

    // MARK: how an entry looks

    static func role(of entry: Entry) -> Role {
        switch entry.kind {
        case .failure: .streamFailure
        case .interruption: .streamInterrupt
        case .notice: .textDim
        case .toolCall, .toolOutput: .streamTool
        case .message, .transcription:
            switch entry.speaker {
            case .user: .streamUser
            case .assistant: .streamAssistant
            case .tool: .streamTool
            case .system: .streamSystem
            }
        }
    }

    static func tag(of entry: Entry) -> String {
        switch entry.kind {
        case .failure: "fail"
        case .interruption: "cut"
        case .notice: "note"
        case .toolCall: "call"
        case .toolOutput: "tool"
        case .message, .transcription:
            switch entry.speaker {
            case .user: "user"
            case .assistant: "asst"
            case .tool: "tool"
            case .system: "sys"
            }
        }
    }

    /// An entry's text with what is said after it: still going on, sound, heard less, other final
    /// text.
    static func text(of entry: Entry, width: Int, app: inout App) -> WrappedText {
        var notes: [(text: String, style: UInt8)] = []
        if entry.kind == .interruption, entry.text.isEmpty { notes.append(("interrupted", 0)) }
        if !entry.isComplete, entry.speaker == .assistant || entry.kind == .transcription {
            notes.append((String(app.glyphs.head), 1))
        }
        if entry.audioMilliseconds > 0 {
            var sound = " " + NumberText.fixed(entry.audioMilliseconds / 1000, 1) + " s sound"
            if let heard = entry.heardMilliseconds, heard + 1 < entry.audioMilliseconds {
                sound += ", heard " + NumberText.fixed(heard / 1000, 1) + " s"
            }
            notes.append((sound, 2))
        }
        if entry.differsFromFinal { notes.append((" differs from final", 3)) }
        return app.wraps.wrapped(entry, width: width, notes: notes)
    }

    /// The styles of an entry's text and notes.
    private static func styles(of entry: Entry, _ theme: Theme) -> [Style] {
        [theme[role(of: entry)], theme[.plotHead], theme[.textDim], theme[.streamFailure]]
    }

    /// Time and speaker at the left of an entry's first line.
    struct Gutter {
        let showsTime: Bool
        var width: Int { showsTime ? 13 : 5 }

        init(columns: Int) { showsTime = columns >= 56 }

        func draw(_ entry: Entry, _ painter: inout Painter, _ column: Int, _ row: Int) {
            var column = column
            if showsTime {
                painter.write(TimeText.clock(entry.startedAt - .zero), column, row, .streamTime)
                column += 8
            }
            painter.write(StreamPane.tag(of: entry), column, row, StreamPane.role(of: entry))
        }
    }

    // MARK: details

    static func title(of entry: Entry) -> String {
        switch entry.kind {
        case .toolCall(let name): "tool call \(name)"
        case .toolOutput: "tool output"
        case .failure: "failure"
        case .interruption: "interruption"
        case .notice: "notice"
        case .message, .transcription: "\(entry.speaker.rawValue)"
        }
    }

    static func detail(of entry: Entry) -> String {
        var lines = [
            "began     \(TimeText.clock(entry.startedAt - .zero)), event \(entry.sequence)",
            "changed   \(TimeText.clock(entry.updatedAt - .zero)), event \(entry.lastSequence)",
            "deltas    \(entry.deltas)" + (entry.isComplete ? "" : ", still going on"),
        ]
        if let item = entry.itemID { lines.append("item      \(item)") }
        if let response = entry.responseID { lines.append("response  \(response)") }
        if entry.audioMilliseconds > 0 {
            lines.append("sound     \(NumberText.fixed(entry.audioMilliseconds, 0)) ms generated")
        }
        if let heard = entry.heardMilliseconds {
            lines.append("heard     \(NumberText.fixed(heard, 0)) ms (simulated playback)")
        }
        if entry.differsFromFinal {
            lines.append("the final text differs from the joined deltas; the final one is shown")
        }
        lines += ["", entry.text]
        return lines.joined(separator: "\n")
    }
}
