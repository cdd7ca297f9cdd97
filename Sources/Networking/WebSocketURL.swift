/// Where a WebSocket is: `ws://` or `wss://` with host, port and the request's target as written.
///
/// `http://` and `https://` mean the same, since base URLs are often given so.
package struct WebSocketURL: Equatable, Sendable, CustomStringConvertible {
    package var isSecure: Bool
    /// A name or an address; IPv6 without brackets.
    package var host: String
    package var port: Int
    /// Path and query, beginning with "/"; sent as it is.
    package var target: String

    package init(isSecure: Bool, host: String, port: Int, target: String) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.target = target
    }

    package init(_ text: String) throws(NetworkError) {
        let (secure, rest) = try Self.scheme(of: text)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains("@") else {
            throw NetworkError(
                .address, "\(Redaction.url(text)): keys do not belong into the URL")
        }
        (host, port) = try Self.hostAndPort(authority, standard: secure ? 443 : 80, in: text)
        isSecure = secure
        var path = rest[end...].prefix { $0 != "#" }
        if path.isEmpty || path.first == "?" { path = "/" + path }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw NetworkError(
                .address, "\(Redaction.url(text)): a blank or control character in the path")
        }
        target = String(path)
    }

    /// Whether nothing leaves the machine on the way there.
    package var isLoopback: Bool { Loopback.contains(host) }

    /// What stands in the `Host` field: the port only where it is not the scheme's own.
    package var hostField: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// As it may be shown: credentials in the query are left out.
    package var description: String {
        Redaction.url("\(isSecure ? "wss" : "ws")://\(hostField)\(target)")
    }

    private static func scheme(of text: String) throws(NetworkError) -> (Bool, Substring) {
        guard let mark = text.firstRange(of: "://") else {
            throw NetworkError(
                .address, "\(Redaction.url(text)): a URL begins with wss:// or ws://")
        }
        let rest = text[mark.upperBound...]
        switch text[..<mark.lowerBound].lowercased() {
        case "wss", "https": return (true, rest)
        case "ws", "http": return (false, rest)
        case let other: throw NetworkError(.address, "\(other):// is not wss:// or ws://")
        }
    }

    static func hostAndPort(
        _ authority: Substring, standard: Int, in text: String
    ) throws(NetworkError) -> (String, Int) {
        var host = authority
        var port: Substring?
        if authority.first == "[", let close = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<close]
            let rest = authority[authority.index(after: close)...]
            guard rest.isEmpty || rest.first == ":" else {
                throw NetworkError(.address, "\(Redaction.url(text)): no host and port")
            }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw NetworkError(.address, "\(Redaction.url(text)): there is no host in it")
        }
        guard let port, !port.isEmpty else { return (String(host), standard) }
        guard let number = Int(port), (1...65535).contains(number) else {
            throw NetworkError(.address, "\(Redaction.url(text)): \(port) is no port")
        }
        return (String(host), number)
    }
}

/// The machine itself.
package enum Loopback {
    /// Whether `host` names this machine: `localhost`, 127.0.0.0/8 or ::1.
    package static func contains(_ host: String) -> Bool {
        let name = host.lowercased()
        if name == "localhost" || name == "::1" || name.hasSuffix(".localhost") { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// Where keys and conversations may go without TLS.
package enum PlaintextPolicy {
    /// Why `url` must not be used; nil when it may. `ws://` is for this machine only, unless the
    /// person allowed more.
    package static func problem(_ url: WebSocketURL, isAllowed: Bool = false) -> NetworkError? {
        guard !url.isSecure, !url.isLoopback, !isAllowed else { return nil }
        return NetworkError(
            .address,
            "\(url): ws:// is not encrypted and only used on this machine, unless it is allowed")
    }
}
