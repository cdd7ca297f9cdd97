import PeerProtocol
import QUIC
import Sharing
import SimulatedNetwork
import Testing
import Timeline

/// A guest whose machine gets another address while it follows a log.
struct OwnAddressTests {
    private static let wildcard = NetworkAddress(ipv4: 0, 0, 0, 0, port: 5_000)

    private static func place(_ number: UInt8) -> NetworkAddress {
        NetworkAddress(ipv4: 10, 0, 1, number, port: 5_000)
    }

    /// How long after each move the next event came.
    private func gaps(announcing: Bool, isQuiet: Bool) throws -> [Interval] {
        let network = SimulatedNetwork()
        let host = try HostSite(log: MadeLog(seed: 3))
        network.add(host.site)
        let guest = try GuestSite {
            $0.local = Self.wildcard
            $0.client.transport.idleTimeout = .seconds(9)
        }
        guest.site.addresses = [Self.wildcard]
        network.translation[Self.wildcard] = Self.place(1)
        guest.begin(on: network)
        network.run(for: .seconds(2))
        var gaps: [Interval] = []
        for move in 0..<4 {
            if isQuiet { network.run(for: .milliseconds(5_300)) }
            let (known, start) = (guest.count, network.now)
            network.translation[Self.wildcard] = Self.place(UInt8(2 + move))
            if announcing { guest.site.endpoint.announcePaths() }
            if isQuiet { network.run(for: .milliseconds(700)) }
            while guest.count == known, network.now < start + .seconds(20) {
                host.add("realtime", at: network.now)
                network.run(for: .milliseconds(20))
            }
            gaps.append(network.now - start)
            for _ in 0..<50 {
                host.add("realtime", at: network.now)
                network.run(for: .milliseconds(20))
            }
        }
        network.run(for: .seconds(5)) { guest.has(host) }
        #expect(guest.events == host.log.bySource() && guest.faults.isEmpty)
        #expect(guest.guest.duplicates == 0)
        #expect(guest.welcomes.count == 1 && guest.interruptions.isEmpty, "it never broke")
        let handle = try #require(host.site.accepted.first)
        #expect(host.site.endpoint.addresses(handle)?.remote == Self.place(5))
        return gaps
    }

    @Test(arguments: [false, true])
    func `events go on at once where the guest says that it has moved`(isQuiet: Bool) throws {
        let most = isQuiet ? Interval.milliseconds(740) : .milliseconds(60)
        for gap in try gaps(announcing: true, isQuiet: isQuiet) { #expect(gap <= most) }
    }

    @Test(arguments: [false, true])
    func `they go on with the next keep-alive where it says nothing`(isQuiet: Bool) throws {
        for gap in try gaps(announcing: false, isQuiet: isQuiet) {
            #expect(gap <= .milliseconds(3_100))
        }
    }
}
