/// Which peer the list has selected.
package struct PeerList: Sendable, Equatable {
    package var selection = 0
    package init() {}
}

extension App {
    /// Shows who shares the log, or says how to.
    mutating func showPeers() {
        guard peers != nil else {
            view.notice = "nothing is shared here; midstream-tui peer serve shares a session"
            return
        }
        view.overlay = .peers(PeerList())
    }

    /// Keys while the list of peers is shown.
    mutating func handle(_ key: String, in list: PeerList) -> [Command] {
        var list = list
        let count = peers?.peers.count ?? 0
        list.selection = min(list.selection, max(0, count - 1))
        switch key {
        case "escape", "q", "ctrl-c", "J":
            view.overlay = nil
            return []
        case "up", "k": list.selection = max(0, list.selection - 1)
        case "down", "j": list.selection = min(max(0, count - 1), list.selection + 1)
        case "home", "g": list.selection = 0
        case "end", "G": list.selection = max(0, count - 1)
        case "d":
            guard let peers, peers.role == .host, peers.peers.indices.contains(list.selection)
            else { break }
            let peer = peers.peers[list.selection]
            view.notice = "\(peer.name.isEmpty ? peer.id : peer.name) was sent away"
            return [.sendAway(peer: peer.id)]
        case "y":
            guard let hash = peers?.certificateHash else { break }
            view.notice = "sent the certificate's hash to the terminal's clipboard"
            return [.copy(hash)]
        default: break
        }
        view.overlay = .peers(list)
        return []
    }
}
