/// From key to action: the table's defaults with a person's changes on top.
package struct KeyMap: Sendable, Equatable {
    private struct Binding: Sendable, Hashable {
        var key: String
        var context: ActionContext
    }

    private var actions: [Binding: Action] = [:]

    /// The default keys.
    package init() {
        for entry in ActionTable.entries {
            for key in entry.keys {
                actions[Binding(key: key, context: entry.context)] = entry.action
            }
        }
        actions[Binding(key: "ctrl-c", context: .global)] = .quit
    }

    /// The default keys changed by `overrides`: action id to the keys that shall do it.
    ///
    /// - Returns: the map and one sentence for each entry that could not be used; the rest apply.
    package static func overridden(by overrides: [(id: String, keys: [String])]) -> (
        map: KeyMap, problems: [String]
    ) {
        var map = KeyMap()
        var problems: [String] = []
        var taken: [Binding: String] = [:]
        for (id, keys) in overrides {
            guard let action = Action(id: id) else {
                problems.append("there is no action “\(id)”")
                continue
            }
            let valid = keys.filter { key in
                if KeyName.isValid(key) { return true }
                problems.append("“\(key)” (for \(id)) is not a key")
                return false
            }
            // Without one key that can be used the action keeps those it had.
            if valid.isEmpty, !keys.isEmpty { continue }
            map.actions = map.actions.filter { $0.value != action }
            for key in valid {
                let binding = Binding(key: key, context: action.entry.context)
                if let other = taken[binding] {
                    problems.append("“\(key)” (for \(id)) does \(other) already")
                    continue
                }
                taken[binding] = id
                map.actions[binding] = action
            }
        }
        // Nobody can be locked in: Ctrl-C leaves whatever the configuration says.
        map.actions[Binding(key: "ctrl-c", context: .global)] = .quit
        return (map, problems)
    }

    /// What `key` does while `focus` has the focus: the pane's own meaning comes first.
    package func action(for key: String, focus: PaneID) -> Action? {
        actions[Binding(key: key, context: .pane(focus))]
            ?? actions[Binding(key: key, context: .global)]
    }

    /// The keys of `action`: those of the table first, in their order, then a person's own.
    package func keys(of action: Action) -> [String] {
        let context = action.entry.context
        let defaults = action.entry.keys.filter {
            actions[Binding(key: $0, context: context)] == action
        }
        let others = actions.filter { $0.value == action && !defaults.contains($0.key.key) }
        return defaults + others.keys.map(\.key).sorted()
    }
}
