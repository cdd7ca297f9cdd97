internal import CQUIC

/// What all connections that a server takes have in common.
final class Server {
    let settings: ServerSettings
    let credentials: Credentials
    let antiReplay: AntiReplay
    /// Encrypts session tickets.
    let ticketKey: [UInt8]

    /// Not where clients show certificates: who comes back with a ticket shows none, and a ticket
    /// outlives what it was given for.
    var givesTickets: Bool { settings.clientTrust == nil }

    init(_ settings: ServerSettings, secret: [UInt8]) throws(QUICError) {
        self.settings = settings
        credentials = try Credentials(identity: settings.identity, trust: settings.clientTrust)
        antiReplay = try AntiReplay(
            settings.antiReplayRecord ?? AntiReplayRecord(capacity: settings.antiReplayCapacity),
            window: settings.antiReplayWindow)
        ticketKey = GnuTLSBytes.derive(64, from: secret, purpose: "session tickets")
    }
}
