import Cells
import Engine
import Timeline

extension App {
    /// A click focuses and selects, the wheel scrolls what is under it, the timeline seeks, and a
    /// hint in the footer does what it says.
    mutating func handle(_ mouse: MouseInput) -> [Command] {
        let point = Point(column: mouse.column, row: mouse.row)
        if view.overlay != nil {
            switch mouse.kind {
            case .wheelUp: return handle("up")
            case .wheelDown: return handle("down")
            case .press:
                view.overlay = nil
                return []
            case .drag, .release: return []
            }
        }
        let layout = layout
        switch mouse.kind {
        case .press, .drag:
            if layout.timeline.contains(point),
                let time = TimelineBar.time(at: mouse.column, app: self)
            {
                return seek(to: time)
            }
            guard mouse.kind == .press else { return [] }
            view.notice = nil
            if layout.footer.contains(point) { return clickFooter(column: mouse.column) }
            if let tabs = layout.tabs, tabs.contains(point) {
                if let pane = TabBar.pane(at: mouse.column, app: self) { view.focus = pane }
                return []
            }
            guard let hit = layout.panes.first(where: { $0.frame.contains(point) }) else {
                return []
            }
            view.focus = hit.id
            selectRow(mouse.row - hit.frame.row - 1, in: hit.id)
        case .wheelUp, .wheelDown:
            guard let hit = layout.panes.first(where: { $0.frame.contains(point) }) else {
                return []
            }
            let step = mouse.kind == .wheelUp ? -3 : 3
            if hit.id == .attractor {
                view.focus = .attractor
                return perform(step < 0 ? .delayUp : .delayDown)
            }
            move(.lines(hit.id == .stream || hit.id == .metrics ? step : step.signum()), in: hit.id)
        case .release: break
        }
        return []
    }

    private mutating func clickFooter(column: Int) -> [Command] {
        guard let hint = Footer.hints(app: self).first(where: { $0.columns.contains(column) })
        else {
            return []
        }
        return perform(hint.action)
    }

    private mutating func selectRow(_ row: Int, in pane: PaneID) {
        guard row >= 0, listView(of: pane) != nil else { return }
        let rows = rows(of: pane)
        let first = ListDrawing.firstRow(
            count: rows.count, visible: bodyRows(of: pane), view: listView(of: pane) ?? ListView(),
            follows: pane != .verdicts)
        let index = first + row
        guard rows.indices.contains(index) else { return }
        mutateList(of: pane) { $0.selected = index }
    }
}
