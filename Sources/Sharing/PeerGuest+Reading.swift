import PeerProtocol
import QUIC
import Timeline

extension PeerGuest {
    private static let maximumSources = 65_536
    private static let maximumHeads = 1_024

    func read(_ stream: StreamID, on endpoint: Endpoint, at now: Instant) {
        if stream == control { return readControl(stream, on: endpoint, at: now) }
        guard let connection else { return }
        let incoming: IncomingStream
        if let known = streams[stream] {
            incoming = known
        } else {
            guard streams.count < Self.maximumSources else {
                return fail("the host has too many sources", on: endpoint)
            }
            incoming = IncomingStream()
            streams[stream] = incoming
        }
        var events: [Event] = []
        unfinished -= incoming.decoder.pendingCount
        defer { if self.connection != nil { unfinished += incoming.decoder.pendingCount } }
        while true {
            var (isEnded, count) = (false, 0)
            let isMore = endpoint.read(stream, of: connection) { bytes, isEnd in
                incoming.decoder.append(bytes)
                (isEnded, count) = (isEnd, bytes.byteCount)
            }
            guard isMore else { break }
            do throws(PeerProtocolError) {
                try take(incoming, count, into: &events)
            } catch {
                deliver(events)
                let name = incoming.source?.name ?? "stream \(stream)"
                return fail("\(name): \(error.description)", on: endpoint)
            }
            if unfinished + incoming.decoder.pendingCount > settings.unfinishedLimit {
                deliver(events)
                return fail("too much of the host's events is unfinished", on: endpoint)
            }
            if isEnded {
                deliver(events)
                return fail("a source's stream has ended", on: endpoint)
            }
        }
        deliver(events)
    }

    private func take(
        _ incoming: IncomingStream, _ count: Int, into events: inout [Event]
    ) throws(PeerProtocolError) {
        if incoming.source == nil {
            guard let header = try incoming.decoder.readHeader() else { return }
            incoming.source = try begin(header)
            incoming.decoder.begin(next: incoming.source?.next ?? 0)
        }
        guard let source = incoming.source else { return }
        let (before, duplicates) = (events.count, incoming.decoder.duplicates)
        // What came before an error is as good as without it.
        defer {
            source.next = incoming.decoder.next
            source.events += UInt64(events.count - before)
            source.bytes += UInt64(count)
            self.duplicates += incoming.decoder.duplicates - duplicates
        }
        try incoming.decoder.read(into: &events)
    }

    private func begin(_ header: EventStreamHeader) throws(PeerProtocolError) -> GuestSource {
        let source = source(header.source)
        guard !source.isStreaming else {
            throw PeerProtocolError(place: 0, reason: "a source has two streams")
        }
        source.next = max(source.next, complete)
        guard header.next <= source.next else {
            throw PeerProtocolError(place: 0, reason: "events are missing before the stream")
        }
        source.isStreaming = true
        return source
    }

    private func source(_ announced: AnnouncedSource) -> GuestSource {
        let source: GuestSource
        if let known = sources[announced.name] {
            source = known
        } else {
            source = GuestSource(name: announced.name, next: complete)
            sources[announced.name] = source
        }
        source.kind = announced.kind
        numbers[announced.number] = source
        return source
    }

    private func deliver(_ events: [Event]) {
        if !events.isEmpty { outputs.append(.events(events)) }
        checkHeads()
    }

    // MARK: The control stream

    private func readControl(_ stream: StreamID, on endpoint: Endpoint, at now: Instant) {
        while let connection {
            let isMore = endpoint.read(stream, of: connection) { bytes, _ in
                decoder.append(bytes)
            }
            guard isMore else { return }
            do throws(PeerProtocolError) {
                while let message = try decoder.next() {
                    take(message, on: endpoint, at: now)
                    if self.connection == nil { return }
                }
            } catch {
                return fail("control: \(error.description)", on: endpoint)
            }
        }
    }

    private func take(_ message: PeerMessage, on endpoint: Endpoint, at now: Instant) {
        switch (message, phase) {
        case (.welcome(let welcome), .greeting): take(welcome, on: endpoint, at: now)
        case (.refused(let refusal), .greeting): self.refusal = refusal
        case (.bye(let bye), _): self.bye = bye
        case (.source(let source), .watching):
            guard numbers.count < Self.maximumSources, sources.count < Self.maximumSources else {
                return fail("the host has too many sources", on: endpoint)
            }
            _ = self.source(source)
        case (.summary(let summaries), .watching): take(summaries)
        case (.head(let head), .watching): take(head, on: endpoint)
        case (.orderTaken(let number), .watching):
            openOrders.removeAll { $0 == number }
            outputs.append(.orderTaken(number: number))
        case (.orderRefused(let number, let reason), .watching):
            openOrders.removeAll { $0 == number }
            outputs.append(.orderRefused(number: number, reason: reason))
        default: fail("a message that a host does not send", on: endpoint)
        }
    }

    private func take(
        _ welcome: PeerMessage.Welcome, on endpoint: Endpoint, at now: Instant
    ) {
        guard welcome.version == PeerProtocol.version else {
            return fail("the host speaks version \(welcome.version)", on: endpoint)
        }
        let isNewLog = !(welcome.resumes && welcome.log == log)
        if isNewLog {
            complete = 0
            sources = [:]
        }
        log = welcome.log
        (permission, hostName, peer) = (
            welcome.permission, welcome.name, PeerID(welcome.peer)
        )
        phase = .watching(since: now)
        for announced in welcome.sources { _ = source(announced) }
        outputs.append(
            .welcomed(
                PeerWelcome(
                    log: welcome.log, header: welcome.header, hostName: welcome.name,
                    permission: welcome.permission, peer: peer, isNewLog: isNewLog,
                    head: welcome.head, sources: welcome.sources.map(\.name))))
        readWaiting(on: endpoint, at: now)
    }

    private func take(_ summaries: [PeerMessage.SourceSummary]) {
        var out: [PeerSummary] = []
        for summary in summaries {
            guard let source = numbers[summary.number] else { continue }
            source.isBehind = summary.isBehind
            source.end = max(source.end, summary.head)
            out.append(
                PeerSummary(
                    source: source.name, events: summary.events, bytes: summary.bytes,
                    head: summary.head, sent: summary.sent, isBehind: summary.isBehind))
        }
        outputs.append(.summary(out))
    }

    private func take(_ head: PeerMessage.Head, on endpoint: Endpoint) {
        guard head.sources.allSatisfy({ numbers[$0.number] != nil }) else {
            return fail("control: a source was not announced", on: endpoint)
        }
        for (number, end) in head.sources { numbers[number]?.end = end }
        heads.append(head)
        headEntries += head.sources.count
        if heads.count > Self.maximumHeads || headEntries > 2 * Self.maximumSources {
            joinHeads()
        }
        checkHeads()
    }

    /// Makes one of all heads that wait: coarser, and bounded by the sources there are.
    private func joinHeads() {
        var ends: [UInt64: UInt64] = [:]
        for head in heads {
            for (number, end) in head.sources { ends[number] = max(ends[number] ?? 0, end) }
        }
        heads = [
            PeerMessage.Head(
                sequence: heads.map(\.sequence).max() ?? 0,
                sources: ends.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        ]
        headEntries = ends.count
    }

    /// Finds out what has become complete.
    private func checkHeads() {
        var done = 0
        while done < heads.count,
            heads[done].sources.allSatisfy({ (numbers[$0.number]?.next ?? 0) >= $0.end })
        {
            headEntries -= heads[done].sources.count
            done += 1
        }
        guard done > 0 else { return }
        let sequence = heads[done - 1].sequence
        heads.removeFirst(done)
        guard sequence > complete else { return }
        complete = sequence
        outputs.append(.complete(through: sequence))
    }
}
