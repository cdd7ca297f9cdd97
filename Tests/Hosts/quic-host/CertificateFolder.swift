import Foundation
import QUIC

/// A folder with `authority.pem`, `chain.pem` and `key.pem`.
struct CertificateFolder {
    var path: String

    func make() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let start = Int(Date().timeIntervalSince1970) - 3_600
        let made = try DevelopmentCertificate(start: start)
        try write(made.authority, "authority.pem", mode: 0o644)
        try write(made.identity.chain, "chain.pem", mode: 0o644)
        try write(made.identity.key, "key.pem", mode: 0o600)
    }

    var identity: Identity {
        get throws { Identity(chain: try read("chain.pem"), key: try read("key.pem")) }
    }

    var authority: String { get throws { try read("authority.pem") } }

    private func read(_ name: String) throws -> String {
        try String(contentsOf: URL(filePath: "\(path)/\(name)"), encoding: .utf8)
    }

    private func write(_ text: String, _ name: String, mode: Int) throws {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }
}
