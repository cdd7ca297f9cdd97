import Glibc
package import Interface
import Recordings
import Terminal
import Timeline

/// Shows the log of another machine while it grows there.
package struct PeerJoinCommand {
    package var joining: JoiningOptions
    package var options: ProgramOptions

    package init(joining: JoiningOptions, options: ProgramOptions) {
        self.joining = joining
        self.options = options
    }

    /// Watches until the person leaves; returns the exit code.
    package func run(script: KeyScript? = nil) throws -> CInt {
        let copy = try joined(signals: nil)
        guard let copy else { return 1 }
        let wiring = try Wiring(options, header: copy.header, remembers: true)
        let loop = try TerminalLoop(
            wiring, player: .live(copy.log), script: script, clock: copy.clock)
        let result = try loop.run()
        copy.end()
        try Output.sayFarewell(result.farewell)
        return result.exitCode
    }

    /// Watches without a terminal: the log's lines go to the output, in order; lines of the input
    /// are said where that is allowed.
    package func runHeadless() throws -> CInt {
        let signals = try EndSignals()
        guard let copy = try joined(signals: signals) else { return 1 }
        let wiring = try Wiring(options, header: copy.header, remembers: true)
        try Output.write(
            String(decoding: RecordingCodec.encode(copy.header), as: UTF8.self))
        var loop = SharedLogLoop(
            log: copy.log, inbox: copy.inbox, clock: copy.clock, signals: signals,
            app: App(configuration: wiring.configuration))
        let code = try loop.run()
        copy.end()
        return code
    }

    /// A copy of the host's log, once the host has welcomed us; nil when that was said not to be,
    /// or a signal came.
    private func joined(signals: EndSignals?) throws -> JoinedLog? {
        if let path = joining.recordPath { try FileAccess.checkNew(path) }
        let inbox = try Inbox()
        let clock = MonotonicClock()
        let edge = try GuestEdge(joining, inbox: inbox, clock: clock)
        Output.complain("peer: joining \(edge.address)")
        while true {
            switch edge.arrival {
            case .waiting: break
            case .refused(let reason):
                Output.complain("peer: \(edge.address): \(reason)")
                edge.close()
                return nil
            case .welcomed(let header):
                do {
                    return try JoinedLog(
                        edge, header: header, inbox: inbox, clock: clock,
                        recordPath: joining.recordPath)
                } catch {
                    edge.close()
                    throw error
                }
            }
            if let signals {
                if signals.wait(for: inbox.descriptor) {
                    edge.close()
                    return nil
                }
            } else {
                inbox.wait()
            }
            inbox.settle()
        }
    }
}

/// A log that is a copy of another machine's.
private struct JoinedLog {
    let header: RecordingHeader
    let log: LiveLog
    let inbox: Inbox
    let clock: MonotonicClock
    private let temporaryPath: String?

    init(
        _ edge: GuestEdge, header line: [UInt8], inbox: Inbox, clock: MonotonicClock,
        recordPath: String?
    ) throws {
        do {
            header = try RecordingCodec.decodeHeader(line)
        } catch {
            throw FileError(path: edge.address, message: "the log's header: \(error.message)")
        }
        let path = recordPath ?? TemporaryFile.path(for: "join")
        temporaryPath = recordPath == nil ? path : nil
        self.inbox = inbox
        self.clock = clock
        log = LiveLog(
            inbox: inbox, recorder: try Recorder(path: path, header: header),
            isKept: recordPath != nil, title: edge.address, sharing: edge)
    }

    func end() { if let temporaryPath { unsafe unlink(temporaryPath) } }
}
