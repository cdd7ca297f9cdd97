package import Engine
package import Interface
package import Timeline

/// Shares a log with other machines, as its host or as a guest; called on the loop only.
package protocol LogSharing: AnyObject {
    /// New events of the log, in order; they are on the disk already.
    func append(_ events: [Event])

    /// The loop has applied some of what had arrived.
    func drained()

    /// Tells the app what it should know, and answers what was asked of it.
    func attend(_ app: inout App)

    /// How it stands; the loop is woken when it changes.
    var state: PeersState? { get }

    /// Asks the host for something; returns why that cannot be.
    func ask(_ wish: ClientWish, of session: SourceID) -> String?

    /// Ends the connection of a guest.
    func sendAway(peer: String)

    /// Says goodbye to everybody.
    func close()
}
