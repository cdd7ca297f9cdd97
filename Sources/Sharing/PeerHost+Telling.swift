import PeerProtocol
package import QUIC
package import Timeline

extension PeerHost {
    /// What of messages may wait; one that would come too late anyway is left out.
    private static let messageLimit = 64 << 10

    private func canTell(_ watcher: Watcher, _ endpoint: Endpoint) -> Bool {
        guard let control = watcher.control else { return false }
        return endpoint.unsentBytes(control, of: watcher.connection) < Self.messageLimit
    }

    /// Says how far the log goes, so that a guest knows what it has in full.
    func tellHead(_ watcher: Watcher, on endpoint: Endpoint, at now: Instant) {
        guard watcher.toldHead < log.head, now >= watcher.headTime else { return }
        watcher.headTime = now + settings.headInterval
        // While the history may name more sources, nothing is known to be in full.
        guard watcher.rest >= log.origin, canTell(watcher, endpoint) else { return }
        sendHead(to: watcher, on: endpoint)
    }

    /// Says how far the log and those of its sources go that have gone on.
    func sendHead(to watcher: Watcher, on endpoint: Endpoint) {
        var sources: [(number: UInt64, end: UInt64)] = []
        for number in watcher.sinceHead {
            watcher.sources[number]?.isSinceHead = false
            sources.append((UInt64(number), log.sources[number].end))
        }
        watcher.sinceHead.removeAll(keepingCapacity: true)
        watcher.toldHead = log.head
        tell(
            watcher, .head(PeerMessage.Head(sequence: log.head, sources: sources)), on: endpoint)
    }

    /// Sources in one summary: those of the last and then others, the most urgent first.
    private static let summarized = 1_024

    /// Tells what happens in sources that are behind, and of each once when it is no more.
    func tellSummary(_ watcher: Watcher, on endpoint: Endpoint, at now: Instant) {
        let isBehind = watcher.isBehind
        guard isBehind || !watcher.toldBehind.isEmpty else {
            watcher.summaryTime = nil
            return
        }
        if isBehind, let time = watcher.summaryTime, now < time { return }
        // What cannot be told now is told later.
        watcher.summaryTime = now + settings.summaryInterval
        guard canTell(watcher, endpoint) else { return }
        let told = Set(watcher.toldBehind)
        let new = watcher.waiting.lazy.filter { number in
            !told.contains(number) && watcher.sources[number]?.isBehind ?? false
        }
        let numbers = watcher.toldBehind + new.prefix(Self.summarized - told.count)
        let summaries = numbers.compactMap { number in
            watcher.sources[number].map { summary(of: number, $0) }
        }
        watcher.toldBehind = numbers.filter { watcher.sources[$0]?.isBehind ?? false }
        if watcher.toldBehind.isEmpty { watcher.summaryTime = nil }
        tell(watcher, .summary(summaries), on: endpoint)
    }

    private func summary(
        of number: Int, _ watched: WatchedSource
    ) -> PeerMessage.SourceSummary {
        let source = log.sources[number]
        return PeerMessage.SourceSummary(
            number: UInt64(number), events: source.events, bytes: source.bytes, head: source.end,
            sent: watched.position, isBehind: watched.isBehind)
    }

    /// How each guest fares, in the order of their joining.
    package func status(on endpoint: Endpoint, at now: Instant) -> [PeerStatus] {
        watching.compactMap { watcher in
            guard let statistics = endpoint.statistics(watcher.connection)
            else { return nil }
            var status = PeerStatus(
                peer: watcher.peer, name: watcher.name,
                address: endpoint.addresses(watcher.connection)?.remote.description ?? "",
                permission: settings.permission, statistics: statistics)
            status.sendRate = watcher.rate.read(statistics.bytesSent, at: now)
            status.receiveRate = watcher.receiveRate.read(statistics.bytesReceived, at: now)
            for number in watcher.sources.indices {
                guard watcher.sources[number] != nil else { continue }
                status.streams.append(stream(number, of: watcher, at: now))
            }
            return status
        }
    }

    private func stream(_ number: Int, of watcher: Watcher, at now: Instant) -> PeerStreamStatus {
        guard var watched = watcher.sources[number] else {
            preconditionFailure("only watched sources have a status")
        }
        let source = log.sources[number]
        let rate = watched.rate.read(watched.bytes, at: now)
        watcher.sources[number] = watched
        return PeerStreamStatus(
            name: source.announced.name, urgency: source.announced.kind.urgency,
            bytes: watched.bytes, events: watched.events, rate: rate,
            sequencesBehind: source.end - min(source.end, watched.position),
            isBehind: watched.isBehind)
    }
}
