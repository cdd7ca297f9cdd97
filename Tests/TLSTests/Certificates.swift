import Foundation
import Glibc

/// Certificates of the cases that tests need, made by the openssl program in a temporary folder.
final class Certificates: Sendable {
    static let shared = Result { try Certificates() }

    let folder: URL

    struct Failure: Error {
        var command: String
        var output: String
    }

    private init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "certificates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let configuration = """
            [ca]
            default_ca = authority
            [authority]
            dir = .
            database = ./index
            serial = ./serial
            new_certs_dir = .
            default_md = sha256
            policy = anything
            copy_extensions = copy
            unique_subject = no
            [anything]
            commonName = supplied

            """
        try Data(configuration.utf8).write(to: folder.appending(path: "ca.cnf"))
        try Data().write(to: folder.appending(path: "index"))
        try Data("01\n".utf8).write(to: folder.appending(path: "serial"))
        try selfSigned("ca")
        try selfSigned("stranger")
        try leaf("good", names: "DNS:localhost,IP:127.0.0.1", from: "20200101", to: "20400101")
        try leaf("elsewhere", names: "DNS:elsewhere.example", from: "20200101", to: "20400101")
        try leaf("expired", names: "DNS:localhost", from: "20200101", to: "20200201")
        try leaf("early", names: "DNS:localhost", from: "20390101", to: "20400101")
    }

    /// The path of "good.pem", "good.key", "ca.pem" and so on.
    func path(_ name: String) -> String { folder.appending(path: name).path() }

    private static let newKey = [
        "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
    ]

    private func selfSigned(_ name: String) throws {
        try run(
            ["req", "-x509"] + Self.newKey + [
                "-keyout", "\(name).key", "-out", "\(name).pem", "-subj", "/CN=\(name)",
                "-days", "3650", "-addext", "subjectAltName=DNS:localhost",
            ])
    }

    private func leaf(_ name: String, names: String, from: String, to: String) throws {
        try run(
            ["req", "-new"] + Self.newKey + [
                "-keyout", "\(name).key", "-out", "\(name).csr", "-subj", "/CN=\(name)",
                "-addext", "subjectAltName=\(names)",
            ])
        try run([
            "ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
            "-in", "\(name).csr", "-out", "\(name).pem", "-notext",
            "-startdate", from + "000000Z", "-enddate", to + "000000Z",
        ])
    }

    /// Runs the program and waits for it; the arguments hold no quotes.
    private func run(_ arguments: [String]) throws {
        let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
        let command = "cd '\(folder.path())' && openssl \(quoted) >>log 2>&1 </dev/null"
        guard unsafe system(command) == 0 else {
            let log = try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)
            throw Failure(command: command, output: log ?? "")
        }
    }
}
