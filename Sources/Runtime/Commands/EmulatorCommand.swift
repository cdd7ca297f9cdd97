package import Emulator
import Networking

/// The emulator as a server of its own, until it is asked to end.
package struct EmulatorCommand {
    package var host: String
    package var port: Int
    package var configuration: EmulatorConfiguration

    package init(host: String, port: Int, configuration: EmulatorConfiguration) {
        self.host = host
        self.port = port
        self.configuration = configuration
    }

    /// Serves until SIGINT or SIGTERM; says so on standard output, one line for each session.
    package func run() throws {
        let signals = try EndSignals()
        let threads = NetworkThreads()
        let server = try EmulatorServer(
            host: host, port: port, configuration: configuration, threads: threads
        ) { notice in
            // Nobody reads it: the sessions go on.
            try? Output.write(Self.line(notice) + "\n")
        }
        let scripts = configuration.scripts.map { ", " + $0.rawValue }.joined()
        try Output.write(
            "emulator: \(server.baseURL)/realtime, \(configuration.profile.rawValue)\(scripts), "
                + "seed \(configuration.seed)\n")
        _ = signals.wait()
        server.stop()
        try threads.shutDown()
    }

    private static func line(_ notice: EmulatorServer.Notice) -> String {
        switch notice {
        case .opened(let session, let peer): "session \(session): \(peer)"
        case .refused(let session, let peer, let status):
            "session \(session): \(peer) refused with \(status)"
        case .closed(let session, let reason): "session \(session): \(reason)"
        }
    }

    /// Every profile and script with what it does, for `--list`.
    package static var list: String {
        func lines(_ rows: [(name: String, summary: String)]) -> String {
            rows.map { row in
                "  " + row.name + String(repeating: " ", count: max(2, 22 - row.name.count))
                    + row.summary + "\n"
            }.joined()
        }
        return "profiles:\n"
            + lines(EmulatorProfile.allCases.map { ($0.rawValue, $0.summary) }) + "scripts:\n"
            + lines(EmulatorScript.allCases.map { ($0.rawValue, $0.summary) })
    }
}
