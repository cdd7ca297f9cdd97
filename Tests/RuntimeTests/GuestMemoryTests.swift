import Cells
import Engine
import Foundation
import Interface
import PeerProtocol
import QUIC
import Recordings
import Sharing
import SimulatedNetwork
import Testing
import Timeline

@testable import Runtime

/// A guest's log over a simulated network: what is urgent passes, the rest waits bounded.
struct GuestMemoryTests {
    private static let header = RecordingHeader(clock: .measured, origin: "test")

    @Test(arguments: [0.0, 0.05])
    func `tokens pass a backlog, which waits in bounded memory`(loss: Double) throws {
        let folder = try TemporaryDirectory()
        let network = SimulatedNetwork()
        network.faults.rate = 4e6
        network.faults.loss = loss
        let host = try Host()
        // Video overtakes telemetry that came before it, and tokens overtake both.
        for _ in 0..<600 {
            host.add("telemetry", .receivedBinary(.init(repeating: 1, count: 8_192)))
        }
        for _ in 0..<600 { host.add("camera", .receivedBinary(.init(repeating: 2, count: 8_192))) }
        let copy = try Copy(path: folder.path("copy"), earlyLimit: 512 << 10)
        network.add(host.site)
        copy.join(network)
        network.run(for: .seconds(2)) { copy.guest.position?.complete ?? 0 > 0 || copy.events > 0 }
        var (mostEarly, tokens, mostAhead) = (0, 0, UInt64(0))
        while copy.recorder.nextSequence < host.events.count, tokens < 5_000 {
            host.add("realtime", .received(Array("{\"type\":\"x\",\"n\":\(tokens)}".utf8)))
            tokens += 1
            network.run(for: .milliseconds(20))
            try copy.advance(at: network.now)
            mostEarly = max(mostEarly, copy.recorder.earlyBytes)
            // Tokens are seen as they come, whatever the file waits for.
            let seen = UInt64(copy.app.engine[.realtime]?.eventCount ?? 0)
            if loss == 0, tokens > 10 { #expect(seen + 5 >= tokens) }
            mostAhead = max(mostAhead, seen)
            if tokens > 200 { break }
        }
        #expect(mostAhead > 100 || copy.recorder.nextSequence == host.events.count)
        network.run(for: .seconds(60)) { copy.events == host.events.count }
        repeat { try copy.advance(at: network.now) } while copy.log.isBehind
        #expect(mostEarly > 256 << 10, "\(mostEarly)")
        #expect(mostEarly <= 512 << 10 + 16 * 65_536 + 16_384, "\(mostEarly)")
        #expect(copy.recorder.nextSequence == UInt64(host.events.count))
        #expect(copy.recorder.earlyBytes == 0)
        var expected = RecordingCodec.encode(Self.header)
        for event in host.events {
            RecordingCodec.encode(RecordedEvent(event: event), into: &expected)
        }
        #expect(try FileAccess.read(folder.path("copy")) == expected)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == ["copy"])
    }

    /// A host whose log is all in memory.
    private final class Host {
        let site: Site
        private let host: PeerHost
        private(set) var events: [Event] = []

        init() throws {
            var settings = PeerHostSettings(name: "host")
            (settings.tail, settings.tailOfSource) = (64 << 20, 64 << 20)
            site = try Site(
                try Fixture.server { $0.protocols = [PeerProtocol.applicationProtocol] },
                at: Fixture.serverAddress)
            site.reads = false
            host = PeerHost(
                settings, logID: .random(), header: RecordingCodec.encode(header),
                nextSequence: 0)
            site.onEvent = { [unowned self] event in
                host.process(event, on: site.endpoint, at: site.network?.now ?? .zero)
            }
            site.onTurn = { [unowned self] now in
                host.advance(on: site.endpoint, at: now)
                _ = host.takeOutput()
            }
            site.userDeadline = { [unowned self] in host.deadline }
        }

        func add(_ source: String, _ payload: Payload) {
            let event = Event(
                sequence: UInt64(events.count), time: site.network?.now ?? .zero,
                source: SourceID(source), payload: payload)
            events.append(event)
            host.append([event])
        }
    }

    /// A guest and its log, as a program has them.
    private final class Copy {
        let guest: PeerGuest
        let recorder: Recorder
        let log: LiveLog
        private(set) var app = App(
            configuration: AppConfiguration(engine: .standard, themes: [.midstreamDark]))
        private(set) var events = 0
        private let site: Site
        private let inbox: Inbox

        init(path: String, earlyLimit: Int) throws {
            site = try Site(try Fixture.client(), at: Fixture.clientAddress)
            site.reads = false
            guest = PeerGuest(
                PeerGuestSettings(
                    name: "guest", key: [UInt8](repeating: 1, count: 16),
                    client: Fixture.connection, remote: Fixture.serverAddress,
                    local: Fixture.clientAddress))
            inbox = try Inbox()
            recorder = try Recorder(path: path, header: header, earlyLimit: earlyLimit)
            log = LiveLog(inbox: inbox, recorder: recorder, isKept: true, title: "copy")
            site.onEvent = { [unowned self] event in
                guest.process(event, on: site.endpoint, at: site.network?.now ?? .zero)
                take()
            }
            site.onTurn = { [unowned self] now in
                guest.advance(on: site.endpoint, at: now)
                take()
            }
            site.userDeadline = { [unowned self] in guest.deadline }
        }

        func join(_ network: SimulatedNetwork) {
            network.add(site)
            guest.begin(on: site.endpoint, at: network.now)
        }

        private func take() {
            for case .events(let new) in guest.takeOutput() {
                events += new.count
                inbox.post(
                    copiesOf: new,
                    isUrgent: new.first.map { SourceClass(ofSource: $0.source.name) == .tokens }
                        ?? false)
            }
        }

        func advance(at now: Instant) throws {
            repeat { _ = try log.advance(&app, to: now) } while log.isBehind
        }
    }
}
