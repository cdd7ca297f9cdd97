extension ThemeDescription {
    /// The theme that this describes.
    ///
    /// Palettes are merged before any colour is looked up, so a theme may inherit another's
    /// roles and only change what "blue" means. `library` finds inherited themes by name.
    package func resolve(
        library: (String) -> ThemeDescription? = { ThemeDescription.builtIn[$0] }
    ) throws(ThemeError) -> Theme {
        let chain = try inheritance(library)
        var resolver = ThemeResolver(name: name)
        for theme in chain { resolver.merge(theme) }
        return try resolver.theme()
    }

    /// This theme and those it inherits, the oldest first.
    private func inheritance(
        _ library: (String) -> ThemeDescription?
    ) throws(ThemeError) -> [ThemeDescription] {
        var chain = [self]
        while let parent = chain[chain.count - 1].inherits {
            let child = chain[chain.count - 1].name
            if chain.contains(where: { $0.name == parent }) {
                let circle = chain.map(\.name) + [parent]
                throw ThemeError([
                    .init(
                        theme: child, key: "inherits",
                        message: "inherits itself: \(circle.joined(separator: " → "))")
                ])
            }
            guard let found = library(parent) else {
                throw ThemeError([
                    .init(
                        theme: child, key: "inherits", message: "no theme is called \"\(parent)\"")
                ])
            }
            chain.append(found)
        }
        return chain.reversed()
    }
}

/// Looks up the words of one theme and collects everything that is wrong with them.
private struct ThemeResolver {
    let name: String
    var isDark = true
    /// Word and the theme that gave it.
    var palette: [String: (value: String, theme: String)] = [:]
    var looks: [Role: (value: ThemeDescription.Look, theme: String)] = [:]
    var scales: [Gradient: (value: [String], theme: String)] = [:]
    var problems: [ThemeError.Problem] = []

    init(name: String) { self.name = name }

    mutating func merge(_ theme: ThemeDescription) {
        isDark = theme.isDark ?? isDark
        for (key, value) in theme.palette.sorted(by: { $0.key < $1.key }) {
            palette[key] = (value, theme.name)
            if key == "default" || ANSIColorName.index(key) != nil {
                report(theme.name, "palette.\(key)", "is the name of a terminal's colour")
            }
        }
        for (key, value) in theme.roles.sorted(by: { $0.key < $1.key }) {
            if let role = Role(rawValue: key) {
                looks[role] = (value, theme.name)
            } else {
                report(theme.name, "\"\(key)\"", "no role is called so")
            }
        }
        for (key, value) in theme.gradients.sorted(by: { $0.key < $1.key }) {
            if let gradient = Gradient(rawValue: key) {
                scales[gradient] = (value, theme.name)
            } else {
                report(theme.name, "\"graph.\(key)\"", "no gradient is called so")
            }
        }
    }

    mutating func theme() throws(ThemeError) -> Theme {
        for (key, entry) in palette.sorted(by: { $0.key < $1.key }) {
            _ = color(entry.value, entry.theme, "palette.\(key)", usingPalette: false)
        }
        var roles: [Role: Style] = [:]
        for role in Role.allCases {
            guard let (look, theme) = looks[role] else {
                report(name, "\"\(role.rawValue)\"", "the role is missing")
                continue
            }
            roles[role] = style(look, theme, "\"\(role.rawValue)\"", over: roles[.surface])
        }
        var gradients: [Gradient: [Color]] = [:]
        for gradient in Gradient.allCases {
            let key = "\"graph.\(gradient.rawValue)\""
            guard let (words, theme) = scales[gradient] else {
                report(name, key, "the gradient is missing")
                continue
            }
            if words.isEmpty { report(theme, key, "has no colours") }
            gradients[gradient] = words.compactMap { color($0, theme, key) }
        }
        guard problems.isEmpty else { throw ThemeError(problems) }
        return Theme(name: name, isDark: isDark, roles: roles, gradients: gradients)
    }

    private mutating func style(
        _ look: ThemeDescription.Look, _ theme: String, _ key: String, over surface: Style?
    ) -> Style {
        var style = Style(
            foreground: surface?.foreground ?? .standard,
            background: surface?.background ?? .standard)
        if let word = look.foreground, let color = color(word, theme, key + ".fg") {
            style.foreground = color
        }
        if let word = look.background, let color = color(word, theme, key + ".bg") {
            style.background = color
        }
        for word in look.modifiers {
            if let attribute = Style.Attributes(name: word) {
                style.attributes.insert(attribute)
            } else {
                let known = Style.Attributes.names.map(\.name).joined(separator: ", ")
                report(theme, key + ".modifiers", "\"\(word)\" is none of \(known)")
            }
        }
        return style
    }

    private mutating func color(
        _ word: String, _ theme: String, _ key: String, usingPalette: Bool = true
    ) -> Color? {
        if usingPalette, let entry = palette[word] {
            // A wrong entry is reported where it stands.
            return Color(word: entry.value)
        }
        if let color = Color(word: word) { return color }
        report(
            theme, key,
            usingPalette
                ? "\"\(word)\" is neither in the palette nor a colour" : "\"\(word)\" is no colour")
        return nil
    }

    private mutating func report(_ theme: String, _ key: String, _ message: String) {
        problems.append(.init(theme: theme, key: key, message: message))
    }
}

extension Style.Attributes {
    package static let names: [(name: String, attribute: Style.Attributes)] = [
        ("bold", .bold), ("dim", .dim), ("italic", .italic), ("underline", .underline),
        ("reverse", .reverse), ("strikethrough", .strikethrough),
    ]

    init?(name: String) {
        guard let found = Self.names.first(where: { $0.name == name }) else { return nil }
        self = found.attribute
    }
}

/// The names of a terminal's first sixteen colours.
enum ANSIColorName {
    static let all = [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
        "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue",
        "bright-magenta", "bright-cyan", "bright-white",
    ]

    static func index(_ name: String) -> UInt8? {
        guard name.hasPrefix("ansi-") else { return nil }
        return all.firstIndex(of: String(name.dropFirst(5))).map { UInt8($0) }
    }
}

extension Color {
    /// `default`, `#rgb`, `#rrggbb`, `ansi-blue`, or a number of the 256-colour palette.
    package init?(word: String) {
        if word == "default" {
            self = .standard
        } else if let index = ANSIColorName.index(word) {
            self = .palette(index)
        } else if word.utf8.first == UInt8(ascii: "#") {
            let digits = word.utf8.dropFirst().compactMap { Self.digit($0) }
            guard digits.count == word.utf8.count - 1 else { return nil }
            switch digits.count {
            case 3: self = .rgb(digits[0] * 17, digits[1] * 17, digits[2] * 17)
            case 6:
                self = .rgb(
                    digits[0] * 16 + digits[1], digits[2] * 16 + digits[3],
                    digits[4] * 16 + digits[5])
            default: return nil
            }
        } else if let first = word.utf8.first, first != UInt8(ascii: "+"),
            let index = UInt8(word)
        {
            self = .palette(index)
        } else {
            return nil
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
