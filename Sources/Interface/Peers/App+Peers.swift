import Engine
import Timeline

extension App {
    /// Whether the session shown is another machine's and we may take part in it.
    var mayAskHost: Bool { peers.map { $0.role == .guest && $0.maySpeak } ?? false }

    /// A conversation's action on a session whose host is another machine: it is asked for there.
    mutating func converse(_ action: Action, as state: PeersState) -> [Command] {
        guard let session else {
            view.notice = "nothing has happened yet"
            return []
        }
        guard state.maySpeak else {
            view.notice = "the host lets us watch only; peer serve --allow speak lets us speak"
            return []
        }
        switch action {
        case .message:
            view.composer = Composer(.message, for: session.id)
            return []
        case .interrupt: return perform(.interrupt, for: session.id)
        case .cancelResponse: return perform(.cancelResponse, for: session.id)
        case .createResponse: return perform(.createResponse, for: session.id)
        default:
            view.notice = "only the host of this session can do that"
            return []
        }
    }

    /// Says in the footer who came, went or spoke, as the log tells it.
    mutating func notePeer(_ event: Event) {
        let name = event.source.name.utf8
        guard name.starts(with: "peer/".utf8) || name.starts(with: "web/".utf8) else { return }
        switch event.payload {
        case .opened(let detail): notify("\(event.source.name): \(detail)")
        case .closed(_, let reason): notify("\(event.source.name) left: \(reason)")
        case .failed(let reason): notify("\(event.source.name) is gone: \(reason)")
        default: return
        }
    }
}
