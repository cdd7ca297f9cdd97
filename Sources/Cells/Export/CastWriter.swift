/// A recording of the screen as asciicast version 2: a header line, then a line for every
/// frame that changed something.
///
/// Source: docs.asciinema.org/manual/asciicast/v2.
package struct CastWriter: Sendable {
    private let size: Size
    private let title: String?
    private var writer: ANSIWriter
    private var shown: Grid?

    package init(size: Size, title: String? = nil, depth: ColorDepth = .rgb) {
        self.size = size
        self.title = title
        writer = ANSIWriter(depth: depth)
    }

    /// The first line; it names no time and no machine, so the same frames give the same file.
    package var header: String {
        let name = title.map { ", \"title\": \(Self.quoted($0))" } ?? ""
        return "{\"version\": 2, \"width\": \(size.columns), \"height\": \(size.rows)\(name)}\n"
    }

    /// The lines that show `grid`; empty if the screen already shows it.
    ///
    /// A frame of another size than the one before begins with a resize.
    package mutating func frame(_ grid: Grid, at nanoseconds: Int64) -> String {
        var result = ""
        let before = shown?.size ?? size
        if before != grid.size {
            result += event("r", "\(grid.size.columns)x\(grid.size.rows)", at: nanoseconds)
        }
        let isFirst = shown == nil
        let reference = shown ?? Grid(size: Size(columns: 0, rows: 0))
        let runs = GridDiff.runs(from: reference, to: grid)
        var output = writer.draw(runs, of: grid)
        if isFirst { output = "\u{1B}[?25l\u{1B}[?7l" + output }
        shown = grid
        if !runs.isEmpty { result += event("o", output, at: nanoseconds) }
        return result
    }

    /// A line that marks a place, for players that can jump there.
    package func marker(_ label: String, at nanoseconds: Int64) -> String {
        event("m", label, at: nanoseconds)
    }

    private func event(_ code: String, _ data: String, at nanoseconds: Int64) -> String {
        let microseconds = max(0, nanoseconds) / 1000
        let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
        return "[\(microseconds / 1_000_000).\(fraction), \"\(code)\", \(Self.quoted(data))]\n"
    }

    /// A JSON string.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
