/// What a guest may ask of the host's sessions.
package enum PeerOrder: Equatable, Sendable {
    case say(session: String, text: String)
    case interrupt(session: String)
    case createResponse(session: String)
    case cancelResponse(session: String)

    package var session: String {
        switch self {
        case .say(let session, _), .interrupt(let session), .createResponse(let session),
            .cancelResponse(let session):
            session
        }
    }
}

/// What guests may do.
package enum PeerPermission: UInt8, Equatable, Sendable, CaseIterable {
    case watch = 0
    case speak = 1
}
