import Testing

@testable import Interface

struct ActionTableTests {
    @Test func `every action has exactly one row`() {
        #expect(ActionTable.entries.count == Action.allCases.count)
        #expect(Set(ActionTable.entries.map(\.action)) == Set(Action.allCases))
        for action in Action.allCases { #expect(action.entry.action == action) }
    }

    @Test func `ids are unique, spelled as in the configuration and lead back`() {
        let ids = ActionTable.entries.map(\.id)
        #expect(Set(ids).count == ids.count)
        for entry in ActionTable.entries {
            #expect(entry.id.allSatisfy { $0.isLowercase || $0 == "-" }, "\(entry.id)")
            #expect(Action(id: entry.id) == entry.action)
        }
        #expect(Action(id: "no-such-action") == nil)
    }

    @Test func `every row has words and valid keys`() {
        for entry in ActionTable.entries {
            #expect(!entry.title.isEmpty && !entry.help.isEmpty && !entry.group.isEmpty)
            #expect(!entry.help.hasSuffix("."), "\(entry.id)")
            #expect(!entry.keys.isEmpty, "\(entry.id) has no key")
            for key in entry.keys { #expect(KeyName.isValid(key), "\(entry.id): \(key)") }
        }
    }

    @Test func `no key means two things in one place`() {
        var seen: [ActionContext: [String: String]] = [:]
        for entry in ActionTable.entries {
            for key in entry.keys {
                let other = seen[entry.context, default: [:]].updateValue(entry.id, forKey: key)
                #expect(other == nil, "\(key) is \(other ?? "") and \(entry.id)")
            }
        }
    }

    @Test func `every action is reached by each of its keys`() {
        let map = KeyMap()
        for entry in ActionTable.entries {
            let focus: PaneID =
                if case .pane(let pane) = entry.context { pane } else { .stream }
            for key in entry.keys {
                #expect(map.action(for: key, focus: focus) == entry.action, "\(key)")
            }
            #expect(map.keys(of: entry.action).starts(with: entry.keys))
        }
    }

    @Test func `rows of a group stand together`() {
        var groups: [String] = []
        for entry in ActionTable.entries where entry.group != groups.last {
            groups.append(entry.group)
        }
        #expect(Set(groups).count == groups.count)
    }
}

struct KeyMapTests {
    @Test func `an override replaces the keys of its action only`() {
        let (map, problems) = KeyMap.overridden(by: [("play-pause", ["K", "f5"])])
        #expect(problems.isEmpty)
        #expect(map.action(for: "K", focus: .stream) == .playPause)
        #expect(map.action(for: "f5", focus: .events) == .playPause)
        #expect(map.action(for: "space", focus: .stream) == nil)
        #expect(map.keys(of: .playPause) == ["K", "f5"])
        #expect(map.action(for: "q", focus: .stream) == .quit)
    }

    @Test func `a bad entry is named and the rest applies`() {
        let (map, problems) = KeyMap.overridden(by: [
            ("fly", ["Y"]), ("zoom", ["ctrl-", "Z", ""]), ("help", ["h"]),
        ])
        #expect(problems.count == 3)
        #expect(problems.contains { $0.contains("“fly”") })
        #expect(problems.contains { $0.contains("“ctrl-”") && $0.contains("zoom") })
        #expect(map.action(for: "Z", focus: .stream) == .zoom)
        #expect(map.action(for: "h", focus: .stream) == .help)
        #expect(map.action(for: "Y", focus: .stream) == nil)
    }

    @Test func `nobody can be locked in`() {
        let (map, _) = KeyMap.overridden(by: [("quit", []), ("zoom", ["ctrl-c"])])
        #expect(map.action(for: "ctrl-c", focus: .stream) == .quit)
        #expect(map.action(for: "q", focus: .stream) == nil)
    }

    @Test func `a pane's own meaning of a key comes first`() {
        let map = KeyMap()
        #expect(map.action(for: "l", focus: .events) == .more)
        #expect(map.action(for: "l", focus: .attractor) == .delayUp)
        #expect(map.action(for: "l", focus: .stream) == nil)
    }

    @Test func `the order of the overrides does not matter when they do not meet`() {
        let overrides: [(id: String, keys: [String])] = [
            ("zoom", ["Z"]), ("loop", ["R"]), ("mark", ["b"]),
        ]
        #expect(
            KeyMap.overridden(by: overrides).map == KeyMap.overridden(by: overrides.reversed()).map)
    }
}

struct KeyNameTests {
    @Test(arguments: [
        "q", "?", ":", "ä", "日", "space", "ctrl-c", "alt-x", "shift-right", "ctrl-alt-left", "f12",
        "shift-tab", "page-up", "{", "👍",
    ])
    func `is a key`(key: String) { #expect(KeyName.isValid(key)) }

    @Test(arguments: ["", " ", "ab", "ctrl-", "f13", "\u{1B}", "\u{7F}", "Ctrl-c", "ctrl", "\n"])
    func `is no key`(key: String) { #expect(!KeyName.isValid(key)) }

    @Test(arguments: [
        ("ctrl-c", "Ctrl-c", "Ctrl-c"), ("left", "←", "Left"), ("space", "Space", "Space"),
        ("escape", "Esc", "Esc"), ("page-down", "PgDn", "PgDn"),
        ("shift-tab", "Shift-Tab", "Shift-Tab"),
        ("shift-left", "Shift-←", "Shift-Left"), ("q", "q", "q"), ("f1", "F1", "F1"),
    ])
    func `is shown as people read it`(key: String, unicode: String, ascii: String) {
        #expect(KeyName.display(key) == unicode)
        #expect(KeyName.display(key, ascii: true) == ascii)
    }

    @Test func `only characters and the space bar type text`() {
        #expect(KeyName.text(of: "space") == " ")
        #expect(KeyName.text(of: "ä") == "ä")
        #expect(KeyName.text(of: "enter") == nil)
        #expect(KeyName.text(of: "ctrl-a") == nil)
    }
}
