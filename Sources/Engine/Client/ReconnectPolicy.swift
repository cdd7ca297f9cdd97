package import Timeline

/// When a lost connection is tried again: the official SDK's rules, made deterministic.
package struct ReconnectPolicy: Equatable, Sendable {
    package var maximumAttempts = 5
    package var firstDelay = Interval.milliseconds(500)
    package var longestDelay = Interval.milliseconds(8000)

    package init() {}

    /// How long to wait before attempt `attempt` (from 1); nil when there shall be none.
    func delay(attempt: Int) -> Interval? {
        guard attempt >= 1, attempt <= maximumAttempts else { return nil }
        let doubled = firstDelay.nanoseconds << Int64(min(attempt - 1, 20))
        return Interval(nanoseconds: min(doubled, longestDelay.nanoseconds))
    }

    /// Close codes after which a new connection may succeed (RFC 6455 section 7.4.1).
    static func mayRetry(closeCode code: Int?) -> Bool {
        switch code {
        case nil, 1001, 1005, 1006, 1011, 1012, 1013, 1015: true
        default: false
        }
    }

    /// Errors that a new connection cannot mend: keys and bills.
    static func isFatal(errorCode code: String) -> Bool {
        [
            "invalid_api_key", "insufficient_quota", "account_deactivated",
            "billing_hard_limit_reached", "invalid_model", "missing_model",
            "beta_api_shape_disabled",
        ].contains(code)
    }

    /// Handshake answers after which a new attempt may succeed.
    static func mayRetry(status: Int) -> Bool { status == 408 || status == 429 || status >= 500 }
}

/// A handshake that the far end answered with something else than 101, as the log words it.
///
/// The words carry the status, so a replay knows what the live session knew.
package struct HandshakeRefusal: Equatable, Sendable {
    package var status: Int
    /// What the server said, cut to what a person reads.
    package var body: String

    package init(status: Int, body: String) {
        self.status = status
        self.body = body
    }

    private static let prefix = "the handshake was refused with HTTP "

    /// The reason for `Payload.failed`.
    package var reason: String {
        Self.prefix + "\(status)" + (body.isEmpty ? "" : ": " + body.prefix(2000))
    }

    /// Reads a reason that was made so; nil for any other.
    package init?(reason: String) {
        guard reason.hasPrefix(Self.prefix) else { return nil }
        let rest = reason.dropFirst(Self.prefix.count)
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let status = Int(digits) else { return nil }
        self.status = status
        body = String(rest.dropFirst(digits.count).drop { $0 == ":" || $0 == " " })
    }
}
