/// A theme as its author wrote it: names and words, not yet looked up.
package struct ThemeDescription: Equatable, Sendable {
    /// One role: the words for its colours and attributes; nil where the author left one out.
    package struct Look: Equatable, Sendable {
        package var foreground: String?
        package var background: String?
        package var modifiers: [String]

        package init(
            foreground: String? = nil, background: String? = nil, modifiers: [String] = []
        ) {
            self.foreground = foreground
            self.background = background
            self.modifiers = modifiers
        }
    }

    package var name: String
    /// The theme whose palette, roles and gradients stand where this one names none.
    package var inherits: String?
    /// `true` for light text on a dark ground; nil: as the inherited theme, else dark.
    package var isDark: Bool?
    /// Names for colours.
    package var palette: [String: String]
    package var roles: [String: Look]
    package var gradients: [String: [String]]

    package init(
        name: String, inherits: String? = nil, isDark: Bool? = nil,
        palette: [String: String] = [:], roles: [String: Look] = [:],
        gradients: [String: [String]] = [:]
    ) {
        self.name = name
        self.inherits = inherits
        self.isDark = isDark
        self.palette = palette
        self.roles = roles
        self.gradients = gradients
    }
}

/// What is wrong with a theme, one entry for every key at fault, in the order of keys.
package struct ThemeError: Error, Equatable, Sendable, CustomStringConvertible {
    package struct Problem: Equatable, Sendable {
        package var theme: String
        /// The key as the author wrote it: `palette.blue`, `"pane.border".modifiers`.
        package var key: String
        package var message: String

        package init(theme: String, key: String, message: String) {
            self.theme = theme
            self.key = key
            self.message = message
        }
    }

    package var problems: [Problem]

    package init(_ problems: [Problem]) { self.problems = problems }

    package var description: String {
        problems.map { "theme \($0.theme): \($0.key): \($0.message)" }.joined(separator: "\n")
    }
}
