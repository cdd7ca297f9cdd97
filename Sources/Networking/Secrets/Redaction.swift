/// What must not be read from a screen, a log or a recording, replaced by a mark.
package enum Redaction {
    package static let mark = "[redacted]"

    /// Header fields whose value is or may hold a credential. `Sec-WebSocket-Protocol` is one
    /// because browsers send the key in it (`openai-insecure-api-key.…`).
    private static let fields: Set<String> = [
        "authorization", "proxy-authorization", "api-key", "x-api-key", "sec-websocket-protocol",
        "cookie", "set-cookie", "x-goog-api-key", "openai-ephemeral-token",
    ]

    /// Query parameters whose value is a credential.
    private static let parameters: Set<String> = [
        "api-key", "api_key", "apikey", "key", "token", "access_token", "client_secret",
        "authorization", "sig", "signature",
    ]

    package static func isSecret(field name: String) -> Bool { fields.contains(name.lowercased()) }

    /// A field's value as it may be shown.
    package static func value(_ value: String, of name: String) -> String {
        isSecret(field: name) ? mark : value
    }

    package static func fields(_ fields: HTTPFields) -> HTTPFields {
        HTTPFields(fields.map { HTTPField($0.name, value($0.value, of: $0.name)) })
    }

    /// A URL, or a request's target, without its user-info and without the values of query
    /// parameters that are credentials.
    package static func url(_ text: String) -> String {
        var result = text[...]
        if let scheme = text.firstRange(of: "://") {
            let rest = text[scheme.upperBound...]
            let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
            if let at = rest[..<end].lastIndex(of: "@") {
                result = (text[..<scheme.upperBound] + mark + rest[at...])[...]
            }
        }
        guard let question = result.firstIndex(of: "?") else { return String(result) }
        let query = result[result.index(after: question)...]
        let pairs = query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            guard let equals = pair.firstIndex(of: "="),
                parameters.contains(pair[..<equals].lowercased())
            else { return String(pair) }
            return pair[...equals] + mark
        }
        return result[...question] + pairs.joined(separator: "&")
    }
}
