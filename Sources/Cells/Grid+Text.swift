extension Grid {
    /// The characters alone: rows joined by line feeds, without the blanks at their ends.
    package func text() -> String {
        var result = ""
        for row in 0..<size.rows {
            if row > 0 { result.unicodeScalars.append("\n") }
            var line = ""
            var end = line.unicodeScalars.endIndex
            for cell in self.row(row) where !cell.isContinuation {
                line.unicodeScalars.append(cell.scalar)
                for mark in cell.marks { line.unicodeScalars.append(mark) }
                if cell.scalar != " " || cell.hasMarks { end = line.unicodeScalars.endIndex }
            }
            result += line[..<end]
        }
        return result
    }

    /// The styles alone: a letter for every cell, then what each letter stands for.
    ///
    /// Letters go to styles in the order in which they first appear.
    package func styleMap() -> String {
        var letters: [Style: Unicode.Scalar] = [:]
        var legend: [String] = []
        var result = ""
        for row in 0..<size.rows {
            for cell in self.row(row) {
                let style = cell.style
                let letter = letters[style] ?? Self.letter(letters.count)
                if letters[style] == nil {
                    letters[style] = letter
                    legend.append("\(letter) \(style)")
                }
                result.unicodeScalars.append(letter)
            }
            result.unicodeScalars.append("\n")
        }
        return result + legend.map { $0 + "\n" }.joined()
    }

    /// a–z, A–Z, then Unicode's letters from U+4E00 on.
    private static func letter(_ index: Int) -> Unicode.Scalar {
        let value = index < 26 ? 0x61 + index : index < 52 ? 0x41 + index - 26 : 0x4E00 + index - 52
        return Unicode.Scalar(UInt32(value)) ?? "?"
    }
}

extension Style: CustomStringConvertible {
    /// `#cdd6f4 on #1e1e2e bold`, in the words of theme files.
    package var description: String {
        let words = Attributes.names.filter { attributes.contains($0.attribute) }.map(\.name)
        return (["\(foreground) on \(background)"] + words).joined(separator: " ")
    }
}

extension Color: CustomStringConvertible {
    /// The colour in the words of theme files.
    package var description: String {
        switch self {
        case .standard: return "default"
        case .palette(let index):
            return index < 16 ? "ansi-" + ANSIColorName.all[Int(index)] : String(index)
        case .rgb(let red, let green, let blue):
            return "#"
                + [red, green, blue].map { value in
                    (value < 16 ? "0" : "") + String(value, radix: 16)
                }.joined()
        }
    }
}
