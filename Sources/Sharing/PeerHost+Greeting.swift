import PeerProtocol
import QUIC
import Timeline

extension PeerHost {
    /// Sources that a welcome names; the others follow it.
    private static let welcomed = 256
    /// What may wait for a guest that does not read its control stream.
    private static let controlLimit = 4 << 20

    /// Reads what a guest says. Nothing is done before the handshake is complete, since an attacker
    /// could repeat early data.
    func readControl(of watcher: Watcher, on endpoint: Endpoint, at now: Instant) {
        guard watcher.isConfirmed, let control = watcher.control else { return }
        while true {
            if case .leaving = watcher.phase { return }
            var isEnded = false
            let isMore = endpoint.read(control, of: watcher.connection) { bytes, isEnd in
                watcher.decoder.append(bytes)
                isEnded = isEnd
            }
            guard isMore else { return }
            do throws(PeerProtocolError) {
                while let message = try watcher.decoder.next() {
                    take(message, from: watcher, on: endpoint, at: now)
                    if case .leaving = watcher.phase { return }
                }
            } catch {
                return drop(
                    watcher, PeerProtocol.closeMalformed, error.description, on: endpoint)
            }
            if isEnded {
                return drop(
                    watcher, PeerProtocol.closeMalformed, "the control stream has ended",
                    on: endpoint)
            }
        }
    }

    private func take(
        _ message: PeerMessage, from watcher: Watcher, on endpoint: Endpoint, at now: Instant
    ) {
        switch (message, watcher.phase) {
        case (.hello(let hello), .greeting): greet(watcher, hello, on: endpoint, at: now)
        case (.order(let number, let order), .watching):
            take(order, number, from: watcher, on: endpoint, at: now)
        case (.bye(let bye), _):
            drop(watcher, PeerProtocol.closeGoodbye, bye.reason, on: endpoint)
        default:
            drop(
                watcher, PeerProtocol.closeMalformed, "a message that a guest does not send",
                on: endpoint)
        }
    }

    private func take(
        _ order: PeerOrder, _ number: UInt64, from watcher: Watcher, on endpoint: Endpoint,
        at now: Instant
    ) {
        let reason: String? =
            if settings.permission != .speak {
                "guests may only watch"
            } else if !settings.shares.contains(order.session)
                || !watcher.wanted.contains(order.session)
            {
                "the session is not shared"
            } else if !mayOrder(watcher, at: now) {
                "too many orders at once"
            } else {
                nil
            }
        if let reason {
            tell(watcher, .orderRefused(number: number, reason: reason), on: endpoint)
        } else {
            tell(watcher, .orderTaken(number: number), on: endpoint)
            outputs.append(.order(watcher.peer, number: number, order))
        }
        if let control = watcher.control,
            endpoint.unsentBytes(control, of: watcher.connection) > Self.controlLimit
        {
            drop(
                watcher, PeerProtocol.closeMalformed, "the control stream is not read",
                on: endpoint)
        }
    }

    /// So many orders at once and then so many a second (the generic cell rate algorithm).
    private func mayOrder(_ watcher: Watcher, at now: Instant) -> Bool {
        let interval = settings.orderInterval.nanoseconds
        let next = max(watcher.orderTime, now)
        guard (next - now).nanoseconds < interval * Int64(settings.ordersAtOnce) else {
            return false
        }
        watcher.orderTime = next + settings.orderInterval
        return true
    }

    private func greet(
        _ watcher: Watcher, _ hello: PeerMessage.Hello, on endpoint: Endpoint, at now: Instant
    ) {
        if let refusal = refusal(of: hello, watcher) {
            tell(watcher, .refused(refusal), on: endpoint)
            watcher.phase = .leaving
            endpoint.closeWhenDelivered(
                watcher.connection,
                code: refusal.code.isPassing
                    ? PeerProtocol.closeBusy : PeerProtocol.closeRefused,
                reason: refusal.reason)
            return
        }
        for other in watching where other.key == hello.guest {
            drop(other, PeerProtocol.closeReplaced, "the guest came again", on: endpoint)
        }
        join(watcher)
        (watcher.name, watcher.key, watcher.wanted) = (hello.name, hello.guest, hello.wanted)
        watcher.peer = number(of: hello.guest)
        let position = hello.resumption.flatMap { shared($0) }
        watcher.resumed = position?.complete ?? 0
        watcher.rest = watcher.resumed
        watcher.headTime = now
        let sources = log.sources.filter { isFor(watcher, $0) }
        tell(
            watcher,
            .welcome(
                PeerMessage.Welcome(
                    version: min(hello.version, PeerProtocol.version), log: logID,
                    name: settings.name, peer: watcher.peer.number,
                    permission: settings.permission, resumes: position != nil, head: log.head,
                    header: header, sources: sources.prefix(Self.welcomed).map(\.announced))),
            on: endpoint)
        for source in sources.dropFirst(Self.welcomed) {
            tell(watcher, .source(source.announced), on: endpoint)
        }
        outputs.append(
            .joined(
                watcher.peer, name: hello.name, address: watcher.address,
                permission: settings.permission))
        var known: [String: UInt64] = [:]
        for (name, next) in position?.sources ?? [] { known[name] = next }
        for source in sources {
            let next = max(known[source.announced.name] ?? 0, watcher.rest)
            watch(source, from: next, after: next, by: watcher, on: endpoint)
        }
    }

    private func refusal(of hello: PeerMessage.Hello, _ watcher: Watcher) -> PeerMessage.Refusal? {
        if hello.version == 0 {
            return PeerMessage.Refusal(.version, "this host speaks version 1")
        }
        if let token = settings.token, !Self.isEqual(token, hello.token) {
            return PeerMessage.Refusal(
                .token, hello.token.isEmpty ? "a token is needed" : "the token is wrong")
        }
        if isClosing { return PeerMessage.Refusal(.closing, "the host is closing") }
        let others = watching.count { $0.key != hello.guest }
        return others >= settings.maximumGuests
            ? PeerMessage.Refusal(.full, "\(others) guests are here already") : nil
    }

    /// Compares in a time that depends on the lengths only.
    private static func isEqual(_ wanted: [UInt8], _ given: [UInt8]) -> Bool {
        var difference: UInt8 = wanted.count == given.count ? 0 : 1
        for index in given.indices {
            difference |= given[index] ^ (wanted.isEmpty ? 0 : wanted[index % wanted.count])
        }
        return difference == 0
    }

    /// Where a guest goes on in this log; nil when what it has is no part of it.
    ///
    /// Beyond the head lies what another host had, unless it comes again: the guest drops it then.
    private func shared(_ position: PeerPosition) -> PeerPosition? {
        guard position.log == logID else { return nil }
        let isWithin =
            position.complete <= log.head && position.sources.allSatisfy { $0.next <= log.head }
        guard !isWithin else { return position }
        guard settings.playsAgain else { return nil }
        return PeerPosition(
            log: logID, complete: min(position.complete, log.head),
            sources: position.sources.map { ($0.name, min($0.next, log.head)) })
    }

    func isFor(_ watcher: Watcher, _ source: SharedSource) -> Bool {
        settings.shares.contains(source.announced.name)
            && watcher.wanted.contains(source.announced.name)
    }
}
