import Foundation
import Glibc
import Networking
import TLS
import Testing
import Timeline

/// WebSockets over TLS, between our client and our server.
@Suite(.timeLimit(.minutes(20)))
struct SecureTests {
    /// A certificate for localhost that vouches for itself.
    private static let identity: TLSContext.Identity? = {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "identity-\(UUID().uuidString)").path()
        let command =
            "mkdir '\(folder)' && cd '\(folder)' && openssl req -x509 -newkey ec -pkeyopt "
            + "ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 30 "
            + "-subj /CN=localhost -addext subjectAltName=DNS:localhost >log 2>&1 </dev/null"
        guard unsafe system(command) == 0 else { return nil }
        return TLSContext.Identity(
            certificateChain: folder + "/cert.pem", privateKey: folder + "/key.pem")
    }()

    private func start() throws -> (WebSocketServer, TLSContext.Identity, WebSocketURL) {
        let identity = try #require(Self.identity)
        let context = try TLSContext(server: identity, applicationProtocols: ["http/1.1"])
        let server = try WebSocketServer(
            host: "127.0.0.1", port: 0, threads: Loops.shared, settings: .init(tls: context)
        ) { _ = $0.accept(receiver: echo) }
        return (
            server, identity,
            WebSocketURL(isSecure: true, host: "localhost", port: server.port, target: "/")
        )
    }

    @Test func `messages pass over TLS and the handshake tells its parts`() async throws {
        let (server, identity, url) = try start()
        defer { server.stop() }
        let secure = try WebSocketClient(
            threads: Loops.shared, environment: [:], authorities: [identity.certificateChain])
        let collector = Collector()
        let connection = secure.connect(to: url, receiver: collector.receiver)
        let message = [UInt8](repeating: 65, count: 300_000)
        connection.send(text: message)
        var found: [WebSocketEvent] = []
        for await event in collector.events {
            found.append(event)
            if event.isMessage { connection.close() }
        }
        #expect(found.contains(.text(message)))
        guard case .opened(let handshake)? = found.first else {
            Issue.record("\(found)")
            return
        }
        #expect(handshake.tls?.version == "TLSv1.3")
        #expect(handshake.tls?.applicationProtocol == "http/1.1")
        #expect(handshake.timing.tls.map { $0 > .zero } == true)
    }

    @Test func `a certificate that is not trusted ends it before a word is said`() async throws {
        let (server, _, url) = try start()
        defer { server.stop() }
        let secure = try WebSocketClient(threads: Loops.shared, environment: [:])
        let collector = Collector()
        _ = secure.connect(
            to: url, fields: ["Authorization": "Bearer k"], receiver: collector.receiver)
        guard case .failed(let error)? = await collector.all().last,
            case .tls(let reason) = error.kind
        else {
            Issue.record("it connected")
            return
        }
        #expect(reason.kind == .selfSigned)
    }

    @Test func `what a proxy says that opens no tunnel is kept`() async throws {
        let (server, identity, url) = try start()
        defer { server.stop() }
        // Our own server refuses CONNECT like a proxy that wants to know who asks.
        let refusing = try WebSocketServer(host: "127.0.0.1", port: 0, threads: Loops.shared) {
            $0.answer(HTTPAnswer(status: 407, fields: ["Proxy-Authenticate": "Basic"]))
        }
        defer { refusing.stop() }
        var far = url
        far.host = "far.example"
        let context = try TLSContext(
            client: .init(authorities: [identity.certificateChain]))
        let tunnelled = WebSocketClient(
            threads: Loops.shared, tls: context,
            tunnels: TunnelSettings(secure: .init(host: "127.0.0.1", port: refusing.port)))
        let collector = Collector()
        _ = tunnelled.connect(to: far, receiver: collector.receiver)
        guard case .failed(let error)? = await collector.all().last,
            case .tunnelRefused(let answer) = error.kind
        else {
            Issue.record("the tunnel was not refused")
            return
        }
        #expect(answer.status == 407 && answer.fields["proxy-authenticate"] == "Basic")
    }
}
