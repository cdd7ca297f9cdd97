import PeerProtocol
import QUIC
import Sharing
import SimulatedNetwork
import Testing
import Timeline

struct SharingTests {
    private func expectEqual(_ guest: GuestSite, _ host: HostSite) {
        #expect(guest.events == host.log.bySource())
        #expect(guest.faults.isEmpty)
    }

    @Test func `a guest sees what is there and what follows`() throws {
        let network = SimulatedNetwork()
        let host = try HostSite(log: MadeLog(seed: 1))
        network.add(host.site)
        for index in 0..<50 { host.add(["realtime", "mic", "inbox"][index % 3], at: .zero) }
        let guest = try GuestSite()
        guest.begin(on: network)
        network.run(for: .seconds(5)) { guest.has(host) }
        expectEqual(guest, host)
        for index in 0..<50 {
            host.add(["realtime", "realtime/2", "keyboard"][index % 3], at: network.now)
            network.run(for: .milliseconds(3))
        }
        network.run(for: .seconds(1)) { guest.has(host) && guest.complete == 100 }
        expectEqual(guest, host)
        #expect(guest.complete == 100)
        #expect(host.joined == [PeerID(1)])
        let welcome = try #require(guest.welcomes.first)
        #expect(welcome.isNewLog && welcome.hostName == "host" && welcome.log == host.log.id)
        #expect(welcome.header == Array("header".utf8))
        #expect(host.historyRequests == 0)
        guest.guest.leave(on: guest.site.endpoint, at: network.now)
        network.run(for: .seconds(1)) { !host.left.isEmpty }
        #expect(host.left == ["left"] && host.site.closeReason(host.site.accepted[0]) != nil)
    }
}
