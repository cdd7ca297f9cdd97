package import Interface
import Recordings
import Terminal

/// Holds a conversation on the terminal.
package struct LiveCommand {
    package var live: LiveOptions
    package var options: ProgramOptions
    package var script: KeyScript?

    package init(live: LiveOptions, options: ProgramOptions) {
        self.live = live
        self.options = options
    }

    /// Talks until the person leaves; returns the exit code.
    package func run() throws -> CInt {
        var (session, wiring) = try wired()
        wiring.configuration.hint =
            "i writes to the model, v talks, E changes the session, ? shows every key"
        let loop = try TerminalLoop(
            wiring, player: .live(session.log), script: script, clock: session.clock,
            begin: { session.begin(&$0) })
        let result = try loop.run()
        try session.end()
        try Output.sayFarewell(result.farewell)
        return result.exitCode
    }

    /// Talks without a terminal: messages are lines of the standard input, events JSON lines of
    /// the standard output.
    package func runHeadless() throws -> CInt {
        let (session, wiring) = try wired()
        var loop = HeadlessLoop(
            log: session.log, inbox: session.inbox, clock: session.clock,
            app: App(configuration: wiring.configuration))
        let code = try loop.run { session.begin(&$0) }
        try session.end()
        return code
    }

    private func wired() throws -> (LiveSession, Wiring) {
        let header = RecordingHeader(
            startedAt: WallClock.timestamp, clock: .measured, origin: "midstream-tui live")
        let wiring = try Wiring(options, header: header, remembers: true)
        var live = live
        try live.fill(from: wiring.file)
        let session = try LiveSession(live, header: header, environment: processEnvironment())
        return (session, wiring)
    }
}
