import Foundation
import Glibc
import TLS

/// `openssl s_server`, which sends every line back reversed, and a socket to it.
final class OpenSSLServer {
    private let process = Process()
    private let input = Pipe()
    let port: UInt16

    struct NoServer: Error {
        var said: String
    }

    init(certificate: String, arguments: [String] = []) throws {
        let certificates = try Certificates.shared.get()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments =
            [
                "s_server", "-accept", "127.0.0.1:0", "-rev", "-cert",
                certificates.path(certificate + ".pem"), "-key",
                certificates.path(certificate + ".key"),
            ] + arguments
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var said = ""
        var found: UInt16?
        while found == nil {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            said += String(decoding: more, as: UTF8.self)
            guard let line = said.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT ") }),
                said.contains(line + "\n")
            else { continue }
            found = line.split(separator: ":").last.flatMap { UInt16($0) }
        }
        guard let found else { throw NoServer(said: said) }
        port = found
    }

    deinit { if process.isRunning { kill() } }

    /// Ends the server in the middle of everything: TCP ends, TLS does not.
    func kill() { _ = Glibc.kill(process.processIdentifier, SIGKILL) }

    /// A connected, blocking socket.
    func connect() throws -> CInt {
        let socket = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw NoServer(said: unsafe String(cString: strerror(errno))) }
        return socket
    }
}

extension TLSConnection {
    /// Moves bytes between the connection and `socket` until `isEnough`, the connection is over or
    /// the far end has hung up; returns the plaintext that came.
    func exchange(
        with socket: CInt, until isEnough: (TLSConnection, [UInt8]) -> Bool
    ) -> [UInt8] {
        var plaintext: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let output = takeOutput()
            if !output.isEmpty {
                // A far end that has hung up already is seen by reading.
                _ = unsafe Glibc.send(socket, output, output.count, CInt(MSG_NOSIGNAL))
            }
            plaintext += takePlaintext()
            switch state {
            case .closed, .failed: return plaintext
            case .handshaking, .open: if isEnough(self, plaintext) { return plaintext }
            }
            let count = unsafe Glibc.recv(socket, &buffer, buffer.count, 0)
            if count <= 0 {
                receiveEnd()
            } else {
                receive(buffer[..<count])
            }
        }
    }
}
