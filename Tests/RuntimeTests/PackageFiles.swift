import Foundation

/// The package's own files, read from the source tree.
enum PackageFiles {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func names(in folder: String, suffix: String) -> [String] {
        let url = root.appending(path: folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path())) ?? []
        return names.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
            .sorted()
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func path(_ path: String) -> String { root.appending(path: path).path() }

    /// The demos by name: recordings of the program.
    static let demos = names(in: "recordings", suffix: ".jsonl")
    /// The recordings that have a key script.
    static let scripts = names(in: "recordings", suffix: ".keys")

    /// Recordings of real providers, which are not ours to commit; none where they are absent.
    static let references: [URL] = {
        let variable = ProcessInfo.processInfo.environment["REFERENCE_RECORDINGS"]
        let folder =
            (variable.map { URL(filePath: $0) } ?? root.appending(path: "../shared/recordings"))
            .appending(path: "realtime")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return names.sorted().filter { $0.hasSuffix(".jsonl") }.map { folder.appending(path: $0) }
    }()
}

/// A directory that is gone after the test.
final class TemporaryDirectory {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(
            path: "midstream-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func path(_ name: String) -> String { url.appending(path: name).path() }

    deinit { try? FileManager.default.removeItem(at: url) }
}
