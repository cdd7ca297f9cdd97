import Glibc
import Interface
package import Networking
import Recordings
import TLS
import Terminal
import Timeline

/// Stands between somebody's clients and an upstream, shows and records what passes.
package struct ProxyCommand {
    package var host: String
    package var port: Int
    package var upstream: WebSocketURL
    package var faults: WebSocketRelay.Faults
    /// Prints what passes as JSON lines instead of showing it.
    package var isHeadless = false
    /// Where each session is recorded; nil for the state directory.
    package var recordDirectory: String?
    /// PEM files for clients that come by TLS.
    package var certificate: String?
    package var privateKey: String?
    /// PEM files of authorities that the upstream's certificate may come from.
    package var authorities: [String] = []
    package var allowsPlaintext = false
    package var options = ProgramOptions()

    package init(
        host: String, port: Int, upstream: WebSocketURL,
        faults: WebSocketRelay.Faults = WebSocketRelay.Faults()
    ) {
        self.host = host
        self.port = port
        self.upstream = upstream
        self.faults = faults
    }

    /// Relays until the person leaves or a signal ends it; returns the exit code.
    package func run() throws -> CInt {
        if let problem = PlaintextPolicy.problem(upstream, isAllowed: allowsPlaintext) {
            throw problem
        }
        let header = RecordingHeader(
            startedAt: WallClock.timestamp, clock: .measured, origin: "midstream-tui proxy")
        let files = try SessionFiles(directory: try directory(), header: header)
        // A thread takes its signals' mask from the one that makes it, so this comes first.
        let signals = isHeadless ? try EndSignals() : nil
        let threads = NetworkThreads(count: 2)
        let inbox = try Inbox()
        let clock = MonotonicClock()
        let server = try ProxyServer(
            host: host, port: port, relay: try relay(threads), settings: try settings(),
            threads: threads, inbox: inbox, clock: clock)
        let title =
            "\(certificate == nil ? "ws" : "wss")://\(host):\(server.port) to \(upstream)"
        let code: CInt
        if let signals {
            code = try runHeadless(inbox, files, header, title, signals)
        } else {
            code = try runOnScreen(inbox, files, header, title, clock)
        }
        server.stop()
        try threads.shutDown()
        return code
    }

    private func relay(_ threads: NetworkThreads) throws -> WebSocketRelay {
        WebSocketRelay(
            client: try WebSocketClient(
                threads: threads, environment: processEnvironment(), authorities: authorities),
            upstream: upstream, faults: faults)
    }

    private func settings() throws -> WebSocketServer.Settings {
        guard let certificate else { return .init(options: .relay) }
        let identity = TLSContext.Identity(
            certificateChain: certificate, privateKey: privateKey ?? certificate)
        let context = try TLSContext(server: identity, applicationProtocols: ["http/1.1"])
        return .init(options: .relay, tls: context)
    }

    private func directory() throws(FileError) -> String {
        if let recordDirectory { return recordDirectory }
        guard let state = UserDirectory.state(processEnvironment()) else {
            throw FileError(
                path: "recordings", message: "there is no home directory: name one by --record")
        }
        return state + "/recordings"
    }

    // MARK: on the screen

    private func runOnScreen(
        _ inbox: Inbox, _ files: SessionFiles, _ header: RecordingHeader, _ title: String,
        _ clock: MonotonicClock
    ) throws -> CInt {
        let wiring = try Wiring(options, header: header, remembers: true)
        let logPath = TemporaryFile.path(for: "proxy")
        let recorder = try Recorder(path: logPath, header: header)
        defer { unsafe unlink(logPath) }
        let log = LiveLog(
            inbox: inbox, recorder: recorder, isKept: true, title: title, sessions: files)
        let loop = try TerminalLoop(wiring, player: .live(log), clock: clock)
        let result = try loop.run()
        try Output.sayFarewell(result.farewell + files.paths.map { "recorded \($0)" })
        return result.exitCode
    }

    // MARK: without one

    /// Prints the log as a recording while it grows: a header, then one event a line.
    private func runHeadless(
        _ inbox: Inbox, _ files: SessionFiles, _ header: RecordingHeader, _ title: String,
        _ signals: EndSignals
    ) throws -> CInt {
        Output.complain("proxy: \(title)")
        var numbering = Numbering()
        var lines = RecordingCodec.encode(header)
        while true {
            if !lines.isEmpty { try Output.write(String(decoding: lines, as: UTF8.self)) }
            lines.removeAll(keepingCapacity: true)
            let isAskedToEnd = signals.wait(for: inbox.descriptor)
            let taken = inbox.take()
            for arrival in taken.arrivals {
                let event = numbering.event(arrival)
                try files.append(event)
                RecordingCodec.encode(RecordedEvent(event: event), into: &lines)
            }
            if taken.dropped > 0 {
                let gap = Inbox.Arrival(
                    time: numbering.lastTime, source: Inbox.source,
                    payload: Inbox.gap(of: taken.dropped))
                RecordingCodec.encode(
                    RecordedEvent(event: numbering.event(gap)), into: &lines)
            }
            try files.flush()
            if isAskedToEnd {
                try Output.write(String(decoding: lines, as: UTF8.self))
                return 0
            }
        }
    }
}

/// Gives arrivals their place in a log that nobody shows.
private struct Numbering {
    private var next: UInt64 = 0
    private(set) var lastTime = Instant.zero

    mutating func event(_ arrival: Inbox.Arrival) -> Event {
        lastTime = max(lastTime, arrival.time)
        defer { next += 1 }
        return Event(
            sequence: next, time: lastTime, source: arrival.source, payload: arrival.payload)
    }
}
