import PeerProtocol
import QUIC
import Sharing
import SimulatedNetwork
import Testing
import Timeline

/// Slow guests, large transfers and late joiners.
struct PaceTests {
    private let network = SimulatedNetwork()

    private func settings(_ change: (inout PeerHostSettings) -> Void = { _ in })
        -> PeerHostSettings
    {
        var settings = PeerHostSettings(name: "host")
        settings.tailOfSource = 64 << 10
        settings.tail = 256 << 10
        settings.queue = 32 << 10
        settings.portion = 64 << 10
        change(&settings)
        return settings
    }

    @Test func `a slow guest gets counts, slows nobody, and misses nothing`() throws {
        let host = try HostSite(log: MadeLog(seed: 1), settings: settings())
        network.add(host.site)
        let slow = try GuestSite(1) {
            $0.client.transport.initialStreamWindow = 16_384
            $0.client.transport.maximumStreamWindow = 16_384
        }
        let quick = try GuestSite(2)
        slow.begin(on: network)
        quick.begin(on: network)
        host.add("realtime", at: network.now)
        network.run(for: .seconds(1)) { slow.has(host) && quick.has(host) }
        slow.guest.setReading(upTo: nil, on: slow.site.endpoint, at: network.now)
        for _ in 0..<400 {
            for _ in 0..<10 { host.add("realtime", bytes: 400, at: network.now) }
            host.add("mic", bytes: 100, at: network.now)
            network.run(for: .milliseconds(10))
            // The quick one is a round trip behind at most.
            #expect(quick.count >= host.log.events.count - 22)
        }
        #expect(host.mostTail <= 256 << 10 + 32 << 10)
        let status = try #require(
            host.host.status(on: host.site.endpoint, at: network.now).first { $0.name == "guest 1" }
        )
        #expect(status.isBehind)
        #expect(status.streams.first { $0.name == "realtime" }?.isBehind == true)
        #expect(
            host.host.status(on: host.site.endpoint, at: network.now).first {
                $0.name == "guest 2"
            }?.isBehind == false)
        #expect(host.unsentBytes <= 2 * (32 << 10 + 64 << 10 + 32 << 10))
        // At least one summary a second, over four seconds.
        #expect(slow.summaries.count >= 3)
        let told = try #require(slow.summaries.last?.first { $0.source == "realtime" })
        #expect(told.isBehind && told.events >= 3_000 && told.head > told.sent)
        slow.guest.setReading(upTo: 7, on: slow.site.endpoint, at: network.now)
        network.run(for: .seconds(60)) { slow.has(host) && slow.complete == quick.complete }
        #expect(slow.events == host.log.bySource() && quick.events == host.log.bySource())
        #expect(slow.faults.isEmpty && host.historyRequests > 10)
        network.run(for: .seconds(1))
        #expect(slow.summaries.last?.contains { $0.isBehind } == false)
        #expect(!host.host.status(on: host.site.endpoint, at: network.now).contains { $0.isBehind })
    }

    @Test func `that no source is behind any more is told when there is room for it`() throws {
        let settings = settings {
            $0.block = 1_024
            $0.tailOfSource = 4_096
            $0.tail = 16 << 20
        }
        let host = try HostSite(log: MadeLog(seed: 1), settings: settings)
        network.add(host.site)
        for _ in 0..<20 { host.add("realtime", bytes: 1_000, at: .zero) }
        // The first of them are in the history only, which gives nothing yet.
        host.turn(.zero)
        host.historyEnd = 0
        let guest = try GuestSite { $0.giveUpTime = nil }
        guest.begin(on: network)
        network.run(for: .seconds(2)) { !guest.summaries.isEmpty }
        #expect(guest.summaries.last?.first?.isBehind == true)
        network.isUp = false
        // Heads of many sources fill what may wait of messages.
        for _ in 0..<40 {
            for number in 0..<1_000 { host.add("telemetry/\(number)", bytes: 1, at: network.now) }
            network.run(for: .milliseconds(26))
        }
        host.historyEnd = nil
        network.run(for: .milliseconds(600))
        #expect(!host.host.status(on: host.site.endpoint, at: network.now).contains { $0.isBehind })
        network.isUp = true
        network.run(for: .seconds(30)) { guest.has(host) && guest.complete == 40_020 }
        network.run(for: .seconds(1))
        #expect(guest.interruptions.isEmpty)
        #expect(guest.summaries.last?.contains { $0.isBehind } == false)
    }

    @Test func `a large transfer does not delay tokens`() throws {
        let host = try HostSite(
            log: MadeLog(seed: 1),
            settings: settings {
                $0.tail = 64 << 20; $0.tailOfSource = 64 << 20
            })
        network.add(host.site)
        let guest = try GuestSite()
        guest.begin(on: network)
        for _ in 0..<3_000 { host.add("telemetry/bulk", bytes: 8_192, at: network.now) }
        host.add("realtime", at: network.now)
        network.run(for: .seconds(1)) { guest.events["realtime"] != nil }
        var worst = Interval.zero
        var tokens = 1
        while guest.count < host.log.events.count {
            host.add("realtime", at: network.now)
            tokens += 1
            let start = network.now
            network.run(for: .seconds(5)) { guest.events["realtime"]?.count == tokens }
            worst = max(worst, network.now - start)
            #expect(guest.events["realtime"]?.count == tokens)
        }
        #expect(tokens > 10)
        // A way is 5 ms; there may be no room in the congestion window for a round trip.
        #expect(worst < .milliseconds(16), "\(worst.milliseconds)")
        network.run(for: .seconds(60)) { guest.has(host) }
        #expect(guest.events == host.log.bySource())
    }

    /// Both with buffers of a second in the path: the delay that nine of ten tokens stay below, and
    /// how long a transfer of some seconds' worth took.
    private func tokensBesideBulk(rate: Double, delay: Interval, seconds: Double, limited: Bool)
        throws -> (usual: Interval, took: Double)
    {
        let network = SimulatedNetwork()
        network.faults.rate = rate
        network.faults.queue = .seconds(1)
        network.faults.delay = delay
        let host = try HostSite(
            log: MadeLog(seed: 1),
            settings: settings {
                $0.tail = 64 << 20
                $0.tailOfSource = 64 << 20
                $0.queue = 256 << 10
                $0.limitsBulk = limited
            })
        network.add(host.site)
        let guest = try GuestSite()
        guest.begin(on: network)
        host.add("realtime", at: network.now)
        network.run(for: .seconds(5)) { guest.has(host) }
        let bulk = Int(rate * seconds / 1_000)
        for _ in 0..<bulk { host.add("telemetry", bytes: 1_000, at: network.now) }
        let start = network.now
        var delays: [Interval] = []
        var tokens = 1
        while guest.count < bulk, network.now - start < .seconds(60) {
            host.add("realtime", at: network.now)
            tokens += 1
            let sent = network.now
            network.run(for: .seconds(5)) { guest.events["realtime"]?.count == tokens }
            delays.append(network.now - sent)
            network.run(for: .milliseconds(20))
        }
        let took = (network.now - start).seconds
        network.run(for: .seconds(60)) { guest.has(host) }
        #expect(guest.events == host.log.bySource())
        delays.sort()
        return (delays[delays.count * 9 / 10], took)
    }

    @Test(arguments: [(0.5, 20.0, 6.0, 180.0), (4, 2, 3, 25), (5, 40, 4, 100)])
    func `a large transfer does not fill the buffers before tokens`(
        _ megabytes: Double, _ delay: Double, _ seconds: Double, _ most: Double
    ) throws {
        let (usual, took) = try tokensBesideBulk(
            rate: megabytes * 1e6, delay: .milliseconds(delay), seconds: seconds, limited: true)
        #expect(usual < .milliseconds(most), "\(usual.milliseconds) ms")
        // At no less than half the line's rate.
        #expect(took < 2 * seconds, "\(took) s")
    }

    @Test func `without a limit it does`() throws {
        func usual(limited: Bool) throws -> Interval {
            try tokensBesideBulk(
                rate: 5e6, delay: .milliseconds(40), seconds: 5, limited: limited
            ).usual
        }
        let (with, without) = (try usual(limited: true), try usual(limited: false))
        // Of both, 40 ms are the way itself.
        #expect(
            without.milliseconds - 40 > 2 * (with.milliseconds - 40),
            "\(with.milliseconds) and \(without.milliseconds) ms")
    }

    @Test func `what is urgent comes first to who comes late`() throws {
        let host = try HostSite(log: MadeLog(seed: 1), settings: settings())
        network.add(host.site)
        for index in 0..<3_000 {
            host.add(index % 10 == 0 ? "realtime" : "inbox", bytes: 1_000, at: .zero)
        }
        network.run(for: .milliseconds(1))
        let guest = try GuestSite {
            $0.client.transport.initialStreamWindow = 16_384
            $0.client.transport.maximumStreamWindow = 16_384
        }
        guest.begin(on: network)
        network.run(for: .seconds(60)) { guest.events["realtime"]?.count == 300 }
        #expect(guest.events["realtime"]?.count == 300)
        let others = guest.events["inbox"]?.count ?? 0
        #expect(others < 1_500)
        network.run(for: .seconds(60)) { guest.has(host) }
        #expect(guest.events == host.log.bySource() && guest.faults.isEmpty)
    }

    @Test func `a guest that was started anew goes on where it was`() throws {
        let host = try HostSite(log: MadeLog(seed: 1), settings: settings())
        network.add(host.site)
        for index in 0..<200 { host.add(["realtime", "inbox"][index % 2], at: .zero) }
        let first = try GuestSite(1)
        first.begin(on: network)
        network.run(for: .seconds(1)) { first.complete == 200 }
        let position = try #require(first.guest.position)
        #expect(position == PeerPosition(log: host.log.id, complete: 200))
        first.guest.leave(on: first.site.endpoint, at: network.now)
        for index in 0..<100 { host.add(["realtime", "mic"][index % 2], at: network.now) }
        network.run(for: .seconds(1))
        let second = try GuestSite(2, resumption: position) {
            $0.key = [UInt8](repeating: 1, count: 16)
        }
        second.begin(on: network)
        network.run(for: .seconds(1)) { second.complete == 300 }
        #expect(second.welcomes.first?.isNewLog == false)
        #expect(second.count == 100)
        for (name, events) in second.events {
            #expect(events == host.log.bySource()[name]?.filter { $0.sequence >= 200 })
        }
        // Of a log that the host does not have, or has less of, everything comes again.
        for position in [
            PeerPosition(log: MadeLog(seed: 9).id, complete: 200),
            PeerPosition(log: host.log.id, complete: 301),
            PeerPosition(log: host.log.id, complete: 0, sources: [("mic", 400)]),
        ] {
            let other = try GuestSite(3, resumption: position)
            other.begin(on: network)
            network.run(for: .seconds(1)) { other.complete == 300 }
            #expect(other.welcomes.first?.isNewLog == true)
            #expect(other.events == host.log.bySource())
            network.remove(other.site)
        }
    }

    @Test func `a recording that plays again from its start is followed on`() throws {
        let again = settings { $0.playsAgain = true }
        let first = try HostSite(log: MadeLog(seed: 1), settings: again)
        network.add(first.site)
        for index in 0..<200 { first.add(["realtime", "inbox"][index % 2], at: .zero) }
        let guest = try GuestSite()
        guest.begin(on: network)
        network.run(for: .seconds(1)) { guest.complete == 200 }
        network.remove(first.site)
        let second = try HostSite(log: MadeLog(seed: 1), settings: again)
        network.add(second.site)
        for index in 0..<50 { second.add(["realtime", "inbox"][index % 2], at: .zero) }
        network.run(for: .seconds(120)) { guest.welcomes.count == 2 }
        #expect(guest.welcomes.last?.isNewLog == false)
        for index in 50..<250 { second.add(["realtime", "inbox"][index % 2], at: .zero) }
        network.run(for: .seconds(20)) { guest.complete == 250 }
        #expect(guest.complete == 250 && guest.guest.duplicates > 0)
        #expect(guest.events == second.log.bySource())
    }

    @Test func `a guest comes back with the first packet`() throws {
        let host = try HostSite(log: MadeLog(seed: 1))
        network.add(host.site)
        host.add("realtime", at: .zero)
        let guest = try GuestSite { $0.client.transport.idleTimeout = .seconds(2) }
        guest.begin(on: network)
        network.run(for: .seconds(1)) { guest.has(host) }
        network.run(for: .seconds(1))
        let first = try #require(guest.site.connections.last)
        #expect(guest.site.information(first)?.isResumed == false)
        network.isUp = false
        network.run(for: .seconds(4)) { !guest.interruptions.isEmpty }
        network.isUp = true
        host.add("realtime", at: network.now)
        network.run(for: .seconds(20)) { guest.has(host) }
        let second = try #require(guest.site.connections.last)
        let information = try #require(guest.site.information(second))
        #expect(information.isResumed && information.isEarlyDataAccepted)
        #expect(guest.events == host.log.bySource() && host.joined == [PeerID(1), PeerID(1)])
    }

    @Test func `a history that fails is a reason`() throws {
        let host = try HostSite(log: MadeLog(seed: 1), settings: settings())
        network.add(host.site)
        for _ in 0..<300 { host.add("realtime", bytes: 1_000, at: .zero) }
        network.run(for: .milliseconds(1))
        host.historyFailure = "the disk is gone"
        let guest = try GuestSite()
        guest.begin(on: network)
        network.run(for: .seconds(5)) { guest.endReason != nil }
        #expect(guest.endReason == "closed by the peer, code 5: the disk is gone")
        #expect(host.left == ["the disk is gone"])
    }

    @Test func `thousands of sources arrive, each in its order`() throws {
        let host = try HostSite(log: MadeLog(seed: 1), settings: settings())
        network.add(host.site)
        for index in 0..<6_000 { host.add("realtime/\(index % 3_000)", bytes: 20, at: .zero) }
        let guest = try GuestSite()
        guest.begin(on: network)
        network.run(for: .seconds(20)) { guest.complete == 6_000 }
        #expect(guest.events == host.log.bySource() && guest.faults.isEmpty)
        #expect(guest.welcomes.first?.sources.count == 256)
    }
}
