import Cells
import Foundation
import Testing

/// Frames kept in the repository: the text, then a second layer that says which style is where.
enum GoldenFrames {
    static let folder = PackageFiles.root.appending(path: "Tests/Golden")
    static let rewrites = ProcessInfo.processInfo.environment["GOLDEN"] == "update"

    static func content(_ grid: Grid) -> String {
        grid.text() + "\n" + String(repeating: "-", count: grid.size.columns) + "\n"
            + grid.styleMap() + "\n"
    }

    /// Compares `grid` with the golden frame `name`, or writes it.
    static func check(_ grid: Grid, _ name: String) throws {
        let url = folder.appending(path: name + ".txt")
        let found = content(grid)
        if rewrites {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try found.write(to: url, atomically: true, encoding: .utf8)
            return
        }
        guard let wanted = try? String(contentsOf: url, encoding: .utf8) else {
            Issue.record("there is no Tests/Golden/\(name).txt; GOLDEN=update writes it")
            return
        }
        if found != wanted { Issue.record("\(name): \(difference(wanted, found))") }
    }

    /// The lines that differ, wanted before found.
    static func difference(_ wanted: String, _ found: String) -> String {
        let a = wanted.split(separator: "\n", omittingEmptySubsequences: false)
        let b = found.split(separator: "\n", omittingEmptySubsequences: false)
        var lines: [String] = []
        for index in 0..<max(a.count, b.count) {
            let left = index < a.count ? a[index] : ""
            let right = index < b.count ? b[index] : ""
            if left != right { lines.append("line \(index + 1):\n- \(left)\n+ \(right)") }
        }
        return "\(lines.count) lines differ (GOLDEN=update accepts)\n"
            + lines.prefix(12).joined(separator: "\n")
    }
}
