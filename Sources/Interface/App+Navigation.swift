import Cells
import Engine
import JSONText
import Timeline

/// A movement inside a pane.
enum Movement {
    case lines(Int)
    case pages(Int)
    case top
    case bottom
}

extension App {
    /// Moves within the focused pane.
    mutating func move(_ movement: Movement) { move(movement, in: view.focus) }

    mutating func move(_ movement: Movement, in pane: PaneID) {
        switch pane {
        case .stream: moveStream(movement)
        case .metrics, .attractor: moveMetrics(movement, in: pane)
        case .patterns, .verdicts, .events: moveSelection(movement, in: pane)
        }
    }

    /// The rows of `pane` without its border.
    func bodyRows(of pane: PaneID) -> Int { max(1, (layout.frame(of: pane)?.rows ?? 3) - 2) }

    private mutating func moveMetrics(_ movement: Movement, in pane: PaneID) {
        guard pane == .metrics else { return }
        switch movement {
        case .lines(let count): view.metricsScroll = max(0, view.metricsScroll + count)
        case .pages(let count):
            view.metricsScroll = max(0, view.metricsScroll + count * bodyRows(of: pane))
        case .top: view.metricsScroll = 0
        case .bottom: view.metricsScroll = .max / 2
        }
    }

    private mutating func moveSelection(_ movement: Movement, in pane: PaneID) {
        let count = rows(of: pane).count
        guard count > 0 else { return }
        let page = bodyRows(of: pane)
        mutateList(of: pane) { list in
            let now = list.selected ?? (pane == .verdicts ? -1 : count - 1)
            let target: Int
            switch movement {
            case .lines(let lines): target = now + lines
            case .pages(let pages): target = now + pages * page
            case .top: target = 0
            case .bottom: target = count
            }
            // Past the newest row the list follows again; verdicts have a fixed order.
            list.selected =
                target >= count && pane != .verdicts ? nil : min(max(0, target), count - 1)
        }
    }

    // MARK: details

    mutating func openDetail() {
        guard let session else { return }
        switch view.focus {
        case .stream:
            guard let entry = selectedEntry else { return }
            view.overlay = .detail(
                title: StreamPane.title(of: entry), text: StreamPane.detail(of: entry), scroll: 0)
        case .patterns, .verdicts, .events:
            if view.focus == .patterns, let series = motifSeries(of: session) {
                view.overlay = .detail(
                    title: "motifs", text: MotifsView.detail(of: series), scroll: 0)
                return
            }
            guard let list = Self.listPane(view.focus), let row = selectedRow(of: view.focus) else {
                view.notice = "nothing is selected"
                return
            }
            let detail =
                view.focus == .verdicts
                ? propertyDetail(row, of: session) : list.detail(row, of: session)
            view.overlay = .detail(title: detail.title, text: detail.text, scroll: 0)
        case .metrics:
            view.overlay = .detail(
                title: "latency of the last turns", text: MetricsPane.detail(of: session), scroll: 0
            )
        case .attractor:
            view.overlay = .detail(
                title: "attractor", text: AttractorPane.detail(of: session, app: self), scroll: 0)
        }
    }

    /// Goes to the moment of what is selected.
    mutating func jumpToSelection() -> [Command] {
        switch view.focus {
        case .stream:
            guard let entry = selectedEntry else { return [] }
            return [.playback(.seekSequence(entry.sequence))]
        case .patterns, .verdicts, .events:
            let series = view.focus == .patterns ? session.flatMap(motifSeries) : nil
            if let motif = series.flatMap({ SeriesProfile(of: $0).motif }) {
                return [.playback(.seekSequence(motif.other.sequence))]
            }
            guard let row = selectedListRow(of: view.focus), let sequence = row.sequence else {
                view.notice = "nothing to jump to"
                return []
            }
            return [.playback(.seekSequence(sequence))]
        case .metrics, .attractor: return []
        }
    }

    /// The entry that details, copy and jump mean: the one found, the uppermost one visible when
    /// scrolled, or the newest.
    var selectedEntry: Entry? {
        guard let entries = session?.conversation.entries, !entries.isEmpty else { return nil }
        let wanted = view.stream.highlighted ?? view.stream.anchor?.entry
        if let wanted, let entry = entries.first(where: { $0.id == wanted }) { return entry }
        return entries.last
    }

    // MARK: search

    /// Moves to the next or previous row or entry that contains the pane's query.
    mutating func findMatch(forward: Bool) {
        let pane = view.focus
        let query = view.query(in: pane)
        guard !query.isEmpty else {
            view.notice = "/ searches first"
            return
        }
        guard let session else { return }
        switch pane {
        case .stream:
            let entries = session.conversation.entries
            let hits = entries.filter { TextSearch.contains($0.text, query) }.map(\.id)
            guard let found = nextHit(hits, from: view.stream.highlighted, forward: forward) else {
                return
            }
            view.stream.highlighted = found
            view.stream.anchor = .init(entry: found, line: 0)
        case .patterns, .verdicts, .events:
            guard let list = Self.listPane(pane) else { return }
            let rows = rows(of: pane)
            let matching = rows.indices.filter {
                list.matches(rows[$0], of: session, query: query)
            }
            guard
                let found = nextHit(matching, from: listView(of: pane)?.selected, forward: forward)
            else { return }
            mutateList(of: pane) { $0.selected = found }
        case .metrics, .attractor:
            view.notice = "the \(pane.title) pane has nothing to search"
        }
    }

    /// The hit after or before `from`, going round at the ends; says which of how many it is.
    private mutating func nextHit(_ hits: [Int], from: Int?, forward: Bool) -> Int? {
        guard !hits.isEmpty else {
            view.notice = "“\(view.query(in: view.focus))” is not there"
            return nil
        }
        let index: Int
        if forward {
            index = from.flatMap { from in hits.firstIndex { $0 > from } } ?? 0
        } else {
            index = from.flatMap { from in hits.lastIndex { $0 < from } } ?? hits.count - 1
        }
        view.notice = "match \(index + 1) of \(hits.count)"
        return hits[index]
    }

    // MARK: taking things out

    mutating func copySelection() -> [Command] {
        switch view.focus {
        case .stream:
            guard let entry = selectedEntry else { return [] }
            view.notice = "sent \(entry.text.count) characters to the terminal's clipboard"
            return [.copy(entry.text)]
        case .patterns, .verdicts, .events:
            guard let session, let list = Self.listPane(view.focus),
                let row = selectedRow(of: view.focus)
            else { return [] }
            view.notice = "sent the selected line in full to the terminal's clipboard"
            return [.copy(list.detail(row, of: session).text)]
        case .metrics, .attractor:
            guard let frame = layout.frame(of: view.focus) else { return [] }
            view.notice = "sent the pane as text to the terminal's clipboard"
            return [.copy(paneText(frame))]
        }
    }

    mutating func exportPane() -> [Command] {
        guard let session else { return [] }
        view.notice = nil
        return [
            .write(
                name: "midstream-\(view.focus.title)", suffix: ".json",
                contents: PaneExport.json(view.focus, of: session).pretty(indent: 2) + "\n")
        ]
    }

    private func paneText(_ frame: Rect) -> String {
        var copy = self
        let grid = copy.frame(size)
        var part = Grid(size: frame.size)
        part.draw(grid, at: Point(column: -frame.column, row: -frame.row))
        return part.text()
    }
}

/// Searching in text as a person expects: case does not count for ASCII letters.
enum TextSearch {
    static func contains(_ text: String, _ query: String) -> Bool {
        !ranges(of: query, in: text, limit: 1).isEmpty
    }

    /// Ranges of `query` in the UTF-8 of `text`, without overlap, at most `limit`.
    static func ranges(of query: String, in text: String, limit: Int = 1000) -> [Range<Int>] {
        let needle = Array(query.utf8.map(folded))
        let haystack = Array(text.utf8.map(folded))
        guard !needle.isEmpty, haystack.count >= needle.count else { return [] }
        var found: [Range<Int>] = []
        var start = 0
        while start + needle.count <= haystack.count, found.count < limit {
            if haystack[start] == needle[0],
                haystack[start..<start + needle.count].elementsEqual(needle)
            {
                found.append(start..<start + needle.count)
                start += needle.count
            } else {
                start += 1
            }
        }
        return found
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte
    }
}
