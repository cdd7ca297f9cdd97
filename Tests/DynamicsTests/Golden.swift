import Foundation

/// The reference values computed by other people's tools.
///
/// They are read from the folder that the environment variable `REFERENCE_VALUES` names, by default
/// `../shared/golden` beside the package; tests that need them are skipped where it is absent.
enum Golden {
    static let folder: URL = {
        if let named = ProcessInfo.processInfo.environment["REFERENCE_VALUES"] {
            return URL(fileURLWithPath: named)
        }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("../shared/golden")
    }()

    static let isPresent = FileManager.default.fileExists(
        atPath: folder.appendingPathComponent("series_expected.json").path)

    static func cases() throws -> [[String: Any]] {
        let data = try Data(contentsOf: folder.appendingPathComponent("series_expected.json"))
        let root = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return root?["series"] as? [[String: Any]] ?? []
    }

    static func series(_ name: String) throws -> [Double] {
        let file = folder.appendingPathComponent("series/\(name).csv")
        return try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
            .compactMap { Double($0) }
    }
}
