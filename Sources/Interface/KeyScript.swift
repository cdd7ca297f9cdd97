package import Timeline

/// A demo or a test as a text file: keys, pauses and what must be seen.
///
/// ```
/// # a comment is a line of its own; the first one is the demo's title
/// resize 120x36
/// wait 2s
/// press tab j ?
/// type hello
/// expect "chaotic"
/// frame overview
/// ```
///
/// `wait` lets the session go on, `press` takes keys by name, `type` the rest of the line as
/// keys; `expect` fails when the text is not on the screen, `frame` keeps the screen under a name.
package struct KeyScript: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        case resize(columns: Int, rows: Int)
        case wait(Interval)
        case press([String])
        case type(String)
        case expect(String)
        case frame(String)
    }

    package struct Line: Sendable, Equatable {
        package var number: Int
        package var step: Step
    }

    package struct Problem: Error, Equatable, Sendable {
        package var line: Int
        package var message: String
    }

    package var lines: [Line] = []

    package init(parsing text: String) throws(Problem) {
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let words = Self.trimmed(raw)
            if words.isEmpty || words.hasPrefix("#") { continue }
            let step = try Self.step(words, line: index + 1)
            lines.append(Line(number: index + 1, step: step))
        }
    }

    private static func step(_ text: String, line: Int) throws(Problem) -> Step {
        let split = text.firstIndex(of: " ") ?? text.endIndex
        let verb = text[..<split]
        let rest = trimmed(text[split...])
        switch verb {
        case "resize":
            let parts = rest.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2, let columns = parts[0], let rows = parts[1],
                (1...2000).contains(columns), (1...2000).contains(rows)
            else {
                throw Problem(line: line, message: "resize wants COLUMNSxROWS, not “\(rest)”")
            }
            return .resize(columns: columns, rows: rows)
        case "wait":
            guard let interval = TimeText.parse(rest) else {
                throw Problem(
                    line: line, message: "wait wants a time such as 2s or 300ms, not “\(rest)”")
            }
            return .wait(interval)
        case "press":
            let keys = rest.split(separator: " ").map(String.init)
            guard !keys.isEmpty else { throw Problem(line: line, message: "press wants keys") }
            for key in keys where !KeyName.isValid(key) && !MouseInput.isValid(key) {
                throw Problem(line: line, message: "“\(key)” is not a key")
            }
            return .press(keys)
        case "type": return .type(rest)
        case "expect":
            guard rest.count >= 2, rest.hasPrefix("\""), rest.hasSuffix("\"") else {
                throw Problem(line: line, message: "expect wants a text in quotes")
            }
            return .expect(String(rest.dropFirst().dropLast()))
        case "frame":
            guard !rest.isEmpty, rest.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }) else {
                throw Problem(
                    line: line, message: "frame wants a name of letters, digits and dashes")
            }
            return .frame(rest)
        default:
            throw Problem(
                line: line,
                message: "“\(verb)” is not one of resize, wait, press, type, expect, frame")
        }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var slice = Substring(text)
        while let first = slice.first, first.isWhitespace { slice.removeFirst() }
        while let last = slice.last, last.isWhitespace { slice.removeLast() }
        return String(slice)
    }
}

extension KeyScript {
    /// The keys that type `text`.
    package static func keys(typing text: String) -> [String] {
        text.map { $0 == " " ? "space" : String($0) }
    }
}
