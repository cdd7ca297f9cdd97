import Engine
import Timeline

/// How far a comparison is scrolled, and which pair is looked at.
package struct ComparisonView: Sendable, Equatable {
    package var line = 0
    package var wraps = true
    /// The pair that was jumped to.
    package var selected: Int?
    /// Which session stands on the right, by its place in the log; nil for that of another file.
    package var other: Int?

    package init() {}
}

extension App {
    /// Shows a comparison instead of the panes; leaving it leaves the program.
    package mutating func showAlone(_ comparison: Comparison) {
        self.comparison = comparison
        isComparisonAlone = true
        view.overlay = .comparison(ComparisonView())
    }

    /// Compares the session on the screen with the next one of the log.
    mutating func compareSessions() {
        let count = engine.sessions.count
        guard count > 1 else {
            view.notice =
                "there is one session; midstream-tui compare A B --screen compares two files"
            return
        }
        var shown = ComparisonView()
        shown.other = (min(view.sessionIndex, count - 1) + 1) % count
        compare(in: shown)
    }

    private mutating func compare(in shown: ComparisonView) {
        guard let session, let other = shown.other, other < engine.sessions.count else { return }
        let right = engine.sessions[other]
        comparison = Comparison(
            session, titled: session.id.name, right, titled: right.id.name, reusing: comparison)
        comparisonLayoutCache = nil
        view.overlay = .comparison(shown)
    }

    /// The lines of the comparison, laid out once for a width.
    mutating func comparisonLayout(columns: Int, wraps: Bool) -> ComparisonLayout {
        if let known = comparisonLayoutCache, known.columns == columns, known.wraps == wraps {
            return known
        }
        let layout = ComparisonLayout(
            comparison ?? Comparison(left: [], leftTitle: "", right: [], rightTitle: ""),
            columns: columns, wraps: wraps)
        comparisonLayoutCache = layout
        return layout
    }

    // MARK: keys

    mutating func handle(_ key: String, in shown: ComparisonView) -> [Command] {
        if key == "w" {
            changeWrapping(of: shown)
            return []
        }
        if key == "q" || key == "escape" || key == "ctrl-c" {
            if isComparisonAlone { return [.quit] }
            view.overlay = nil
            comparison = nil
            comparisonLayoutCache = nil
            return []
        }
        if key == "c" {
            compareWithNext(after: shown)
            return []
        }
        let action = configuration.keyMap.action(for: key, focus: .stream)
        switch action {
        case .nextMatch: jumpToDifference(shown, forward: true)
        case .previousMatch: jumpToDifference(shown, forward: false)
        case .screenshot, .nextTheme, .previousTheme, .toggleGlyphs, .toggleMouse, .redraw,
            .suspend:
            return action.map { perform($0) } ?? []
        default:
            var next = shown
            next.line = scrolled(shown.line, by: key, page: ComparisonPane.bodyRows(size))
            view.overlay = .comparison(next)
        }
        return []
    }

    /// Folds or unfolds the texts; the pair at the top stays.
    private mutating func changeWrapping(of shown: ComparisonView) {
        let columns = ComparisonPane.side(of: size)
        let row = topRow(shown)
        var next = shown
        next.wraps.toggle()
        let starts = comparisonLayout(columns: columns, wraps: next.wraps).starts
        next.line = row < starts.count ? starts[row] : 0
        view.overlay = .comparison(next)
    }

    /// The pair at the top of the screen.
    private mutating func topRow(_ shown: ComparisonView) -> Int {
        let layout = comparisonLayout(
            columns: ComparisonPane.side(of: size), wraps: shown.wraps)
        let line = min(max(0, shown.line), layout.lines.count - 1)
        return line >= 0 ? layout.lines[line].row : 0
    }

    private mutating func jumpToDifference(_ shown: ComparisonView, forward: Bool) {
        let differences = comparison?.differences ?? []
        guard let first = differences.first, let last = differences.last else { return }
        let from = shown.selected ?? (forward ? topRow(shown) - 1 : topRow(shown))
        let target =
            forward
            ? differences.first { $0 > from } ?? first : differences.last { $0 < from } ?? last
        var next = shown
        next.selected = target
        let layout = comparisonLayout(
            columns: ComparisonPane.side(of: size), wraps: shown.wraps)
        next.line = layout.starts[target]
        view.overlay = .comparison(next)
    }

    private mutating func compareWithNext(after shown: ComparisonView) {
        let count = engine.sessions.count
        guard let other = shown.other, count > 2 else {
            view.notice = "there is no other session"
            return
        }
        let own = min(view.sessionIndex, count - 1)
        var next = ComparisonView()
        next.wraps = shown.wraps
        next.other = (other + 1) % count == own ? (other + 2) % count : (other + 1) % count
        compare(in: next)
    }
}
