import Engine
package import TemporalLogic

/// A property being written: its name, its formula, and what the formula says so far.
package struct PropertyEditor: Sendable, Equatable {
    package enum Field: Sendable { case name, formula }

    /// Which property is changed; nil for a new one.
    package var index: Int?
    package var field = Field.formula
    package var name: TextLine
    package var formula: TextLine
    /// What is wrong with the formula and where.
    package var problem: FormulaError?
    package var preview: Preview?

    /// A formula's effect on the part of the session that is kept.
    package struct Preview: Sendable, Equatable {
        package var verdict: Verdict
        package var isVacuous: Bool
        package var violations: [UInt64]
        package var explanation: String
        package var eventCount: Int
        package var isWhole: Bool
        package var withoutText: Int
        package var memoryBound: String

        init(_ examination: PropertyExamination) {
            verdict = examination.verdict
            isVacuous = examination.isVacuous
            violations = examination.violations
            explanation = examination.explanation
            eventCount = examination.eventCount
            isWhole = examination.isWhole
            withoutText = examination.withoutText
            memoryBound = examination.memoryBound
        }
    }

    package init(index: Int?, name: String, formula: String) {
        self.index = index
        self.name = TextLine(name)
        self.formula = TextLine(formula)
    }
}

/// A line of text with a cursor between its scalars.
package struct TextLine: Sendable, Equatable {
    package private(set) var scalars: [Unicode.Scalar]
    package private(set) var cursor: Int

    static let limit = 2000

    package init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        cursor = scalars.count
    }

    package var text: String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    /// Whether `key` was an edit or a movement of the cursor.
    mutating func take(_ key: String) -> Bool {
        switch key {
        case "left", "ctrl-b": cursor = max(0, cursor - 1)
        case "right", "ctrl-f": cursor = min(scalars.count, cursor + 1)
        case "home", "ctrl-a": cursor = 0
        case "end", "ctrl-e": cursor = scalars.count
        case "backspace":
            guard cursor > 0 else { return true }
            cursor -= 1
            scalars.remove(at: cursor)
        case "delete", "ctrl-d":
            if cursor < scalars.count { scalars.remove(at: cursor) }
        case "ctrl-u":
            scalars.removeSubrange(..<cursor)
            cursor = 0
        case "ctrl-k": scalars.removeSubrange(cursor...)
        case "ctrl-w":
            var start = cursor
            while start > 0, scalars[start - 1] == " " { start -= 1 }
            while start > 0, scalars[start - 1] != " " { start -= 1 }
            scalars.removeSubrange(start..<cursor)
            cursor = start
        default:
            guard let text = KeyName.text(of: key), scalars.count < Self.limit else { return false }
            scalars.insert(contentsOf: text.unicodeScalars, at: cursor)
            cursor += text.unicodeScalars.count
        }
        return true
    }
}
