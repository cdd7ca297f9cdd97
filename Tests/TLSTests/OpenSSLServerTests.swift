import Foundation
import TLS
import Testing

/// Our client against the openssl program's server.
@Suite(.timeLimit(.minutes(20)))
struct OpenSSLServerTests {
    private func authorities(_ names: String...) throws -> [String] {
        let certificates = try Certificates.shared.get()
        return names.map { certificates.path($0 + ".pem") }
    }

    /// The state after the handshake with a server that has `certificate`, and a line's exchange.
    private func state(
        certificate: String, host: String = "localhost", authority: String? = "ca",
        protocols: [String] = [], requires: Bool = false, arguments: [String] = []
    ) throws -> (TLSConnection.State, TLSConnection.Agreement?) {
        let server = try OpenSSLServer(certificate: certificate, arguments: arguments)
        let context = try TLSContext(
            client: .init(
                authorities: try authority.map { try authorities($0) } ?? [],
                applicationProtocols: protocols, requiresApplicationProtocol: requires))
        let connection = try TLSConnection(client: context, host: host)
        let socket = try server.connect()
        defer { close(socket) }
        _ = connection.exchange(with: socket) { connection, _ in connection.state == .open }
        if connection.state == .open {
            // In TLS 1.3 a server may still refuse after the client's handshake is over.
            connection.send(Array("abc\n".utf8))
            let answer = connection.exchange(with: socket) { $1.count >= 4 }
            if connection.state == .open { #expect(answer == Array("cba\n".utf8)) }
        }
        return (connection.state, connection.agreement)
    }

    private func failure(
        certificate: String, host: String = "localhost", authority: String? = "ca",
        protocols: [String] = [], requires: Bool = false, arguments: [String] = []
    ) throws -> TLSError.Kind? {
        let (state, _) = try state(
            certificate: certificate, host: host, authority: authority, protocols: protocols,
            requires: requires, arguments: arguments)
        guard case .failed(let error) = state else { return nil }
        #expect(!error.message.isEmpty)
        return error.kind
    }

    @Test(arguments: ["localhost", "127.0.0.1"], ["-tls1_2", "-tls1_3"])
    func `a trusted server with the right name or address is connected to`(
        host: String, version: String
    ) throws {
        let (state, agreement) = try state(certificate: "good", host: host, arguments: [version])
        #expect(state == .open)
        #expect(agreement?.version == (version == "-tls1_2" ? "TLSv1.2" : "TLSv1.3"))
        #expect(agreement?.cipher.isEmpty == false)
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `certificates that must not be trusted are refused with the reason`(
        version: String
    ) throws {
        #expect(try failure(certificate: "expired", arguments: [version]) == .expired)
        #expect(try failure(certificate: "early", arguments: [version]) == .notYetValid)
        #expect(try failure(certificate: "elsewhere", arguments: [version]) == .wrongHost)
        #expect(
            try failure(certificate: "good", host: "127.0.0.2", arguments: [version]) == .wrongHost)
        #expect(
            try failure(certificate: "good", authority: "stranger", arguments: [version])
                == .unknownAuthority)
        #expect(
            try failure(certificate: "good", authority: nil, arguments: [version])
                == .unknownAuthority)
        #expect(
            try failure(certificate: "stranger", authority: "ca", arguments: [version])
                == .selfSigned)
    }

    @Test func `a server of an old version is refused`() throws {
        let kind = try failure(
            certificate: "good", arguments: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        #expect(kind == .protocolVersion)
    }

    @Test func `an application protocol is agreed on`() throws {
        let (state, agreement) = try state(
            certificate: "good", protocols: ["h9", "http/1.1"], arguments: ["-alpn", "http/1.1"])
        #expect(state == .open)
        #expect(agreement?.applicationProtocol == "http/1.1")
    }

    @Test func `a server that speaks none of the application protocols is refused`() throws {
        let alert = try failure(
            certificate: "good", protocols: ["http/1.1"], arguments: ["-alpn", "other"])
        #expect(alert == .applicationProtocol)
        let silence = try failure(certificate: "good", protocols: ["http/1.1"], requires: true)
        #expect(silence == .applicationProtocol)
        #expect(try failure(certificate: "good", protocols: ["http/1.1"]) == nil)
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `a stream that is cut off is told from one that ended`(version: String) throws {
        let server = try OpenSSLServer(certificate: "good", arguments: [version])
        let context = try TLSContext(client: .init(authorities: try authorities("ca")))
        let connection = try TLSConnection(client: context, host: "localhost")
        let socket = try server.connect()
        defer { close(socket) }
        connection.send(Array("abc\n".utf8))
        _ = connection.exchange(with: socket) { $1.count >= 4 }
        #expect(connection.state == .open)
        server.kill()
        _ = connection.exchange(with: socket) { _, _ in false }
        guard case .failed(let error) = connection.state else {
            Issue.record("\(connection.state)")
            return
        }
        #expect(error.kind == .truncated)
    }

    @Test func `the keys of a session are logged where it was asked for`() throws {
        let path = try Certificates.shared.get().path("keys-\(UUID().uuidString)")
        let server = try OpenSSLServer(certificate: "good")
        let context = try TLSContext(
            client: .init(authorities: try authorities("ca"), keyLog: path))
        let connection = try TLSConnection(client: context, host: "localhost")
        let socket = try server.connect()
        defer { close(socket) }
        _ = connection.exchange(with: socket) { connection, _ in connection.state == .open }
        let lines = try String(contentsOfFile: path, encoding: .utf8)
        #expect(lines.contains("CLIENT_HANDSHAKE_TRAFFIC_SECRET "))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }
}
