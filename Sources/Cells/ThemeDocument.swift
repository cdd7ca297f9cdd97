/// What a theme file holds, in the terms of any such format (TOML's).
package indirect enum ThemeValue: Equatable, Sendable {
    case string(String)
    case boolean(Bool)
    case integer(Int)
    case array([ThemeValue])
    case table([String: ThemeValue])
    /// A kind of value that themes have no use for, by name: "a date".
    case other(String)

    fileprivate var kind: String {
        switch self {
        case .string: "a string"
        case .boolean: "true or false"
        case .integer: "a number"
        case .array: "an array"
        case .table: "a table"
        case .other(let name): name
        }
    }

    /// A colour may be a string or the number of a palette entry.
    fileprivate var word: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        default: nil
        }
    }
}

extension ThemeDescription {
    /// The theme in a file's top-level table; see docs/THEMES.md for the format.
    package init(name: String, document: [String: ThemeValue]) throws(ThemeError) {
        self.init(name: name)
        var problems: [ThemeError.Problem] = []
        for (key, value) in document.sorted(by: { $0.key < $1.key }) {
            do {
                try read(key, value)
            } catch {
                problems += error.problems
            }
        }
        guard problems.isEmpty else { throw ThemeError(problems) }
    }

    private mutating func read(_ key: String, _ value: ThemeValue) throws(ThemeError) {
        switch (key, value) {
        case ("inherits", .string(let parent)): inherits = parent
        case ("inherits", _): throw wrong(key, value, "the name of a theme")
        case ("dark", .boolean(let isDark)): self.isDark = isDark
        case ("dark", _): throw wrong(key, value, "true or false")
        case ("palette", .table(let table)):
            for (name, value) in table.sorted(by: { $0.key < $1.key }) {
                palette[name] = try word(value, "palette.\(name)")
            }
        case ("palette", _): throw wrong(key, value, "a table")
        case (_, .array(let values)) where key.hasPrefix("graph."):
            var words: [String] = []
            for value in values { words.append(try word(value, "\"\(key)\"")) }
            gradients[String(key.dropFirst(6))] = words
        case (_, _) where key.hasPrefix("graph."):
            throw wrong("\"\(key)\"", value, "an array of colours")
        default:
            roles[key] = try look(key, value)
        }
    }

    private func look(_ key: String, _ value: ThemeValue) throws(ThemeError) -> Look {
        guard case .table(let table) = value else {
            return Look(foreground: try word(value, "\"\(key)\""))
        }
        var look = Look()
        for (part, value) in table.sorted(by: { $0.key < $1.key }) {
            switch (part, value) {
            case ("fg", _): look.foreground = try word(value, "\"\(key)\".fg")
            case ("bg", _): look.background = try word(value, "\"\(key)\".bg")
            case ("modifiers", .array(let values)):
                for value in values {
                    guard case .string(let name) = value else {
                        throw wrong("\"\(key)\".modifiers", value, "an array of strings")
                    }
                    look.modifiers.append(name)
                }
            case ("modifiers", _):
                throw wrong("\"\(key)\".modifiers", value, "an array of strings")
            default:
                let isRole = Role(rawValue: "\(key).\(part)") != nil || Role(rawValue: key) == nil
                let advice = isRole ? "; a role's name stands in quotes: \"\(key).\(part)\"" : ""
                throw error(
                    "\"\(key)\".\(part)", "a role has only fg, bg and modifiers\(advice)")
            }
        }
        return look
    }

    private func word(_ value: ThemeValue, _ key: String) throws(ThemeError) -> String {
        guard let word = value.word else { throw wrong(key, value, "a colour") }
        return word
    }

    private func wrong(_ key: String, _ value: ThemeValue, _ wanted: String) -> ThemeError {
        error(key, "must be \(wanted), not \(value.kind)")
    }

    private func error(_ key: String, _ message: String) -> ThemeError {
        ThemeError([.init(theme: name, key: key, message: message)])
    }
}
