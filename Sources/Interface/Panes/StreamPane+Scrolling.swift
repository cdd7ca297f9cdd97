import Cells
import Engine

extension App {
    /// Scrolls the stream by wrapped lines; the end follows again.
    mutating func moveStream(_ movement: Movement) {
        guard let session, let frame = layout.frame(of: .stream) else { return }
        let filter = view.filter(in: .stream)
        let entries = session.conversation.entries.filter { StreamPane.passes($0, filter) }
        guard !entries.isEmpty else { return }
        let columns = frame.columns - 2
        let width = max(1, columns - StreamPane.Gutter(columns: columns).width)
        let inside = max(1, frame.rows - 2)
        let rows = inside - VoiceStrip.rows(of: session, in: inside)
        let lines: Int
        switch movement {
        case .top:
            view.stream.anchor = .init(entry: entries[0].id, line: 0)
            return
        case .bottom:
            view.stream = StreamView()
            return
        case .lines(let count): lines = count
        case .pages(let count): lines = count * max(1, rows - 1)
        }
        let top = StreamPane.top(entries, width: width, rows: rows, following: false, app: &self)
        guard let top else { return }
        view.stream.highlighted = nil
        let anchor = StreamPane.moved(top, by: lines, entries, width: width, app: &self)
        let newest = StreamPane.top(
            entries, width: width, rows: rows, following: true, app: &self)
        let isAtEnd = newest.map { (anchor.entry, anchor.line) >= ($0.entry, $0.line) } ?? false
        view.stream.anchor = isAtEnd ? nil : anchor
    }
}

extension StreamPane {
    /// The anchor so many wrapped lines further on, or back when negative; the first or last line
    /// where there are not so many. O(entries passed).
    fileprivate static func moved(
        _ start: StreamView.Anchor, by count: Int, _ entries: [Entry], width: Int, app: inout App
    ) -> StreamView.Anchor {
        var index = entries.firstIndex { $0.id == start.entry } ?? 0
        var line = start.line + count
        while line < 0, index > 0 {
            index -= 1
            line += text(of: entries[index], width: width, app: &app).lineCount
        }
        var lines = text(of: entries[index], width: width, app: &app).lineCount
        while line >= lines, index + 1 < entries.count {
            line -= lines
            index += 1
            lines = text(of: entries[index], width: width, app: &app).lineCount
        }
        return .init(entry: entries[index].id, line: max(0, min(line, lines - 1)))
    }
}
