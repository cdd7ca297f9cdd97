import Glibc
import Interface
import Recordings
import Terminal
import Timeline

/// Shows Realtime events as they arrive, one JSON object a line.
package struct WatchCommand {
    package var path: String
    package var recordPath: String?
    package var options: ProgramOptions

    package init(path: String, recordPath: String?, options: ProgramOptions) {
        self.path = path
        self.recordPath = recordPath
        self.options = options
    }

    /// Watches until the person leaves; returns the exit code.
    ///
    /// The log lies in `recordPath`, or in a temporary file that goes with the program.
    package func run() throws -> CInt {
        guard unsafe access(path, R_OK) == 0 else {
            throw FileError(path: path, message: systemMessage(errno))
        }
        let header = RecordingHeader(
            startedAt: WallClock.timestamp, clock: .measured, origin: "midstream-tui watch")
        let wiring = try Wiring(options, header: header, remembers: true)
        let logPath = recordPath ?? TemporaryFile.path(for: "watch")
        let recorder = try Recorder(path: logPath, header: header)
        defer { if recordPath == nil { unsafe unlink(logPath) } }
        let clock = MonotonicClock()
        let inbox = try Inbox()
        let log = LiveLog(
            inbox: inbox, recorder: recorder, isKept: recordPath != nil, title: path)
        LineEdge(path: path, inbox: inbox, clock: clock).start()
        let loop = try TerminalLoop(wiring, player: .live(log), clock: clock)
        let result = try loop.run()
        try Output.sayFarewell(result.farewell)
        return result.exitCode
    }
}
