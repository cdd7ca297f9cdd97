import Foundation

/// The folder of reference values computed by other people's tools: the environment variable
/// REFERENCE_VALUES, else `../shared/golden` beside the package. Tests that need it are skipped
/// where it is absent, and say so.
enum ReferenceValues {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["REFERENCE_VALUES"] {
            return URL(fileURLWithPath: path)
        }
        let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return package.deletingLastPathComponent().appendingPathComponent("shared/golden")
    }()

    static func has(_ file: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent(file).path)
    }

    static func decode<Value: Decodable>(_ file: String, as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(file)))
    }
}

/// Whether two numbers agree to a relative error of 1e-6, the tolerance of the reference values.
func agree(_ a: Double, _ b: Double, within tolerance: Double = 1e-6) -> Bool {
    abs(a - b) <= tolerance * max(abs(a), abs(b), 1e-6)
}
