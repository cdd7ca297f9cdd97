import PeerProtocol
import QUIC
import Sharing
import SimulatedNetwork
import Testing
import Timeline

/// Who may come, what it may do, and how each side says no.
struct AdmissionTests {
    private let network = SimulatedNetwork()

    private func host(_ change: (inout PeerHostSettings) -> Void = { _ in }) throws -> HostSite {
        var settings = PeerHostSettings(name: "host")
        change(&settings)
        let host = try HostSite(log: MadeLog(seed: 1), settings: settings)
        for _ in 0..<10 { host.add("realtime", at: .zero) }
        network.add(host.site)
        return host
    }

    private func join(
        _ number: UInt8 = 1, change: (inout PeerGuestSettings) -> Void = { _ in }
    ) throws -> GuestSite {
        let guest = try GuestSite(number, change: change)
        guest.begin(on: network)
        return guest
    }

    @Test(arguments: [[], [1, 2], [1, 2, 3, 4], [1, 2, 4], [9]] as [[UInt8]])
    func `a wrong token is refused with words`(_ token: [UInt8]) throws {
        let host = try host { $0.token = [1, 2, 3] }
        let guest = try join { $0.token = token }
        network.run(for: .seconds(5)) { guest.endReason != nil }
        #expect(guest.endReason == (token.isEmpty ? "a token is needed" : "the token is wrong"))
        #expect(guest.count == 0 && host.joined.isEmpty && host.left.isEmpty)
        let right = try join(2) { $0.token = [1, 2, 3] }
        network.run(for: .seconds(5)) { right.has(host) }
        #expect(right.has(host))
    }

    @Test func `a guest too many waits for its turn`() throws {
        let host = try host { $0.maximumGuests = 1 }
        let first = try join(1)
        network.run(for: .seconds(1)) { first.has(host) }
        let second = try join(2)
        network.run(for: .seconds(1)) { !second.interruptions.isEmpty }
        #expect(second.interruptions.first == "1 guests are here already")
        first.guest.leave(on: first.site.endpoint, at: network.now)
        network.run(for: .seconds(20)) { second.has(host) }
        #expect(second.has(host) && second.endReason == nil)
    }

    @Test func `orders need the permission to speak`() throws {
        let host = try host()
        let guest = try join()
        network.run(for: .seconds(1)) { guest.has(host) }
        guest.guest.send(
            .say(session: "realtime", text: "hello"), on: guest.site.endpoint, at: network.now)
        network.run(for: .seconds(1))
        #expect(host.orders.isEmpty)
        #expect(guest.answers == ["1 refused: the host lets guests only watch"])
    }

    @Test func `who may speak is heard once, and hears what became of it`() throws {
        let host = try host { $0.permission = .speak }
        let guest = try join { $0.wanted = SourceSelection(names: ["realtime"]) }
        network.run(for: .seconds(1)) { guest.has(host) }
        let orders: [PeerOrder] = [
            .say(session: "realtime", text: "héllo"), .interrupt(session: "realtime"),
            .createResponse(session: "realtime/2"), .cancelResponse(session: "realtime"),
        ]
        for order in orders {
            guest.guest.send(order, on: guest.site.endpoint, at: network.now)
        }
        guest.guest.send(.interrupt(session: "inbox"), on: guest.site.endpoint, at: network.now)
        guest.guest.send(
            .say(session: "realtime", text: String(repeating: "x", count: 2 << 20)),
            on: guest.site.endpoint, at: network.now)
        network.run(for: .seconds(1)) { guest.answers.count == 6 }
        #expect(host.orders == orders)
        host.host.refuse(
            order: 3, of: host.joined[0], reason: "no such session", on: host.site.endpoint)
        network.run(for: .seconds(1)) { guest.answers.count == 7 }
        #expect(
            guest.answers == [
                "6 refused: the text is too long", "1 taken", "2 taken", "3 taken", "4 taken",
                "5 refused: the session is not shared", "3 refused: no such session",
            ])
    }

    @Test func `an order that may not have arrived is refused when the connection breaks`()
        throws
    {
        let host = try host { $0.permission = .speak }
        let guest = try join { $0.client.transport.idleTimeout = .seconds(2) }
        network.run(for: .seconds(1)) { guest.has(host) }
        network.isUp = false
        guest.guest.send(.interrupt(session: "realtime"), on: guest.site.endpoint, at: network.now)
        network.run(for: .seconds(5)) { !guest.answers.isEmpty }
        #expect(guest.answers == ["1 refused: the connection broke before the host took it"])
        guest.guest.send(.interrupt(session: "realtime"), on: guest.site.endpoint, at: network.now)
        network.run(for: .milliseconds(1))
        #expect(guest.answers.last == "2 refused: not connected")
        network.isUp = true
        network.run(for: .seconds(20)) { guest.welcomes.count == 2 }
        #expect(host.orders.isEmpty && guest.welcomes.last?.isNewLog == false)
    }

    @Test func `a guest that comes again takes its own place`() throws {
        let host = try host()
        let guest = try join(1)
        network.run(for: .seconds(1)) { guest.has(host) }
        let again = try join(2) { $0.key = [UInt8](repeating: 1, count: 16) }
        network.run(for: .seconds(1)) { again.has(host) && guest.endReason != nil }
        #expect(host.joined == [PeerID(1), PeerID(1)])
        #expect(host.left == ["the guest came again"])
        #expect(guest.endReason == "closed by the peer, code 3: the guest came again")
        let other = try join(3)
        network.run(for: .seconds(1)) { other.has(host) }
        #expect(host.joined.last == PeerID(2))
    }

    @Test func `who is sent away does not come again`() throws {
        let host = try host()
        let guest = try join()
        network.run(for: .seconds(1)) { guest.has(host) }
        host.host.remove(
            PeerID(1), reason: "enough", on: host.site.endpoint, at: network.now)
        network.run(for: .seconds(1)) { guest.endReason != nil }
        #expect(guest.endReason == "enough" && host.left == ["enough"])
    }

    @Test(arguments: [false, true])
    func `a host that closes sends everything first`(_ mayReturn: Bool) throws {
        let host = try host()
        let guest = try join()
        network.run(for: .seconds(1)) { guest.has(host) }
        for _ in 0..<500 { host.add("realtime", bytes: 200, at: network.now) }
        host.host.close(
            reason: "that is all", mayReturn: mayReturn, on: host.site.endpoint, at: network.now)
        network.run(for: .seconds(2)) { guest.endReason != nil || !guest.interruptions.isEmpty }
        #expect(guest.events == host.log.bySource())
        #expect(guest.endReason == (mayReturn ? nil : "that is all"))
        #expect(guest.interruptions == (mayReturn ? ["that is all"] : []))
        guard mayReturn else { return }
        network.run(for: .seconds(2)) { guest.interruptions.count > 1 }
        #expect(guest.interruptions.dropFirst().first == "the host is closing")
    }

    @Test func `a host that ends at once after its goodbye is understood`() throws {
        let host = try host()
        let guest = try join()
        network.run(for: .seconds(1)) { guest.has(host) }
        host.host.close(reason: "that is all", on: host.site.endpoint, at: network.now)
        for connection in host.site.accepted { host.site.endpoint.close(connection) }
        network.run(for: .seconds(2)) { guest.endReason != nil }
        #expect(guest.endReason == "that is all, and its last events may be missing")
        #expect(guest.hasEndedInOrder == false && guest.interruptions.isEmpty)
        // One that ends without a word may come again.
        network.remove(host.site)
        let other = try self.host()
        let second = try join(2)
        network.run(for: .seconds(1)) { second.has(other) }
        for connection in other.site.accepted { other.site.endpoint.close(connection) }
        network.run(for: .seconds(5)) { second.welcomes.count == 2 }
        #expect(second.welcomes.count == 2 && second.endReason == nil)
    }

    @Test func `a guest whose address changes during its handshake is back soon`() throws {
        let host = try HostSite(log: MadeLog(seed: 1))
        network.add(host.site)
        host.add("realtime", at: .zero)
        let guest = try GuestSite()
        let process = guest.site.onEvent
        var hasMoved = false
        guest.site.onEvent = { [network] event in
            if case .connected = event.kind, !hasMoved {
                hasMoved = true
                network.translation[guest.site.address] =
                    NetworkAddress(ipv4: 192, 0, 2, 7, port: 77)
            }
            process?(event)
        }
        guest.begin(on: network)
        network.run(for: .seconds(20)) { guest.has(host) }
        #expect(hasMoved && guest.events == host.log.bySource())
        #expect(guest.interruptions == ["the host does not answer"])
        #expect(network.now < .milliseconds(4_500), "\(network.now)")
    }

    @Test func `a guest gives up when nobody is there`() throws {
        let guest = try join {
            $0.giveUpTime = .seconds(30)
            $0.client.transport.handshakeTimeout = .seconds(4)
        }
        network.run(for: .seconds(120)) { guest.endReason != nil }
        #expect(guest.endReason?.hasPrefix("no contact for 30 s") == true)
        #expect(network.now < .milliseconds(40_000))
    }

    @Test func `a server with another certificate is not tried again`() throws {
        let other = try Fixture.otherCertificate.get().identity
        let host = try HostSite(log: MadeLog(seed: 1), server: { $0.identity = other })
        network.add(host.site)
        let guest = try join()
        network.run(for: .seconds(5)) { guest.endReason != nil }
        #expect(guest.endReason?.contains("certificate") == true)
        #expect(guest.interruptions.isEmpty)
    }

    @Test func `sources that are not shared or wanted stay where they are`() throws {
        let host = try host { $0.shares = SourceSelection(names: ["realtime", "mic"]) }
        for index in 0..<60 {
            host.add(["realtime", "realtime/2", "mic", "keyboard"][index % 4], at: .zero)
        }
        let all = try join(1)
        let some = try join(2) { $0.wanted = SourceSelection(names: ["realtime/2", "keyboard"]) }
        let shared = SourceSelection(names: ["realtime", "mic"])
        network.run(for: .seconds(1)) { all.complete == 70 && some.complete == 70 }
        #expect(all.events == host.log.bySource(shared) && all.complete == 70)
        #expect(
            some.events == host.log.bySource(SourceSelection(names: ["realtime/2"]))
                && some.complete == 70)
        #expect(all.welcomes.first?.sources == ["realtime", "realtime/2", "mic"])
    }
}
