package import Engine
package import Interface
package import Timeline

/// What carries the orders of one session's client out: its socket, the sound devices, tools.
///
/// It owns nothing of the session. What crosses the boundary it posts to the inbox as arrivals,
/// what it wants of the client as wishes.
package protocol ClientEdge: AnyObject {
    /// Carries `order` out, or begins to; never waits.
    ///
    /// - Returns: what the client should know at once.
    func perform(_ order: ClientOrder, at now: Instant) -> [ClientWish]

    /// The sound devices as they are now; nil where sound has no part.
    var sound: SoundState? { get }

    /// Gives everything back: the program ends.
    func close()
}
