import Cells
import Engine
import Dispatch
import Emulator
import Glibc
import Interface
import Networking
import PeerProtocol
import Recordings
import Synchronization
import Terminal
import Timeline

/// The sides of a demo, in one program; they know each other by certificates of their own.
final class PeerCompany: Sendable {
    /// Somebody who joins without a screen.
    struct Guest: Sendable {
        var name: String
        var port: Int
        var after: Interval
        var leaves: Interval?
        /// What is said, and when.
        var lines: [(after: Interval, text: String)]

        init(
            _ name: String, port: Int, after: Interval, leaves: Interval? = nil,
            lines: [(Interval, String)] = []
        ) {
            self.name = name
            self.port = port
            self.after = after
            self.leaves = leaves
            self.lines = lines
        }
    }

    private let folder: String
    private let threads = NetworkThreads()
    private let clock = MonotonicClock()
    private let isOver = Atomic<Bool>(false)
    private let group = DispatchGroup()

    init() throws(FileError) {
        folder = TemporaryFile.path(for: "demo") + ".d"
        do {
            try UserDirectory.make(folder)
        } catch {
            throw FileError(path: folder, message: "\(error)")
        }
    }

    /// Waits for everybody to leave, and takes all files away.
    func end() {
        isOver.store(true, ordering: .releasing)
        group.wait()
        do {
            try threads.shutDown()
        } catch {
            Output.complain(error.message)
        }
        for part in ["/state", ""] {
            for name in directoryEntries(folder + part) {
                unsafe unlink("\(folder)\(part)/\(name)")
            }
            unsafe rmdir(folder + part)
        }
    }

    func wait(_ interval: Interval) { clock.sleep(until: clock.now + interval) }

    /// A bad network in front of a host; returns its port.
    func relay(to port: Int, _ faults: DatagramRelay.Faults) throws -> Int {
        try DatagramRelay(to: port, faults: faults, seed: 1, threads: threads).port
    }

    // MARK: with the screen

    /// A host of a recording, or with nil of a conversation with the emulator, on the terminal.
    ///
    /// - Parameter ready: is told the host's port before the screen begins.
    func host(
        _ options: ProgramOptions, script: KeyScript, recording: EventSource?,
        ready: (Int) throws -> Void
    ) throws -> CInt {
        var hosting = hosting
        hosting.permission = recording == nil ? .speak : .watch
        let session: HostedSession
        if let recording {
            session = try HostedSession(recording: recording, speed: 1, hosting: hosting)
        } else {
            var live = LiveOptions()
            live.provider = .emulator
            live.devices = .none
            session = try HostedSession(
                live,
                header: RecordingHeader(
                    startedAt: WallClock.timestamp, clock: .measured, origin: "midstream-tui demo"),
                hosting: hosting)
        }
        try ready(session.edge.port)
        return try session.show(options, script: script)
    }

    /// A guest on the terminal.
    func join(_ options: ProgramOptions, script: KeyScript, port: Int) throws -> CInt {
        try PeerJoinCommand(joining: joining("you", port), options: options).run(script: script)
    }

    // MARK: without it

    /// A host that plays a recording beside; returns its port.
    func hostBeside(_ recording: EventSource) throws -> Int {
        let answer = Mutex<Result<Int, any Error>?>(nil)
        let isReady = DispatchSemaphore(value: 0)
        let hosting = hosting
        DispatchQueue(label: "host").async(group: group) { [self] in
            do {
                let session = try HostedSession(recording: recording, speed: 1, hosting: hosting)
                answer.withLock { $0 = .success(session.edge.port) }
                isReady.signal()
                try run(session.log, session.inbox, session.clock, begin: session.begin)
                try session.end()
            } catch {
                answer.withLock { if $0 == nil { $0 = .failure(error) } }
                isReady.signal()
            }
        }
        isReady.wait()
        guard let port = try answer.withLock({ $0 })?.get() else {
            preconditionFailure("the host has answered")
        }
        return port
    }

    /// Lets a guest come, speak and go beside.
    func bring(_ guest: Guest) {
        DispatchQueue(label: guest.name).async(group: group) { [self] in
            do {
                try follow(guest)
            } catch {
                Output.complain("\(guest.name): \(error)")
            }
        }
    }

    private func follow(_ guest: Guest) throws {
        let start = clock.now + guest.after
        while clock.now < start {
            if isOver.load(ordering: .acquiring) { return }
            wait(.milliseconds(50))
        }
        let inbox = try Inbox()
        let edge = try GuestEdge(joining(guest.name, guest.port), inbox: inbox, clock: clock)
        let path = "\(folder)/\(guest.name)"
        let header = RecordingHeader(clock: .measured, origin: "midstream-tui demo")
        let log = LiveLog(
            inbox: inbox, recorder: try Recorder(path: path, header: header), isKept: false,
            title: guest.name, sharing: edge)
        try run(
            log, inbox, clock, until: guest.leaves.map { start + $0 },
            lines: guest.lines.map { (start + $0.after, $0.text) })
    }

    /// The loop of a side that nobody looks at.
    private func run(
        _ log: LiveLog, _ inbox: Inbox, _ clock: MonotonicClock, until end: Instant? = nil,
        lines: [(time: Instant, text: String)] = [], begin: (inout App) -> [Command] = { _ in [] }
    ) throws {
        var app = App(configuration: AppConfiguration(engine: .standard, themes: [.midstreamDark]))
        var lines = lines[...]
        _ = begin(&app)
        while !isOver.load(ordering: .acquiring), end.map({ clock.now < $0 }) ?? true {
            _ = try log.advance(&app, to: clock.now)
            if let line = lines.first, clock.now >= line.time {
                lines.removeFirst()
                for case .ask(let session, let wish) in app.perform(.say(line.text), for: .realtime)
                { log.ask(wish, of: session, &app) }
            }
            if !log.isBehind { inbox.wait(milliseconds: 100) }
        }
        try log.close(&app, clock: clock)
    }

    private var hosting: HostingOptions {
        var options = HostingOptions(host: "127.0.0.1", port: 0)
        options.stateDirectory = folder + "/state"
        options.name = "the host"
        return options
    }

    private func joining(_ name: String, _ port: Int) -> JoiningOptions {
        var options = JoiningOptions(host: "127.0.0.1", port: port)
        options.stateDirectory = folder + "/state"
        options.name = name
        return options
    }
}
