import Foundation
import Networking
import Testing

struct SecretTests {
    @Test func `a secret is not printed by any way of printing`() {
        let secret = Secret("sk-verysecret")
        var dumped = ""
        dump((key: secret, list: [secret]), to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: [secret]), dumped]
        {
            #expect(!text.contains("verysecret"))
        }
        #expect(secret.reveal() == "sk-verysecret")
    }

    @Test func `a key file must be for its owner alone`() throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "key-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("  sk-abc\n".utf8).write(to: URL(filePath: path))
        func mode(_ mode: Int) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        try mode(0o600)
        #expect(try Secret(file: path).reveal() == "sk-abc")
        try mode(0o644)
        #expect {
            try Secret(file: path)
        } throws: { "\($0)".contains("chmod 600") && !"\($0)".contains("sk-abc") }
        #expect(throws: SecretError.self) { try Secret(file: path + "-missing") }
        #expect {
            try Secret(file: path, kind: "token")
        } throws: { "\($0)".hasPrefix("the token file \(path)") }
        #expect {
            try Secret(environment: ["T": "a b"], variable: "T", kind: "token")
        } throws: { "\($0)" == "T holds characters that no token has" }
    }

    @Test func `the environment's key is trimmed, and absent when empty`() throws {
        #expect(try Secret(environment: ["K": " sk-1\n"], variable: "K")?.reveal() == "sk-1")
        #expect(try Secret(environment: ["K": ""], variable: "K") == nil)
        #expect(try Secret(environment: [:], variable: "K") == nil)
        #expect(throws: SecretError.self) {
            try Secret(environment: ["K": "sk-\u{1}x"], variable: "K")
        }
    }

    @Test func `credentials are redacted in fields and URLs`() {
        let fields: HTTPFields = [
            "authorization": "Bearer k", "API-Key": "k",
            "Sec-WebSocket-Protocol": "realtime, openai-insecure-api-key.k", "Host": "h",
        ]
        #expect(
            Redaction.fields(fields).map(\.value)
                == [Redaction.mark, Redaction.mark, Redaction.mark, "h"])
        #expect(
            Redaction.url("wss://u:p@h/x?model=m&api-key=k&a=b")
                == "wss://[redacted]@h/x?model=m&api-key=[redacted]&a=b")
        #expect(Redaction.url("/v1/x?token=k") == "/v1/x?token=[redacted]")
    }
}

struct AddressTests {
    @Test func `URLs are read and written`() throws {
        let url = try WebSocketURL("wss://api.openai.com/v1/realtime?model=m#f")
        #expect(url.isSecure && url.port == 443 && url.target == "/v1/realtime?model=m")
        #expect(url.hostField == "api.openai.com")
        let local = try WebSocketURL("http://[::1]:8765?x")
        #expect(!local.isSecure && local.host == "::1" && local.port == 8765)
        #expect(local.target == "/?x" && local.hostField == "[::1]:8765" && local.isLoopback)
        for text in [
            "", "api.openai.com", "ftp://x", "ws://", "ws://h:0", "ws://h:99999",
            "ws://u:p@h/", "ws://h/a b",
        ] {
            #expect(throws: NetworkError.self, "\(text)") { try WebSocketURL(text) }
        }
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.9.9.9", true), ("localhost", true), ("::1", true),
        ("127.0.0.1.evil.com", false), ("128.0.0.1", false), ("localhost.evil.com", false),
    ])
    func `plaintext is for this machine only`(host: String, isAllowed: Bool) {
        let url = WebSocketURL(isSecure: false, host: host, port: 80, target: "/")
        #expect((PlaintextPolicy.problem(url) == nil) == isAllowed)
        #expect(PlaintextPolicy.problem(url, isAllowed: true) == nil)
    }

    @Test func `proxies of the environment and their exceptions`() throws {
        let settings = try TunnelSettings(environment: [
            "HTTPS_PROXY": "http://user:p%40ss@proxy.example:3128/",
            "NO_PROXY": "localhost,.internal.example, other.example:8443",
        ])
        func host(_ url: String) throws -> String? {
            settings.proxy(for: try WebSocketURL(url))?.host
        }
        #expect(try host("wss://api.openai.com/") == "proxy.example")
        #expect(try host("wss://a.internal.example/") == nil)
        #expect(try host("wss://other.example:8443/") == nil)
        #expect(try host("wss://other.example/") == "proxy.example")
        #expect(try host("ws://api.openai.com/") == nil)
        #expect(try host("wss://127.0.0.1/") == nil)
        #expect(settings.secure?.authorization?.reveal() == "Basic dXNlcjpwQHNz")
        #expect(throws: NetworkError.self) {
            try TunnelSettings(environment: ["https_proxy": "socks5://h:1"])
        }
    }
}
