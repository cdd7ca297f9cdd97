/// An error as the server words it.
package struct APIError: Equatable, Sendable {
    package var type: String?
    package var code: String?
    package var message: String
    /// The name of the field that was wrong.
    package var parameter: String?
    /// The `event_id` of the client event that caused it.
    package var eventID: String?

    package init(
        type: String? = nil, code: String? = nil, message: String, parameter: String? = nil,
        eventID: String? = nil
    ) {
        self.type = type
        self.code = code
        self.message = message
        self.parameter = parameter
        self.eventID = eventID
    }
}

/// One of the limits of the account, as of the last response.
package struct RateLimit: Equatable, Sendable {
    /// As on the wire: "requests" or "tokens".
    package var name: String
    package var limit: Double?
    package var remaining: Double?
    package var resetSeconds: Double?

    package init(
        name: String, limit: Double? = nil, remaining: Double? = nil, resetSeconds: Double? = nil
    ) {
        self.name = name
        self.limit = limit
        self.remaining = remaining
        self.resetSeconds = resetSeconds
    }
}
