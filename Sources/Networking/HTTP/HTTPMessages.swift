/// A request as a server saw it.
package struct HTTPRequest: Equatable, Sendable {
    package var method: String
    /// Path and query as they stood in the request line.
    package var target: String
    package var fields: HTTPFields
    package var body: [UInt8]

    package init(method: String, target: String, fields: HTTPFields = [:], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
    }

    package var path: String { String(target.prefix { $0 != "?" }) }

    /// What follows the question mark; nil when there is none.
    package var query: String? {
        target.firstIndex(of: "?").map { String(target[target.index(after: $0)...]) }
    }

    /// The value of a query parameter, as written.
    package func parameter(_ name: String) -> String? {
        for pair in query?.split(separator: "&") ?? [] {
            let equals = pair.firstIndex(of: "=") ?? pair.endIndex
            if pair[..<equals] == name { return String(pair[equals...].dropFirst()) }
        }
        return nil
    }

    /// The subprotocols a WebSocket client offers, by preference.
    package var subprotocols: [String] { fields.list("Sec-WebSocket-Protocol") }
}

/// A whole answer.
package struct HTTPAnswer: Equatable, Sendable {
    package var status: Int
    package var reason: String
    package var fields: HTTPFields
    package var body: [UInt8]
    /// Whether the body was longer and its end was left away.
    package var isCut: Bool

    package init(
        status: Int, reason: String = "", fields: HTTPFields = [:], body: [UInt8] = [],
        isCut: Bool = false
    ) {
        self.status = status
        self.reason = reason
        self.fields = fields
        self.body = body
        self.isCut = isCut
    }
}
