import PeerProtocol
import QUIC
import Sharing
import SimulatedNetwork
import Testing
import Timeline

/// How sessions end: with everything, or with the word that something is missing.
struct FarewellTests {
    private static func network(loss: Double = 0) -> SimulatedNetwork {
        var faults = Faults()
        faults.loss = loss
        return SimulatedNetwork(seed: 3, faults: faults)
    }

    private static func host(
        on network: SimulatedNetwork, _ change: (inout PeerHostSettings) -> Void = { _ in }
    ) throws -> HostSite {
        var settings = PeerHostSettings(name: "host")
        settings.queue = 4_096
        settings.block = 1_024
        change(&settings)
        let host = try HostSite(log: MadeLog(seed: 1), settings: settings)
        network.add(host.site)
        host.add("realtime", at: .zero)
        return host
    }

    private func expectEnded(_ guest: GuestSite, _ mayReturn: Bool) {
        #expect(guest.endReason == (mayReturn ? nil : "over"))
        #expect(guest.hasEndedInOrder == (mayReturn ? nil : true))
        #expect(guest.interruptions.first == (mayReturn ? "over" : nil))
    }

    @Test(arguments: [0, 0.1], [false, true])
    func `guests that are behind get the rest before the goodbye`(
        _ loss: Double, _ mayReturn: Bool
    ) throws {
        let network = Self.network(loss: loss)
        let host = try Self.host(on: network)
        let guest = try GuestSite()
        guest.begin(on: network)
        network.run(for: .seconds(5)) { guest.has(host) }
        for index in 0..<500 {
            host.add(["realtime", "mic", "inbox"][index % 3], bytes: 200, at: network.now)
        }
        host.host.close(
            reason: "over", mayReturn: mayReturn, on: host.site.endpoint, at: network.now)
        #expect(host.host.isTakingLeave)
        network.run(for: .seconds(60)) { !host.host.isTakingLeave }
        network.run(for: .seconds(1))
        #expect(guest.events == host.log.bySource())
        #expect(guest.complete == 501)
        expectEnded(guest, mayReturn)
    }

    @Test func `what is in the history only comes before the goodbye too`() throws {
        let network = Self.network()
        let host = try Self.host(on: network) {
            $0.tail = 4_096
            $0.tailOfSource = 2_048
            $0.portion = 2_048
        }
        for index in 0..<300 { host.add("realtime/\(index % 5)", bytes: 100, at: .zero) }
        let guest = try GuestSite()
        guest.begin(on: network)
        network.run(for: .seconds(5)) { !host.joined.isEmpty }
        host.host.close(reason: "over", on: host.site.endpoint, at: network.now)
        network.run(for: .seconds(60)) { guest.endReason != nil }
        #expect(host.historyRequests > 5)
        #expect(guest.events == host.log.bySource() && guest.complete == 301)
        expectEnded(guest, false)
    }

    @Test(arguments: [false, true])
    func `who has not got everything when the time is over is told so`(_ mayReturn: Bool) throws {
        let network = Self.network()
        network.faults.rate = 20_000
        let host = try Self.host(on: network)
        let guest = try GuestSite()
        guest.begin(on: network)
        network.run(for: .seconds(5)) { guest.has(host) }
        for _ in 0..<500 { host.add("realtime", bytes: 200, at: network.now) }
        host.host.close(
            reason: "over", mayReturn: mayReturn, on: host.site.endpoint, at: network.now)
        network.run(for: .seconds(1))
        #expect(host.host.isTakingLeave)
        host.host.cutOff(on: host.site.endpoint)
        network.run(for: .seconds(2))
        #expect(!host.host.isTakingLeave)
        #expect(guest.count < 501 && guest.faults.isEmpty)
        #expect(
            guest.endReason == (mayReturn ? nil : "over, and its last events may be missing"))
        #expect(guest.hasEndedInOrder == (mayReturn ? nil : false))
        #expect(guest.interruptions.first?.hasSuffix("over") == (mayReturn ? true : nil))
    }

    @Test func `a goodbye that comes without the events before it is no end in order`() throws {
        let network = Self.network()
        let host = try Self.host(on: network) { $0.queue = 1 << 20 }
        let guest = try GuestSite {
            // So the goodbye overtakes what is before it.
            $0.client.transport.initialStreamWindow = 8_192
            $0.client.transport.maximumStreamWindow = 8_192
        }
        guest.begin(on: network)
        network.run(for: .seconds(5)) { guest.has(host) }
        for _ in 0..<500 { host.add("realtime", bytes: 200, at: network.now) }
        host.host.close(reason: "over", on: host.site.endpoint, at: network.now)
        network.run(for: .milliseconds(7))
        host.host.cutOff(on: host.site.endpoint)
        network.run(for: .seconds(2)) { guest.endReason != nil }
        #expect(guest.count < 501)
        #expect(guest.endReason == "over, and its last events may be missing")
        #expect(guest.hasEndedInOrder == false)
    }

    @Test func `a guest whose program has no room takes what has come when the host ends`() throws {
        let network = Self.network()
        let host = try Self.host(on: network)
        let guest = try GuestSite()
        guest.begin(on: network)
        network.run(for: .seconds(5)) { guest.has(host) }
        guest.guest.setReading(upTo: nil, on: guest.site.endpoint, at: network.now)
        for _ in 0..<50 { host.add("realtime", bytes: 200, at: network.now) }
        host.host.close(reason: "over", on: host.site.endpoint, at: network.now)
        network.run(for: .seconds(2)) { guest.endReason != nil }
        #expect(guest.events == host.log.bySource() && guest.complete == 51)
        expectEnded(guest, false)
    }

    @Test func `a log that cannot go on ends for everybody, and for who comes then`() throws {
        let network = Self.network()
        let host = try Self.host(on: network)
        let guest = try GuestSite()
        guest.begin(on: network)
        network.run(for: .seconds(5)) { guest.has(host) }
        host.host.abandon(reason: "the disk is full", on: host.site.endpoint)
        network.run(for: .seconds(2)) { guest.endReason != nil }
        #expect(guest.endReason?.contains("the disk is full") == true)
        #expect(guest.hasEndedInOrder == false)
        let late = try GuestSite(2)
        late.begin(on: network)
        network.run(for: .seconds(2)) { !late.interruptions.isEmpty }
        #expect(late.interruptions.first == "the host is closing" && late.welcomes.isEmpty)
    }

    @Test func `however many come and go, few numbers are given`() throws {
        let network = Self.network()
        let host = try Self.host(on: network)
        let resident = try GuestSite(1)
        resident.begin(on: network)
        network.run(for: .seconds(5)) { resident.has(host) }
        var guests: [GuestSite] = []
        for number in 2..<8 as Range<UInt8> {
            let guest = try GuestSite(number)
            guests.append(guest)
            guest.begin(on: network)
            network.run(for: .seconds(5)) { guest.has(host) }
            guest.guest.leave(on: guest.site.endpoint, at: network.now)
            network.run(for: .seconds(1)) { host.left.count == Int(number) - 1 }
        }
        #expect(guests.count == 6 && host.joined == (1..<8).map { PeerID($0) })
    }
}
