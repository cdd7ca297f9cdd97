package import JSONText
import Timeline

package extension SessionState {
    /// The state as JSON: keys in a fixed order, instants and intervals in milliseconds.
    func json() -> JSON {
        [
            "id": .string(id.name),
            "events": JSON(eventCount),
            "received": JSON(receivedCount),
            "sent": JSON(sentCount),
            "bytes": JSON(byteCount),
        ]
    }
}
