import TLS
import TextEncodings

/// The server's proof that it understood the handshake (RFC 6455 §4.2.2).
enum WebSocketAccept {
    static func value(for key: String) -> String {
        let bytes = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        return String(decoding: Base64.encoded(Digest.sha1(bytes)), as: UTF8.self)
    }
}
