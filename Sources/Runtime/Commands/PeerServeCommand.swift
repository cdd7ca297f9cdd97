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
        return try session.show(options, wiring)
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
