import Engine
import Glibc
import Interface
import PeerProtocol
import Recordings
import Terminal

/// Shares a conversation of one's own, or a recording that plays, with whoever joins.
package struct PeerServeCommand {
    package var hosting: HostingOptions
    package var live: LiveOptions
    package var options: ProgramOptions
    /// A recording's path or a demo's name; nil holds a conversation.
    package var recording: String?
    package var speed = 1.0

    package init(hosting: HostingOptions, live: LiveOptions, options: ProgramOptions) {
        self.hosting = hosting
        self.live = live
        self.options = options
    }

    /// Serves until the person leaves; returns the exit code.
    package func run() throws -> CInt {
        let header = try header()
        let wiring = try Wiring(options, header: header, remembers: true)
        let session = try hosted(wiring, header)
        let screen = try TerminalScreen(ScreenOptions(color: options.color, mouse: wiring.mouse))
        var configuration = wiring.configuration
        configuration.hint = "J shows who has joined; midstream-tui peer join \(session.address)"
        let loop = TerminalLoop(
            screen: screen, app: App(configuration: configuration), player: .live(session.log),
            script: nil, clock: session.clock, wiring: wiring, cast: nil, begin: session.begin
        ) { [options] in try Wiring(options, header: header, remembers: true) }
        let result = try loop.run()
        try session.end()
        try Output.sayFarewell(result.farewell)
        return result.exitCode
    }

    /// Serves without a terminal until a signal ends it: events are JSON lines of the output.
    package func runHeadless() throws -> CInt {
        let signals = try EndSignals()
        let header = try header()
        let wiring = try Wiring(options, header: header, remembers: true)
        let session = try hosted(wiring, header)
        Output.complain("peer: serving \(session.address)")
        Output.complain("peer: certificate sha256 \(session.edge.certificateHash)")
        var lines = RecordingCodec.encode(header)
        try Output.write(String(decoding: lines, as: UTF8.self))
        lines = []
        var loop = SharedLogLoop(
            log: session.log, inbox: session.inbox, clock: session.clock, signals: signals,
            app: App(configuration: wiring.configuration))
        let code = try loop.run(begin: session.begin)
        try session.end()
        return code
    }

    private func header() throws(FileError) -> RecordingHeader {
        guard let recording else {
            return RecordingHeader(
                startedAt: WallClock.timestamp, clock: .measured, origin: "midstream-tui peer")
        }
        return try Demos.source(nameOrPath: recording).header
    }

    private func hosted(_ wiring: Wiring, _ header: RecordingHeader) throws -> HostedSession {
        guard let recording else {
            var live = live
            try live.fill(from: wiring.file)
            return try HostedSession(live, header: header, hosting: hosting)
        }
        guard hosting.permission == .watch else {
            throw FileError(
                path: recording, message: "a recording cannot be spoken to: --allow watch")
        }
        return try HostedSession(
            recording: try Demos.source(nameOrPath: recording), speed: speed, hosting: hosting)
    }
}

/// A log that grows and is shared: where it comes from, and what shares it.
private struct HostedSession {
    let log: LiveLog
    let inbox: Inbox
    let clock: MonotonicClock
    let edge: HostEdge
    let begin: (inout App) -> [Command]
    let end: () throws -> Void

    var address: String { edge.state?.address ?? "" }

    /// A conversation that this program holds.
    init(_ live: LiveOptions, header: RecordingHeader, hosting: HostingOptions) throws {
        var made: HostEdge?
        let session = try LiveSession(
            live, header: header, environment: processEnvironment()
        ) { path, inbox, clock in
            let edge = try HostEdge(
                hosting,
                log: HostEdge.Log(
                    path: path, header: header, identifier: .random(), takesPeers: true),
                inbox: inbox, clock: clock)
            made = edge
            return edge
        }
        guard let made else { preconditionFailure("a live session makes what shares it") }
        (log, inbox, clock, edge) = (session.log, session.inbox, session.clock, made)
        begin = { session.begin(&$0) }
        end = { try session.end() }
    }

    /// A recording that plays; its log has its own times, and no guests in it.
    init(recording source: EventSource, speed: Double, hosting: HostingOptions) throws {
        clock = MonotonicClock()
        inbox = try Inbox()
        let path = TemporaryFile.path(for: "serve")
        let recorder = try Recorder(path: path, header: source.header)
        edge = try HostEdge(
            hosting,
            log: HostEdge.Log(
                path: path, header: source.header, identifier: try source.identifier(),
                takesPeers: false),
            inbox: inbox, clock: clock)
        log = LiveLog(
            inbox: inbox, recorder: recorder, isKept: false, title: source.title, sharing: edge)
        let player = RecordingEdge(speed: speed, inbox: inbox, clock: clock) { problem in
            if let problem { Output.complain("\(problem)") }
        }
        begin = { _ in
            player.start(source)
            return []
        }
        end = {
            player.stop()
            unsafe unlink(path)
        }
    }
}
