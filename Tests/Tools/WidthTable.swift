// Makes Sources/Cells/WidthTable.swift from the Unicode Character Database.
//
//     swiftc -O Tests/Tools/WidthTable.swift -o width-table
//     ./width-table /usr/share/unicode > Sources/Cells/WidthTable.swift
//
// The folder must hold UnicodeData.txt, EastAsianWidth.txt, PropList.txt and
// DerivedCoreProperties.txt of one version of Unicode (Debian: package `unicode-data`).

import Foundation

let narrow: UInt8 = 0
let wide: UInt8 = 1
let mark: UInt8 = 2
let dropped: UInt8 = 3
let unassigned: UInt8 = 4
let control: UInt8 = 5

guard CommandLine.arguments.count == 2 else {
    FileHandle.standardError.write(Data("usage: width-table FOLDER\n".utf8))
    exit(64)
}
let folder = URL(fileURLWithPath: CommandLine.arguments[1])

func lines(_ name: String) throws -> [String] {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}

/// The range and the property of a line such as `3400..4DBF;W # …`.
func property(_ line: String) -> (range: ClosedRange<Int>, value: String)? {
    let body = line.prefix { $0 != "#" }
    let fields = body.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
    guard fields.count == 2 else { return nil }
    let ends = fields[0].components(separatedBy: "..").compactMap { Int($0, radix: 16) }
    guard let first = ends.first, let last = ends.last else { return nil }
    return (first...last, fields[1])
}

var classes = [UInt8](repeating: unassigned, count: 0x110000)

var rangeStart: Int?
for line in try lines("UnicodeData.txt") {
    let fields = line.split(separator: ";", omittingEmptySubsequences: false)
    guard fields.count > 2, let value = Int(fields[0], radix: 16) else { continue }
    if fields[1].hasSuffix(", First>") {
        rangeStart = value
        continue
    }
    let kind: UInt8 =
        switch fields[2] {
        case "Mn", "Me", "Cf": mark
        case "Cc", "Zl", "Zp": control
        default: narrow
        }
    for scalar in (rangeStart ?? value)...value { classes[scalar] = kind }
    rangeStart = nil
}

var version = ""
for line in try lines("EastAsianWidth.txt") {
    if version.isEmpty { version = line.replacingOccurrences(of: "# ", with: "") }
    guard let (range, value) = property(line), value == "W" || value == "F" else { continue }
    for scalar in range where classes[scalar] == narrow { classes[scalar] = wide }
}
// Hangul vowels and final consonants join the leading consonant before them.
for scalar in Array(0x1160...0x11FF) + Array(0xD7B0...0xD7FB) where classes[scalar] == narrow {
    classes[scalar] = mark
}
// Drawn wide by C libraries and terminals, although the file leaves them neutral.
for scalar in Array(0x3248...0x324F) + Array(0x4DC0...0x4DFF) { classes[scalar] = wide }
// Signs that are written before the digits they enclose.
for line in try lines("PropList.txt") {
    guard let (range, value) = property(line), value == "Prepended_Concatenation_Mark" else {
        continue
    }
    for scalar in range { classes[scalar] = narrow }
}
for line in try lines("DerivedCoreProperties.txt") {
    guard let (range, value) = property(line), value == "Default_Ignorable_Code_Point" else {
        continue
    }
    for scalar in range { classes[scalar] = dropped }
}
// Interlinear annotation, skin tones.
for scalar in Array(0xFFF9...0xFFFB) + Array(0x1F3FB...0x1F3FF) { classes[scalar] = dropped }

var entries: [Int] = []
for scalar in classes.indices where scalar == 0 || classes[scalar] != classes[scalar - 1] {
    entries.append(scalar << 3 | Int(classes[scalar]))
}

print(
    """
    // Made by Tests/Tools/WidthTable.swift from \(version); not edited by hand.

    extension TextWidth {
        /// Where a new class of scalars begins: the first scalar times 8, plus the class's raw value.
        static let boundaries: [UInt32] = [
    """)
var row = "       "
for entry in entries {
    let item = " 0x" + String(entry, radix: 16) + ","
    if row.count + item.count > 100 {
        print(row)
        row = "       "
    }
    row += item
}
print(row)
print("    ]\n}")
