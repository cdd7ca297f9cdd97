package import Cells
import TOMLKit

/// The themes that are part of the program and a person's own, which go first by name.
package struct ThemeLibrary: Sendable {
    package private(set) var themes: [Theme] = []
    /// What is wrong with which file; the other themes are there all the same.
    package private(set) var problems: [FileError] = []

    /// The embedded themes and those in `files`, in order of name, the default one first.
    package init(files: [(path: String, contents: String)] = []) {
        let embedded = EmbeddedFiles.all.filter { $0.name.hasPrefix("themes/") }
            .map { (path: $0.name, contents: $0.contents) }
        var descriptions = ThemeDescription.builtIn
        var order: [String] = []
        for file in embedded + files {
            do throws(FileError) {
                let description = try Self.description(file.contents, path: file.path)
                if !order.contains(description.name) { order.append(description.name) }
                descriptions[description.name] = description
            } catch {
                problems.append(error)
            }
        }
        let first = Theme.midstreamDark.name
        for name in [first] + order.sorted().filter({ $0 != first }) {
            guard let description = descriptions[name] else { continue }
            do throws(ThemeError) {
                themes.append(try description.resolve { descriptions[$0] })
            } catch {
                problems += error.problems.map {
                    FileError(path: "theme \($0.theme)", message: "\($0.key): \($0.message)")
                }
            }
        }
        if themes.isEmpty { themes = [.midstreamDark] }
    }

    /// The theme in the TOML text of one file; its name is the file's.
    package static func description(_ text: String, path: String) throws(FileError)
        -> ThemeDescription
    {
        let file = path.split(separator: "/").last ?? "theme"
        let name = String(file.hasSuffix(".toml") ? file.dropLast(5) : file)
        let table = try TOMLFile.table(text, path: path)
        do throws(ThemeError) {
            return try ThemeDescription(name: name, document: TOMLFile.themeValues(table))
        } catch {
            throw FileError(path: path, message: TOMLFile.located(error, in: text))
        }
    }
}

/// What TOML files have in common: a parse error has its place, a table is Swift values.
enum TOMLFile {
    static func table(_ text: String, path: String) throws(FileError) -> TOMLTable {
        do {
            return try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let place = error.source.begin
            throw FileError(
                path: "\(path):\(place.line):\(place.column)", message: error.description)
        } catch {
            throw FileError(path: path, message: "\(error)")
        }
    }

    static func themeValues(_ table: TOMLTable) -> [String: ThemeValue] {
        var values: [String: ThemeValue] = [:]
        for key in table.keys {
            if let value = table[key] { values[key] = themeValue(value) }
        }
        return values
    }

    private static func themeValue(_ value: any TOMLValueConvertible) -> ThemeValue {
        switch value.type {
        case .string: .string(value.string ?? "")
        case .bool: .boolean(value.bool ?? false)
        case .int: .integer(value.int ?? 0)
        case .array: .array((value.array ?? TOMLArray()).map(themeValue))
        case .table: .table(themeValues(value.table ?? TOMLTable()))
        case .double: .other("a number with a fraction")
        case .date, .time, .dateTime: .other("a date or time")
        }
    }

    /// The problems with the line on which each key stands.
    static func located(_ error: ThemeError, in text: String) -> String {
        error.problems.map { problem in
            let key = problem.key.split(separator: ".").last.map(String.init) ?? problem.key
            let line = line(of: key, in: text) ?? line(of: problem.key, in: text)
            return (line.map { "line \($0): " } ?? "") + "\(problem.key): \(problem.message)"
        }.joined(separator: "; ")
    }

    /// The first line that sets `key`, from 1.
    static func line(of key: String, in text: String) -> Int? {
        let bare = key.filter { $0 != "\"" }
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let start = line.drop { $0 == " " || $0 == "\t" || $0 == "\"" || $0 == "[" }
            guard start.hasPrefix(bare) else { continue }
            let rest = start.dropFirst(bare.count).drop { $0 == "\"" || $0 == " " || $0 == "\t" }
            if rest.hasPrefix("=") || rest.hasPrefix("]") { return index + 1 }
        }
        return nil
    }
}
