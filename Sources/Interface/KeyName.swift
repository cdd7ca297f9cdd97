/// How keys are spelled in configuration, scripts and recordings.
package enum KeyName {
    /// Keys that have a name instead of a character.
    package static let named: Set<String> = [
        "up", "down", "left", "right", "home", "end", "page-up", "page-down", "insert", "delete",
        "tab", "shift-tab", "enter", "escape", "space", "backspace", "f1", "f2", "f3", "f4", "f5",
        "f6", "f7", "f8", "f9", "f10", "f11", "f12",
    ]

    /// Whether `key` is a key: one character, a name, or either behind ctrl-, alt-, shift-.
    package static func isValid(_ key: String) -> Bool {
        if named.contains(key) { return true }
        for prefix in ["ctrl-", "alt-", "shift-"] where key.hasPrefix(prefix) {
            return isValid(String(key.dropFirst(prefix.count)))
        }
        return key.count == 1
            && key.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    }

    /// The character that `key` types, if it types one.
    package static func text(of key: String) -> String? {
        if key == "space" { return " " }
        return key.count == 1 ? key : nil
    }

    /// The key as people read it: "Ctrl-C", "←", "Space".
    package static func display(_ key: String, ascii: Bool = false) -> String {
        let arrows =
            ascii
            ? ["up": "Up", "down": "Down", "left": "Left", "right": "Right"]
            : ["up": "↑", "down": "↓", "left": "←", "right": "→"]
        for prefix in ["ctrl-", "alt-", "shift-"] where key.hasPrefix(prefix) && key != "shift-tab"
        {
            let rest = display(String(key.dropFirst(prefix.count)), ascii: ascii)
            return prefix.prefix(1).uppercased() + prefix.dropFirst() + rest
        }
        if let arrow = arrows[key] { return arrow }
        switch key {
        case "escape": return "Esc"
        case "page-up": return "PgUp"
        case "page-down": return "PgDn"
        case "shift-tab": return "Shift-Tab"
        default: return key.count > 1 ? key.prefix(1).uppercased() + key.dropFirst() : key
        }
    }
}
