import ArgumentParser
import Foundation
import QUIC

/// What a client keeps for its next connection to the same server.
enum TicketFile {
    /// nil when there is no file yet.
    static func read(_ path: String) throws -> ResumptionState? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let bytes = Array(try Data(contentsOf: URL(filePath: path)))
        guard let state = ResumptionState(bytes: bytes) else {
            throw ValidationError("\(path) is no session ticket")
        }
        return state
    }

    static func keep(_ state: ResumptionState, in path: String) throws {
        try Data(state.bytes).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}
