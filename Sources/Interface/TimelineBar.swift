import Cells
import Engine
import Timeline

/// The whole session as one row: what is played, turns, failures, hits, verdict changes, marks.
enum TimelineBar {
    static func draw(_ painter: inout Painter, _ rect: Rect, app: App) {
        let track = track(app: app, columns: rect.columns)
        let glyphs = painter.glyphs
        let theme = painter.theme
        painter.fill(rect, .surface)
        guard let track else { return }
        painter.write(
            TimeText.clock(app.playback.position - .zero), rect.column + 1, rect.row, .streamTime)
        painter.write(
            TimeText.clock(app.playback.duration), track.upperBound + 2, rect.row, .textDim)
        let head = column(of: app.playback.position, track: track, app: app)
        for column in track {
            let isPlayed = column < head
            painter.grid.set(
                isPlayed ? glyphs.played : glyphs.track, at: Point(column: column, row: rect.row),
                style: theme[isPlayed ? .timelinePlayed : .timelineTrack])
        }
        // Where several fall on one cell the gravest is seen: it is drawn last.
        for mark in app.timelineMarks.sorted(by: { rank($0) < rank($1) }) {
            let column = column(of: mark.time, track: track, app: app)
            let (scalar, role) = look(mark, glyphs)
            painter.grid.set(scalar, at: Point(column: column, row: rect.row), style: theme[role])
        }
        painter.grid.set(
            glyphs.head, at: Point(column: head, row: rect.row), style: theme[.timelineHead])
    }

    /// The time under `column`, if it lies on the track.
    static func time(at column: Int, app: App) -> Instant? {
        guard let track = track(app: app, columns: app.size.columns), track.contains(column),
            track.count > 1
        else { return nil }
        let share = Double(column - track.lowerBound) / Double(track.count - 1)
        let nanoseconds = Double(app.playback.duration.nanoseconds) * share
        return Instant(nanoseconds: Int64(nanoseconds))
    }

    private static func track(app: App, columns: Int) -> Range<Int>? {
        let left = TimeText.clock(app.playback.position - .zero).count + 2
        let right = TimeText.clock(app.playback.duration).count + 2
        guard columns - right - left >= 8 else { return nil }
        return left..<columns - right
    }

    private static func column(of time: Instant, track: Range<Int>, app: App) -> Int {
        let duration = app.playback.duration.nanoseconds
        guard duration > 0 else { return track.lowerBound }
        let share = min(1, max(0, Double(time.nanoseconds) / Double(duration)))
        return track.lowerBound + Int((share * Double(track.count - 1)).rounded())
    }

    private static func rank(_ mark: TimelineMark) -> Int {
        switch mark.kind {
        case .speech, .change: 0
        case .turn: 1
        case .hit: 2
        case .verdict: 3
        case .failure: 4
        case .bookmark: 5
        }
    }

    private static func look(_ mark: TimelineMark, _ glyphs: GlyphSet) -> (Unicode.Scalar, Role) {
        switch mark.kind {
        case .speech: (glyphs.bullet, .streamUser)
        case .change: (glyphs.bullet, .plotLabel)
        case .turn: (glyphs.separator, .timelineMark)
        case .hit: (glyphs.bullet, .pattern1)
        case .verdict: (glyphs.bullet, .verdictFalse)
        case .failure: (glyphs.verdictFalse, .timelineFailure)
        case .bookmark: (glyphs.mark, .timelineMark)
        }
    }
}
