extension PropertyFile {
    /// Properties as the text of a file that reads back to them, with comments above.
    package static func text(
        of properties: [(name: String, formula: String, comment: String)], summary: String = ""
    ) -> String {
        var result = summary.isEmpty ? "" : commented(summary) + "\n"
        for property in properties {
            if !property.comment.isEmpty { result += commented(property.comment) }
            result += printed(property.name) + ": " + property.formula + "\n"
        }
        return result
    }

    private static func commented(_ text: String) -> String {
        var result = ""
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            result += "# " + String(decoding: Array(line), as: UTF8.self) + "\n"
        }
        return result
    }

    /// A name bare where it reads back as one, else quoted.
    private static func printed(_ name: String) -> String {
        let bytes = Array(name.utf8)
        var scanner = FormulaScanner(bytes)
        let isKeyword = scanner.takeWord("let") || scanner.takeWord("parameter")
        let isPlain =
            !isKeyword && bytes.first.map { FormulaScanner.isLower($0) || $0 >= 0x80 } ?? false
            && bytes.last != 0x20
            && !bytes.contains { $0 == 0x3A || $0 < 0x20 || $0 == 0x22 }
        return isPlain
            ? name : String(decoding: FormulaParser.quoted(bytes), as: UTF8.self)
    }
}

extension Formula {
    /// Whether a bound is in time, so that the verdict needs a clock.
    package var needsClock: Bool { root.unfoldedEvents == nil }
}
