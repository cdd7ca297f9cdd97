import NIOHTTP1
import NIOWebSocket
import TextEncodings

/// A client's half of the opening handshake, and the check of the other (RFC 6455 §4.1).
struct ClientRequest: Sendable {
    /// The fields that the handshake itself sets; a caller's are left out.
    static let ownFields: Set<String> = [
        "host", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version",
        "sec-websocket-protocol", "sec-websocket-extensions", "content-length",
        "transfer-encoding",
    ]

    let url: WebSocketURL
    let fields: HTTPFields
    let subprotocols: [String]
    let key: String

    init(url: WebSocketURL, fields: HTTPFields, subprotocols: [String]) {
        self.url = url
        self.fields = fields
        self.subprotocols = subprotocols
        var generator = SystemRandomNumberGenerator()
        let nonce = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        key = String(decoding: Base64.encoded(nonce), as: UTF8.self)
    }

    var head: HTTPRequestHead {
        var headers = HTTPHeaders([
            ("Host", url.hostField), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", key), ("Sec-WebSocket-Version", "13"),
        ])
        if !subprotocols.isEmpty {
            headers.add(
                name: "Sec-WebSocket-Protocol", value: subprotocols.joined(separator: ", "))
        }
        headers.add(contentsOf: fields.without(Self.ownFields).headers)
        return HTTPRequestHead(
            version: .http1_1, method: .GET, uri: url.target, headers: headers)
    }

    /// The agreed subprotocol; throws when the 101 is none.
    func check(_ answer: HTTPAnswer) throws(NetworkError) -> String? {
        func invalid(_ reason: String) -> NetworkError {
            NetworkError(.handshakeInvalid, "the far end's handshake is no WebSocket's: \(reason)")
        }
        guard answer.fields["Upgrade"]?.lowercased() == "websocket" else {
            throw invalid("it upgrades to something else")
        }
        guard answer.fields["Sec-WebSocket-Accept"] == WebSocketAccept.value(for: key) else {
            throw invalid("Sec-WebSocket-Accept does not follow from our key")
        }
        guard answer.fields.list("Sec-WebSocket-Extensions").isEmpty else {
            throw invalid("it uses an extension that was not offered")
        }
        guard let chosen = answer.fields["Sec-WebSocket-Protocol"] else { return nil }
        guard subprotocols.contains(chosen) else {
            throw invalid("it chose a subprotocol that was not offered")
        }
        return chosen
    }
}
