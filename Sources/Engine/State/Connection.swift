/// Where a session's connection stands.
package enum Connection: Equatable, Sendable {
    /// Nothing was heard of it yet.
    case waiting
    /// Events flow; providers refuse after the handshake, so this begins with the first event or
    /// `opened`.
    case open
    case closed(code: Int?, reason: String)
    case failed(reason: String)
}
