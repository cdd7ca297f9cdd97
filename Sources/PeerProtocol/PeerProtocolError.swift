/// Why the bytes of a peer mean nothing: where in its stream, and what is wrong there.
package struct PeerProtocolError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The offset in the stream of the item that cannot be read.
    package var place: UInt64
    package var reason: String

    package init(place: UInt64, reason: String) { (self.place, self.reason) = (place, reason) }

    package var description: String { "byte \(place): \(reason)" }
}
