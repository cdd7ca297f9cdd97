package import Engine
import RealtimeProtocol
package import Timeline

extension App {
    /// Adds a session that this program drives, and begins it.
    package mutating func add(_ client: RealtimeClient, as id: SourceID) -> [Command] {
        clients.append(ClientSession(id: id, client: client))
        return perform(.connect, for: id)
    }

    /// The client of the session on the screen; before its first event there is nothing else.
    package var shownClient: ClientSession? {
        guard let session else { return clients.first }
        return clients.first { $0.id == session.id }
    }

    /// Does what a person or an edge wants of the client of `id`.
    package mutating func perform(_ wish: ClientWish, for id: SourceID) -> [Command] {
        guard let index = clients.firstIndex(where: { $0.id == id }) else {
            // A session of somebody else's is asked of its host.
            return peers?.role == .guest ? [.ask(id, wish)] : []
        }
        let orders = clients[index].client.perform(wish, session: engine[id])
        return finish(index, orders)
    }

    /// Lets the client of an event's session see it.
    mutating func observeClient(_ event: Event) -> [Command] {
        guard let index = clients.firstIndex(where: { $0.id == event.source }) else { return [] }
        let orders = clients[index].client.observe(
            event.payload, at: event.time, session: engine[event.source])
        return finish(index, orders)
    }

    /// Does what is due by time alone.
    package mutating func advance(to now: Instant) -> [Command] {
        clients.indices.flatMap { index in
            let orders = clients[index].client.advance(to: now)
            return finish(index, orders)
        }
    }

    /// When `advance` has something to do.
    package var nextDeadline: Instant? { clients.compactMap(\.client.nextDeadline).min() }

    private mutating func finish(_ index: Int, _ orders: [ClientOrder]) -> [Command] {
        for notice in clients[index].client.takeNotices() { notify(notice) }
        if !orders.isEmpty { touch() }
        let id = clients[index].id
        return orders.map { .client(id, $0) }
    }

    // MARK: keys

    /// Does a conversation's action on the session that is shown.
    mutating func converse(_ action: Action) -> [Command] {
        guard let shown = shownClient else {
            if let peers, peers.role == .guest { return converse(action, as: peers) }
            view.notice =
                playback.mode == .live
                ? "this session is only watched; its own client drives it"
                : "this is a replay; midstream-tui live holds a conversation"
            return []
        }
        let client = shown.client
        switch action {
        case .message: view.composer = Composer(.message, for: shown.id)
        case .talk:
            guard sound?.microphone != nil || client.isTalking else { return noMicrophone() }
            view.notice = client.isTalking ? "your turn is over" : "speak; the same key ends it"
            return perform(.talk(!client.isTalking), for: shown.id)
        case .openMicrophone:
            guard sound?.microphone != nil || client.isListening else { return noMicrophone() }
            view.notice = client.isListening ? "the microphone is closed" : "the microphone is open"
            return perform(.openMicrophone(!client.isListening), for: shown.id)
        case .mute:
            view.notice = client.isMuted ? "the microphone is heard" : "the microphone is muted"
            return perform(.mute(!client.isMuted), for: shown.id)
        case .interrupt: return perform(.interrupt, for: shown.id)
        case .cancelResponse: return perform(.cancelResponse, for: shown.id)
        case .createResponse: return perform(.createResponse, for: shown.id)
        case .commitAudio: return perform(.commitAudio, for: shown.id)
        case .clearAudio: return perform(.clearAudio, for: shown.id)
        case .deleteItem: return deleteSelectedItem(of: shown.id)
        case .answerTool:
            guard let call = client.openCalls.first else {
                view.notice = "no tool call waits for an answer"
                return []
            }
            view.composer = Composer(.tool(call), for: shown.id)
        case .settings: view.overlay = .settings(SettingsForm(client.settings))
        case .hangUp: return hangUp(shown)
        default: break
        }
        return []
    }

    private mutating func noMicrophone() -> [Command] {
        view.notice = "there is no microphone; midstream-tui doctor says why"
        return []
    }

    private mutating func hangUp(_ shown: ClientSession) -> [Command] {
        switch shown.client.phase {
        case .idle, .ended, .retrying: return perform(.connect, for: shown.id)
        case .connecting, .greeting, .open: return perform(.disconnect, for: shown.id)
        }
    }

    private mutating func deleteSelectedItem(of id: SourceID) -> [Command] {
        guard let item = selectedEntry?.itemID else {
            view.notice = "select an entry of the conversation first: / finds one"
            return []
        }
        view.notice = "asked the server to delete \(item)"
        return perform(.deleteItem(item), for: id)
    }
}
