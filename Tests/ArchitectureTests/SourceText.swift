import Foundation

/// What the checker reads out of Swift source and the package manifest.
enum SourceText {
    /// The modules that a source file imports, in order; comments and strings of code that merely
    /// mention an import do not begin a line with it.
    static func imports(in source: String) -> [String] {
        let modifiers: Set<Substring> = [
            "package", "internal", "public", "private", "fileprivate", "@testable",
            "@preconcurrency", "@_exported", "@_implementationOnly",
        ]
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
        ]
        var found: [String] = []
        var isInString = false
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            let quotes = line.components(separatedBy: "\"\"\"").count - 1
            defer { if quotes % 2 == 1 { isInString.toggle() } }
            if isInString { continue }
            var words = line.split(whereSeparator: \.isWhitespace)[...]
            while let first = words.first, modifiers.contains(first) { words.removeFirst() }
            guard words.first == "import" else { continue }
            words.removeFirst()
            if let kind = words.first, kinds.contains(kind) { words.removeFirst() }
            guard let name = words.first else { continue }
            found.append(String(name.prefix { $0 != "." && $0 != ";" }))
        }
        return found
    }

    /// The dependencies of every target in the text of a manifest, by target.
    static func targets(in manifest: String) -> [String: [String]] {
        guard let start = manifest.range(of: "targets: [") else { return [:] }
        let body = manifest[start.upperBound...]
        var targets: [String: [String]] = [:]
        for opening in ["module(", ".target(", ".executableTarget(", ".testTarget(", "tests("] {
            var rest = body
            while let range = rest.range(of: opening) {
                rest = rest[range.upperBound...]
                guard let arguments = balanced(rest, "(", ")") else { break }
                let strings = literals(in: arguments)
                guard var name = strings.first else { continue }
                if opening == "tests(" { name += "Tests" }
                targets[name] = ["imports: [", "dependencies: ["].flatMap { label -> [String] in
                    guard let list = arguments.range(of: label),
                        let inside = balanced(arguments[list.upperBound...], "[", "]")
                    else { return [] }
                    return dependencies(in: inside)
                }
            }
        }
        return targets
    }

    /// What is before the bracket that closes one already open.
    private static func balanced(_ text: Substring, _ open: Character, _ close: Character)
        -> Substring?
    {
        var depth = 1
        for index in text.indices {
            if text[index] == open { depth += 1 }
            if text[index] == close { depth -= 1 }
            if depth == 0 { return text[..<index] }
        }
        return nil
    }

    private static func literals(in text: Substring) -> [String] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    /// Targets by name and products by their first label; a product's package is no dependency.
    private static func dependencies(in list: Substring) -> [String] {
        var text = String(list)
        while let label = text.range(of: "package: \"") {
            let end = text[label.upperBound...].firstIndex(of: "\"") ?? text.endIndex
            text.removeSubrange(
                label.lowerBound..<(end == text.endIndex ? end : text.index(after: end)))
        }
        return literals(in: text[...])
    }
}
