import Engine
import Timeline

/// The sessions of the log, the pinned ones first.
package struct SessionList: Sendable, Equatable {
    package var selection = 0
    package init() {}
}

extension App {
    /// Places in `engine.sessions`, as the list shows them.
    var sessionOrder: [Int] {
        let all = engine.sessions.indices
        return all.filter { view.pinned.contains(engine.sessions[$0].id) }
            + all.filter { !view.pinned.contains(engine.sessions[$0].id) }
    }

    /// Keys while the list of sessions is shown.
    mutating func handle(_ key: String, in list: SessionList) -> [Command] {
        var list = list
        let order = sessionOrder
        list.selection = min(list.selection, max(0, order.count - 1))
        switch key {
        case "escape", "q", "ctrl-c", "S":
            view.overlay = nil
            return []
        case "up", "k": list.selection = max(0, list.selection - 1)
        case "down", "j": list.selection = min(max(0, order.count - 1), list.selection + 1)
        case "page-up": list.selection = max(0, list.selection - 10)
        case "page-down": list.selection = min(max(0, order.count - 1), list.selection + 10)
        case "home", "g": list.selection = 0
        case "end", "G": list.selection = max(0, order.count - 1)
        case "enter":
            view.overlay = nil
            if order.indices.contains(list.selection) { show(session: order[list.selection]) }
            return []
        case "p":
            guard order.indices.contains(list.selection) else { break }
            let id = engine.sessions[order[list.selection]].id
            if view.pinned.contains(id) {
                view.pinned.remove(id)
            } else {
                view.pinned.insert(id)
            }
            list.selection =
                sessionOrder.firstIndex { engine.sessions[$0].id == id } ?? list.selection
        default: break
        }
        view.overlay = .sessions(list)
        return []
    }

    /// Shows another session.
    mutating func show(session index: Int) {
        view.sessionIndex = index
        view.stream = StreamView()
        for pane in PaneID.allCases { mutateList(of: pane) { $0 = ListView() } }
    }
}
