import PeerProtocol
package import QUIC
package import Timeline

extension PeerHost {
    // MARK: Sources

    /// Opens the stream of a source to a guest that has all of it before `end`, and needs nothing
    /// before `next`.
    func watch(
        _ source: SharedSource, from next: UInt64, after end: UInt64, by watcher: Watcher,
        on endpoint: Endpoint
    ) {
        guard case .watching = watcher.phase else { return }
        let number = Int(source.announced.number)
        guard source.announced.name.utf8.count <= PeerProtocol.maximumName,
            number < settings.maximumSources
        else {
            return drop(
                watcher, PeerProtocol.closeHistory, "the log has more than can be shared",
                on: endpoint)
        }
        while watcher.sources.count <= number { watcher.sources.append(nil) }
        let priority = StreamPriority(
            urgency: source.announced.kind.urgency, isIncremental: true)
        let stream: StreamID
        do throws(QUICError) {
            stream = try endpoint.openStream(
                .unidirectional, on: watcher.connection, priority: priority)
        } catch {
            return drop(
                watcher, PeerProtocol.closeMalformed, error.description, on: endpoint)
        }
        let header = EventStreamHeader(source: source.announced, next: end)
        endpoint.send(header.encoded, on: stream, of: watcher.connection)
        var watched = WatchedSource(stream: stream, position: next, sentEnd: end)
        if next >= source.tailStart {
            watched.nextBlock = source.firstBlock(endingAfter: next)
        } else {
            watched.isBehind = true
        }
        watcher.sources[number] = watched
        noteChange(of: number, for: watcher)
    }

    /// Notes which sources have something new.
    func note(_ changed: [Int], for watcher: Watcher, on endpoint: Endpoint) {
        for number in changed {
            let source = log.sources[number]
            if number >= watcher.sources.count || watcher.sources[number] == nil {
                // Before the origin it may have been, and the history will tell.
                guard watcher.rest >= log.origin, !watcher.ignored.contains(number) else {
                    continue
                }
                guard isFor(watcher, source) else {
                    watcher.ignored.insert(number)
                    continue
                }
                tell(watcher, .source(source.announced), on: endpoint)
                watch(
                    source, from: watcher.rest, after: watcher.resumed, by: watcher, on: endpoint)
                if case .leaving = watcher.phase { return }
            } else {
                noteChange(of: number, for: watcher)
            }
        }
    }

    private func noteChange(of number: Int, for watcher: Watcher) {
        guard var watched = watcher.sources[number] else { return }
        let source = log.sources[number]
        if !watched.isWaiting, watched.position < source.end {
            watched.isWaiting = true
            let urgency = source.announced.kind.urgency
            let place =
                watcher.waiting.firstIndex {
                    let other = log.sources[$0].announced.kind.urgency
                    return other > urgency || other == urgency && $0 > number
                } ?? watcher.waiting.endIndex
            watcher.waiting.insert(number, at: place)
        }
        if !watched.isSinceHead {
            watched.isSinceHead = true
            watcher.sinceHead.append(number)
        }
        watcher.sources[number] = watched
    }

    // MARK: Events

    /// Gives the transport what its streams have room for, the most urgent first.
    func feed(_ watcher: Watcher, on endpoint: Endpoint, at now: Instant) {
        var isDone = false
        limitBulk(of: watcher, on: endpoint, at: now)
        for number in watcher.waiting {
            guard var watched = watcher.sources[number] else { continue }
            push(log.sources[number], to: &watched, of: watcher, on: endpoint, at: now)
            if watched.position >= log.sources[number].end {
                (watched.isWaiting, watched.isBehind) = (false, false)
                isDone = true
                let end = log.sources[number].end
                if watched.sentEnd < end {
                    tellGap(before: end, to: &watched, of: watcher, on: endpoint)
                }
            }
            watcher.sources[number] = watched
        }
        if isDone {
            watcher.waiting.removeAll { watcher.sources[$0].map { !$0.isWaiting } ?? true }
        }
        askHistory(for: watcher, on: endpoint, at: now)
    }

    /// Says that a source has nothing between its last event and a sequence.
    private func tellGap(
        before next: UInt64, to watched: inout WatchedSource, of watcher: Watcher,
        on endpoint: Endpoint
    ) {
        var gap = EventEncoder(next: next)
        gap.beginBlock(after: watched.sentEnd)
        endpoint.send(gap.bytes, on: watched.stream, of: watcher.connection)
        watched.sentEnd = next
    }

    /// Finds out how much of the less urgent sources may be added.
    private func limitBulk(of watcher: Watcher, on endpoint: Endpoint, at now: Instant) {
        watcher.bulkRoom = nil
        guard settings.limitsBulk, watcher.bulk.holds(at: now),
            let statistics = endpoint.statistics(watcher.connection)
        else { return }
        watcher.bulk.update(statistics, at: now)
        var used = Int(statistics.bytesInFlight)
        for number in watcher.waiting where isBulk(number) {
            guard let watched = watcher.sources[number] else { continue }
            used += endpoint.unsentBytes(watched.stream, of: watcher.connection)
        }
        watcher.bulkRoom = watcher.bulk.window - used
    }

    private func isBulk(_ number: Int) -> Bool {
        BulkLimit.urgencies.contains(log.sources[number].announced.kind.urgency)
    }

    private func room(
        for watched: WatchedSource, isBulk: Bool, _ watcher: Watcher, _ endpoint: Endpoint
    ) -> Int {
        let room = settings.queue - endpoint.unsentBytes(watched.stream, of: watcher.connection)
        return isBulk ? min(room, watcher.bulkRoom ?? room) : room
    }

    private func push(
        _ source: SharedSource, to watched: inout WatchedSource, of watcher: Watcher,
        on endpoint: Endpoint, at now: Instant
    ) {
        guard var number = watched.nextBlock else { return }
        let isBulk = BulkLimit.urgencies.contains(source.announced.kind.urgency)
        let first = room(for: watched, isBulk: isBulk, watcher, endpoint)
        var room = first
        while room > 0, let block = source.block(number) {
            if block.start > watched.sentEnd {
                // From the history it has all that was before, and the block does not know.
                tellGap(before: block.start, to: &watched, of: watcher, on: endpoint)
            }
            endpoint.send(block.bytes, on: watched.stream, of: watcher.connection)
            room -= block.bytes.count
            number += 1
            (watched.position, watched.sentEnd) = (block.end, block.end)
            watched.events += UInt64(block.events)
            watched.bytes += UInt64(block.bytes.count)
        }
        if isBulk {
            watcher.bulkRoom? -= first - room
        } else if room < first {
            watcher.bulk.noteUrgent(at: now)
        }
        if number < source.firstBlock {
            // It was forgotten before the guest could take it.
            watched.nextBlock = nil
            watched.isBehind = true
        } else {
            watched.nextBlock = number
            if let time = source.block(number)?.time, now - time > settings.patience {
                watched.isBehind = true
            }
        }
    }

    // MARK: History

    /// Asks for what a guest needs and the memory no longer has, when the streams that wait for it
    /// have room. The most urgent sources come first; the others get what passes by.
    private func askHistory(for watcher: Watcher, on endpoint: Endpoint, at now: Instant) {
        guard watcher.request == nil else { return }
        if let time = watcher.requestTime {
            guard now >= time else { return }
            watcher.requestTime = nil
        }
        var urgency: Int?
        var from = watcher.rest < log.origin ? watcher.rest : UInt64.max
        for number in watcher.waiting {
            guard let watched = watcher.sources[number], watched.nextBlock == nil else { continue }
            let own = log.sources[number].announced.kind.urgency
            guard own == urgency ?? own else { break }
            urgency = own
            guard hasRoom(watched, number, watcher, endpoint) else { return }
            from = min(from, watched.position)
        }
        guard from < .max else { return }
        let request = HistoryRequest(
            number: nextRequest, peer: watcher.peer, from: from, end: log.head,
            byteLimit: portion(of: urgency, for: watcher))
        nextRequest += 1
        (watcher.request, watcher.requestUrgency) = (request, urgency)
        outputs.append(.historyWanted(request))
    }

    private func hasRoom(
        _ watched: WatchedSource, _ number: Int, _ watcher: Watcher, _ endpoint: Endpoint
    ) -> Bool {
        room(for: watched, isBulk: isBulk(number), watcher, endpoint) > 0
    }

    private func portion(of urgency: Int?, for watcher: Watcher) -> Int {
        guard let urgency, BulkLimit.urgencies.contains(urgency), let room = watcher.bulkRoom
        else { return settings.portion }
        return min(settings.portion, max(room, settings.block))
    }

    /// Answers a request with the events from its first on.
    ///
    /// - Parameter isEnd: whether the history has no more now.
    package func supply(
        _ events: [Event], isEnd: Bool, for request: HistoryRequest, on endpoint: Endpoint,
        at now: Instant
    ) {
        guard let watcher = watching.first(where: { $0.request == request }) else { return }
        watcher.request = nil
        guard !events.isEmpty else {
            // What was appended a moment ago may not be there yet.
            watcher.requestTime = now + .milliseconds(10)
            return
        }
        for (offset, event) in events.enumerated()
        where event.sequence != request.from + UInt64(offset) {
            return drop(
                watcher, PeerProtocol.closeHistory,
                "the history has \(event.sequence) where \(request.from + UInt64(offset)) belongs",
                on: endpoint)
        }
        deliver(events, for: request, to: watcher, on: endpoint)
        feed(watcher, on: endpoint, at: now)
    }

    /// Says that a request cannot be answered; the guest's connection ends.
    package func fail(_ request: HistoryRequest, reason: String, on endpoint: Endpoint) {
        guard let watcher = watching.first(where: { $0.request == request }) else { return }
        drop(watcher, PeerProtocol.closeHistory, reason, on: endpoint)
    }

    private func deliver(
        _ events: [Event], for request: HistoryRequest, to watcher: Watcher, on endpoint: Endpoint
    ) {
        let end = request.from + UInt64(events.count)
        let passesRest = watcher.rest < log.origin && watcher.rest >= request.from
        var encoders: [Int: EventEncoder] = [:]
        var counts: [Int: UInt64] = [:]
        var taken: [Int] = []
        // Who has all before this portion takes part; who is further back has a later turn.
        for number in watcher.sources.indices {
            guard let watched = watcher.sources[number], watched.nextBlock == nil,
                watched.position >= request.from,
                asked(request, number, watched, watcher)
                    || hasRoom(watched, number, watcher, endpoint)
            else { continue }
            encoders[number] = EventEncoder(next: watched.position)
            taken.append(number)
        }
        for event in events {
            let number = log.number(of: event.source)
            if number >= watcher.sources.count || watcher.sources[number] == nil {
                let source = log.sources[number]
                guard passesRest, event.sequence >= watcher.rest, isFor(watcher, source) else {
                    continue
                }
                tell(watcher, .source(source.announced), on: endpoint)
                watch(
                    source, from: watcher.rest, after: watcher.resumed, by: watcher, on: endpoint)
                guard watcher.sources.indices.contains(number),
                    let watched = watcher.sources[number]
                else { return }
                if watched.nextBlock == nil {
                    encoders[number] = EventEncoder(next: watched.position)
                    taken.append(number)
                }
            }
            guard let next = encoders[number]?.next, event.sequence >= next else { continue }
            if encoders[number]?.bytes.isEmpty ?? false {
                encoders[number]?.beginBlock(after: watcher.sources[number]?.sentEnd)
            }
            encoders[number]?.append(event)
            counts[number, default: 0] += 1
        }
        if passesRest { passedRest(to: end, for: watcher, on: endpoint) }
        for number in taken {
            guard let encoder = encoders[number], var watched = watcher.sources[number] else {
                continue
            }
            if !encoder.bytes.isEmpty {
                let bytes = SharedBytes(encoder.bytes)
                endpoint.send(bytes, on: watched.stream, of: watcher.connection)
                watched.bytes += UInt64(bytes.count)
                watched.events += counts[number] ?? 0
                watched.sentEnd = encoder.next
            }
            watched.position = max(watched.position, end)
            let source = log.sources[number]
            if watched.position >= source.tailStart {
                watched.nextBlock = source.firstBlock(endingAfter: watched.position)
            }
            watcher.sources[number] = watched
        }
    }

    /// Whether a source had room for a portion when it was asked for. It takes it, or all would be
    /// read once more.
    private func asked(
        _ request: HistoryRequest, _ number: Int, _ watched: WatchedSource, _ watcher: Watcher
    ) -> Bool {
        watched.isWaiting && watched.position == request.from
            && log.sources[number].announced.kind.urgency == watcher.requestUrgency
    }

    /// The history was read to a place; at the origin, the sources it did not name begin.
    private func passedRest(to end: UInt64, for watcher: Watcher, on endpoint: Endpoint) {
        watcher.rest = max(watcher.rest, end)
        guard watcher.rest >= log.origin else { return }
        for source in log.sources where isFor(watcher, source) {
            let number = Int(source.announced.number)
            if number < watcher.sources.count, watcher.sources[number] != nil { continue }
            tell(watcher, .source(source.announced), on: endpoint)
            watch(
                source, from: watcher.rest, after: watcher.resumed, by: watcher, on: endpoint)
        }
    }
}
