import Cells
import Engine
import Foundation
import Glibc
import Interface
import JSONText
import Networking
import PeerProtocol
import QUIC
import Recordings
import Synchronization
import Testing
import Timeline

@testable import Runtime

/// One side of a shared log: what the program has behind its screen.
private final class Side {
    let inbox: Inbox
    let clock: MonotonicClock
    let log: LiveLog
    var app: App
    private(set) var events: [Event] = []

    init(_ inbox: Inbox, _ clock: MonotonicClock, _ log: LiveLog) {
        (self.inbox, self.clock, self.log) = (inbox, clock, log)
        app = App(configuration: AppConfiguration(engine: .standard, themes: [.midstreamDark]))
    }

    func advance() throws {
        for command in try log.advance(&app, to: clock.now, witness: { events.append($0) }) {
            if case .ask(let session, let wish) = command { log.ask(wish, of: session, &app) }
        }
    }

    func post(_ payload: Payload, from source: SourceID = .realtime) {
        inbox.post(Inbox.Arrival(time: clock.now, source: source, payload: payload))
    }

    func close() throws {
        try log.close(&app, clock: clock) { events.append($0) }
    }
}

/// Lets all go on until something holds; false when the test's time is over before.
private func goOn(_ sides: [Side], until condition: () -> Bool) throws -> Bool {
    while !Task.isCancelled {
        for side in sides { try side.advance() }
        if condition() { return true }
        var waiting = sides.map {
            pollfd(fd: $0.inbox.descriptor, events: Int16(POLLIN), revents: 0)
        }
        unsafe poll(&waiting, nfds_t(waiting.count), 50)
    }
    return false
}

/// A host and its guests in one process, over real sockets.
private struct SharedRoom {
    let folder: TemporaryDirectory
    let header = RecordingHeader(
        startedAt: "2026-01-01T00:00:00Z", clock: .measured, origin: "test")
    let identifier = LogID.random()
    private(set) var host: Side
    private(set) var edge: HostEdge

    init(_ change: (inout HostingOptions) -> Void = { _ in }) throws {
        folder = try TemporaryDirectory()
        (host, edge) = try Self.host(
            folder, name: "host", header, identifier, port: 0, change)
    }

    private static func host(
        _ folder: TemporaryDirectory, name: String, _ header: RecordingHeader, _ id: LogID,
        port: Int, _ change: (inout HostingOptions) -> Void
    ) throws -> (Side, HostEdge) {
        var options = HostingOptions(host: "127.0.0.1", port: port)
        options.stateDirectory = folder.path("state")
        options.name = "the host"
        change(&options)
        let inbox = try Inbox()
        let clock = MonotonicClock()
        let path = folder.path(name)
        let recorder = try Recorder(path: path, header: header)
        let edge = try HostEdge(
            options,
            log: HostEdge.Log(path: path, header: header, identifier: id, takesPeers: true),
            inbox: inbox, clock: clock)
        let log = LiveLog(
            inbox: inbox, recorder: recorder, isKept: true, title: "host", sharing: edge)
        return (Side(inbox, clock, log), edge)
    }

    func join(
        _ name: String, _ change: (inout JoiningOptions) -> Void = { _ in }
    ) throws -> (Side, GuestEdge) {
        var options = JoiningOptions(host: "127.0.0.1", port: edge.port)
        options.stateDirectory = folder.path("state")
        options.name = name
        change(&options)
        let inbox = try Inbox()
        let clock = MonotonicClock()
        let edge = try GuestEdge(options, inbox: inbox, clock: clock)
        let log = LiveLog(
            inbox: inbox, recorder: try Recorder(path: folder.path(name), header: header),
            isKept: true, title: name, sharing: edge)
        return (Side(inbox, clock, log), edge)
    }

    func run(_ guests: [Side], until condition: () -> Bool) throws -> Bool {
        try goOn([host] + guests, until: condition)
    }

    func bytes(_ name: String) throws -> [UInt8] { try FileAccess.read(folder.path(name)) }
}

/// Events of a conversation, as a server sends them.
private func conversation(_ count: Int) -> [Payload] {
    var payloads: [Payload] = [
        .opened(detail: "test"),
        .received(
            Array(
                #"{"type":"session.created","session":{"id":"s","model":"gpt-realtime"}}"#.utf8)),
        .received(
            Array(
                #"{"type":"response.created","response":{"id":"r","status":"in_progress","output":[]}}"#
                    .utf8)),
    ]
    for number in 0..<count {
        payloads.append(
            .received(
                Array(
                    #"{"type":"response.output_text.delta","response_id":"r","item_id":"i","output_index":0,"content_index":0,"delta":"word\#(number) "}"#
                        .utf8)))
    }
    return payloads
}

@Suite(.timeLimit(.minutes(20)))
struct PeerTests {
    @Test func `a guest that comes late gets the log so far, then follows, and has the same`()
        throws
    {
        let room = try SharedRoom()
        for payload in conversation(300) { room.host.post(payload) }
        try room.host.advance()
        let (guest, edge) = try room.join("late")
        #expect(
            try room.run([guest]) {
                guest.events.count == room.host.events.count && guest.events.count > 303
            })
        for payload in conversation(200) { room.host.post(payload) }
        #expect(
            try room.run([guest]) {
                room.host.events.count > 500 && guest.events.count == room.host.events.count
            })
        #expect(guest.events == room.host.events)
        #expect(guest.app.engine.json() == room.host.app.engine.json())
        #expect(edge.arrival == .welcomed(header: RecordingCodec.encode(room.header)))
        #expect(room.host.app.peers?.peers.map(\.name) == ["late"])
        #expect(guest.app.peers?.link == .up)
        try guest.close()
        #expect(try room.run([]) { room.host.app.peers?.peers.isEmpty == true })
        try room.host.close()
        #expect(try room.bytes("host").starts(with: room.bytes("late")))
        let last = try #require(room.host.events.last)
        #expect(last.source == SourceID("peer/1"))
        #expect(last.payload == .closed(code: nil, reason: "left"))
    }

    @Test func `a guest is bound to none of its machine's addresses`() throws {
        let room = try SharedRoom()
        let (guest, edge) = try room.join("anna")
        #expect(try room.run([guest]) { guest.app.peers?.link == .up })
        let local = Mutex<NetworkAddress?>(nil)
        let inbox = guest.inbox
        edge.driver.execute { endpoint, _, _ in
            local.withLock { place in
                place = endpoint.handles.first.flatMap { endpoint.addresses($0)?.local }
            }
            inbox.wake()
        }
        #expect(try room.run([guest]) { local.withLock { $0 != nil } })
        #expect(local.withLock { $0?.isWildcard } == true)
        try guest.close()
        try room.host.close()
    }

    @Test func `several guests see the same, and one that leaves disturbs nobody`() throws {
        let room = try SharedRoom()
        let (anna, _) = try room.join("anna")
        let (ben, _) = try room.join("ben")
        #expect(try room.run([anna, ben]) { room.host.app.peers?.peers.count == 2 })
        for payload in conversation(50) { room.host.post(payload) }
        #expect(try room.run([anna, ben]) { ben.events.count > 50 && anna.events.count > 50 })
        try anna.close()
        for payload in conversation(50) { room.host.post(payload) }
        #expect(
            try room.run([ben]) {
                ben.events.count == room.host.events.count && ben.events.count > 106
            })
        #expect(ben.events == room.host.events)
        try ben.close()
        try room.host.close()
    }

    @Test func `a guest speaks where it is allowed to, and the log says who it was`() throws {
        let room = try SharedRoom { $0.permission = .speak }
        room.host.post(.opened(detail: "test"))
        let (guest, _) = try room.join("anna")
        #expect(
            try room.run([guest]) { guest.app.peers?.maySpeak == true && guest.app.session != nil })
        #expect(
            guest.app.perform(.say("ho"), for: .realtime) == [.ask(.realtime, .say("ho"))])
        guest.log.ask(.say("ho"), of: .realtime, &guest.app)
        let order: JSON = ["order": "say", "session": "realtime", "text": "ho"]
        #expect(
            try room.run([guest]) {
                guest.events.contains {
                    $0.source == SourceID("peer/1") && $0.payload == .received(order.bytes)
                }
            })
        try guest.close()
        try room.host.close()
    }

    @Test func `a guest that may only watch is refused what it asks`() throws {
        let room = try SharedRoom()
        room.host.post(.opened(detail: "test"))
        let (guest, _) = try room.join("anna")
        #expect(try room.run([guest]) { guest.app.session != nil })
        guest.log.ask(.say("ho"), of: .realtime, &guest.app)
        #expect(try room.run([guest]) { guest.app.view.notice?.contains("only watch") == true })
        #expect(
            !room.host.events.contains { if case .received = $0.payload { true } else { false } })
        try guest.close()
        try room.host.close()
    }

    @Test func `only the shared sessions are seen`() throws {
        let room = try SharedRoom { $0.sources = ["realtime/2"] }
        let (guest, _) = try room.join("anna")
        for (number, payload) in conversation(100).enumerated() {
            room.host.post(
                payload, from: SourceID(number.isMultiple(of: 2) ? "realtime" : "realtime/2"))
        }
        #expect(try room.run([guest]) { guest.events.count == 51 })
        #expect(guest.events.map(\.sequence) == (0..<51).map { UInt64($0) })
        #expect(Set(guest.events.map(\.source)) == [SourceID("realtime/2")])
        #expect(
            guest.events.map(\.payload)
                == room.host.events.filter { $0.source.name == "realtime/2" }.map(\.payload))
        try guest.close()
        try room.host.close()
    }

    @Test(arguments: [nil, "wrong"])
    func `who does not know the token is refused`(token: String?) throws {
        let files = try TemporaryDirectory()
        func secret(_ text: String) throws -> String {
            let path = files.path("token-\(text)")
            try Data(text.utf8).write(to: URL(filePath: path))
            unsafe chmod(path, 0o600)
            return path
        }
        let right = try secret("right")
        let room = try SharedRoom { $0.tokenPath = right }
        let other = try token.map(secret)
        let (guest, edge) = try room.join("anna") { $0.tokenPath = other }
        #expect(try room.run([guest]) { edge.arrival != .waiting })
        guard case .refused(let reason) = edge.arrival else {
            Issue.record("the guest was welcomed")
            return
        }
        #expect(reason.contains("token"))
        let (friend, welcome) = try room.join("ben") { $0.tokenPath = right }
        #expect(try room.run([friend]) { welcome.arrival != .waiting })
        #expect(welcome.arrival == .welcomed(header: RecordingCodec.encode(room.header)))
        try guest.close()
        try friend.close()
        try room.host.close()
    }

    @Test func `a host that leaves says so, and its guests do not wait for it`() throws {
        let room = try SharedRoom()
        let (guest, _) = try room.join("anna")
        for payload in conversation(10) { room.host.post(payload) }
        #expect(try room.run([guest]) { guest.events.count > 12 })
        try room.host.close()
        #expect(
            try room.run([guest]) {
                guest.app.peers?.link == .ended(reason: "the host has ended the session")
            })
        #expect(guest.app.peers?.endedInOrder == true)
        #expect(room.host.events.starts(with: guest.events))
        try guest.close()
    }

    @Test func `a guest that is sent away is told so and does not come back`() throws {
        let room = try SharedRoom()
        let (guest, _) = try room.join("anna")
        #expect(try room.run([guest]) { room.host.app.peers?.peers.count == 1 })
        room.host.log.sendAway(peer: "peer/1")
        #expect(
            try room.run([guest]) {
                guest.app.peers?.link == .ended(reason: "the host sent us away")
            })
        #expect(guest.app.peers?.endedInOrder == true)
        try guest.close()
        try room.host.close()
    }
}

/// The program as a host of its own process, which can be killed.
private struct HostProcess {
    let process = Process()

    /// A port that no socket gets that does not ask for it, since those are from 32768 on: so it
    /// is still free when the process comes back. Each test has its own.
    static func port(_ number: Int) -> Int { 16_384 + Int(getpid()) % 8_000 + 8_000 * number }

    init(
        _ folder: TemporaryDirectory, recording: String, speed: Int, port: Int
    ) throws {
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "midstream-tui")
        process.arguments = [
            "peer", "serve", "--headless", "--recording", recording, "--speed", "\(speed)",
            "--listen", "127.0.0.1:\(port)",
        ]
        process.environment = ["XDG_STATE_HOME": folder.path("state"), "PATH": "/usr/bin"]
        process.currentDirectoryURL = folder.url
        let said = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = said
        try process.run()
        var text = ""
        while !text.contains("sha256") {
            let more = said.fileHandleForReading.availableData
            guard !more.isEmpty else { break }
            text += String(decoding: more, as: UTF8.self)
        }
        try #require(text.contains("serving"), "\(text)")
    }

    func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

@Suite(.timeLimit(.minutes(20)))
struct LostHostTests {
    private func join(_ port: Int, _ folder: TemporaryDirectory) throws -> Side {
        var options = JoiningOptions(host: "127.0.0.1", port: port)
        options.stateDirectory = folder.path("state/midstream/peer")
        options.patience = .seconds(1_200)
        let inbox = try Inbox()
        let clock = MonotonicClock()
        let edge = try GuestEdge(options, inbox: inbox, clock: clock)
        let recorder = try Recorder(
            path: folder.path("copy"), header: RecordingHeader(clock: .measured, origin: "test"))
        return Side(
            inbox, clock,
            LiveLog(
                inbox: inbox, recorder: recorder, isKept: true, title: "copy", sharing: edge))
    }

    private func events(_ name: String) throws -> [Event] {
        var cursor = try Demos.source(name).cursor(at: 0)
        var events: [Event] = []
        while let event = try cursor.next() { events.append(event) }
        return events
    }

    @Test func `a host that is killed and comes back with its log is followed on`() throws {
        let folder = try TemporaryDirectory()
        // Over a minute goes by before the first would be through.
        let port = HostProcess.port(0)
        let first = try HostProcess(folder, recording: "tour", speed: 1, port: port)
        let guest = try join(port, folder)
        #expect(try goOn([guest]) { guest.events.count > 20 })
        first.kill()
        let known = guest.events.count
        let second = try HostProcess(folder, recording: "tour", speed: 100, port: port)
        let all = try events("tour")
        #expect(known < all.count)
        #expect(try goOn([guest]) { guest.events.count == all.count })
        #expect(guest.events == all)
        second.kill()
        try guest.close()
    }

    @Test func `a host that comes back with another log ends the copy, with the reason`() throws {
        let folder = try TemporaryDirectory()
        let port = HostProcess.port(1)
        let first = try HostProcess(folder, recording: "tour", speed: 1, port: port)
        let guest = try join(port, folder)
        #expect(try goOn([guest]) { guest.events.count > 20 })
        first.kill()
        let second = try HostProcess(
            folder, recording: "failure", speed: 100, port: port)
        #expect(
            try goOn([guest]) {
                guest.app.peers?.link == .ended(reason: "the host has begun another log")
            })
        #expect(guest.app.peers?.endedInOrder == false)
        #expect(guest.events == Array(try events("tour").prefix(guest.events.count)))
        second.kill()
        try guest.close()
    }
}
