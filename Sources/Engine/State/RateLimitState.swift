package import Timeline

/// A provider's rate limit as it was last reported.
package struct RateLimitState: Equatable, Sendable {
    package var name: String
    package var limit: Double?
    package var remaining: Double?
    package var resetSeconds: Double?
    package var updatedAt: Instant

    package init(
        name: String, limit: Double?, remaining: Double?, resetSeconds: Double?, updatedAt: Instant
    ) {
        self.name = name
        self.limit = limit
        self.remaining = remaining
        self.resetSeconds = resetSeconds
        self.updatedAt = updatedAt
    }

    /// The share that remains, 0...1.
    package var remainingShare: Double? {
        guard let limit, let remaining, limit > 0 else { return nil }
        return Swift.min(Swift.max(remaining / limit, 0), 1)
    }

    /// Time until the limit is full again, at `now`.
    package func resets(in now: Instant) -> Interval? {
        guard let resetSeconds else { return nil }
        return Swift.max((updatedAt + .seconds(resetSeconds)) - now, .zero)
    }
}
