import Cells
import Engine
import Timeline

extension App {
    /// Keys while an overlay is open; nothing reaches the panes behind it.
    mutating func handle(_ key: String, in overlay: Overlay) -> [Command] {
        switch overlay {
        case .help(let query, let isTyping, let scroll):
            handleHelp(key, query: query, isTyping: isTyping, scroll: scroll)
            return []
        case .palette(let query, let selection):
            return handlePalette(key, query: query, selection: selection)
        case .detail(let title, let text, let scroll):
            return handleDetail(key, title: title, text: text, scroll: scroll)
        case .property(let editor): return handle(key, in: editor)
        case .settings(let form): return handle(key, in: form)
        case .sessions(let list): return handle(key, in: list)
        case .peers(let list): return handle(key, in: list)
        case .comparison(let shown): return handle(key, in: shown)
        }
    }

    private mutating func handleHelp(_ key: String, query: String, isTyping: Bool, scroll: Int) {
        if isTyping {
            switch key {
            case "escape": view.overlay = .help(query: "", isTyping: false, scroll: 0)
            case "enter": view.overlay = .help(query: query, isTyping: false, scroll: 0)
            case "backspace":
                view.overlay = .help(query: String(query.dropLast()), isTyping: true, scroll: 0)
            default:
                guard let text = KeyName.text(of: key) else { return }
                view.overlay = .help(query: query + text, isTyping: true, scroll: 0)
            }
            return
        }
        if key == "/" {
            view.overlay = .help(query: "", isTyping: true, scroll: 0)
        } else if closesOverlay(key) || key == "?" || key == "f1" {
            view.overlay = nil
        } else {
            view.overlay = .help(
                query: query, isTyping: false,
                scroll: scrolled(scroll, by: key, page: size.rows - 4))
        }
    }

    private mutating func handleDetail(
        _ key: String, title: String, text: String, scroll: Int
    ) -> [Command] {
        if closesOverlay(key) || key == "enter" {
            view.overlay = nil
        } else if key == "y" {
            view.notice = "sent to the terminal's clipboard"
            return [.copy(text)]
        } else {
            view.overlay = .detail(
                title: title, text: text, scroll: scrolled(scroll, by: key, page: size.rows - 6))
        }
        return []
    }

    private func closesOverlay(_ key: String) -> Bool {
        key == "escape" || key == "q" || key == "ctrl-c"
    }

    func scrolled(_ scroll: Int, by key: String, page: Int) -> Int {
        switch configuration.keyMap.action(for: key, focus: view.focus) {
        case .up: max(0, scroll - 1)
        case .down: scroll + 1
        case .pageUp: max(0, scroll - page)
        case .pageDown, .playPause: scroll + page
        case .top: 0
        case .bottom: 100_000
        default: scroll
        }
    }

    private mutating func handlePalette(_ key: String, query: String, selection: Int) -> [Command] {
        let items = Palette.items(matching: query, app: self)
        switch key {
        case "escape", "ctrl-c", "ctrl-g":
            view.overlay = nil
            return []
        case "up", "ctrl-p":
            view.overlay = .palette(query: query, selection: max(0, selection - 1))
        case "down", "ctrl-n", "tab":
            view.overlay = .palette(
                query: query, selection: min(max(0, items.count - 1), selection + 1))
        case "backspace":
            view.overlay =
                query.isEmpty ? nil : .palette(query: String(query.dropLast()), selection: 0)
        case "ctrl-u": view.overlay = .palette(query: "", selection: 0)
        case "enter":
            view.overlay = nil
            guard items.indices.contains(selection) else {
                view.notice =
                    query.hasPrefix("seek")
                    ? "seek wants a time such as 1:20 or 12.5s"
                    : query.hasPrefix("speed")
                        ? "speed wants a factor such as 0.5, or max"
                        : "there is no command “\(query)”"
                return []
            }
            return run(items[selection].command)
        default:
            guard let text = KeyName.text(of: key), query.count < 100 else { return [] }
            view.overlay = .palette(query: query + text, selection: 0)
        }
        return []
    }

    private mutating func run(_ command: Palette.Command) -> [Command] {
        switch command {
        case .action(let action): return perform(action)
        case .seek(let instant): return seek(to: instant)
        case .speed(let speed): return setSpeed(speed)
        case .layout(let preset): return show(preset)
        case .theme(let index):
            view.themeIndex = index
            view.notice = "theme \(theme.name)"
            return [.saveState]
        case .patterns(let path): return [.loadPatterns(path)]
        case .session(let index):
            show(session: index)
            return []
        }
    }
}

/// The command palette: every action by name, and commands with an argument.
enum Palette {
    enum Command: Equatable {
        case action(Action)
        case seek(Instant)
        case speed(Double)
        case layout(LayoutPreset)
        case theme(Int)
        case session(Int)
        case patterns(String)
    }

    struct Item: Equatable {
        var title: String
        var help: String
        var keys: [String]
        var command: Command
    }

    /// The items for `query`, best first.
    static func items(matching query: String, app: App) -> [Item] {
        if query.isEmpty { return allItems(app: app) + hints }
        var scored: [(score: Int, item: Item)] = []
        for item in argumentItems(query, app: app) { scored.append((1000, item)) }
        for item in allItems(app: app) {
            if let score = score(item.title, query) { scored.append((score, item)) }
        }
        // The sort is stable, so equal scores keep the table's order.
        return scored.enumerated().sorted {
            ($0.element.score, $1.offset) > ($1.element.score, $0.offset)
        }.map(\.element.item)
    }

    /// Commands that want an argument, offered before somebody knows them.
    private static let hints = [
        Item(
            title: "seek 1:20", help: "Go to a time: type it after seek", keys: [],
            command: .seek(.zero + .seconds(80))),
        Item(
            title: "speed 4", help: "Play at a speed: type it after speed", keys: [],
            command: .speed(4)),
    ]

    private static func argumentItems(_ query: String, app: App) -> [Item] {
        let words = query.split(separator: " ")
        guard words.count == 2 else { return [] }
        switch words[0] {
        case "seek", "at":
            guard let time = TimeText.parse(words[1]) else { return [] }
            let title = "seek \(TimeText.clock(time))"
            return [
                Item(title: title, help: "Go to this time", keys: [], command: .seek(.zero + time))
            ]
        case "patterns":
            return [
                Item(
                    title: "patterns \(words[1])", help: "Search for this file's patterns too",
                    keys: [], command: .patterns(String(words[1])))
            ]
        case "speed":
            let value = words[1] == "max" ? Double.infinity : Double(words[1])
            guard let value, value > 0 else { return [] }
            return [
                Item(
                    title: "speed \(App.speedText(value))", help: "Play at this speed", keys: [],
                    command: .speed(value))
            ]
        default: return []
        }
    }

    private static func allItems(app: App) -> [Item] {
        var items = ActionTable.entries.map { entry in
            Item(
                title: entry.title, help: entry.help,
                keys: app.configuration.keyMap.keys(of: entry.action),
                command: .action(entry.action))
        }
        for preset in LayoutPreset.allCases {
            items.append(
                Item(
                    title: "Layout: \(preset.rawValue)", help: "Arrange the panes", keys: [],
                    command: .layout(preset)))
        }
        for (index, theme) in app.configuration.themes.enumerated() {
            items.append(
                Item(
                    title: "Theme: \(theme.name)", help: theme.isDark ? "Dark" : "Light", keys: [],
                    command: .theme(index)))
        }
        if app.engine.sessions.count > 1 {
            for (index, session) in app.engine.sessions.enumerated() {
                items.append(
                    Item(
                        title: "Session: \(session.id.name)", help: session.model ?? "", keys: [],
                        command: .session(index)))
            }
        }
        return items
    }

    /// How well `query` fits `title`: letters in order, better together and at word starts.
    static func score(_ title: String, _ query: String) -> Int? {
        let text = Array(title.lowercased())
        var score = 0
        var position = 0
        var last = -2
        for letter in query.lowercased() where letter != " " {
            guard let found = text[position...].firstIndex(of: letter) else { return nil }
            score += found == last + 1 ? 5 : 1
            if found == 0 || text[found - 1] == " " { score += 4 }
            last = found
            position = found + 1
        }
        return score * 10 - text.count
    }
}
