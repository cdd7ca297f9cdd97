import Foundation
import PeerProtocol
import QUIC
import Sharing
import SimulatedNetwork
import Testing
import Timeline

/// Every event arrives exactly once and in order of its source, or the session ends with a reason.
struct SharingSimulationTests {
    @Test func `whatever a network and a host do, guests see the log`() throws {
        var seen = Coverage()
        let seeds = Fixture.chosen(40)
        for seed in seeds { try Scenario(seed: seed).run(&seen) }
        guard seeds.count > 1 else { return }
        // The scenarios reach what they are for.
        #expect(seen.histories > 0 && seen.returns > 0 && seen.newLogs > 0 && seen.early > 0)
        #expect(seen.behind > 0 && seen.moves > 0 && seen.duplicates > 0 && seen.byes > 0)
    }
}

/// How often the scenarios came to what they are meant to try.
private struct Coverage {
    var histories = 0
    /// Welcomes that go on with a log, and with another log.
    var returns = 0
    var newLogs = 0
    /// Hellos that came with the first packet.
    var early = 0
    var behind = 0
    var moves = 0
    var duplicates = 0
    var byes = 0
}

/// A host, some guests and what happens to them, all from one seed.
private final class Scenario {
    private let seed: UInt64
    private var random: SeededRandom
    private let network: SimulatedNetwork
    private var host: HostSite
    private var guests: [GuestSite] = []
    private var selections: [SourceSelection] = []
    private var events = 0
    private var seen = Coverage()

    private static let sources = [
        "realtime", "realtime/2", "mic", "camera", "inbox", "keyboard", "telemetry/bulk",
    ]

    init(seed: UInt64) throws {
        self.seed = seed
        var random = SeededRandom(seed: seed &+ 1_000)
        var faults = Faults()
        faults.loss = random.next() % 4 == 0 ? 0 : random.unit() * 0.3
        if random.next() % 2 == 0 { faults.duplication = random.unit() * 0.2 }
        if random.next() % 2 == 0 { faults.corruption = random.unit() * 0.1 }
        faults.delay = .milliseconds(1 + random.unit() * 30)
        if random.next() % 2 == 0 { faults.jitter = .milliseconds(random.unit() * 30) }
        network = SimulatedNetwork(seed: seed, faults: faults)
        self.random = random
        host = try HostSite(log: MadeLog(seed: seed), settings: Self.settings(seed))
        network.add(host.site)
    }

    /// Small limits, so that the history is needed.
    private static func settings(_ seed: UInt64) -> PeerHostSettings {
        var settings = PeerHostSettings(name: "host")
        var random = SeededRandom(seed: seed)
        if random.next() % 3 != 0 {
            settings.tail = 1 << (8 + random.next() % 10)
            settings.tailOfSource = 1 << (7 + random.next() % 9)
        }
        settings.block = 1 << (5 + random.next() % 10)
        settings.queue = 1 << (9 + random.next() % 8)
        settings.portion = 1 << (7 + random.next() % 9)
        return settings
    }

    func run(_ total: inout Coverage) throws {
        seen = total
        for _ in 0..<random.next() % 60 { add() }
        for round in 0..<(8 + random.next() % 8) {
            for _ in 0..<random.next() % 40 { add() }
            if guests.count < 4, round == 0 || random.next() % 3 == 0 { try join() }
            try incident()
            network.run(for: .milliseconds(random.unit() * 600))
        }
        settle()
        network.run(for: .seconds(900)) { isComplete }
        check()
        count()
        total = seen
    }

    private func count() {
        seen.histories += host.historyRequests
        for guest in guests {
            seen.returns += guest.welcomes.dropFirst().count { !$0.isNewLog }
            seen.newLogs += guest.welcomes.dropFirst().count { $0.isNewLog }
            seen.early += guest.site.connections.count {
                guest.site.information($0)?.isEarlyDataAccepted ?? false
            }
            seen.behind += guest.summaries.count { $0.contains { $0.isBehind } }
            seen.duplicates += Int(guest.guest.duplicates)
        }
    }

    private func add() {
        let source = Self.sources[Int(random.next() % UInt64(2 + min(5, events / 20)))]
        let size = random.next() % 10 == 0 ? random.next() % 6_000 : random.next() % 120
        host.add(source, bytes: Int(size), at: network.now)
        events += 1
    }

    private func join() throws {
        let selection =
            random.next() % 3 == 0
            ? SourceSelection(names: ["realtime", "inbox"]) : SourceSelection.all
        let guest = try GuestSite(UInt8(guests.count + 1)) {
            $0.wanted = selection
            $0.giveUpTime = nil
            $0.client.transport.idleTimeout = .seconds(5)
            $0.client.transport.initialStreamWindow = 8_192
            $0.client.transport.maximumStreamWindow = 65_536
        }
        guests.append(guest)
        selections.append(selection)
        guest.begin(on: network)
    }

    private func incident() throws {
        guard let guest = guests.randomElement(&random) else { return }
        switch random.next() % 14 {
        case 0:
            seen.moves += 1
            // Two guests never have the same address outside.
            let index = guests.firstIndex { $0 === guest } ?? 0
            network.translation[guest.site.address] = NetworkAddress(
                ipv4: 192, 0, 2, UInt8(1 + random.next() % 200), port: 900 + UInt16(index))
        case 1: guest.guest.setReading(upTo: nil, on: guest.site.endpoint, at: network.now)
        case 2: guest.guest.setReading(upTo: 7, on: guest.site.endpoint, at: network.now)
        case 3: try restart(log: host.log)
        case 4: try restart(log: host.log, downtime: .seconds(random.unit() * 20))
        case 5: try restart(log: MadeLog(seed: random.next()))
        case 6:
            network.isUp = false
            network.run(for: .seconds(random.unit() * 12))
            network.isUp = true
        case 7: host.historyEnd = Int(random.next() % UInt64(1 + events))
        case 8: host.historyEnd = nil
        case 9: try sayGoodbyeForAWhile()
        default: break
        }
    }

    private func sayGoodbyeForAWhile() throws {
        seen.byes += 1
        host.host.close(
            reason: "for a while", mayReturn: true, on: host.site.endpoint, at: network.now)
        network.run(for: .milliseconds(random.unit() * 500))
        try restart(log: host.log)
    }

    private func restart(log: MadeLog, downtime: Interval = .zero) throws {
        network.remove(host.site)
        network.run(for: downtime)
        events = log.events.count
        host = try HostSite(
            log: log, settings: Self.settings(seed), keepingEvents: random.next() % 2 == 0)
        network.add(host.site)
    }

    /// Lets everything come to its end.
    private func settle() {
        host.historyEnd = nil
        network.faults.loss = min(network.faults.loss, 0.2)
        for guest in guests {
            guest.guest.setReading(upTo: 7, on: guest.site.endpoint, at: network.now)
        }
    }

    private var isComplete: Bool {
        zip(guests, selections).allSatisfy { guest, selection in
            guest.endReason != nil
                || guest.has(host, selection)
                    && guest.complete == UInt64(host.log.events.count)
        }
    }

    private func check() {
        for (guest, selection) in zip(guests, selections) {
            #expect(guest.endReason == nil, "seed \(seed): \(guest.endReason ?? "")")
            #expect(guest.faults.isEmpty, "seed \(seed)")
            #expect(
                guest.events == host.log.bySource(selection),
                "seed \(seed): \(guest.count) of \(host.log.events.count), \(guest.interruptions)")
            #expect(guest.complete == UInt64(host.log.events.count), "seed \(seed)")
        }
        let settings = Self.settings(seed)
        let streams = Self.sources.count * max(1, host.site.accepted.count)
        #expect(
            host.unsentBytes
                <= streams * (settings.queue + settings.portion + settings.block + 6_200))
        // The newest block stays, whatever its size.
        #expect(host.mostTail <= settings.tail + settings.block + 6_400, "seed \(seed)")
    }
}

extension Fixture {
    /// One seed of `SIMULATION_SEED`, or as many as `seeds` says.
    fileprivate static func chosen(_ standard: Int) -> Range<UInt64> {
        let one = ProcessInfo.processInfo.environment["SIMULATION_SEED"].flatMap { UInt64($0) }
        return one.map { $0..<$0 + 1 } ?? seeds(standard)
    }
}

extension Array {
    fileprivate func randomElement(_ random: inout SeededRandom) -> Element? {
        isEmpty ? nil : self[Int(random.next() % UInt64(count))]
    }
}
