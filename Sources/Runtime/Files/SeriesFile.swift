/// A series of numbers from anybody's text file: one value a line, or a column of a table with
/// commas, semicolons or tabs.
package struct SeriesFile: Sendable, Equatable {
    package var values: [Double]

    /// Reads `text`. "nan", "inf" and empty fields become NaN or infinities, which the analysis
    /// counts and leaves out; anything else that is no number is an error with its place.
    ///
    /// - Parameter column: the name of a column in the first line, or its number from 1; nil takes
    ///   the only column.
    package init(parsing text: String, column: String?, path: String) throws(FileError) {
        values = []
        var wanted: Int?
        var number = 0
        // A carriage return before the line feed is one character with it.
        for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            let line = Self.trimmed(raw)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let fields = Self.fields(of: line)
            if wanted == nil {
                let (index, isHeader) = try Self.choose(column, fields, path: "\(path):\(number)")
                wanted = index
                if isHeader { continue }
            }
            let index = wanted ?? 0
            guard index < fields.count else {
                throw FileError(
                    path: "\(path):\(number)",
                    message: "has \(fields.count) columns; column \(index + 1) is wanted")
            }
            values.append(try Self.number(fields[index], path: "\(path):\(number)"))
        }
    }

    package init(reading path: String, column: String?) throws(FileError) {
        let text = String(decoding: try FileAccess.read(path), as: UTF8.self)
        try self.init(parsing: text, column: column, path: path)
    }

    /// The column's place and whether the line that was looked at is a header.
    private static func choose(
        _ column: String?, _ fields: [String], path: String
    ) throws(FileError) -> (index: Int, isHeader: Bool) {
        let isHeader = fields.contains { Double($0) == nil && !$0.isEmpty }
        guard let column else {
            guard fields.count == 1 else {
                throw FileError(
                    path: path, message: "has \(fields.count) columns; name one with --column")
            }
            return (0, isHeader)
        }
        if let index = fields.firstIndex(of: column) { return (index, true) }
        if let number = Int(column), (1...fields.count).contains(number) {
            return (number - 1, isHeader)
        }
        throw FileError(
            path: path,
            message: "there is no column “\(column)” among " + fields.joined(separator: ", "))
    }

    private static func number(_ field: String, path: String) throws(FileError) -> Double {
        if field.isEmpty { return .nan }
        guard let value = Double(field) else {
            throw FileError(path: path, message: "“\(field.prefix(40))” is no number")
        }
        return value
    }

    private static func fields(of line: Substring) -> [String] {
        let separator: Character =
            line.contains("\t") ? "\t" : line.contains(";") ? ";" : line.contains(",") ? "," : "\n"
        return line.split(separator: separator, omittingEmptySubsequences: false).map { field in
            var field = trimmed(field)
            if field.count >= 2, field.hasPrefix("\""), field.hasSuffix("\"") {
                field = field.dropFirst().dropLast()
            }
            return String(field)
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace || first == "\u{FEFF}" {
            text.removeFirst()
        }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
