import Foundation
import Testing

/// The folder of reference values: `REFERENCE_VALUES`, or the golden folder beside the package.
enum ReferenceValues {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["REFERENCE_VALUES"] {
            return URL(filePath: path)
        }
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let root = tests.deletingLastPathComponent().deletingLastPathComponent()
        return root.deletingLastPathComponent().appending(path: "shared/golden")
    }()

    /// The tests that read the folder are skipped when it is absent.
    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static func cases<Case: Decodable>(_ file: String, of type: Case.Type) throws -> [Case] {
        let data = try Data(contentsOf: folder.appending(path: file))
        return try JSONDecoder().decode(File<Case>.self, from: data).cases
    }

    private struct File<Case: Decodable>: Decodable { let cases: [Case] }

    struct Linear: Decodable {
        let id: Int
        let formula: String
        let trace: [String]
        let ltlf: Bool
        let ltlf_prefix: String
        let ltl3_prefix: String
        let rv4_prefix: String
    }

    struct PastDiscrete: Decodable {
        let id: Int
        let formula: String
        let trace: [String]
        let verdict: String
    }

    /// A timestamp and the names that hold.
    struct TimedState: Decodable {
        let time: Double
        let names: String

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            time = try container.decode(Double.self)
            names = try container.decode(String.self)
        }
    }

    struct Timestamped: Decodable {
        let id: Int
        let formula: String
        let trace: [TimedState]
        let verdict: String
        let verdict_closed: String
        let own3: String
    }
}

extension Collection where Element == String {
    /// The state in which exactly the given one-letter propositions hold.
    func state(_ names: String) -> UInt64 {
        var result: UInt64 = 0
        for (bit, name) in enumerated() where names.contains(name) { result |= 1 << UInt64(bit) }
        return result
    }
}
