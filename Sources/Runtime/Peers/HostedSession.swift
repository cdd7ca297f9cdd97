import Glibc
import Interface
import PeerProtocol
import Recordings
import Terminal
import Timeline

/// A log that grows and is shared: where it comes from, and what shares it.
struct HostedSession {
    let log: LiveLog
    let inbox: Inbox
    let clock: MonotonicClock
    let edge: HostEdge
    let header: RecordingHeader
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
        self.header = header
        (log, inbox, clock, edge) = (session.log, session.inbox, session.clock, made)
        begin = { session.begin(&$0) }
        end = { try session.end() }
    }

    /// A recording that plays; its log has its own times, and no guests in it.
    init(recording source: EventSource, speed: Double, hosting: HostingOptions) throws {
        try Self.check(hosting.sources, in: source)
        header = source.header
        clock = MonotonicClock()
        inbox = try Inbox()
        let path = TemporaryFile.path(for: "serve")
        let recorder = try Recorder(path: path, header: source.header)
        edge = try HostEdge(
            hosting,
            log: HostEdge.Log(
                path: path, header: source.header,
                identifier: try source.identifier(sharing: hosting.sources), takesPeers: false),
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

    /// Nobody should wait for a session that the recording does not have.
    private static func check(
        _ wanted: [String]?, in source: EventSource
    ) throws(FileError) {
        guard let wanted else { return }
        var names: Set<String> = []
        var cursor = try source.cursor(at: 0)
        while let event = try cursor.next() { names.insert(event.source.name) }
        for name in wanted
        where !names.contains(where: { SourceSelection(names: [name]).contains($0) }) {
            throw FileError(
                path: source.title,
                message: "there is no “\(name)” in it; there is "
                    + names.sorted().joined(separator: ", "))
        }
    }

    /// Shows it on the terminal until the person leaves; returns the exit code.
    func show(
        _ options: ProgramOptions, _ known: Wiring? = nil, script: KeyScript? = nil
    ) throws -> CInt {
        var wiring = try known ?? Wiring(options, header: header, remembers: true)
        wiring.configuration.hint = "J shows who has joined; midstream-tui peer join \(address)"
        let loop = try TerminalLoop(
            wiring, player: .live(log), script: script, clock: clock, begin: begin)
        let result = try loop.run()
        try end()
        try Output.sayFarewell(result.farewell)
        return result.exitCode
    }
}
