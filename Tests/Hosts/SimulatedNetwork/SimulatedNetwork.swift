package import QUIC
package import Timeline

/// What a network may do to datagrams; probabilities from 0 to 1.
package struct Faults {
    package var loss = 0.0
    package var duplication = 0.0
    package var corruption = 0.0
    package var delay = Interval.milliseconds(5)
    /// More delay, at random, which reorders.
    package var jitter = Interval.zero
    /// Bytes per second towards each address; nil without a limit.
    package var rate: Double?
    /// How long datagrams wait for their turn at most; later ones are lost.
    package var queue = Interval.milliseconds(100)

    package static let none = Faults()

    package init() {}
}

/// Endpoints on a network with a clock of its own; everything random comes from the seed.
package final class SimulatedNetwork {
    package var now = Instant.zero
    package var faults: Faults
    /// While false, everything that is sent gets lost.
    package var isUp = true
    package private(set) var delivered = 0
    private var random: SeededRandom
    private var sites: [Site] = []
    /// What is on its way, in the order of arrival; before the head it has arrived.
    private var flying: [Flight] = []
    private var flyingHead = 0
    private var sequence = 0
    /// Until when the way to each address is taken.
    private var busy: [NetworkAddress: Instant] = [:]
    /// Addresses as the other side sees them: address translation.
    package var translation: [NetworkAddress: NetworkAddress] = [:]
    /// Sees every datagram that is sent, and may change or drop it.
    package var tap: (([UInt8], _ from: NetworkAddress, _ to: NetworkAddress) -> [UInt8]?)?

    /// What the network makes of the congestion notification of a datagram.
    package var marking: ((ExplicitCongestionNotification) -> ExplicitCongestionNotification)?

    package var onBatch: ((DatagramBatch.Header) -> Void)?

    private struct Flight {
        var time: Instant
        var order: Int
        var bytes: [UInt8]
        var header: DatagramBatch.Header
    }

    package init(seed: UInt64 = 1, faults: Faults = .none) {
        random = SeededRandom(seed: seed)
        self.faults = faults
    }

    package func add(_ site: Site) {
        sites.append(site)
        site.network = self
    }

    package func remove(_ site: Site) { sites.removeAll { $0 === site } }

    /// Datagrams on their way.
    package var flyingCount: Int { flying.count - flyingHead }

    /// Sends what the endpoints have, then lets time pass to what is next, at most to `end`; false
    /// when nothing is to come before it.
    package func step(until end: Instant = Instant(nanoseconds: .max)) -> Bool {
        for site in sites { flush(site) }
        var next = flyingHead < flying.count ? flying[flyingHead].time : nil
        for site in sites {
            guard let deadline = site.deadline else { continue }
            if next.map({ deadline < $0 }) ?? true { next = deadline }
        }
        guard let next, next <= end else {
            if end.nanoseconds < .max { now = end }
            return false
        }
        now = max(now, next)
        while flyingHead < flying.count, flying[flyingHead].time <= now {
            flyingHead += 1
            arrive(flying[flyingHead - 1])
        }
        if flyingHead * 2 >= flying.count {
            flying.removeFirst(flyingHead)
            flyingHead = 0
        }
        for site in sites { flush(site) }
        return true
    }

    private func flush(_ site: Site) {
        site.onTurn?(now)
        site.handleEvents()
        while true {
            let batches = site.endpoint.nextDatagrams(at: now)
            site.handleEvents()
            if batches.isEmpty { return }
            for batch in batches {
                onBatch?(batch.header)
                for datagram in batch.datagrams { launch(Array(datagram), batch.header) }
            }
        }
    }

    private func launch(_ bytes: [UInt8], _ header: DatagramBatch.Header) {
        var bytes = bytes
        var header = header
        header.local = translation[header.local] ?? header.local
        if let tap {
            guard let changed = tap(bytes, header.local, header.remote) else { return }
            bytes = changed
        }
        guard isUp, random.unit() >= faults.loss, let sent = leave(bytes.count, to: header.remote)
        else { return }
        let copies = random.unit() < faults.duplication ? 2 : 1
        for _ in 0..<copies {
            var copy = bytes
            if random.unit() < faults.corruption, !copy.isEmpty {
                copy[Int(random.next() % UInt64(copy.count))] ^= UInt8(1 + random.next() % 255)
            }
            let jitter = Int64(random.unit() * Double(faults.jitter.nanoseconds))
            sequence += 1
            let flight = Flight(
                time: sent + faults.delay + Interval(nanoseconds: jitter), order: sequence,
                bytes: copy, header: header)
            let place = flying.lastIndex { $0.time <= flight.time }.map { $0 + 1 } ?? flyingHead
            flying.insert(flight, at: place)
        }
    }

    /// When a datagram has left through the narrowest part of its way; nil when it found no room.
    private func leave(_ count: Int, to remote: NetworkAddress) -> Instant? {
        guard let rate = faults.rate else { return now }
        let start = max(now, busy[remote] ?? now)
        guard start - now <= faults.queue else { return nil }
        let end = start + .seconds(Double(count) / rate)
        busy[remote] = end
        return end
    }

    private func arrive(_ flight: Flight) {
        var target = flight.header.remote
        for (inside, outside) in translation where outside == target { target = inside }
        guard let site = sites.first(where: { $0.addresses.contains(target) }) else { return }
        delivered += 1
        unsafe site.endpoint.receive(
            flight.bytes.span.bytes, from: flight.header.local, to: target,
            ecn: marking.map { $0(flight.header.ecn) } ?? flight.header.ecn, at: now)
        site.handleEvents()
    }

    /// Runs until a condition holds; false when it does not within the limit.
    @discardableResult
    package func run(for limit: Interval = .seconds(60), until condition: () -> Bool = { false })
        -> Bool
    {
        let end = now + limit
        while !condition() {
            guard step(until: end) else { return condition() }
        }
        return true
    }
}
