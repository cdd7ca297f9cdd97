import HTTP3
package import Timeline

/// Giving events to readers, from memory and from the history.
extension WebHost {
    func follow(_ follower: WebFollower, at now: Instant) {
        followers[follower.stream] = follower
        followerOrder.append(follower.stream)
        note(readerOn: follower.stream.connection, follower)
        feed(follower, at: now)
    }

    /// Gives a reader what there is, as far as the transport takes it.
    func feed(_ follower: WebFollower, at now: Instant) {
        while follower.request == nil {
            let end = min(follower.end ?? log.head, log.head)
            guard follower.next < end else {
                if follower.end != nil { finish(follower) }
                return
            }
            guard hasRoom(follower) else { return }
            guard follower.next >= log.tailStart else {
                return askHistory(follower, to: min(end, log.tailStart))
            }
            feedFromMemory(follower, to: end, at: now)
        }
    }

    /// Whether a reader may be given more.
    func hasRoom(_ follower: WebFollower) -> Bool {
        !follower.isHeld && server.unsentBytes(follower.stream) < settings.queue
    }

    private func feedFromMemory(_ follower: WebFollower, to end: UInt64, at now: Instant) {
        guard let number = log.number(of: follower.source) else {
            follower.next = end
            return
        }
        var text: [UInt8] = []
        while follower.next < end, text.count < settings.piece,
            let entry = log.entry(follower.next)
        {
            follower.next += 1
            guard entry.source == number else { continue }
            text += follower.text(entry.event)
            count(follower)
        }
        send(text, to: follower, at: now)
    }

    private func count(_ follower: WebFollower) {
        follower.events += 1
        eventsSent += 1
    }

    private func send(_ text: [UInt8], to follower: WebFollower, at now: Instant) {
        guard !text.isEmpty else { return }
        follower.bytes += UInt64(text.count)
        follower.lastSent = now
        if !server.send(text, on: follower.stream) { follower.isHeld = true }
    }

    private func finish(_ follower: WebFollower) { end(follower, reason: farewell ?? "") }

    /// Ends a stream of events in order.
    func end(_ follower: WebFollower, reason: String) {
        server.finish(follower.stream)
        follower.summaries.map { server.finish($0) }
        if let session = follower.session {
            let streams = [follower.stream] + (follower.summaries.map { [$0] } ?? [])
            partings.append(Parting(session: session, streams: streams, reason: reason))
        }
        forget(follower.stream)
    }

    /// Closes those sessions at their end for which a condition holds.
    func closeSessions(code: UInt32 = 0, where condition: (Parting) -> Bool) {
        partings.removeAll { parting in
            guard condition(parting) else { return false }
            server.closeWebTransport(parting.session, code: code, reason: parting.reason)
            return true
        }
    }

    // MARK: History

    private func askHistory(_ follower: WebFollower, to end: UInt64) {
        let request = WebHistoryRequest(
            number: ask(.history(follower.stream)), from: follower.next, end: end,
            byteLimit: settings.portion)
        follower.request = request
        outputs.append(.historyWanted(request))
    }

    /// Answers `historyWanted` with events from `from` on, in order; none when there are none.
    package func supply(_ events: [Event], for request: WebHistoryRequest, at now: Instant) {
        guard let follower = asking(request) else { return }
        guard let last = events.last, events.first?.sequence == request.from,
            last.sequence < request.end
        else {
            return giveUp(follower, reason: Self.isUnreadable)
        }
        var text: [UInt8] = []
        for event in events where event.source == follower.source {
            text += follower.text(event)
            count(follower)
        }
        follower.next = last.sequence + 1
        send(text, to: follower, at: now)
        feed(follower, at: now)
    }

    /// The history could not be read.
    package func fail(_ request: WebHistoryRequest, reason: String) {
        asking(request).map { giveUp($0, reason: Self.isUnreadable) }
    }

    private static let isUnreadable = "the history cannot be read"

    private func asking(_ request: WebHistoryRequest) -> WebFollower? {
        guard let question = questions.removeValue(forKey: request.number),
            let follower = followers[question.stream], follower.request == request
        else { return nil }
        follower.request = nil
        return follower
    }

    /// A stream that cannot go on is broken off, so that its reader does not take it for complete.
    func giveUp(_ follower: WebFollower, reason: String) {
        server.cancel(follower.stream, code: .internalError)
        if let session = follower.session {
            server.closeWebTransport(session, code: 1, reason: reason)
        }
        forget(follower.stream)
    }
}
