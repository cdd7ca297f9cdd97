import PeerProtocol
package import QUIC
package import Timeline

/// How guests are parted with.
extension PeerHost {
    /// What a host says at its end.
    struct Farewell {
        var reason: String
        /// Whether guests should try again by themselves.
        var mayReturn: Bool
    }

    /// Whether the host takes nobody any more.
    var isClosing: Bool { farewell != nil }

    /// Sends everybody all that is there and then goodbye, and takes nobody any more. Who is behind
    /// gets the rest first, as long as `advance` is called; see `isTakingLeave` and `cutOff`.
    ///
    /// - Parameter mayReturn: whether guests should try again by themselves.
    package func close(
        reason: String, mayReturn: Bool = false, on endpoint: Endpoint, at now: Instant
    ) {
        farewell = Farewell(reason: reason, mayReturn: mayReturn)
        advance(on: endpoint, at: now)
    }

    /// Whether guests still wait, at the host's end, for events or for the goodbye after them.
    package var isTakingLeave: Bool {
        isClosing && (!watching.isEmpty || watchers.values.contains(where: \.awaitsEnd))
    }

    /// Ends the connections of those that have not got everything, and tells them so.
    package func cutOff(on endpoint: Endpoint) {
        guard let farewell else { return }
        let code =
            farewell.mayReturn ? PeerProtocol.closeReturning : PeerProtocol.closeUnfinished
        for watcher in watchers.values.sorted(by: { $0.peer < $1.peer }) {
            if case .watching = watcher.phase { leave(watcher, farewell.reason) }
            endpoint.close(watcher.connection, code: code, reason: farewell.reason)
        }
    }

    /// Ends all connections, since the log itself cannot go on; nobody is taken any more.
    package func abandon(reason: String, on endpoint: Endpoint) {
        farewell = Farewell(reason: reason, mayReturn: false)
        for watcher in watching {
            drop(watcher, PeerProtocol.closeHistory, reason, on: endpoint)
        }
    }

    /// Sends one guest away for good.
    package func remove(
        _ peer: PeerID, reason: String, on endpoint: Endpoint, at now: Instant
    ) {
        for watcher in watching where watcher.peer == peer {
            sayBye(to: watcher, Farewell(reason: reason, mayReturn: false), on: endpoint)
        }
    }

    /// At the host's end: says goodbye to a guest that was sent everything, and how far that goes.
    func sayFarewell(to watcher: Watcher, on endpoint: Endpoint) {
        guard let farewell, case .watching = watcher.phase, watcher.waiting.isEmpty,
            watcher.rest >= log.origin
        else { return }
        if watcher.toldHead < log.head { sendHead(to: watcher, on: endpoint) }
        sayBye(to: watcher, farewell, on: endpoint)
    }

    private func sayBye(
        to watcher: Watcher, _ farewell: Farewell, on endpoint: Endpoint
    ) {
        if case .leaving = watcher.phase { return }
        let (reason, mayReturn) = (farewell.reason, farewell.mayReturn)
        tell(watcher, .bye(PeerMessage.Bye(mayReturn: mayReturn, reason: reason)), on: endpoint)
        leave(watcher, reason)
        watcher.awaitsEnd = true
        endpoint.closeWhenDelivered(
            watcher.connection,
            code: mayReturn ? PeerProtocol.closeReturning : PeerProtocol.closeGoodbye,
            reason: reason)
    }
}
