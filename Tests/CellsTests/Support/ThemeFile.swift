import Cells
import Foundation

/// The part of TOML that theme files use, for tests that must not depend on the reader of the
/// program: one assignment a line, tables by header, strings without escapes.
struct ThemeFile {
    struct Malformed: Error {
        var line: Int
        var text: String
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All files of the folder, by name.
    static func all() throws -> [ThemeDescription] {
        let folder = root.appending(path: "themes")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".toml") }.sorted()
        return try names.map { name in
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            return try ThemeDescription(
                name: String(name.dropLast(5)), document: document(text))
        }
    }

    static func document(_ text: String) throws -> [String: ThemeValue] {
        var top: [String: ThemeValue] = [:]
        var table: (name: String, values: [String: ThemeValue])?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("["), line.hasSuffix("]") {
                if let table { top[table.name] = .table(table.values) }
                table = (String(line.dropFirst().dropLast()), [:])
                continue
            }
            guard let equals = line.range(of: " = "),
                let value = value(String(line[equals.upperBound...]))
            else { throw Malformed(line: index + 1, text: line) }
            let key = line[..<equals.lowerBound].trimmingCharacters(in: ["\""])
            if table == nil { top[key] = value } else { table?.values[key] = value }
        }
        if let table { top[table.name] = .table(table.values) }
        return top
    }

    private static func value(_ text: String) -> ThemeValue? {
        if text == "true" || text == "false" { return .boolean(text == "true") }
        if let number = Int(text) { return .integer(number) }
        if text.hasPrefix("\""), text.hasSuffix("\"") {
            return .string(String(text.dropFirst().dropLast()))
        }
        if text.hasPrefix("["), text.hasSuffix("]") {
            let parts = split(text)
            return .array(parts.compactMap { value($0) })
        }
        guard text.hasPrefix("{"), text.hasSuffix("}") else { return nil }
        var table: [String: ThemeValue] = [:]
        for part in split(text) {
            guard let equals = part.range(of: " = "),
                let value = value(String(part[equals.upperBound...]))
            else { return nil }
            table[String(part[..<equals.lowerBound])] = value
        }
        return .table(table)
    }

    /// What stands between commas that are in no inner brackets.
    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in text.dropFirst().dropLast() {
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            if character == ",", depth == 0 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}

/// The Swift source of the two themes that need no file: the default, and the one without
/// colours.
enum ThemeSource {
    static let file = ThemeFile.root.appending(path: "Sources/Cells/BuiltInThemes.swift")

    static func source(_ themes: [ThemeDescription]) -> String {
        var text = """
            // Made by the tests from themes/*.toml (`UPDATE_GOLDEN=1 swift test`); not edited by hand.

            extension ThemeDescription {
                /// The themes that need no file: the default, and the one without colours.
                package static let builtInThemes: [ThemeDescription] = [

            """
        for theme in themes { text += entry(theme) }
        return text + "    ]\n}\n"
    }

    private static func entry(_ theme: ThemeDescription) -> String {
        var text = "        ThemeDescription(\n            name: \(quoted(theme.name))"
        if let parent = theme.inherits { text += ", inherits: \(quoted(parent))" }
        if let isDark = theme.isDark { text += ", isDark: \(isDark)" }
        text += ",\n            palette: [" + entries(theme.palette) { quoted($0) } + "]"
        text += ",\n            roles: [" + entries(theme.roles) { look($0) } + "]"
        text += ",\n            gradients: [" + entries(theme.gradients) { list($0) } + "]"
        return text + "),\n"
    }

    private static func entries<Value>(
        _ table: [String: Value], _ word: (Value) -> String
    ) -> String {
        if table.isEmpty { return ":" }
        let lines = table.sorted { $0.key < $1.key }.map { key, value in
            "\n                \(quoted(key)): \(word(value))"
        }
        if lines.count == 1 { return lines[0].trimmingCharacters(in: .whitespacesAndNewlines) }
        return lines.joined(separator: ",") + ",\n            "
    }

    private static func look(_ look: ThemeDescription.Look) -> String {
        var parts: [String] = []
        if let foreground = look.foreground { parts.append("foreground: \(quoted(foreground))") }
        if let background = look.background { parts.append("background: \(quoted(background))") }
        if !look.modifiers.isEmpty { parts.append("modifiers: \(list(look.modifiers))") }
        // Broken where a line would otherwise be too long.
        let line = "Look(\(parts.joined(separator: ", ")))"
        if line.count < 56 { return line }
        return "Look(\n                    \(parts.joined(separator: ", ")))"
    }

    private static func list(_ words: [String]) -> String {
        "[\(words.map(quoted).joined(separator: ", "))]"
    }

    private static func quoted(_ text: String) -> String { "\"\(text)\"" }
}
