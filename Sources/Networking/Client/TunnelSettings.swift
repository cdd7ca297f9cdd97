import TextEncodings

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
            let credentials = Percent.decoded(rest[..<at].utf8)
            authorization = Secret(
                "Basic " + String(decoding: Base64.encoded(credentials), as: UTF8.self))
            rest = rest[rest.index(after: at)...]
        }
        let (host, port) = try WebSocketURL.hostAndPort(
            rest, standard: 80, in: "http://" + rest)
        return Proxy(host: host, port: port, authorization: authorization)
    }
}
