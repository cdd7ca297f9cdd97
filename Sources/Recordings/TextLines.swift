/// The lines of a whole file that is imported: numbered, without blank ones.
struct TextLines {
    struct Line {
        /// From 1.
        var number: Int
        /// Without newline, carriage return before it, or byte order mark.
        var bytes: ArraySlice<UInt8>
        /// The file ended before a newline.
        var isUnended: Bool
    }

    private(set) var lines: [Line] = []

    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        var number = 1
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            var line = rest[..<(end ?? rest.endIndex)]
            if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
            if !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
                lines.append(Line(number: number, bytes: line, isUnended: end == nil))
            }
            rest = end.map { rest[($0 + 1)...] } ?? []
            number += 1
        }
    }
}
