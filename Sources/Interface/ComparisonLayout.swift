import Cells
import Engine
import Timeline

/// The lines of a comparison at a width: every pair begins with a line that says who and when.
struct ComparisonLayout: Sendable {
    struct Line: Sendable {
        /// The pair it belongs to.
        var row: Int
        var kind: Comparison.Kind
        var isHead: Bool
        var left: [RoleSpan] = []
        var right: [RoleSpan] = []
    }

    let columns: Int
    let wraps: Bool
    private(set) var lines: [Line] = []
    /// The first line of each pair.
    private(set) var starts: [Int] = []

    init(_ comparison: Comparison, columns: Int, wraps: Bool) {
        self.columns = columns
        self.wraps = wraps
        for (index, row) in comparison.rows.enumerated() {
            starts.append(lines.count)
            append(row, index)
        }
    }

    private mutating func append(_ row: Comparison.Row, _ index: Int) {
        var left = row.left.map { [Self.head($0)] } ?? []
        var right = row.right.map { [Self.head($0)] } ?? []
        if wraps {
            left += Self.wrapped(row.leftPieces, columns: columns)
            right += Self.wrapped(row.rightPieces, columns: columns)
        } else {
            if row.left != nil { left[0] += Self.firstLine(row.leftPieces, columns) }
            if row.right != nil { right[0] += Self.firstLine(row.rightPieces, columns) }
        }
        for place in 0..<max(left.count, right.count) {
            lines.append(
                Line(
                    row: index, kind: row.kind, isHead: place == 0,
                    left: place < left.count ? left[place] : [],
                    right: place < right.count ? right[place] : []))
        }
    }

    private static func head(_ entry: Entry) -> [RoleSpan] {
        [
            RoleSpan(TimeText.clock(entry.startedAt - .zero) + " ", .streamTime),
            RoleSpan(StreamPane.title(of: entry), role(of: entry)),
        ]
    }

    private static func role(of entry: Entry) -> Role {
        switch entry.kind {
        case .failure: .streamFailure
        case .interruption: .streamInterrupt
        case .toolCall, .toolOutput: .streamTool
        case .message, .transcription, .notice:
            switch entry.speaker {
            case .user: .streamUser
            case .assistant: .streamAssistant
            case .system: .streamSystem
            case .tool: .streamTool
            }
        }
    }

    /// As much of a text as a line may hold, from the first difference on when that lies beyond it.
    private static func firstLine(_ pieces: [Comparison.Piece], _ columns: Int) -> [RoleSpan] {
        var spans = [RoleSpan(" ", .text)]
        var used = 20
        for piece in pieces {
            guard used < columns else { break }
            spans.append(RoleSpan(" " + piece.word.text, piece.differs ? .match : .text))
            used += 1 + TextWidth.columns(piece.word.text)
        }
        return spans
    }

    /// Words laid out greedily; one that is longer than a line is cut.
    private static func wrapped(_ pieces: [Comparison.Piece], columns: Int) -> [[RoleSpan]] {
        var lines: [[RoleSpan]] = []
        var line: [RoleSpan] = []
        var used = 0
        func end() {
            lines.append(line)
            line = []
            used = 0
        }
        var wasDifferent = false
        for piece in pieces {
            let role = piece.differs ? Role.match : .text
            let width = TextWidth.columns(piece.word.text)
            let space = piece.word.before == .space && used > 0 ? 1 : 0
            if piece.word.before == .lineEnd || used > 0 && used + space + width > columns { end() }
            if space > 0, used > 0 {
                line.append(RoleSpan(" ", wasDifferent && piece.differs ? .match : .text))
                used += 1
            }
            for part in parts(of: piece.word.text, columns: columns) {
                if used > 0, used + TextWidth.columns(part) > columns { end() }
                line.append(RoleSpan(part, role))
                used += TextWidth.columns(part)
            }
            wasDifferent = piece.differs
        }
        if !line.isEmpty { end() }
        return lines
    }

    /// A word in pieces of at most `columns` columns.
    private static func parts(of word: String, columns: Int) -> [String] {
        if TextWidth.columns(word) <= columns { return [word] }
        var parts: [String] = []
        var part = ""
        var used = 0
        for character in word {
            let width = TextWidth.columns(String(character))
            if used > 0, used + width > columns {
                parts.append(part)
                (part, used) = ("", 0)
            }
            part.append(character)
            used += width
        }
        return part.isEmpty ? parts : parts + [part]
    }
}
