package import JSONText

/// A response as `response.created` and `response.done` describe it.
package struct ResponseInfo: Equatable, Sendable {
    package var id: String
    package var status: ResponseStatus
    /// Why it ended so: "turn_detected", "client_cancelled", "max_output_tokens" …
    package var statusReason: String?
    /// Why it failed.
    package var error: APIError?
    package var usage: Usage?
    package var output: [Item]
    package var conversationID: String?
    /// What the client attached to its `response.create`, echoed.
    package var metadata: JSON?

    package init(
        id: String, status: ResponseStatus, statusReason: String? = nil, error: APIError? = nil,
        usage: Usage? = nil, output: [Item] = [], conversationID: String? = nil,
        metadata: JSON? = nil
    ) {
        self.id = id
        self.status = status
        self.statusReason = statusReason
        self.error = error
        self.usage = usage
        self.output = output
        self.conversationID = conversationID
        self.metadata = metadata
    }
}

/// How far a response has come; a value this program does not know keeps its wire name.
package enum ResponseStatus: Hashable, Sendable {
    case inProgress, completed, cancelled, failed, incomplete
    case other(String)

    package init(wireName: String) {
        switch wireName {
        case "in_progress": self = .inProgress
        case "completed": self = .completed
        case "cancelled": self = .cancelled
        case "failed": self = .failed
        case "incomplete": self = .incomplete
        default: self = .other(wireName)
        }
    }

    package var wireName: String {
        switch self {
        case .inProgress: "in_progress"
        case .completed: "completed"
        case .cancelled: "cancelled"
        case .failed: "failed"
        case .incomplete: "incomplete"
        case .other(let name): name
        }
    }
}
