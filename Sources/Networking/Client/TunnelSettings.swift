/// Which HTTP proxy leads to a host, as `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY` say.
///
/// Lower case wins over upper case, as everywhere; `HTTP_PROXY` counts in lower case only (CGI
/// programs get the upper-case name from a header). This machine is never reached by a proxy.
package struct TunnelSettings: Equatable, Sendable {
    package struct Proxy: Equatable, Sendable {
        package var host: String
        package var port: Int
        /// The value of `Proxy-Authorization`.
        package var authorization: Secret?

        package init(host: String, port: Int, authorization: Secret? = nil) {
            self.host = host
            self.port = port
            self.authorization = authorization
        }
    }

    package var secure: Proxy?
    package var plain: Proxy?
    /// Hosts that are reached directly: names, `.domain`, `host:port`, `*`.
    package var exceptions: [String]

    package init(secure: Proxy? = nil, plain: Proxy? = nil, exceptions: [String] = []) {
        self.secure = secure
        self.plain = plain
        self.exceptions = exceptions
    }

    package init(environment: [String: String]) throws(NetworkError) {
        func value(_ names: String...) -> String? {
            for name in names {
                if let text = environment[name], !text.isEmpty { return text }
            }
            return nil
        }
        let all = value("all_proxy", "ALL_PROXY")
        secure = try Self.proxy(value("https_proxy", "HTTPS_PROXY") ?? all)
        plain = try Self.proxy(value("http_proxy") ?? all)
        exceptions = (value("no_proxy", "NO_PROXY") ?? "").split { $0 == "," || $0 == " " }
            .map { $0.lowercased() }
    }

    /// The proxy on the way to `url`; nil when the way is direct.
    package func proxy(for url: WebSocketURL) -> Proxy? {
        guard !url.isLoopback, !exceptions.contains(where: { Self.matches($0, url) }) else {
            return nil
        }
        return url.isSecure ? secure : plain
    }

    private static func matches(_ exception: String, _ url: WebSocketURL) -> Bool {
        if exception == "*" { return true }
        var pattern = exception[...]
        if let colon = pattern.lastIndex(of: ":"), pattern.firstIndex(of: ":") == colon {
            guard Int(pattern[pattern.index(after: colon)...]) == url.port else { return false }
            pattern = pattern[..<colon]
        }
        if pattern.hasPrefix("*.") { pattern = pattern.dropFirst() }
        if pattern.hasPrefix(".") { pattern = pattern.dropFirst() }
        let host = url.host.lowercased()
        return host == pattern || host.hasSuffix("." + pattern)
    }

    private static func proxy(_ text: String?) throws(NetworkError) -> Proxy? {
        guard let text else { return nil }
        var rest = text[...]
        if let mark = text.firstRange(of: "://") {
            guard text[..<mark.lowerBound].lowercased() == "http" else {
                throw NetworkError(
                    .address, "the proxy \(Redaction.url(text)) is not an http:// proxy")
            }
            rest = text[mark.upperBound...]
        }
        rest = rest.prefix { $0 != "/" }
        var authorization: Secret?
        if let at = rest.lastIndex(of: "@") {
            let credentials = Percent.decoded(rest[..<at])
            authorization = Secret("Basic " + Base64Text.encode(credentials))
            rest = rest[rest.index(after: at)...]
        }
        let (host, port) = try WebSocketURL.hostAndPort(
            rest, standard: 80, in: "http://" + rest)
        return Proxy(host: host, port: port, authorization: authorization)
    }
}

/// Percent-encoding (RFC 3986 §2.1).
enum Percent {
    /// The bytes that `text` stands for; a percent sign without two digits stands for itself.
    static func decoded(_ text: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}

/// Base64 of short texts (RFC 4648 §4).
enum Base64Text {
    static func encode(_ bytes: [UInt8]) -> String {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word: UInt32 = 0
            for byte in group { word = word << 8 | UInt32(byte) }
            word <<= UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let index = Int(word >> UInt32(18 - 6 * place)) & 63
                text.append(place <= group.count ? alphabet[index] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
